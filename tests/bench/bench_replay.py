"""Replays and plans as a backfill makes them, over warehouses of one's own."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from pathlib import Path

import pyarrow as pa

from flows.backfilling.facts import look_again, look_up
from flows.backfilling.order import Order
from flows.backfilling.plan import decide, make_plan
from flows.backfilling.replay import ReplayCounts, replay_window
from flows.ingesting.limits import Limits
from flows.ingesting.pool import normalizers
from flows.ingesting.readers import Readers
from flows.ingesting.shared import Run
from flows.sources import Poll
from flows.sources.folder import Source as Folder
from flows.sources.sitemap import Source as Sitemap
from transforms.schema import ARTICLE
from warehouse.batches import Batch
from warehouse.commit import commit
from warehouse.opening import opened

NOW = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
FIRST = dt.date(2025, 3, 1)
DAYS = 365
SOURCES = [f"source-{number:02}" for number in range(20)]
FILL_ARTICLES = 20_000
TIMEOUT_S = 60.0


def replay(path: Path, root: Path, workers: int, day: dt.date, applies: bool) -> ReplayCounts:
    """Replay one window of a folder that the pipeline has read.

    Args:
        path: of the pages.
        root: the warehouse.
        workers: processes.
        day: of the articles.
        applies: replace what comes out otherwise.
    """
    source = Folder(name="bench", home=path.parent, kind="folder", path=path.name)
    with opened(root) as lake, normalizers(workers, TIMEOUT_S) as pool, Poll().web as web:
        readers = Readers(1)
        run = Run("bench", lake, pool, Limits(500, 2**26), Poll(web=web), readers)
        try:
            return replay_window(run, source, day, applies=applies)  # type: ignore[arg-type]
        finally:
            readers.close()


def plan_a_year(root: Path, articles: int) -> dict[str, float]:
    """Fill a warehouse, and give the seconds of a year's plan of 20 sources, by mode.

    Args:
        root: the warehouse to be made.
        articles: spread evenly over the days and sources.
    """
    sources = [
        Sitemap(name=name, home=root.parent, url=f"https://{name}.test/sitemap.xml")
        for name in SOURCES
    ]
    took: dict[str, float] = {}
    with opened(root, create=True) as lake:
        for start in range(0, articles, FILL_ARTICLES):
            batch = _batch(lake.data, lake.snapshot(), lake.meta("algo"))
            batch.add_articles(_articles(range(start, min(start + FILL_ARTICLES, articles))))
            commit(lake, batch)
        for name in SOURCES:
            batch = _batch(lake.data, lake.snapshot(), lake.meta("algo"), name)
            batch.windows = [_window(number) for number in range(DAYS)]
            commit(lake, batch)
        for mode in ("refetch", "replay"):
            order = Order(FIRST, _day(DAYS - 1), mode, "changed")  # type: ignore[arg-type]
            started = time.perf_counter()
            planned = make_plan(order, SOURCES, look_up(lake, order, sources))  # type: ignore[arg-type]
            took[mode] = time.perf_counter() - started
            assert len(planned) == DAYS * len(SOURCES)
            started = time.perf_counter()
            again = look_again(lake, order, sources[0], FIRST)  # type: ignore[arg-type]
            decide(order, (SOURCES[0], FIRST), again)
            took[f"{mode}, one window"] = time.perf_counter() - started
    return took


def _day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number % DAYS)


def _batch(data: Path, snapshot: int, algo: str, source: str = "bench") -> Batch:
    return Batch(data, "bench", source, snapshot, "1", algo, NOW)


def _window(number: int) -> dict[str, object]:
    return {
        "day": _day(number), "state": "done", "documents": 14, "outside": 0, "normalizer": "1",
        "updated_at": NOW,
    }  # fmt: skip


def _articles(numbers: range) -> pa.RecordBatch:
    days = [_day(number) for number in numbers]
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in numbers]
    columns = {
        "article_id": digests,
        "document_id": digests,
        "source": [SOURCES[number // DAYS % len(SOURCES)] for number in numbers],
        "url": [f"https://a.test/{number}" for number in numbers],
        "text": ["A text that nobody reads. " * 20] * len(numbers),
        "event_date": days,
        "month": [day.replace(day=1) for day in days],
        "language": ["en"] * len(numbers),
        "normalizer": ["0" if number % 7 else "1" for number in numbers],
    }
    arrays = [
        pa.array(columns[column.name], column.type)
        if column.name in columns
        else pa.nulls(len(numbers), column.type)
        for column in ARTICLE
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=ARTICLE)
