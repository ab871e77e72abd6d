"""Commits of articles that no source gave: what the warehouse alone takes."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from transforms.schema import ARTICLE, DOCUMENT
from warehouse.batches import Batch
from warehouse.catalog import Lake, opened
from warehouse.commit import commit

NOW = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
MONTH = dt.date(2026, 3, 1)
FILL_ARTICLES = 20_000
TEXT_CHARS = 500


@dataclass(frozen=True)
class _Place:
    """Numbers of articles, each given once."""

    first: int
    count: int

    def ids(self) -> list[str]:
        return [hashlib.sha256(str(self.first + n).encode()).hexdigest() for n in range(self.count)]


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
            commit(lake, _batch(lake, _Place(first, min(FILL_ARTICLES, stored - first))))
        places = (_Place(stored + n * articles, articles) for n in range(commits))
        return [_timed(lake, place) for place in places]


def _timed(lake: Lake, place: _Place) -> float:
    batch = _batch(lake, place)
    started = time.perf_counter()
    commit(lake, batch)
    return 1000 * (time.perf_counter() - started)


def _batch(lake: Lake, place: _Place) -> Batch:
    """Fill a batch that has rows for every table a commit writes."""
    batch = Batch(lake.data, "bench", "bench", lake.snapshot(), "bench", lake.meta("algo"), NOW)
    ids = place.ids()
    for document_id in ids:
        batch.see(document_id, NOW, is_stored=False)
        batch.fetches.append(_fetch(document_id))
        batch.cursors[document_id] = {"url": document_id, "failures": 0, "size": TEXT_CHARS}
    texts = list(_texts(place))
    shared = {
        "document_id": ids,
        "source": ["bench"] * place.count,
        "url": ids,
        "payload_digest": ids,
        "payload_bytes": [TEXT_CHARS] * place.count,
        "media_type": ["text/plain"] * place.count,
        "payload": [text.encode() for text in texts],
    }
    said = {
        "article_id": ids,
        "content_hash": ids,
        "text": texts,
        "title": [text[:60] for text in texts],
        "published_at": [NOW] * place.count,
        "event_date": [NOW.date()] * place.count,
        "month": [MONTH] * place.count,
        "language": ["en"] * place.count,
        "normalizer": ["bench"] * place.count,
    }
    batch.add_documents(_rows(DOCUMENT, shared))
    batch.add_articles(_rows(ARTICLE, shared | said))
    return batch


def _fetch(url: str) -> dict[str, object]:
    return {"url": url, "fetched_at": NOW, "outcome": "ok", "bytes": TEXT_CHARS, "ms": 1.0}


def _texts(place: _Place) -> Iterator[str]:
    draw = random.Random(place.first)
    for _ in range(place.count):
        yield draw.randbytes(TEXT_CHARS // 2).hex()


def _rows(schema: pa.Schema, columns: dict[str, list[object]]) -> pa.RecordBatch:
    count = len(columns["document_id"])
    arrays = [
        pa.array(columns[column.name], column.type)
        if column.name in columns
        else pa.nulls(count, column.type)
        for column in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
