"""Copies of the catalog while it is in use: without it the parts are files without a meaning."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from transforms.errors import WarehouseError
from warehouse import catalog, files, lock

NAME = catalog.COPY
LOCK = "catalog.lock"

# SQLite's own way of copying a database that is in use. In a process of its own: a second copy of
# SQLite in this one would drop DuckDB's locks (https://sqlite.org/howtocorrupt.html, 2.2).
_COPY = """
import sqlite3, sys
from contextlib import closing
with closing(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)) as catalog:
    with closing(sqlite3.connect(sys.argv[2])) as copy:
        catalog.backup(copy)
"""

# A commit is one transaction of SQLite, so a copy is the state after some commit, and needs no
# lock. Files that only wait to be removed are not copied, so the copy does not name them either.
_COPY_TO_KEEP = (
    _COPY
    + """
        copy.execute("DELETE FROM ducklake_files_scheduled_for_deletion")
        copy.commit()
        copy.execute("PRAGMA journal_mode = DELETE")
        files = copy.execute('''
            SELECT DISTINCT s.path || t.path || f.path, f.file_size_bytes,
                f.path_is_relative AND t.path_is_relative AND s.path_is_relative
            FROM (
                SELECT table_id, path, path_is_relative, file_size_bytes FROM ducklake_data_file
                UNION ALL
                SELECT table_id, path, path_is_relative, file_size_bytes FROM ducklake_delete_file
            ) AS f
            JOIN ducklake_table AS t USING (table_id) JOIN ducklake_schema AS s USING (schema_id)
            ORDER BY 1
        ''').fetchall()
        (warehouse,) = copy.execute(
            "SELECT schema_uuid FROM ducklake_schema WHERE schema_name = 'raw'"
        ).fetchone()
        (snapshot,) = copy.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchone()
import json
json.dump({"warehouse": warehouse, "snapshot": snapshot, "files": files}, sys.stdout)
"""
)

_PARTED = """
SELECT min(snapshot_id) FROM ducklake_snapshot AS one
JOIN other.ducklake_snapshot AS two USING (snapshot_id)
WHERE one.snapshot_time <> two.snapshot_time
"""


@dataclass(frozen=True)
class CatalogCopy:
    """A copied catalog, and what it says of the warehouse."""

    path: Path
    warehouse: str
    """The id that DuckLake gave the warehouse."""
    snapshot: int
    parts: dict[str, int]
    """Place below the folder of the data -> bytes: of every snapshot that can be read."""


def copy_catalog(root: Path) -> int:
    """Copy the catalog of a warehouse that may be in use; give the size of the copy in bytes.

    The copy of the last time is replaced when the new one is whole. Its parts are there for as
    long as replaced parts are kept.

    Raises:
        LockError: another process copies it and makes no progress.
        WarehouseError: it cannot be written.
    """
    target = root / NAME
    temporary = target.with_suffix(".tmp")
    # One at a time: two write into one file, and an older one would bring back what a purge took.
    with lock.hold(root / LOCK):
        _copy(root, temporary, _COPY)
        files.publish(temporary, target)
        return target.stat().st_size


def copy_catalog_to_keep(root: Path, target: Path) -> CatalogCopy:
    """Copy the catalog of a warehouse that may be in use, and list the parts it names.

    Raises:
        WarehouseError: it cannot be written, or names a part that lies outside the warehouse.
    """
    found = json.loads(_copy(root, target, _COPY_TO_KEEP))
    for path, _, is_inside in found["files"]:
        if not is_inside:
            raise WarehouseError("the catalog names a part outside the warehouse", path=path)
    parts = {path: size for path, size, _ in found["files"]}
    return CatalogCopy(target, found["warehouse"], found["snapshot"], parts)


def parted(one: Path, other: Path) -> int | None:
    """Give the first snapshot that is another commit in two copies of a warehouse's catalog.

    Snapshots that either has let go of tell nothing.

    Args:
        one: a copy that no DuckDB has open.
        other: another.

    Returns:
        None where there is none, or one of them cannot be read.
    """
    first, second = (f"{path.absolute().as_uri()}?mode=ro" for path in (one, other))
    try:
        with closing(sqlite3.connect(first, uri=True)) as connection:
            connection.execute("ATTACH ? AS other", [second])
            (snapshot,) = connection.execute(_PARTED).fetchone()
    except sqlite3.Error:
        return None
    return None if snapshot is None else int(snapshot)


def _copy(root: Path, target: Path, script: str) -> str:
    """Run a script that copies the catalog to a file; give what it prints."""
    target.unlink(missing_ok=True)
    source = (root / catalog.NAME).absolute().as_uri().removeprefix("file:")
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-I", "-c", script, source, str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        target.unlink(missing_ok=True)
        why = done.stderr.strip().rpartition("\n")[2]
        raise WarehouseError(f"the catalog cannot be copied: {why}", path=target)
    return done.stdout
