"""The benchmarks: what they share, and the table they end in.

They measure and do not judge: a machine is slow or busy, and the figures are read as ratios.
`BENCH_...` variables set their sizes; docs/benchmarks.md lists them.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# By this the processes that are measured find the modules beside this file.
sys.path.insert(0, str(Path(__file__).parent))
from bench_pages import write_folder
from bench_report import Report, Row, render

ROWS = pytest.StashKey[list[Row]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if rows := config.stash[ROWS]:
        terminalreporter.section("benchmarks")
        terminalreporter.write(render(rows))


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Report:
    """Add a line to the table."""
    return pytestconfig.stash[ROWS].append


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Path]]:
    """Write a folder of so many pages, once for all who ask for as many."""
    base = tmp_path_factory.mktemp("pages")

    def written(count: int) -> Path:
        folder = base / str(count)
        if not folder.exists():
            write_folder(folder, count)
        return folder

    yield written
    shutil.rmtree(base)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Name a warehouse to be made, and remove it: pytest would keep it for three more runs."""
    yield tmp_path / "lake"
    shutil.rmtree(tmp_path / "lake", ignore_errors=True)
