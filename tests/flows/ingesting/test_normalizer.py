"""The normalizer names what makes a row: other rows of the same documents have another name."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.ingesting.normalize import normalize
from flows.ingesting.rows import document_row
from flows.sources import Document
from flows.sources._load import load
from transforms.reading import NORMALIZER, Profile
from transforms.schema import DOCUMENT

sys.path.insert(0, str(Path(__file__).parents[2] / "transforms" / "html"))
from hard_pages import PAGES, SITE, Hard

PINNED = "5", "a158bdc66b68ff65"
"""A version of the normalizer, and the digest of the rows that it makes."""

SOURCES = Path(__file__).parents[3] / "seeds" / "sources.toml"
SEEN_AT = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
NOT_OF_THE_DOCUMENT = {"added_at", "batch_id", "language_confidence", "normalizer"}
"""Columns of the commit, a share that another processor may round otherwise, and the name."""


def hard_page(page: Hard) -> Document:
    payload = page.markup if isinstance(page.markup, bytes) else page.markup.encode()
    return Document(SITE + page.path, SITE, payload, "text/html", SEEN_AT)


def given() -> Iterator[tuple[Profile, list[Document]]]:
    """Give the hard pages and what the bundled sources read, with what is to know of each."""
    yield Profile("quay"), [hard_page(page) for page in PAGES.values()]
    for source in load(SOURCES).values():
        if source.kind == "folder":
            read = source.read(None, {})
            yield source.profile(), [each for each in read if isinstance(each, Document)]


def made_rows() -> list[dict[str, Any]]:
    rows = []
    for profile, documents in given():
        batch = [document_row(profile.source, document) for document in documents]
        rows += normalize(pa.RecordBatch.from_pylist(batch, DOCUMENT), profile).to_pylist()
    kept = [{k: v for k, v in row.items() if k not in NOT_OF_THE_DOCUMENT} for row in rows]
    return sorted(kept, key=lambda row: row["document_id"])


def test_rows_change_under_another_version_alone() -> None:
    text = json.dumps(made_rows(), default=str, sort_keys=True)
    made = (NORMALIZER, hashlib.sha256(text.encode()).hexdigest()[:16])
    remedy = (
        "documents give other rows than those pinned. Where the documents are the same, raise "
        "NORMALIZER in transforms/reading.py, once between two releases. Then pin here:\n"
        f"PINNED = {json.dumps(made)[1:-1]}"
    )
    assert made == PINNED, remedy
