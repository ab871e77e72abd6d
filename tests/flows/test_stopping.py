"""Ctrl-C and SIGTERM in the middle of a run, against a server that hangs."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from local_outlet import Outlet, Reply, Request
from started_command import started

from warehouse import connect

PATIENT_S = 60.0
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
    """Settings and a source, in the folder the command is run in."""
    options = "allow_private = true\npace_s = 0\nread_s = 300\ntotal_s = 300\n"
    table = f'[sources.press]\nkind = "page"\nurls = {press.urls}\n{options}'
    (tmp_path / "sources.toml").write_text(table)
    (tmp_path / "wirelake.toml").write_text("[normalize]\nworkers = 1\n")
    return tmp_path


@contextmanager
def ingesting(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with started(folder, "ingest") as process:
        yield process


def stored(folder: Path) -> list[str]:
    with connect(folder / "lake") as lake:
        rows = lake.sql("SELECT url FROM raw.documents ORDER BY url").fetchall()
    return [row[0].rpartition("/")[2] for row in rows]


@pytest.mark.parametrize(
    ("number", "is_group_told", "exit_code"),
    [(signal.SIGINT, True, 130), (signal.SIGTERM, False, 143)],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_what_was_read_before_a_signal_is_stored_and_not_asked_for_again(
    press: Press, folder: Path, number: signal.Signals, is_group_told: bool, exit_code: int
) -> None:
    with ingesting(folder) as process:
        assert press.hangs.wait(PATIENT_S)
        tell = os.killpg if is_group_told else os.kill  # as a terminal does, as a service manager
        tell(process.pid, number)
        _, said = process.communicate(timeout=PATIENT_S)
    assert process.returncode == exit_code
    assert said.strip().splitlines()[-1].startswith("wirelake: stopped: what was done until now")
    assert "Traceback" not in said
    names = sorted(str(page) for page in range(HANGING))
    assert stored(folder) == names
    with connect(folder / "lake") as lake:
        failed = lake.sql("SELECT url, outcome FROM raw.fetches WHERE outcome <> 'ok'").fetchall()
    assert [url for url, _ in failed if "robots" not in url] == []

    asked = len(press.outlet.log)
    with ingesting(folder) as process:
        process.communicate(timeout=PATIENT_S)
    assert process.returncode == 0
    again = [request.path for request in press.outlet.log[asked:]]
    assert again == [f"/{page}" for page in range(HANGING, PAGES)]
    assert len(stored(folder)) == PAGES


def test_what_could_not_be_stored_is_said_and_not_that_it_was(press: Press, folder: Path) -> None:
    with ingesting(folder) as process:
        assert press.hangs.wait(PATIENT_S)
        shutil.rmtree(folder / "lake" / "data" / "raw" / "articles", ignore_errors=True)
        (folder / "lake" / "data" / "raw" / "articles").write_text("in the way")
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PATIENT_S)
    assert process.returncode == 1
    assert said.strip().splitlines()[-1].startswith("wirelake: cannot write in the warehouse")


def test_a_second_signal_ends_a_run_that_cannot_end(press: Press, folder: Path) -> None:
    lock = folder / "lake" / "commit.lock"
    with ingesting(folder) as process:
        assert press.hangs.wait(PATIENT_S)
        with lock.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # so that it waits to commit
            os.kill(process.pid, signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1.0)
            os.kill(process.pid, signal.SIGTERM)
            process.communicate(timeout=PATIENT_S)
    assert process.returncode == -signal.SIGTERM
