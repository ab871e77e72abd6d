"""Extractors that read nothing: what is left is what the pipeline itself costs."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from transforms.reading import Profile
from transforms.schema import ARTICLE, set_columns

MONTHS = 240
TEXT_BYTES = 9000
"""As long as the texts of the pages are."""


def one_month(documents: pa.RecordBatch, profile: Profile) -> pa.RecordBatch:
    """Make the least there is of an article for each of n documents, all of one month."""
    return _articles(documents, [dt.date(2026, 3, 1)] * documents.num_rows)


def many_months(documents: pa.RecordBatch, profile: Profile) -> pa.RecordBatch:
    """The same, spread evenly over `MONTHS` months by the digests of the documents."""
    ids = documents.column("document_id").to_pylist()
    numbers = [int(document_id[:8], 16) % MONTHS for document_id in ids]
    return _articles(documents, [dt.date(2001 + n // 12, 1 + n % 12, 1) for n in numbers])


def as_long(documents: pa.RecordBatch, profile: Profile) -> pa.RecordBatch:
    """Make articles as large as the real ones, of what the pages begin with (they are ASCII)."""
    articles = one_month(documents, profile)
    texts = pc.binary_slice(documents.column("payload"), 0, TEXT_BYTES)
    return set_columns(articles, {"text": texts.cast(pa.string())})


def _articles(documents: pa.RecordBatch, days: list[dt.date]) -> pa.RecordBatch:
    rows = documents.num_rows
    columns = {
        "article_id": documents.column("payload_digest"),
        "document_id": documents.column("document_id"),
        "content_hash": documents.column("payload_digest"),
        "source": documents.column("source"),
        "url": documents.column("url"),
        "event_date": pa.array(days),
        "month": pa.array(days),
        "language": pa.repeat("und", rows),
        "normalizer": pa.repeat("bench", rows),
    }
    arrays = [
        columns[column.name] if column.name in columns else pa.nulls(rows, column.type)
        for column in ARTICLE
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=ARTICLE)
