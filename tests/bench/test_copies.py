"""What a copies step takes as the warehouse grows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bench_copies import fill, step
from bench_measure import measure
from bench_narrow import fill_narrowly
from bench_report import Report, Row, size
from bench_signing import folded, sign_ours, sign_plainly

pytestmark = pytest.mark.bench

STORED, NEW, FEW = size("COPIES_STORED", 100_000), size("COPIES_NEW", 10_000), 100
NARROW_MOST = size("COPIES_NARROW", 3_000_000)
NARROW = NARROW_MOST // 30, NARROW_MOST // 3, NARROW_MOST
SIGNED = 2_000


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


def test_a_step_costs_the_same_whatever_the_history(tmp_path: Path, report: Report) -> None:
    """As much new of some days into warehouses of ever more years, and some of no day apart."""
    first: dict[str, float] = {}
    for stored in NARROW:
        place = tmp_path / str(stored)
        fill_narrowly(place, stored)
        for number, (new, undated) in enumerate(((NEW, 0.0), (NEW // 10, 1.0), (FEW, 0.0))):
            fill(place, number * NEW, new, compares=False, undated=undated)
            ours = measure(step, place)
            assert ours.outcome[0].compared == new
            what = f"copies of {new:,} {'undated ' if undated else ''}new"
            least = first.setdefault(what, ours.outcome[1])
            into = f"{NARROW[0]:,} stored: {least:.2f} s"
            took = f"{stored:,}: {ours.outcome[1]:.2f} s, peak {ours.peak_mb:,.0f} MiB"
            ratio = ours.outcome[1] / least
            report(Row(what, into, took, ratio, "" if undated else "<= 1.3, < 1 GB"))
        shutil.rmtree(place)


def test_texts_are_signed(report: Report) -> None:
    texts = folded(SIGNED)
    plain, ours = measure(sign_plainly, texts), measure(sign_ours, texts)
    assert plain.outcome == ours.outcome == SIGNED
    pace, plain_pace = SIGNED / ours.seconds, SIGNED / plain.seconds
    into = f"MinHash of SHA-1: {plain_pace:,.0f} texts/s"
    report(Row("signing", into, f"{pace:,.0f} texts/s", pace / plain_pace, ">= 4,500 texts/s"))
