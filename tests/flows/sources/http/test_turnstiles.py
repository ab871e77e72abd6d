"""The pace of several runs: who comes through, and what is left when one is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.sources._http.turnstiles import POLL_S, Turnstiles
from flows.sources._http.waits import LONGEST_RETRY_S

KILLED = """
import os, signal, sys
from pathlib import Path
from flows.sources._http.turnstiles import Turnstiles
turnstiles = Turnstiles(Path(sys.argv[1]))
assert turnstiles.enter("a.example", 0.0) == 0.0
turnstiles.start("a.example")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def ours(tmp_path: Path) -> Turnstiles:
    return Turnstiles(tmp_path / "pace")


@pytest.fixture
def theirs(tmp_path: Path) -> Turnstiles:
    return Turnstiles(tmp_path / "pace")


def test_one_at_a_time_comes_through(ours: Turnstiles, theirs: Turnstiles) -> None:
    assert ours.enter("a.example", 0.0) == 0.0
    assert theirs.enter("a.example", 0.0) == POLL_S
    assert theirs.enter("b.example", 0.0) == 0.0
    ours.leave("a.example")
    assert theirs.enter("a.example", 0.0) == 0.0
    theirs.leave("a.example")
    theirs.leave("b.example")


def test_the_gap_counts_from_the_last_request_of_anybody(
    ours: Turnstiles, theirs: Turnstiles
) -> None:
    ours.enter("a.example", 60.0)
    ours.start("a.example")
    ours.leave("a.example")
    assert theirs.enter("a.example", 60.0) == pytest.approx(60.0, abs=20.0)
    assert theirs.enter("a.example", 0.0) == 0.0
    theirs.leave("a.example")


def test_a_domain_is_left_alone_by_all(ours: Turnstiles, theirs: Turnstiles) -> None:
    ours.enter("a.example", 0.0)
    ours.hold("a.example", 900.0)
    ours.start("a.example")
    ours.leave("a.example")
    assert theirs.enter("a.example", 0.0) == pytest.approx(900.0, abs=20.0)


def test_leaving_where_nobody_came_in_is_nothing(ours: Turnstiles) -> None:
    ours.leave("a.example")
    ours.start("a.example")
    ours.hold("a.example", 1.0)
    assert ours.enter("a.example", 60.0) == 0.0
    ours.leave("a.example")


def test_a_run_that_is_killed_holds_nobody_up(ours: Turnstiles, tmp_path: Path) -> None:
    killed = subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLED, tmp_path / "pace"], check=False
    )
    assert killed.returncode == -9
    assert ours.enter("a.example", 0.0) == 0.0
    ours.leave("a.example")


@pytest.mark.parametrize("content", ["", "nonsense", "1.0", "9999999999.0 0.0", "1 2 3 4"])
def test_a_file_that_says_nothing_of_use_holds_nobody_up(
    ours: Turnstiles, tmp_path: Path, content: str
) -> None:
    ours.enter("a.example", 0.0)
    ours.leave("a.example")
    (path,) = (tmp_path / "pace").iterdir()
    path.write_text(content)
    assert ours.enter("a.example", 60.0) == 0.0
    ours.leave("a.example")


def test_a_clock_that_was_set_back_leaves_no_domain_alone_for_years(
    ours: Turnstiles, tmp_path: Path
) -> None:
    ours.enter("a.example", 0.0)
    ours.leave("a.example")
    (path,) = (tmp_path / "pace").iterdir()
    path.write_text(f"0.0 {time.time() + 365 * 86_400}")
    assert ours.enter("a.example", 0.0) <= LONGEST_RETRY_S


def test_where_nothing_can_be_kept_everybody_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "pace").write_text("a file in place of the folder")
    turnstiles = Turnstiles(tmp_path / "pace")
    assert [turnstiles.enter("a.example", 60.0) for _ in range(2)] == [0.0, 0.0]
    turnstiles.leave("a.example")
