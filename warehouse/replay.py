"""Reading stored documents again: those of one window, beside their article rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa

from transforms.schema import ARTICLE, DOCUMENT, UNDATED_MONTH
from warehouse.catalog import Lake
from warehouse.commit import given

BATCH_DOCUMENTS = 32
"""Documents that are held at once."""


def articles_of(lake: Lake, source: str, day: dt.date | None) -> pa.Table:
    """Give the article rows of a day; None: those without a date."""
    found = lake.connection.execute(
        f"SELECT {', '.join(ARTICLE.names)} FROM lake.raw.articles "
        "WHERE source = ? AND event_date IS NOT DISTINCT FROM ? AND month = ?",
        [source, day, day.replace(day=1) if day else UNDATED_MONTH],
    )
    return found.to_arrow_table().cast(ARTICLE)


def documents_of(lake: Lake, document_ids: pa.ChunkedArray) -> Iterator[pa.RecordBatch]:
    """Give the documents of these ids, a few at a time.

    Their batches are found first, in the narrow columns: a part holds few batches, and its
    statistics then spare reading the payloads of all others.
    """
    with given(lake, pa.table({"document_id": document_ids})):
        lake.connection.execute(
            "CREATE OR REPLACE TEMP TABLE wanted AS SELECT document_id, month, batch_id "
            "FROM lake.raw.documents SEMI JOIN incoming USING (document_id)"
        )
    places = lake.connection.execute("SELECT DISTINCT month, batch_id FROM wanted").fetchall()
    for month, batch_id in sorted(places):
        rows = lake.connection.execute(
            f"SELECT {', '.join(DOCUMENT.names)} FROM lake.raw.documents "
            "SEMI JOIN wanted USING (document_id) WHERE month = ? AND batch_id = ?",
            [month, batch_id],
        ).to_arrow_reader(BATCH_DOCUMENTS)
        for batch in rows:
            yield batch.cast(DOCUMENT)
