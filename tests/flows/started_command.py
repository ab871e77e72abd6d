"""The command `wirelake` in a process group of its own, to be stopped in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def started(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command in a folder, untracked, and end it with the block at the latest."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "flows.cli", *words],
        cwd=folder,
        env=os.environ | {"PREFECT_API_URL": "http://127.0.0.1:9/api"},  # nobody answers there
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
