"""What a copies step takes as the warehouse grows."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench_copies import fill, step
from bench_measure import measure
from bench_report import Report, Row, size

pytestmark = pytest.mark.bench

STORED, NEW, FEW = size("COPIES_STORED", 100_000), size("COPIES_NEW", 10_000), 100


def test_a_step_over_what_is_new(root: Path, tmp_path: Path, report: Report) -> None:
    """As much new into a warehouse of a tenth, and into the whole one; and a few."""
    small = tmp_path / "small"
    fill(small, 0, STORED // 10)
    fill(root, 0, STORED)
    first = STORED
    for new in (NEW, FEW):
        for place in (small, root):
            fill(place, first, new, compares=False)
        first += new
        less, ours = measure(step, small), measure(step, root)
        (counts, seconds), (_, reference) = ours.outcome, less.outcome
        assert counts.compared == new
        into = f"{STORED // 10:,} stored: {reference:.2f} s, peak {less.peak_mb:,.0f} MiB"
        took = f"{seconds:.2f} s, peak {ours.peak_mb:,.0f} MiB"
        ratio = seconds / reference
        report(Row(f"copies of {new:,} new in {STORED:,}", into, took, ratio, "<= 1.3, < 1 GB"))
