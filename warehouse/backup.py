"""A copy of the catalog beside it: without a catalog the parts are files without a meaning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from transforms.errors import WarehouseError
from warehouse import files

NAME = "catalog.backup.sqlite"

# SQLite's own way of copying a database that is in use. In a process of its own: a second copy of
# SQLite in this one would drop DuckDB's locks (https://sqlite.org/howtocorrupt.html, 2.2).
_COPY = """
import sqlite3, sys
from contextlib import closing
with closing(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)) as catalog:
    with closing(sqlite3.connect(sys.argv[2])) as copy:
        catalog.backup(copy)
"""


def copy_catalog(root: Path) -> int:
    """Copy the catalog of a warehouse that may be in use; give the size of the copy in bytes.

    The copy of the last time is replaced when the new one is whole. Its parts are there for as
    long as replaced parts are kept.

    Raises:
        WarehouseError: it cannot be written.
    """
    target = root / NAME
    temporary = target.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    source = (root / "catalog.sqlite").absolute().as_uri().removeprefix("file:")
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-I", "-c", _COPY, source, str(temporary)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        temporary.unlink(missing_ok=True)
        why = done.stderr.strip().rpartition("\n")[2]
        raise WarehouseError(f"the catalog cannot be copied: {why}", path=target)
    files.publish(temporary, target)
    return target.stat().st_size
