"""How fast stored documents are normalized again, in how much memory, and what a plan takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_bare import read_bare
from bench_ingest import ingest
from bench_measure import measure
from bench_noop import as_long
from bench_replay import DAYS, SOURCES, plan_a_year, replay
from bench_report import Report, Row, size

pytestmark = pytest.mark.bench

REPLAYED, STORED = size("REPLAYED", 5000), size("PLANNED", 100_000)
WORKERS = 2
DAY = dt.date(2026, 3, 1)
"""Of which the extractor makes all pages, so that they are one window."""


def test_a_replay_of_one_window(
    pages: Callable[[int], Path], root: Path, tmp_path: Path, report: Report
) -> None:
    folder, few = pages(REPLAYED), pages(REPLAYED // 4)
    measure(ingest, folder, root, WORKERS, as_long)
    measure(ingest, few, tmp_path / "few", WORKERS, as_long)
    bare = measure(read_bare, folder, WORKERS, None)
    less = measure(replay, few, tmp_path / "few", WORKERS, DAY, False)
    reference = f"bare functions {REPLAYED / bare.seconds:,.0f} documents/s"
    for what, applies in {"tried": False, "applied": True}.items():
        ours = measure(replay, folder, root, WORKERS, DAY, applies)
        assert (ours.outcome.documents, ours.outcome.changed) == (REPLAYED, REPLAYED)
        pace = f"{REPLAYED / ours.seconds:,.0f} documents/s, peak {ours.peak_mb:,.0f} MiB"
        ratio = ours.seconds / bare.seconds
        report(Row(f"a replay of {REPLAYED:,} pages, {what}", reference, pace, ratio, "<= 1.3"))
        peaks = f"{REPLAYED // 4:,} pages: {less.peak_mb:,.0f} MiB", f"{ours.peak_mb:,.0f} MiB"
        report(Row(f"the same, peak memory, {what}", *peaks, ours.peak_mb / less.peak_mb, "<= 1.5"))


def test_a_plan_of_a_year(root: Path, report: Report) -> None:
    took = measure(plan_a_year, root, STORED).outcome
    what = f"{DAYS} days of {len(SOURCES)} sources over {STORED:,} articles"
    for mode in ("refetch", "replay"):
        one = f"one window again {1000 * took[f'{mode}, one window']:.0f} ms"
        report(Row(f"plan to {mode} {what}", one, f"{took[mode]:.2f} s", target="<= 2 s"))
