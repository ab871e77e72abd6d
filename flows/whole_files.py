"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.files import publish


def followed(path: Path) -> Path:
    """Follow the links of a path to what is there, or is not there yet.

    Raises:
        OSError: they lead in a circle; `Path.resolve` says so on some versions of Python only.
    """
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise
    return Path(os.path.realpath(path))


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Give a path beside the target whose file takes its place when the block has succeeded.

    It is on the disk then, and who may read it stays as it was. A link stays a link; a pipe or
    device is given itself, to be written into.

    Raises:
        OSError: no space, no permission, no such folder, a circle of links.
    """
    if target.exists() and not target.is_file():
        yield target
        return
    target = followed(target)
    with tempfile.TemporaryDirectory(prefix=".wirelake-", dir=target.parent) as folder:
        path = Path(folder) / target.name
        yield path
        if target.exists():
            shutil.copymode(target, path)
        publish(path, target)
