"""Whether memory stays bounded: four times the documents, the same peak."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bench_ingest import ingest
from bench_measure import measure
from bench_noop import as_long
from bench_report import Report, Row, size

pytestmark = pytest.mark.bench

FEW, MANY = size("FEW", 5000), size("MANY", 20_000)
WORKERS = 2
EXTRACTORS = {"reads nothing": as_long} | ({"reads pages": None} if size("REAL", 0) else {})


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_peak_memory(
    extractor: str, pages: Callable[[int], Path], tmp_path: Path, report: Report
) -> None:
    apply = EXTRACTORS[extractor]
    few, many = (
        measure(ingest, pages(count), tmp_path / f"lake-{count}", WORKERS, apply)
        for count in (FEW, MANY)
    )
    assert (few.outcome.documents, many.outcome.documents) == (FEW, MANY)
    report(
        Row(
            f"peak memory, an extractor that {extractor}",
            f"{FEW:,} pages: {few.peak_mb:,.0f} MiB",
            f"{MANY:,} pages: {many.peak_mb:,.0f} MiB",
            many.peak_mb / few.peak_mb,
            "<= 1.2",
        )
    )
