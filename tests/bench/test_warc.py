"""How fast the records of an archive become articles in a warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bench_measure import Measured, measure
from bench_pages import page
from bench_report import Report, Row, size
from bench_warc import ingest_archive, read_bare_archive, write_archive

from flows.sources import Document
from flows.sources.warc import Source

RECORDS = size("RECORDS", 2000)
WORKERS = 2


def pace(measured: Measured[Any]) -> str:
    return f"{RECORDS / measured.seconds:,.0f} records/s"


def test_an_archive_holds_the_pages(tmp_path: Path) -> None:
    write_archive(tmp_path / "pages.warc.gz", 3)
    source = Source(name="bench", home=tmp_path, path="pages.warc.gz")
    given = [each.payload for each in source.read(None, {}) if isinstance(each, Document)]
    assert given == [page(number).encode() for number in range(3)]


@pytest.mark.bench
def test_records_become_articles(tmp_path: Path, root: Path, report: Report) -> None:
    archive = tmp_path / "pages.warc.gz"
    write_archive(archive, RECORDS)
    bare = measure(read_bare_archive, archive, WORKERS)
    ours = measure(ingest_archive, archive, root, WORKERS)
    archive.unlink()
    assert bare.outcome == ours.outcome.kept == RECORDS
    what = f"{RECORDS:,} WARC responses"
    told = f"{pace(ours)}, peak {ours.peak_mb:,.0f} MiB"
    ratio = ours.seconds / bare.seconds
    report(Row(what, f"fastwarc, bare functions {pace(bare)}", told, ratio, "<= 1.15"))
    cpu, cpu_bare = (f"{1000 * each.cpu_s / RECORDS:.2f} ms a record" for each in (ours, bare))
    report(Row("CPU of all processes", cpu_bare, cpu, ours.cpu_s / bare.cpu_s, "<= 1.15"))
