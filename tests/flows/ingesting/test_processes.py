"""Processes that are given functions: what comes back, and when nothing does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from types import ModuleType

import pytest

from flows.ingesting.processes import ProcessEnded, Processes

MODULES = Path(__file__).parents[2] / "data" / "modules"
PATIENT_S = 60.0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Functions in a module that the processes can import."""
    monkeypatch.syspath_prepend(MODULES)
    import odd_work

    return odd_work


@pytest.fixture
def processes(work: ModuleType) -> Iterator[Processes]:
    processes = Processes(1, preload=[])
    yield processes
    processes.stop()


def test_what_a_function_gives_comes_back(processes: Processes, work: ModuleType) -> None:
    answer = processes.give(work.greet, "Mole", limit_s=PATIENT_S)
    assert answer.result(PATIENT_S) == b"Good morning, Mole"


def test_what_cannot_be_sent_is_raised_and_harms_nobody(
    processes: Processes, work: ModuleType
) -> None:
    answer = processes.give(work.greet, lambda: "Mole", limit_s=PATIENT_S)
    with pytest.raises(Exception, match="pickle"):
        answer.result(PATIENT_S)
    with pytest.raises(RuntimeError, match="between ourselves"):
        processes.give(work.fail_untold, limit_s=PATIENT_S).result(PATIENT_S)
    assert processes.give(work.greet, "Rat", limit_s=PATIENT_S).result(PATIENT_S)


def test_a_process_that_ends_says_how(processes: Processes) -> None:
    answer = processes.give(os._exit, 3, limit_s=PATIENT_S)
    with pytest.raises(ProcessEnded) as ended:
        answer.result(PATIENT_S)
    assert ended.value.exit_code == 3
    answer = processes.give(signal.raise_signal, signal.SIGKILL, limit_s=PATIENT_S)
    with pytest.raises(ProcessEnded) as ended:
        answer.result(PATIENT_S)
    assert ended.value.exit_code == -signal.SIGKILL


def test_what_waits_when_they_are_stopped_is_cancelled_and_nothing_is_taken_after(
    processes: Processes, work: ModuleType
) -> None:
    answers = [processes.give(signal.pause, limit_s=PATIENT_S) for _ in range(3)]
    processes.stop()
    for answer in answers:
        with pytest.raises(CancelledError):
            answer.result(PATIENT_S)
    with pytest.raises(CancelledError):
        processes.give(work.greet, "Badger", limit_s=PATIENT_S)


UNGUARDED = """
from flows.ingesting.processes import Processes
print(Processes(1, preload=[]).give(len, b"Mole", limit_s=60).result())
"""


def test_a_process_that_cannot_even_start_is_told_to_whoever_waits(tmp_path: Path) -> None:
    # Each process begins by running the script again, which may not start others then.
    script = tmp_path / "unguarded.py"
    script.write_text(UNGUARDED)
    done = subprocess.run([sys.executable, script], capture_output=True, timeout=60, check=False)  # noqa: S603
    assert done.returncode == 1
    assert b"ProcessEnded" in done.stderr
