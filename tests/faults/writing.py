"""A writer: small commits one after another, of documents that some other writers have too.

Run as `python writing.py ROOT WRITER COMMITS`, it prints the milliseconds of each as JSON.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from invented import told

from transforms.schema import ARTICLE, DOCUMENT
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.opening import opened

NOW = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
OWN = 9
"""Documents of a commit that no other writer has."""
SHARED_EVERY = 5
"""So often a commit has one that every writer has in its commit of this number."""
_KNOWN = "SELECT document_id FROM lake.raw.documents WHERE document_id IN (SELECT unnest(?))"


def write(root: Path, writer: int, commits: int) -> list[float]:
    """Commit, and give the milliseconds of each, the wait for others included."""
    took = []
    with opened(root) as lake:
        for number in range(commits):
            shared = [f"shared {number}"] if number % SHARED_EVERY == 0 else []
            names = [f"{writer} {number} {own}" for own in range(OWN)]
            batch = batch_of(lake, shared + names)
            began = time.perf_counter()
            commit(lake, batch)
            took.append(1000 * (time.perf_counter() - began))
    return took


def batch_of(lake: Lake, names: Sequence[str]) -> Batch:
    """Fill a batch with what is not stored as of its snapshot, as an ingest does."""
    batch = Batch(lake.data, "run", "wire", lake.snapshot(), "test", lake.meta("algo"), NOW)
    known = {row[0] for row in lake.connection.execute(_KNOWN, [list(map(_id, names))]).fetchall()}
    for name in names:
        batch.see(_id(name), NOW, is_stored=_id(name) in known)
    fresh = [name for name in names if _id(name) not in known]
    batch.add_documents(pa.RecordBatch.from_pylist([_document(name) for name in fresh], DOCUMENT))
    batch.add_articles(pa.RecordBatch.from_pylist([_article(name) for name in fresh], ARTICLE))
    return batch


def _id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _document(name: str) -> dict[str, object]:
    return {
        "document_id": _id(name), "source": "wire", "url": f"file:{name}",
        "media_type": "text/plain", "payload": name.encode(), "payload_digest": _id(name),
        "payload_bytes": len(name),
    }  # fmt: skip


def _article(name: str) -> dict[str, object]:
    return {
        "article_id": _id(name), "document_id": _id(name), "content_hash": _id(f"text of {name}"),
        "source": "wire", "url": f"file:{name}", "title": name, "text": told(name),
        "published_at": NOW, "event_date": NOW.date(), "month": NOW.date().replace(day=1),
        "language": "en", "normalizer": "test",
    }  # fmt: skip


if __name__ == "__main__":
    root, writer, commits = sys.argv[1:]
    sys.stdout.write(json.dumps(write(Path(root), int(writer), int(commits))))
