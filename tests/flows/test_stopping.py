"""Ctrl-C and SIGTERM in the middle of a run, against a server that hangs."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from local_outlet import Outlet, Reply, Request
from started_command import PATIENT_S, configure, started, tell

from warehouse import connect

PAGES = 12
HANGING = 8
"""The page whose answer never ends while the first run goes."""


def page(number: int) -> str:
    words = " ".join(f"Sentence {line} of page {number} is about the harbour." for line in range(9))
    return f"<html><title>Page {number}</title><h1>Page {number}</h1><p>{words}</p></html>"


class Press:
    """Pages on an outlet, one of which hangs until it is told not to."""

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        self.hangs = threading.Event()
        for number in range(PAGES):
            outlet.serve(f"/{number}", page(number))
        outlet.serve(f"/{HANGING}", self._hang)

    @property
    def urls(self) -> list[str]:
        return [self.outlet.url(f"/{number}") for number in range(PAGES)]

    def _hang(self, request: Request) -> Reply:
        if not self.hangs.is_set():
            self.hangs.set()
            request.ended.wait(PATIENT_S)
        return 200, {}, page(HANGING).encode()


@pytest.fixture
def press(outlet: Outlet) -> Press:
    return Press(outlet)


@pytest.fixture
def folder(press: Press, tmp_path: Path) -> Path:
    configure(tmp_path, f'kind = "page"\nurls = {press.urls}')
    return tmp_path


def stored(folder: Path) -> list[str]:
    with connect(folder / "lake") as lake:
        rows = lake.sql("SELECT url FROM raw.documents ORDER BY url").fetchall()
    return [row[0].rpartition("/")[2] for row in rows]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("number", "is_group_told", "exit_code"),
    [(signal.SIGINT, True, 130), (signal.SIGTERM, False, 143)],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_what_was_read_before_a_signal_is_stored_and_not_asked_for_again(
    press: Press, folder: Path, number: signal.Signals, is_group_told: bool, exit_code: int
) -> None:
    with started(folder, "ingest") as process:
        assert press.hangs.wait(PATIENT_S)
        said = tell(process, number, is_group_told=is_group_told)
    assert process.returncode == exit_code
    assert said.strip().splitlines()[-1].startswith("wirelake: stopped: what was done until now")
    assert "Traceback" not in said
    names = sorted(str(page) for page in range(HANGING))
    assert stored(folder) == names
    with connect(folder / "lake") as lake:
        failed = lake.sql("SELECT url, outcome FROM raw.fetches WHERE outcome <> 'ok'").fetchall()
    assert [url for url, _ in failed if "robots" not in url] == []

    asked = len(press.outlet.log)
    with started(folder, "ingest") as process:
        process.communicate(timeout=PATIENT_S)
    assert process.returncode == 0
    again = [request.path for request in press.outlet.log[asked:]]
    assert again == [f"/{page}" for page in range(HANGING, PAGES)]
    assert len(stored(folder)) == PAGES


@pytest.mark.whole
def test_what_could_not_be_stored_is_said_and_not_that_it_was(press: Press, folder: Path) -> None:
    with started(folder, "ingest") as process:
        assert press.hangs.wait(PATIENT_S)
        shutil.rmtree(folder / "lake" / "data" / "raw" / "articles", ignore_errors=True)
        (folder / "lake" / "data" / "raw" / "articles").write_text("in the way")
        said = tell(process, signal.SIGINT, is_group_told=False)
    assert process.returncode == 1
    assert said.strip().splitlines()[-1].startswith("wirelake: cannot write in the warehouse")


@pytest.mark.whole
def test_a_second_signal_ends_a_run_that_cannot_end(press: Press, folder: Path) -> None:
    lock = folder / "lake" / "commit.lock"
    with started(folder, "ingest") as process:
        assert press.hangs.wait(PATIENT_S)
        with lock.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # so that it waits to commit
            os.kill(process.pid, signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1.0)
            os.kill(process.pid, signal.SIGTERM)
            process.communicate(timeout=PATIENT_S)
    assert process.returncode == -signal.SIGTERM
