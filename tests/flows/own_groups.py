"""This interpreter in a process group of its own, which ends with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

UNTRACKED = {"PREFECT_API_URL": "http://127.0.0.1:9/api"}
"""Nobody answers there."""


@contextmanager
def in_own_group(
    words: Sequence[str], folder: Path | None = None, **variables: str
) -> Iterator[subprocess.Popen[str]]:
    """Start it untracked, in a folder perhaps, and end its group with the block at the latest."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | UNTRACKED | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[str]) -> bool:
    """End it and its group at once, and say whether it was still at work."""
    if process.poll() is not None:
        return False
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return True
