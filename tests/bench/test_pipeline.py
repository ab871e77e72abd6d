"""How fast pages become articles in a warehouse, and how much of that is the pipeline's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bench_bare import read_bare
from bench_ingest import Stored, ingest
from bench_measure import Measured, measure
from bench_noop import many_months, one_month
from bench_pages import write_zip
from bench_report import Report, Row, size

pytestmark = pytest.mark.bench

DOCUMENTS = size("DOCUMENTS", 2000)
WORKERS = 2


@pytest.fixture(scope="module")
def folder(pages: Callable[[int], Path]) -> Path:
    return pages(DOCUMENTS)


def pace(measured: Measured[object]) -> str:
    return f"{DOCUMENTS / measured.seconds:,.0f} documents/s, CPU {per_document(measured.cpu_s)}"


def per_document(seconds: float) -> str:
    return f"{1000 * seconds / DOCUMENTS:.2f} ms each"


def test_pages_become_articles(folder: Path, root: Path, report: Report) -> None:
    bare = measure(read_bare, folder, WORKERS, None)
    ours = measure(ingest, folder, root, WORKERS, None)
    assert bare.outcome == ours.outcome.kept == DOCUMENTS
    what, reference = f"{DOCUMENTS:,} pages", f"bare functions: {pace(bare)}"
    ratio, target = ours.seconds / bare.seconds, "<= 1.15"
    report(Row(what, reference, f"{pace(ours)}, {ours.peak_mb:,.0f} MiB", ratio, target))
    report(Row("the same, CPU of all processes", "", "", ours.cpu_s / bare.cpu_s, target))


def test_the_pipeline_alone(folder: Path, root: Path, tmp_path: Path, report: Report) -> None:
    archive = tmp_path / "pages.zip"
    write_zip(archive, folder)
    bare = measure(read_bare, folder, WORKERS, one_month)
    files = measure(ingest, folder, root, WORKERS, one_month)
    members = measure(ingest, archive, tmp_path / "second", WORKERS, one_month)
    assert files.outcome.documents == members.outcome.documents == DOCUMENTS
    reference = f"no pipeline: {pace(bare)}"
    for what, ours in {"files": files, "a zip": members}.items():
        own = f"the pipeline's own {per_document(ours.seconds - bare.seconds)}"
        report(Row(f"an extractor that reads nothing, {what}", reference, f"{pace(ours)}, {own}"))


def test_many_months(folder: Path, root: Path, tmp_path: Path, report: Report) -> None:
    one = measure(ingest, folder, tmp_path / "one", WORKERS, one_month)
    many = measure(ingest, folder, root, WORKERS, many_months)
    assert one.outcome.documents == many.outcome.documents == DOCUMENTS
    ratio = many.seconds / one.seconds
    report(Row("the same over 240 months", f"one month: {spread(one)}", spread(many), ratio))


def spread(measured: Measured[Stored]) -> str:
    stored = measured.outcome
    return f"{stored.parts} parts, {measured.seconds:.1f} s, commits {stored.commits_s:.1f} s"
