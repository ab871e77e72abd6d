"""How fast pages become articles in a warehouse, and how much of that is the pipeline's own.

The reference, `read_bare`, reads the same files in as many processes and calls `normalize`; each
process counts its articles and throws them away. It brings back nothing, stores nothing and looks
for no copies. So the ratios hold against the pipeline all that a run does besides: ids, Parquet,
commits, the making of the warehouse, and the copies step with the signing of every text. Signing is
no overhead but work, and not of `normalize`; `test_what_signing_takes_of_it` tells it apart, with
bare functions that sign the texts as well. The targets stay those against `normalize` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench_bare import read_bare
from bench_ingest import Stored, ingest
from bench_measure import Measured, measure
from bench_noop import MONTHS, many_months, one_month
from bench_pages import write_zip
from bench_report import Report, Row, size

from flows.ingesting.normalize import with_keys

pytestmark = pytest.mark.bench

DOCUMENTS = size("DOCUMENTS", 2000)
WORKERS = 2


@pytest.fixture(scope="module")
def folder(pages: Callable[[int], Path]) -> Path:
    return pages(DOCUMENTS)


def pace(measured: Measured[Any]) -> str:
    return f"{DOCUMENTS / measured.seconds:,.0f} documents/s"


def per_document(seconds: float) -> str:
    return f"{1000 * seconds / DOCUMENTS:.2f} ms a document"


def test_pages_become_articles(folder: Path, root: Path, report: Report) -> None:
    bare = measure(read_bare, folder, WORKERS, None)
    ours = measure(ingest, folder, root, WORKERS, None)
    assert bare.outcome == ours.outcome.kept == DOCUMENTS
    peak = f"{pace(ours)}, peak {ours.peak_mb:,.0f} MiB"
    ratio = ours.seconds / bare.seconds
    report(Row(f"{DOCUMENTS:,} pages", f"bare functions {pace(bare)}", peak, ratio, "<= 1.15"))
    cpu, cpu_bare = per_document(ours.cpu_s), per_document(bare.cpu_s)
    report(Row("CPU of all processes", cpu_bare, cpu, ours.cpu_s / bare.cpu_s, "<= 1.15"))


def test_what_signing_takes_of_it(folder: Path, report: Report) -> None:
    bare = measure(read_bare, folder, WORKERS, None)
    signing = measure(read_bare, folder, WORKERS, with_keys)
    assert bare.outcome == signing.outcome == DOCUMENTS
    cpu, cpu_bare = per_document(signing.cpu_s), per_document(bare.cpu_s)
    ratio = signing.cpu_s / bare.cpu_s
    report(Row("CPU of bare functions that sign, too", cpu_bare, cpu, ratio))


def test_the_pipeline_alone(folder: Path, root: Path, tmp_path: Path, report: Report) -> None:
    archive = tmp_path / "pages.zip"
    write_zip(archive, folder)
    bare = measure(read_bare, folder, WORKERS, one_month)
    files = measure(ingest, folder, root, WORKERS, one_month)
    members = measure(ingest, archive, tmp_path / "second", WORKERS, one_month)
    assert files.outcome.documents == members.outcome.documents == DOCUMENTS
    for what, ours in {"files": files, "in a zip": members}.items():
        own = f"{pace(ours)}, {per_document(ours.seconds - bare.seconds)} more"
        report(Row(f"an extractor that reads nothing, {what}", f"bare {pace(bare)}", own))


def test_many_months(folder: Path, root: Path, tmp_path: Path, report: Report) -> None:
    one = measure(ingest, folder, tmp_path / "one", WORKERS, one_month)
    many = measure(ingest, folder, root, WORKERS, many_months)
    assert one.outcome.documents == many.outcome.documents == DOCUMENTS
    ratio = many.seconds / one.seconds
    report(Row(f"the same over {MONTHS} months", f"one month {spread(one)}", spread(many), ratio))


def spread(measured: Measured[Stored]) -> str:
    stored = measured.outcome
    return f"{stored.parts} parts, {measured.seconds:.1f} s, commits {stored.commits_s:.1f} s"
