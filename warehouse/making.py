"""Make an empty warehouse: in a folder beside its place, renamed into it, so never half a one."""

from __future__ import annotations

import datetime as dt
import glob
import shutil
import tempfile
import time
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import faults, files, lock, policy, sums
from warehouse.catalog import (
    Lake,
    attach_new,
    exists,
    first_line,
    refuse_lost,
    set_meta,
    settle,
)
from warehouse.statements import create_statements, priming_statement
from warehouse.tables import SCHEMA_VERSION, TABLES
from warehouse.views import create_views

MAKING = ".{name}.making-"
LOCKS = ("commit.lock", "making.lock")
"""Of which a maker holds one; the second, where the warehouse is written to before it is whole."""
MAKING_S = 60.0
"""A maker holds its lock within a moment; a younger folder may be about to."""

DEFAULTS = {
    "schema_version": str(SCHEMA_VERSION),
    "algo": "minhash-2",
    "chains": "minhash-2",
    "window_days": "45",
    "representative": policy.DEFAULT,
}
"""What a new warehouse starts with in `meta`."""


def make(root: Path) -> None:
    """Create an empty warehouse, whole or not at all; nothing happens where there is one.

    Raises:
        WarehouseError: the folder holds something else, or cannot be written.
    """
    try:
        sweep(root)
        if exists(root):
            return
        refuse_lost(root)
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise WarehouseError(
                "this folder is not empty and holds no warehouse: name another", path=root
            )
        root.parent.mkdir(parents=True, exist_ok=True)
        _make(root)
    except (OSError, duckdb.Error) as error:
        why = error.strerror if isinstance(error, OSError) else first_line(error)
        raise WarehouseError(f"cannot make a warehouse: {why}", path=root) from error


def _make(root: Path) -> None:
    making = Path(tempfile.mkdtemp(prefix=MAKING.format(name=root.name), dir=root.parent))
    try:
        with lock.hold(making / "commit.lock"):
            _build(making, root)
            faults.point("making: built")
            making.rename(root)
    except OSError:
        if not exists(root):  # else another process was quicker, and its warehouse is as good
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)  # it is gone where it was renamed
    files.sync(root.parent)


def _build(making: Path, root: Path) -> None:
    """Make the whole warehouse in a folder that will be renamed to `root`."""
    (making / "data" / "raw").mkdir(parents=True)
    sums.begin(making)
    with attach_new(making) as connection:
        lake = Lake(making, connection)
        with lake.transaction(f"schema {SCHEMA_VERSION}"):
            _fill(lake)
        faults.point("making: tables made")
        _prime(lake)
        settle(lake, root)
    sums.prune(making)
    files.open_folder(making)
    for path in [making, *making.rglob("*")]:
        files.sync(path)


def _fill(lake: Lake) -> None:
    lake.connection.execute("CREATE SCHEMA lake.raw")
    for table in TABLES:
        for statement in create_statements(table):
            lake.connection.execute(statement)
    for name, value in DEFAULTS.items():
        set_meta(lake, name, value)
    set_meta(lake, sums.META, dt.datetime.now(dt.UTC).isoformat())
    create_views(lake, DEFAULTS["representative"])


def _prime(lake: Lake) -> None:
    """Give every table statistics before its first part, by a row that comes and goes.

    Where the first transaction of a table registers a part in which a column is all NULL and then
    one with values, DuckLake 1.5.5 lets the next transaction overwrite the column's minimum and
    maximum, and filters silently miss rows from then on.
    """
    empty = [table for table in TABLES if table != "meta"]
    with lake.transaction("prime"):
        for table in empty:
            lake.connection.execute(priming_statement(table))
    with lake.transaction("primed"):
        for table in empty:
            lake.connection.execute(f"DELETE FROM lake.raw.{table}")
    # Nobody knows of this folder yet, so the files of those rows may go at once.
    lake.connection.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
    lake.connection.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")


def make_beside(folder: Path, nothing: str) -> Path:
    """Make the folder that will be renamed into its place, when what broke off there is gone.

    Args:
        folder: the place.
        nothing: what is said of a failure first, as "nothing was exported".

    Raises:
        WarehouseError: no folder can be made there.
    """
    try:
        sweep(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=MAKING.format(name=folder.name), dir=folder.parent))
    except OSError as error:
        raise WarehouseError(f"{nothing}: {files.made_in_vain(error)}", path=folder) from error


def sweep(root: Path) -> None:
    """Remove what makers that were killed have left beside the warehouse's place."""
    for left in root.parent.glob(f"{glob.escape(MAKING.format(name=root.name))}*"):
        try:
            is_young = time.time() - left.stat().st_mtime < MAKING_S
            is_left = not is_young and not any(lock.is_held(left / name) for name in LOCKS)
        except OSError:
            continue  # its maker has just renamed it, or it belongs to somebody else
        if is_left:
            shutil.rmtree(left, ignore_errors=True)
