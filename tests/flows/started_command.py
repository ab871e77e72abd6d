"""The command `wirelake` in a process group of its own, to be stopped in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENT_S = 60.0
"""Longer than anything takes that a test waits for."""


def configure(folder: Path, source: str) -> None:
    """Write settings and one source, whose server may take its time.

    Args:
        folder: that the command is run in.
        source: its kind and its address, in TOML.
    """
    options = "allow_private = true\npace_s = 0\nread_s = 300\ntotal_s = 300\n"
    (folder / "sources.toml").write_text(f"[sources.press]\n{source}\n{options}")
    (folder / "wirelake.toml").write_text("[normalize]\nworkers = 1\n")


def tell(process: subprocess.Popen[str], number: signal.Signals, *, is_group_told: bool) -> str:
    """Send a signal, to the group as a terminal does or as a service manager, and wait.

    Returns:
        What the command said until it ended.
    """
    (os.killpg if is_group_told else os.kill)(process.pid, number)
    _, said = process.communicate(timeout=PATIENT_S)
    return said


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
