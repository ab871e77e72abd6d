"""What a small commit into a large warehouse costs, and whether the hundredth costs more."""

from __future__ import annotations

from pathlib import Path
from statistics import median, quantiles

import pytest
from bench_commits import commit_often
from bench_measure import measure
from bench_report import Report, Row, size

pytestmark = pytest.mark.bench

STORED, COMMITS = size("STORED", 200_000), size("COMMITS", 50)
ARTICLES = 100
ENDS = 10


def test_small_commits_into_a_large_warehouse(root: Path, report: Report) -> None:
    took = measure(commit_often, root, STORED, COMMITS, ARTICLES).outcome
    assert len(took) == COMMITS
    first, last = median(took[:ENDS]), median(took[-ENDS:])
    report(
        Row(
            f"{COMMITS} commits of {ARTICLES} articles into {STORED:,}",
            f"the first {ENDS}: {first:.0f} ms",
            f"the last {ENDS}: {last:.0f} ms, p95 of all {quantiles(took, n=20)[-1]:.0f} ms",
            last / first,
            "<= 150 ms, flat",
        )
    )
