"""The benchmarks: what they share, and the table they end in.

They measure and do not judge: a machine is slow or busy, and the figures are read as ratios.
`BENCH_...` variables set their sizes; docs/benchmarks.md lists them.
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

# By this the processes that are measured find the modules beside this file.
sys.path.insert(0, str(Path(__file__).parent))
from bench_pages import write_folder

WIDTH = 118


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    reference: str
    ours: str
    ratio: str = ""
    target: str = ""


ROWS = pytest.StashKey[list[Row]]()
Report = Callable[[Row], None]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if rows := config.stash[ROWS]:
        terminalreporter.section("benchmarks")
        terminalreporter.write(_table(rows))


def _table(rows: list[Row]) -> str:
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    caption = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}"
    table = Table("what", "reference", "ours", "ratio", "target", caption=caption)
    for row in rows:
        table.add_row(*astuple(row))
    sink = io.StringIO()
    Console(file=sink, width=WIDTH).print(table)
    return sink.getvalue()


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Report:
    """Add a line to the table."""
    return pytestconfig.stash[ROWS].append


@pytest.fixture(scope="session")
def size() -> Callable[[str, int], int]:
    """Give a size: a variable of the environment, else the default."""

    def from_environment(name: str, default: int) -> int:
        return int(os.environ.get(f"BENCH_{name}", default))

    return from_environment


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Path]]:
    """Write a folder of so many pages, once for all who ask for as many."""
    folder = tmp_path_factory.mktemp("pages")

    def written(count: int) -> Path:
        target = folder / str(count)
        if not target.exists():
            write_folder(target, count)
        return target

    yield written
    shutil.rmtree(folder)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Name a warehouse to be made, and remove it: pytest would keep it for three more runs."""
    yield tmp_path / "lake"
    shutil.rmtree(tmp_path / "lake", ignore_errors=True)
