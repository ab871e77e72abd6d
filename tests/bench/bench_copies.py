"""Copies steps over warehouses of generated texts, a quarter of them copies of earlier ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from flows.copying import method
from transforms.folding import label_content
from transforms.schema import ARTICLE, DOCUMENT, UNDATED_MONTH
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.step import CopiesCounts, find_copies
from warehouse.opening import opened

NOW = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
FIRST = dt.date(2025, 3, 1)
DAYS = 365
TOGETHER = 10_000
COPIES, UNDATED = 0.25, 0.05
"""Shares of the articles."""
WORDS = ["".join(random.Random(n).choices("aeiounrstlkmdp", k=3 + n % 7)) for n in range(4_000)]


@dataclass(frozen=True)
class Story:
    """What is told, where, and when; None: the article says no day."""

    url: str
    title: str
    text: str
    day: dt.date | None


def fill(
    root: Path, first: int, count: int, *, compares: bool = True, undated: float = UNDATED
) -> None:
    """Store articles of the numbers from `first` on, and compare them.

    Args:
        root: the warehouse, made where there is none.
        first: number of the first one; what an article says depends on its number alone.
        count: how many.
        compares: make a step after each batch.
        undated: share of them.
    """
    with opened(root, create=True) as lake:
        for start in range(first, first + count, TOGETHER):
            numbers = range(start, min(start + TOGETHER, first + count))
            store(lake, [_story(number, undated) for number in numbers])
            if compares:
                find_copies(lake, "bench", method())


def store(lake: Lake, stories: list[Story]) -> None:
    """Commit an article for each story, in one batch; their urls differ."""
    batch = Batch(lake.data, "bench", "bench", lake.snapshot(), "bench", lake.meta("algo"), NOW)
    rows = [_article(story) for story in stories]
    for row in rows:
        batch.see(str(row["document_id"]), NOW, is_stored=False)
    batch.add_documents(pa.RecordBatch.from_pylist(list(map(_document, rows)), DOCUMENT))
    batch.add_articles(label_content(pa.RecordBatch.from_pylist(rows, ARTICLE)))
    commit(lake, batch)


@dataclass(frozen=True)
class Step:
    """What one step did and took, opening the warehouse aside."""

    counts: CopiesCounts
    seconds: float
    cpu_s: float
    """Of all its threads: what a busy machine changes least."""


def step(root: Path) -> Step:
    """Make one step, and measure it."""
    with opened(root) as lake:
        start, cpu = time.perf_counter(), time.process_time()
        counts = find_copies(lake, "bench", method())
        return Step(counts, time.perf_counter() - start, time.process_time() - cpu)


def _story(number: int, undated: float) -> Story:
    rng = random.Random(number)
    is_copy = rng.random() < COPIES
    # A copy follows its original within a few thousand articles, which is within days.
    words = words_of(abs(number - rng.randint(1, 3_000)) if is_copy else number)
    if is_copy:
        words[rng.randrange(len(words))] = "amended"
        words = words[: int(len(words) * rng.uniform(0.7, 1.0))]
    day = None if rng.random() < undated else FIRST + dt.timedelta(number // 300 % DAYS)
    return Story(f"https://bench.example/{number}", " ".join(words[:8]), " ".join(words), day)


def _article(story: Story) -> dict[str, object]:
    digest = hashlib.sha256(story.url.encode()).hexdigest()
    day = story.day
    return {
        "article_id": digest,
        "document_id": digest,
        "source": "bench",
        "url": story.url,
        "title": story.title,
        "text": story.text,
        "published_at": dt.datetime.combine(day, dt.time(9), dt.UTC) if day else None,
        "published_date": day,
        "event_date": day,
        "month": day.replace(day=1) if day else UNDATED_MONTH,
        "language": "en",
        "normalizer": "bench",
    }


def words_of(number: int) -> list[str]:
    """Give the words of an article that is no copy."""
    rng = random.Random(f"words of {number}")
    return rng.choices(WORDS, k=rng.randint(120, 900))


def _document(row: dict[str, object]) -> dict[str, object]:
    return {
        "document_id": row["document_id"],
        "source": "bench",
        "url": row["url"],
        "media_type": "text/plain",
        "payload": b"",
        "payload_digest": row["document_id"],
        "payload_bytes": 0,
    }
