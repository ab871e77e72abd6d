"""Thin adapters over the product's own path, for scorers that stand outside it.

They return only what the product stores: `extract` what one document's row of ARTICLE says,
`cluster` the clusters of a temporary warehouse.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from flows.copying import method
from flows.ingesting.normalize import normalize
from flows.ingesting.rows import document_row
from flows.sources import Document
from transforms.extract import read_row
from transforms.folding import label_content
from transforms.reading import Profile
from transforms.schema import ARTICLE, DOCUMENT
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.opening import opened

PROFILE = Profile("gate")
SEEN_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TOGETHER = 1_500
"""Articles that are committed and compared together."""

Given = tuple[str, str, dt.datetime]
"""Id, text and when it was published."""


def article(html: bytes, url: str) -> dict[str, object]:
    """Give the row that a page would be stored as."""
    document = Document(url, url, html, "text/html", SEEN_AT)
    rows = pa.RecordBatch.from_pylist([document_row(PROFILE.source, document)], DOCUMENT)
    row: dict[str, object] = normalize(rows, PROFILE).to_pylist()[0]
    return row


def extract(html: bytes, url: str) -> dict[str, object]:
    """Give title, authors, date and text of a page as stored, rejected or not.

    What other extractors do not do is left out: labels of language, length and copies, and tables.
    """
    row = read_row(
        {
            "document_id": "gate", "source": PROFILE.source, "url": url, "final_url": url,
            "media_type": "text/html", "charset": None, "payload": html, "item": None,
        },
        PROFILE,
    )  # fmt: skip
    wanted = ("title", "authors", "published_at", "published_date", "text")
    return {name: row.get(name) for name in wanted}


def cluster(articles: list[Given]) -> list[str]:
    """Give the cluster of each text, after several commits with a copies step each."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder, "lake"), create=True) as lake:
        for start in range(0, len(articles), TOGETHER):
            commit(lake, _batch(lake, articles[start : start + TOGETHER]))
            find_copies(lake, "gate", method())
        rows = lake.connection.execute("SELECT url, cluster_id FROM lake.main.all_articles")
        found = dict(rows.fetchall())
    return [found[name] for name, _, _ in articles]


def _batch(lake: Lake, articles: Iterable[Given]) -> Batch:
    batch = Batch(lake.data, "gate", "gate", lake.snapshot(), "gate", lake.meta("algo"), SEEN_AT)
    rows = [_article_row(*article) for article in articles]
    documents = [
        document_row("gate", Document(url, url, b"", "text/plain", SEEN_AT))
        for url in (str(row["url"]) for row in rows)
    ]
    for row, document in zip(rows, documents, strict=True):
        row["document_id"] = document["document_id"]
        batch.see(str(document["document_id"]), SEEN_AT, is_stored=False)
    batch.add_documents(pa.RecordBatch.from_pylist(documents, DOCUMENT))
    batch.add_articles(label_content(pa.RecordBatch.from_pylist(rows, ARTICLE)))
    return batch


def _article_row(name: str, text: str, published_at: dt.datetime) -> dict[str, object]:
    day = published_at.date()
    return {
        "article_id": hashlib.sha256(name.encode()).hexdigest(),
        "source": "gate",
        "url": name,
        "text": text,
        "published_at": published_at,
        "published_date": day,
        "event_date": day,
        "month": day.replace(day=1),
        "language": "en",
        "normalizer": "gate",
    }
