"""Runs over what a source gives, into a warehouse of each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pipeline_fakes import FakePool, FakeSource, run_with

from flows.ingesting.counts import Counts
from flows.ingesting.pipeline import ingest_source
from flows.sources import Document, Fetch
from warehouse.catalog import Lake
from warehouse.opening import opened


@pytest.fixture
def lake(empty_lake: Path, tmp_path: Path) -> Iterator[Lake]:
    with opened(shutil.copytree(empty_lake, tmp_path / "lake")) as lake:
        yield lake


@pytest.fixture
def pool() -> FakePool:
    return FakePool()


@pytest.fixture
def ingest(lake: Lake, pool: FakePool) -> Callable[..., Counts]:
    """Read readings as one run."""

    def ingest_readings(*readings: Document | Fetch, **limits: int) -> Counts:
        return ingest_source(run_with(lake, pool, **limits), FakeSource(readings))

    return ingest_readings
