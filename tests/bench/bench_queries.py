"""Queries over a warehouse of many small commits, and over the same rows in a table of DuckDB."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from bench_commits import AN_ID, NOW, commit_often

from warehouse import connect
from warehouse.opening import opened
from warehouse.upkeep.maintain import Ages, maintain

TIMES = 7
"""Each is asked, in turns; the quickest counts."""
WEEK = (NOW - dt.timedelta(days=6)).date()
QUERIES = {
    "count by day": "SELECT event_date, count(*) FROM {0} GROUP BY ALL ORDER BY ALL",
    "7 days of a source": "SELECT article_id, title, published_at FROM {0} "
    f"WHERE source = 'outlet-3' AND event_date >= '{WEEK}' ORDER BY ALL",
    "full scan": "SELECT count(*), sum(length(text)), max(title), min(url) FROM {0}",
    "lookup by id": f"SELECT title, text FROM {{0}} WHERE article_id = '{AN_ID}'",
}


@dataclass
class Lived:
    """What a warehouse came to."""

    commits: list[float]
    """Milliseconds of each."""
    files: list[int] = field(default_factory=list)
    """Parts of all tables, before and after upkeep."""
    maintain_s: float = 0.0
    seconds: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Query -> seconds of CPU of ours and of DuckDB's table, before upkeep and after it."""


def live(root: Path, stored: int, commits: int, articles: int) -> Lived:
    """Commit often, ask, tidy up, ask again.

    Args:
        root: the warehouse to be made.
        stored: articles it holds before.
        commits: how many small ones follow.
        articles: of each.
    """
    lived = Lived(commit_often(root, stored, commits, articles))
    native = root.with_name("native.duckdb")
    with connect(root) as lake:
        lake.execute(f"ATTACH '{native}' AS native")
        lake.execute("CREATE TABLE native.articles AS FROM raw.articles")
    try:
        _ask_all(root, native, lived)
        began = time.perf_counter()
        with opened(root) as lake:
            done = maintain(lake, Ages())
        lived.maintain_s = time.perf_counter() - began
        lived.files = [
            sum(each.parts_before for each in done.tables),
            sum(each.parts_after for each in done.tables),
        ]
        _ask_all(root, native, lived)
    finally:
        native.unlink()
    return lived


def _ask_all(root: Path, native: Path, lived: Lived) -> None:
    with connect(root) as lake:
        lake.execute(f"ATTACH '{native}' AS native (READ_ONLY)")
        for name, query in QUERIES.items():
            ours, theirs = _compared(
                lake, query.format("raw.articles"), query.format("native.articles")
            )
            lived.seconds.setdefault(name, []).append((ours, theirs))


def _compared(lake: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> tuple[float, float]:
    assert lake.execute(ours).fetchall() == lake.execute(theirs).fetchall()
    turns = [(_timed(lake, ours), _timed(lake, theirs)) for _ in range(TIMES)]
    return min(turn[0] for turn in turns), min(turn[1] for turn in turns)


def _timed(lake: duckdb.DuckDBPyConnection, query: str) -> float:
    """Give seconds of CPU, of all threads: other work on the machine changes them less."""
    began = time.process_time()
    lake.execute(query).fetchall()
    return time.process_time() - began
