"""The robots.txt files of earlier runs, on the disk: a schedule asks for each once a day."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Hashable
from hashlib import sha256
from pathlib import Path


class Shelf:
    """A folder with the text of each robots.txt, as old as its file.

    Nothing depends on it: what cannot be read or written is asked for again, and it may be deleted
    at any time. Several processes may share it.

    Args:
        folder: made when there is something to keep.
        ttl_s: what is older is removed.
    """

    def __init__(self, folder: Path, ttl_s: float) -> None:
        self._folder, self._ttl_s = folder, ttl_s
        self._sweep()

    def read(self, origin: Hashable) -> tuple[str, float] | None:
        """Give the text of an origin and the seconds for which it still counts."""
        path = self._path(origin)
        with contextlib.suppress(OSError, UnicodeError):
            left_s = self._left_s(path)
            if left_s > 0:
                return path.read_text(encoding="utf-8"), left_s
        return None

    def write(self, origin: Hashable, text: str) -> None:
        """Keep a text, whole or not at all."""
        with contextlib.suppress(OSError, UnicodeError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                    file.write(text)
                Path(name).replace(self._path(origin))
            finally:
                Path(name).unlink(missing_ok=True)  # there only where it was not kept

    def _left_s(self, path: Path) -> float:
        age_s = time.time() - path.stat().st_mtime
        return self._ttl_s - age_s if age_s >= 0 else 0.0  # a clock that was set back tells nothing

    def _sweep(self) -> None:
        with contextlib.suppress(OSError):
            for path in list(self._folder.iterdir()):
                if self._left_s(path) <= 0:
                    path.unlink(missing_ok=True)

    def _path(self, origin: Hashable) -> Path:
        return self._folder / sha256(repr(origin).encode()).hexdigest()
