"""What a small commit into a large warehouse costs, whether the last costs more, and who pays.

Many small commits leave many parts. Queries over them are asked before upkeep and after it, each
beside the same rows in a table of DuckDB's own.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median, quantiles

import pytest
from bench_measure import measure
from bench_queries import live
from bench_report import Report, Row, size

pytestmark = pytest.mark.bench

STORED, COMMITS = size("STORED", 200_000), size("COMMITS", 50)
ARTICLES = 100
ENDS = min(20, COMMITS // 2)


def test_small_commits_into_a_large_warehouse(root: Path, report: Report) -> None:
    lived = measure(live, root, STORED, COMMITS, ARTICLES).outcome
    took = lived.commits
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
    before, after = lived.files
    report(
        Row("parts", f"before upkeep: {before:,}", f"after {lived.maintain_s:.1f} s of it: {after}")
    )
    for query, (many, few) in lived.seconds.items():
        for when, (ours, theirs) in ((f"{before:,} parts", many), (f"{after} parts", few)):
            report(
                Row(
                    f"{query}, {when}",
                    f"DuckDB's table: CPU {1000 * theirs:.1f} ms",
                    f"CPU {1000 * ours:.1f} ms",
                    ours / theirs,
                )
            )
