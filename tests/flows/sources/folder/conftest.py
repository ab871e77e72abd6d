"""Files on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


@pytest.fixture
def press(tmp_path: Path) -> Callable[[Mapping[str, bytes]], Path]:
    """Write files by name, at noon, and give their folder."""

    def write(files: Mapping[str, bytes]) -> Path:
        for name, payload in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(payload)
            os.utime(path, ns=(0, 1_714_737_600_123_456_789))
        return tmp_path

    return write
