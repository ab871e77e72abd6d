"""Ctrl-C, SIGTERM and SIGKILL in the middle of `backfill --execute`, against a page that hangs."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from dated_press import page, serve_days
from local_outlet import Outlet, Reply, Request
from started_command import PATIENT_S, configure, started, tell

from warehouse import connect

FIRST = dt.date(2026, 3, 1)
DAYS = 6
HANGING = 3
"""The day, counted from the first, of which the second page does not come in the first run."""
LAST = FIRST + dt.timedelta(days=DAYS - 1)


class Press:
    """Two pages a day, named by a sitemap; one hangs as long as it is told to."""

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        self.has_come, self.is_let_go = threading.Event(), threading.Event()
        serve_days(outlet, (FIRST + dt.timedelta(days=age) for age in range(DAYS)), 2)
        self.day = FIRST + dt.timedelta(days=HANGING)
        outlet.serve(f"/{self.day}/1", self._hang)

    def _hang(self, request: Request) -> Reply:
        self.has_come.set()
        self.is_let_go.wait(PATIENT_S)
        return 200, {}, page(self.day, 1).encode()


@pytest.fixture
def press(outlet: Outlet) -> Iterator[Press]:
    press = Press(outlet)
    yield press
    press.is_let_go.set()


@pytest.fixture
def folder(press: Press, tmp_path: Path) -> Path:
    configure(tmp_path, f'kind = "sitemap"\nurl = "{press.outlet.url("/sitemap.xml")}"')
    return tmp_path


def backfilling(folder: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    days = ["--from", str(FIRST), "--to", str(LAST), "--oldest-first", "--parallel", "1"]
    return started(folder, "backfill", *days, "--execute")


def ask(folder: Path, query: str) -> list[tuple[object, ...]]:
    with connect(folder / "lake") as lake:
        return lake.sql(query).fetchall()


def run_to_the_end(folder: Path) -> None:
    with backfilling(folder) as process:
        _, said = process.communicate(timeout=PATIENT_S)
    assert process.returncode == 0, said


@pytest.mark.whole
@pytest.mark.parametrize(
    ("number", "is_group_told", "exit_code"),
    [
        (signal.SIGINT, True, 130),
        (signal.SIGTERM, False, 143),
        (signal.SIGKILL, True, -signal.SIGKILL),
    ],
    ids=["Ctrl-C", "SIGTERM", "SIGKILL"],
)
def test_windows_that_were_read_stay_and_the_next_backfill_reads_the_others(
    press: Press, folder: Path, number: signal.Signals, is_group_told: bool, exit_code: int
) -> None:
    with backfilling(folder) as process:
        assert press.has_come.wait(PATIENT_S)
        said = tell(process, number, is_group_told=is_group_told)
    assert process.returncode == exit_code
    assert "Traceback" not in said
    windows = ask(folder, "SELECT day, state FROM raw.windows ORDER BY day")
    days = [FIRST + dt.timedelta(days=age) for age in range(DAYS)]
    assert windows == [(day, "done") for day in days[:HANGING]]
    # What the window that was cut off had given is kept, but for a crash.
    kept = 2 * HANGING + (number != signal.SIGKILL)
    assert ask(folder, "SELECT count(*) FROM articles") == [(kept,)]

    press.is_let_go.set()
    asked = len(press.outlet.log)
    run_to_the_end(folder)
    again = {request.path for request in press.outlet.log[asked:]} - {"/robots.txt"}
    pages = {f"/{day}/{page}" for day in days[HANGING:] for page in range(2)}
    assert again == pages | {"/sitemap.xml"}
    windows = ask(folder, "SELECT day, state, documents FROM raw.windows ORDER BY day")
    assert windows == [(day, "done", 2) for day in days]
    assert ask(folder, "SELECT count(*), count(DISTINCT url) FROM articles") == [
        (2 * DAYS, 2 * DAYS)
    ]
