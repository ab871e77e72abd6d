"""The pace that all runs into one warehouse keep together: a file for each domain, and its lock.

Who asks a domain holds the lock of its file, which the kernel drops with the process that held it.
In the file stands when the last request began, and until when the domain is left alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flows.sources._http.waits import LONGEST_RETRY_S

POLL_S = 0.1
"""How soon a domain that another run is asking is looked at again."""


@dataclass(frozen=True, slots=True)
class _Past:
    started_at: float = 0.0
    held_until: float = 0.0


class Turnstiles:
    """One per domain; it lets one run through at a time, no sooner than a gap after the last.

    Where its folder cannot be used (read-only, a full disk), everybody is let through: the run
    then keeps its own pace. Not for several threads at once: whoever uses it guards it.

    Args:
        folder: made when it is first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entered: dict[str, int] = {}

    def enter(self, domain: str, gap_s: float) -> float:
        """Go through and give 0, else the seconds until it is worth another try."""
        try:
            return self._enter(domain, gap_s)
        except OSError:
            return 0.0

    def start(self, domain: str) -> None:
        """Note that a request begins now."""
        if (file := self._entered.get(domain)) is not None:
            _write(file, _Past(time.time(), _read(file).held_until))

    def hold(self, domain: str, seconds: float) -> None:
        """Let no run ask the domain for so long."""
        if (file := self._entered.get(domain)) is not None:
            past = _read(file)
            _write(file, _Past(past.started_at, max(past.held_until, time.time() + seconds)))

    def leave(self, domain: str) -> None:
        """Let the next one through; nothing happens where nobody had entered."""
        if (file := self._entered.pop(domain, None)) is not None:
            os.close(file)  # and with it goes the lock

    def _enter(self, domain: str, gap_s: float) -> float:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / sha256(domain.encode()).hexdigest()
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            wait_s = _wait_s(_read(file), gap_s)
        except BlockingIOError:
            wait_s = POLL_S
        except BaseException:
            os.close(file)
            raise
        if wait_s:
            os.close(file)
        else:
            self._entered[domain] = file
        return wait_s


def _wait_s(past: _Past, gap_s: float) -> float:
    now = time.time()
    if past.started_at > now:  # a clock that was set back tells nothing
        return 0.0
    held_s = min(past.held_until - now, LONGEST_RETRY_S)
    return max(past.started_at + gap_s - now, held_s, 0.0)


def _read(file: int) -> _Past:
    try:
        return _Past(*(float(part) for part in os.pread(file, 64, 0).split()))
    except (ValueError, TypeError, OSError):  # empty, or cut off by a full disk
        return _Past()


def _write(file: int, past: _Past) -> None:
    text = f"{past.started_at!r} {past.held_until!r}".encode()
    with contextlib.suppress(OSError):
        os.pwrite(file, text.ljust(63) + b"\n", 0)
