"""A disk of some megabytes that a test fills up and frees again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

BLOCK = bytes(64 * 1024)


@dataclass(frozen=True)
class SmallDisk:
    """A file system in memory."""

    path: Path

    @property
    def ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        """Leave no room for a single byte."""
        with self.ballast.open("ab", buffering=0) as file:
            for size in (len(BLOCK), 1):
                try:
                    while file.write(BLOCK[:size]) == size:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self.ballast.unlink()

    def left(self) -> int:
        return shutil.disk_usage(self.path).free


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount one for the time of the block; the test is skipped where nobody may."""
    path.mkdir()
    _ask(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)])
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)  # noqa: S603, S607


def _ask(command: list[str]) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("a small disk is mounted on Linux only")
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        pytest.skip(f"no right to mount a small disk: {done.stderr.strip()}")
