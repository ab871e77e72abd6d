"""The commit lock: one writer between BEGIN and COMMIT, whatever process it lives in.

The SQLite catalog loses over half of contended commits, and on no catalog does DuckLake notice two
inserts of one id. So every transaction holds an advisory lock on a file beside the catalog, which
the kernel drops with the process that held it.
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from transforms.errors import LockError, WarehouseError

PATIENCE_S = 60.0
"""A holder that shows no progress for so long is given up on; one at work is waited for."""
POLL_S = 0.01


@contextmanager
def hold(path: Path, patience_s: float = PATIENCE_S) -> Iterator[Callable[[], None]]:
    """Hold the lock file `path` for the time of the block.

    Yields:
        What a holder with much to do calls between its steps, so that waiters see it at work.

    Raises:
        LockError: the same holder has held it for `patience_s` seconds.
        WarehouseError: the lock file cannot be opened for writing.
    """
    with _opened(path) as lock:
        # Who waits for the lock holds the place in front of it, so that a holder which comes back
        # at once queues behind: without it a writer in a loop shuts out all others.
        with _opened(path.with_suffix(".next")) as place_in_front:
            _wait(place_in_front, path, patience_s)
            _wait(lock, path, patience_s)
        _sign(lock)
        yield lambda: _sign(lock)


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a+")
    except OSError as error:
        raise WarehouseError(
            f"cannot write in the warehouse: {error.strerror}", path=path
        ) from error


def is_held(path: Path) -> bool:
    """Say whether some process holds the lock file now."""
    with path.open("a+") as lock:
        return not _try(lock)


def _wait(lock: IO[str], path: Path, patience_s: float) -> None:
    holder, since = "", time.monotonic()
    while not _try(lock):
        current = _holder(path)
        if current != holder:
            holder, since = current, time.monotonic()
        if time.monotonic() - since > patience_s:
            raise LockError(
                f"another process has held the warehouse for {patience_s:.0f} s without progress: "
                "wait for it or end it, then start again",
                lock=path,
                holder=holder.split(" ")[0] or "unknown",
            )
        time.sleep(POLL_S * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret


def _try(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(lock: IO[str]) -> None:
    """Write who holds it; a new signature is what waiters see as progress."""
    lock.truncate(0)
    lock.write(f"pid:{os.getpid()} {time.monotonic_ns()}")
    lock.flush()


def _holder(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
