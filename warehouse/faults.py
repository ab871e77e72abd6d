"""Named places at which a test lets a run be killed, stopped or failed; else nothing happens there.

    WIRELAKE_FAULT="SIGKILL 1 commit: parts written"    dies when it comes there first
    WIRELAKE_FAULT="ENOSPC 3 file: written"             no space is left, there, the third time
    WIRELAKE_FAULT="error 1 commit: committed"          a statement of DuckDB fails

What is not armed costs a call of a function without a body: 30 ns, at some tens of places a commit.
"""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Callable

import duckdb

VARIABLE = "WIRELAKE_FAULT"


def _pass(name: str) -> None:
    """Go on: nothing is armed."""


def armed(said: str) -> Callable[[str], None]:
    """Give what does something at one place, once.

    Args:
        said: the name of a signal or of an error of the system, or `error`; when it comes there for
            the how many-th time; the place.
    """
    what, times, place = said.split(" ", 2)
    left = int(times)

    def point(name: str) -> None:
        nonlocal left
        left -= name == place
        if name == place and left == 0:
            _do(what, place)

    return point


def _do(what: str, place: str) -> None:
    if what.startswith("SIG"):
        # To this thread: it would go on for a moment, were another one to take the signal.
        signal.pthread_kill(threading.get_ident(), signal.Signals[what])
    elif what == "error":
        raise duckdb.IOException(f"armed at {place}")
    else:
        number = int(getattr(errno, what))
        raise OSError(number, os.strerror(number))


point = armed(os.environ[VARIABLE]) if VARIABLE in os.environ else _pass
