"""Thin adapters over the product's own path, for scorers that stand outside it.

They return only what the product stores: `extract` what one document's row of ARTICLE says.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from flows.ingesting.normalize import normalize
from flows.ingesting.rows import document_row
from flows.sources import Document
from transforms.reading import Profile
from transforms.schema import DOCUMENT

PROFILE = Profile("gate")
SEEN_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def article(html: bytes, url: str) -> dict[str, object]:
    """Give the row that a page would be stored as."""
    document = Document(url, url, html, "text/html", SEEN_AT)
    rows = pa.RecordBatch.from_pylist([document_row(PROFILE.source, document)], DOCUMENT)
    row: dict[str, object] = normalize(rows, PROFILE).to_pylist()[0]
    return row


def extract(html: bytes, url: str) -> dict[str, object]:
    """Give title, authors, date and text of a page as stored, rejected or not."""
    row = article(html, url)
    wanted = ("title", "authors", "published_at", "published_date", "text")
    return {name: row[name] for name in wanted}
