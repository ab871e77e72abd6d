"""Commits of articles that no source gave: what the warehouse alone takes."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from transforms.schema import ARTICLE, DOCUMENT
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.opening import opened

NOW = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
FILL_ARTICLES = 20_000
TEXT_CHARS = 500
DAYS = 14
"""Of one month, that the articles are of in turns."""
SOURCES = 10

AN_ID = hashlib.sha256(b"12345").hexdigest()
"""Of one of the articles."""

SAME = {
    "media_type": "text/plain",
    "payload_bytes": TEXT_CHARS,
    "title": "A title as long as most of them are, of some nine words",
    "month": NOW.date().replace(day=1),
    "language": "en",
    "normalizer": "bench",
}
"""What all rows have in common; columns named nowhere are null."""
SAME_FETCH = {"fetched_at": NOW, "outcome": "ok", "bytes": TEXT_CHARS, "ms": 1.0}


@dataclass(frozen=True)
class _Numbers:
    """Numbers of articles, each given once."""

    first: int
    count: int

    def ids(self) -> list[str]:
        return [hashlib.sha256(str(self.first + n).encode()).hexdigest() for n in range(self.count)]

    def texts(self) -> list[str]:
        draw = random.Random(self.first)
        return [draw.randbytes(TEXT_CHARS // 2).hex() for _ in range(self.count)]

    def sources(self) -> list[str]:
        return [f"outlet-{(self.first + n) % SOURCES}" for n in range(self.count)]

    def times(self) -> list[dt.datetime]:
        ages = ((self.first + n) // SOURCES % DAYS for n in range(self.count))
        return [NOW - dt.timedelta(days=age) for age in ages]


def commit_often(root: Path, stored: int, commits: int, articles: int) -> list[float]:
    """Fill a new warehouse, then time small commits into it.

    Args:
        root: the warehouse to be made.
        stored: articles it holds before.
        commits: how many are timed.
        articles: of each, all of the one month that is stored.

    Returns:
        Milliseconds of each, from a full batch to the lock's release.
    """
    with opened(root, create=True) as lake:
        for first in range(0, stored, FILL_ARTICLES):
            commit(lake, _batch(lake, _Numbers(first, min(FILL_ARTICLES, stored - first))))
        small = (_Numbers(stored + n * articles, articles) for n in range(commits))
        return [_timed(lake, each) for each in small]


def _timed(lake: Lake, numbers: _Numbers) -> float:
    batch = _batch(lake, numbers)
    started = time.perf_counter()
    commit(lake, batch)
    return 1000 * (time.perf_counter() - started)


def _batch(lake: Lake, numbers: _Numbers) -> Batch:
    """Fill a batch that has rows for every table a commit writes."""
    batch = Batch(lake.data, "bench", "bench", lake.snapshot(), "bench", lake.meta("algo"), NOW)
    ids, texts = numbers.ids(), numbers.texts()
    for document_id in ids:
        batch.see(document_id, NOW, is_stored=False)
        batch.fetches.append(SAME_FETCH | {"url": document_id})
        batch.cursors[document_id] = {"url": document_id, "failures": 0, "size": TEXT_CHARS}
    named: dict[str, Sequence[object]] = dict.fromkeys(
        ("document_id", "url", "payload_digest", "article_id", "content_hash"), ids
    )
    named["source"], times = numbers.sources(), numbers.times()
    dated = {"published_at": times, "event_date": [at.date() for at in times]}
    batch.add_documents(_rows(DOCUMENT, named | {"payload": texts}))
    batch.add_articles(_rows(ARTICLE, named | dated | {"text": texts}))
    return batch


def _rows(schema: pa.Schema, columns: dict[str, Sequence[object]]) -> pa.RecordBatch:
    arrays = [
        pa.array(columns[column.name], column.type)
        if column.name in columns
        else pa.repeat(pa.scalar(SAME.get(column.name), column.type), len(columns["url"]))
        for column in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
