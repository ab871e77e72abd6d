"""What a copies step takes as the warehouse grows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bench_copies import Step, fill, step
from bench_measure import Measured, measure
from bench_narrow import fill_narrowly
from bench_report import Report, Row, size
from bench_signing import folded, sign_ours, sign_plainly
from bench_templates import judged_at_once, write

pytestmark = pytest.mark.bench

STORED, NEW, FEW = size("COPIES_STORED", 100_000), size("COPIES_NEW", 10_000), 100
NARROW_MOST = size("COPIES_NARROW", 3_000_000)
NARROW = NARROW_MOST // 30, NARROW_MOST // 3, NARROW_MOST
PRESS = size("COPIES_PRESS", 2_000)
SIGNED = 2_000
AIM = "<= 1.3 of CPU, < 1 GB"


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
        assert ours.outcome.counts.compared == new
        ratio = ours.outcome.cpu_s / less.outcome.cpu_s
        into = f"{STORED // 10:,} stored: {_told(less)}"
        report(Row(f"copies of {new:,} new in {STORED:,}", into, _told(ours), ratio, AIM))


def test_a_step_costs_the_same_whatever_the_history(tmp_path: Path, report: Report) -> None:
    """As much new of some days into warehouses of ever more years, and some of no day apart."""
    first: dict[str, Measured[Step]] = {}
    for stored in NARROW:
        place = tmp_path / str(stored)
        fill_narrowly(place, stored)
        for number, (new, undated) in enumerate(((NEW, 0.0), (NEW // 10, 1.0), (FEW, 0.0))):
            fill(place, number * NEW, new, compares=False, undated=undated)
            ours = measure(step, place)
            assert ours.outcome.counts.compared == new
            what = f"copies of {new:,} {'undated ' if undated else ''}new"
            least = first.setdefault(what, ours)
            ratio = ours.outcome.cpu_s / least.outcome.cpu_s
            into = f"{NARROW[0]:,} stored: {_told(least)}"
            report(Row(what, into, f"{stored:,}: {_told(ours)}", ratio, "" if undated else AIM))
        shutil.rmtree(place)


def test_a_press_full_of_templates_and_boilerplate(root: Path, report: Report) -> None:
    write(root, PRESS)
    ours = measure(judged_at_once, root)
    found = ours.outcome
    candidates, pairs = found.counts.candidates, found.counts.paired
    assert candidates >= pairs > 0
    each = f"{candidates / PRESS:.1f} candidates each, 1 in {candidates / pairs:.1f} a copy"
    report(Row(f"{PRESS:,} articles of one window", f"{pairs:,} pairs", each))
    judging = f"judging {found.judging_s:.1f} s, {1e6 * found.judging_s / candidates:.0f} us each"
    whole = f"{found.cpu_s:.1f} s CPU, peak {ours.peak_mb:,.0f} MiB"
    report(Row("of it", whole, judging, found.judging_s / found.cpu_s))
    clusters = f"largest cluster {found.largest:,}"
    report(Row("what came of it", clusters, f"{found.mixed:,} clusters of several stories"))


def _told(step: Measured[Step]) -> str:
    took = step.outcome
    return f"{took.seconds:.2f} s, {took.cpu_s:.2f} s CPU, peak {step.peak_mb:,.0f} MiB"


def test_texts_are_signed(report: Report) -> None:
    texts = folded(SIGNED)
    plain, ours = measure(sign_plainly, texts), measure(sign_ours, texts)
    assert plain.outcome == ours.outcome == SIGNED
    pace, plain_pace = SIGNED / ours.seconds, SIGNED / plain.seconds
    into = f"MinHash of SHA-1: {plain_pace:,.0f} texts/s"
    report(Row("signing", into, f"{pace:,.0f} texts/s", pace / plain_pace, ">= 4,500 texts/s"))
