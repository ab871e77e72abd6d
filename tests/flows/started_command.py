"""The command `wirelake` in a process group of its own, to be stopped in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

from own_groups import in_own_group

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


def started(folder: Path, *words: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """Run the command in a folder, untracked, and end it with the block at the latest."""
    return in_own_group(["-m", "flows.cli", *words], folder)
