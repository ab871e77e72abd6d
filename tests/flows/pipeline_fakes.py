"""Sources and processes that do what they are told, and what a run over them stored."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from flows.ingesting.limits import Limits
from flows.ingesting.pool import LostDocument, Normalized
from flows.ingesting.readers import Readers
from flows.ingesting.shared import Run
from flows.sources import Cursor, Document, Fetch, Poll, Reading, Window
from transforms.reading import Profile
from transforms.schema import ARTICLE, KEYS, UNDATED_MONTH
from warehouse.catalog import Lake

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def document(name: str, words: str = "words", **other: object) -> Document:
    fields: dict[str, object] = {
        "url": f"file:{name}",
        "origin": f"file:{name.split('#')[0]}",
        "payload": words.encode(),
        "media_type": "text/plain",
        "seen_at": NOON,
    }
    return Document(**fields | other)


def fetched(name: str, size: int = 1, at: dt.datetime = NOON) -> Fetch:
    cursor = Cursor(f"file:{name}", size=size, modified_at=at)
    return Fetch(f"file:{name}", "ok", NOON, size, cursor=cursor)


@dataclass
class FakeSource:
    """Gives what it is told to; an error in the list is raised at its place."""

    readings: Sequence[Reading | Exception]
    name: str = "wire"
    kind: str = "fake"
    enabled: bool = True
    is_remote: bool = False
    is_bulky: bool = False
    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    """What it was reminded of when it was last read."""

    def place(self) -> str:
        return ""

    def check(self) -> None: ...

    def profile(self) -> Profile:
        return Profile(self.name)

    def config_digest(self) -> str:
        return "config"

    def why_no_history(self) -> str | None:
        return None

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        self.cursors = dict(cursors)
        for reading in self.readings:
            if isinstance(reading, Exception):
                raise reading
            yield reading


@dataclass
class FakePool:
    """Normalizes in this process, and loses the documents whose words it was told."""

    loses: dict[str, Literal["timeout", "crashed"]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    """The urls of all documents that were to be normalized."""
    waiting: int = 0
    most_waiting: int = 0

    @property
    def is_crowded(self) -> bool:
        return self.waiting > 3

    def submit(
        self, documents: pa.RecordBatch, profile: Profile, *, signs: bool = False
    ) -> Callable[[], Normalized]:
        rows = documents.to_pylist()
        self.given += [row["url"] for row in rows]
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)

        def outcome() -> Normalized:
            self.waiting -= 1
            lost = [
                LostDocument(place, self.loses[row["payload"].decode()], "told so")
                for place, row in enumerate(rows)
                if row["payload"].decode() in self.loses
            ]
            gone = {each.row for each in lost}
            kept = [article(row) for place, row in enumerate(rows) if place not in gone]
            keys = pa.array([[len(row["text"])] for row in kept], KEYS.type) if signs else None
            articles = pa.RecordBatch.from_pylist(kept, ARTICLE) if kept else None
            return Normalized(articles, lost, keys)

        return outcome


def article(row: dict[str, object]) -> dict[str, object]:
    words = row["payload"].decode()
    return {
        "article_id": hashlib.sha256(row["url"].encode()).hexdigest(),
        "document_id": row["document_id"],
        "content_hash": hashlib.sha256(words.encode()).hexdigest() if words else None,
        "source": row["source"],
        "url": row["url"],
        "text": words,
        "month": UNDATED_MONTH,
        "language": "en",
        "normalizer": "1",
        "reject_reason": None if words else "empty",
    }


def run_with(lake: Lake, pool: object, **limits: int) -> Run:
    sizes = {"max_documents": 1000, "max_bytes": 2**20} | limits
    return Run("run", lake, pool, Limits(**sizes), Poll(), Readers(1))  # type: ignore[arg-type]


def stored(lake: Lake, query: str) -> list[tuple[object, ...]]:
    return lake.connection.execute(query).fetchall()


def sizes(lake: Lake) -> tuple[int, ...]:
    """Rows of documents, articles and sightings."""
    tables = ("documents", "articles", "sightings")
    return tuple(int(str(lake.scalar(f"SELECT count(*) FROM lake.raw.{t}"))) for t in tables)


def batches(lake: Lake, columns: str) -> list[tuple[object, ...]]:
    return stored(lake, f"SELECT {columns} FROM lake.raw.batches ORDER BY prepared_at")
