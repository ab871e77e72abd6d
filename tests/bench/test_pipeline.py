"""How fast generated pages become articles, against the bare functions over the same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_bare import read_bare
from bench_ingest import Stored, ingest
from bench_measure import Measured, measure
from bench_noop import many_months, one_month
from bench_pages import write_zip

pytestmark = pytest.mark.bench

WORKERS = 2


def pace(documents: int, seconds: float) -> str:
    return f"{documents / seconds:,.0f} documents/s"


def cost(documents: int, seconds: float) -> str:
    return f"{1000 * seconds / documents:.2f} ms/document"


@pytest.fixture
def documents(size: Callable[[str, int], int]) -> int:
    return size("DOCUMENTS", 2000)


@pytest.fixture
def folder(documents: int, pages: Callable[[int], Path]) -> Path:
    return pages(documents)


def test_pages_of_a_folder(documents, folder, root, report, row) -> None:
    bare = measure(read_bare, folder, WORKERS, None)
    ours = measure(ingest, folder, root, WORKERS, None)
    assert bare.outcome == ours.outcome.kept == documents
    report(
        row(
            f"{documents:,} pages, {WORKERS} processes",
            f"bare functions {pace(documents, bare.seconds)}",
            f"{pace(documents, ours.seconds)}, peak {ours.peak_mb:,.0f} MiB",
            f"{ours.seconds / bare.seconds:.2f}",
            "<= 1.15",
        )
    )
