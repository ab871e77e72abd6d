"""A fault comes once, where it was armed; where none is, nothing comes."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import duckdb
import pytest

from warehouse import faults


def test_an_error_comes_the_time_it_was_armed_for_and_not_again() -> None:
    point = faults.armed("ENOSPC 2 some place")
    point("some place")
    point("another place")
    with pytest.raises(OSError, match="No space left") as error:
        point("some place")
    assert error.value.errno == errno.ENOSPC
    point("some place")


def test_a_statement_can_fail() -> None:
    with pytest.raises(duckdb.Error, match="armed at some place"):
        faults.armed("error 1 some place")("some place")


@pytest.mark.parametrize(("said", "code"), [("SIGKILL 1 here", -signal.SIGKILL), ("", 0)])
def test_a_process_is_killed_where_its_environment_says_so_and_else_goes_on(
    said: str, code: int
) -> None:
    armed = {faults.VARIABLE: said} if said else {}
    script = "from warehouse import faults; faults.point('here')"
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], env=os.environ | armed, check=False
    )
    assert ran.returncode == code
