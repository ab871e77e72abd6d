"""A warehouse of one's own, and documents to put into it without a source or a normalizer."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from transforms.schema import ARTICLE, DOCUMENT, UNDATED_MONTH
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.opening import opened

# By this the tests find the modules beside this file.
sys.path.append(str(Path(__file__).parent))

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Said:
    """What one document says, as far as the warehouse cares."""

    url: str
    text: str
    title: str = "A title"
    day: dt.date | None = dt.date(2026, 3, 14)
    seen_at: dt.datetime = NOON
    canonical_url: str | None = None
    reject_reason: str | None = None
    source: str = "wire"
    modified_at: dt.datetime | None = None
    extra: str = ""
    """Bytes that make another document of the same words."""
    item: str | None = None
    columns: tuple[tuple[str, object], ...] = ()
    """Further columns of its article row, or other values."""

    @property
    def document_id(self) -> str:
        return _digest(self.source, self.url, self.title, self.text, self.extra)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _document(said: Said) -> dict[str, object]:
    payload = said.text.encode()
    return {
        "document_id": said.document_id,
        "source": said.source,
        "url": said.url,
        "media_type": "text/plain",
        "item": said.item,
        "payload": payload,
        "payload_digest": hashlib.sha256(payload).hexdigest(),
        "payload_bytes": len(payload),
    }


def _article(said: Said) -> dict[str, object]:
    at = dt.datetime.combine(said.day, dt.time(9), dt.UTC) if said.day else None
    return {
        "article_id": _digest(*([said.source] if said.url.startswith("file:") else []), said.url),
        "document_id": said.document_id,
        "content_hash": None if said.reject_reason else _digest(said.text),
        "source": said.source,
        "url": said.url,
        "canonical_url": said.canonical_url,
        "title": said.title,
        "text": said.text,
        "published_at": at,
        "published_date": said.day,
        "event_date": said.day,
        "modified_at": said.modified_at,
        "month": said.day.replace(day=1) if said.day else UNDATED_MONTH,
        "language": "en",
        "char_count": len(said.text),
        "normalizer": "test",
        "reject_reason": said.reject_reason,
        **dict(said.columns),
    }


@pytest.fixture
def root(tmp_path: Path, empty_lake: Path) -> Path:
    """An empty warehouse."""
    return Path(shutil.copytree(empty_lake, tmp_path / "lake"))


@pytest.fixture
def lake(root: Path) -> Iterator[Lake]:
    """The same, open for writing."""
    with opened(root) as lake:
        yield lake


@pytest.fixture(scope="session")
def filled_once(
    tmp_path_factory: pytest.TempPathFactory, empty_lake: Path
) -> Callable[[Callable[[Lake], object]], Path]:
    """Make a warehouse that is filled once, to be copied by the tests of a file."""

    def make_filled(fill: Callable[[Lake], object]) -> Path:
        path = Path(shutil.copytree(empty_lake, tmp_path_factory.mktemp("filled") / "lake"))
        with opened(path) as lake:
            fill(lake)
        return path

    return make_filled


@pytest.fixture(scope="session")
def said() -> type[Said]:
    """Describe a document."""
    return Said


@pytest.fixture(scope="session")
def batch_of() -> Callable[..., Batch]:
    """Make a batch of documents, some of which may be said to be stored already."""

    def make_batch(lake: Lake, documents: Sequence[Said], stored: Sequence[Said] = ()) -> Batch:
        batch = Batch(
            data=lake.data,
            run_id="run",
            source=documents[0].source if documents else "wire",
            snapshot=lake.snapshot(),
            normalizer="test",
            algo=lake.meta("algo"),
            now=dt.datetime(2026, 4, 1, tzinfo=dt.UTC),
        )
        fresh = list({each.document_id: each for each in documents if each not in stored}.values())
        for each in documents:
            batch.see(each.document_id, each.seen_at, is_stored=each not in fresh)
        if fresh:
            batch.add_documents(pa.RecordBatch.from_pylist([_document(s) for s in fresh], DOCUMENT))
            batch.add_articles(pa.RecordBatch.from_pylist([_article(s) for s in fresh], ARTICLE))
        return batch

    return make_batch
