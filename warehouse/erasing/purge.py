"""The bytes of what was erased go now, instead of when snapshots are past their age.

write parts with erased rows anew      rewriting.py
wait for readers of older snapshots    a stated grace: a query that lasts longer may fail
expire every snapshot before           no copies step is under way meanwhile
remove the files that none names       never those that no commit names yet: a writer's
narrow the statistics in the catalog   they hold the least and greatest text of every column
write the catalog anew                 its free pages hold what was there
copy the catalog                       in the place of the copy before

Killed at any moment it may be started again, and does what is left: that it was asked for stands in
a file beside the catalog until it is done.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import catalog_copy, faults, files, lock, sums
from warehouse.catalog import NAME, Lake, first_line
from warehouse.tables import TABLES
from warehouse.upkeep import orphans, replaced, statistics, summing
from warehouse.upkeep.rewriting import Tell, rewrite

GRACE_S = 60.0
"""For which readers may go on with what they have begun."""
SNAPSHOTS = 500
"""That expire in one step."""
UNLINKS = 1_000
"""Files removed in one hold of the commit lock."""
WANTED = "purge.wanted"
"""A file in the warehouse, from when a purge is asked for until it is done."""
LIFE_S = 0.5
"""Between two signs of life of whoever holds the commit lock for that."""
BUSY_S = 60.0
"""In which readers of the catalog let the log of its changes be emptied: each takes moments."""

# In a process of its own: a second copy of SQLite in this one would drop DuckDB's locks. The log of
# changes (`-wal`) holds pages as they were, so it is cut to nothing.
_COMPACT = """
import sqlite3, sys, time
from contextlib import closing
busy_s = float(sys.argv[2])
with closing(sqlite3.connect(sys.argv[1], timeout=busy_s, isolation_level=None)) as catalog:
    catalog.execute("PRAGMA secure_delete = ON")
    catalog.execute("VACUUM")
    until = time.monotonic() + busy_s
    while catalog.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > until:
            sys.exit("readers did not let go of it")
        time.sleep(0.05)
"""


@dataclass(frozen=True)
class Purged:
    """What a purge did."""

    parts: int
    """Written anew."""
    snapshots: int
    """That expired."""
    files: int
    """That were removed."""
    freed_bytes: int
    unnamed: int
    """Files that no commit names, or not yet: a killed writer's go with `maintain`."""


def want_purge(root: Path) -> None:
    """Note that a purge is asked for, so that whoever takes down next does it, too."""
    (root / WANTED).touch()
    files.sync(root)


def is_purge_wanted(root: Path) -> bool:
    """Say whether a purge was asked for and is not done."""
    return (root / WANTED).exists()


def _asked_at(root: Path) -> int | None:
    """Give when a purge was last asked for, in nanoseconds."""
    return (root / WANTED).stat().st_mtime_ns if is_purge_wanted(root) else None


def purge(lake: Lake, tell: Tell, grace_s: float = GRACE_S) -> Purged:
    """Let go of the bytes of everything that was erased.

    Raises:
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written; what is left is for the next purge.
    """
    try:
        asked = _asked_at(lake.root)
        parts = rewrite(lake, tell)
        old = _older(lake)
        if old:
            _wait(grace_s, tell)
        with lock.hold(lake.root / "copies.lock"):
            _expire(lake, old, tell)
            faults.point("purge: snapshots expired")
            removed, freed = _remove(lake, tell)
        _tidy_catalog(lake, tell)
        orphans.sweep_spilled(lake, dt.datetime.now(dt.UTC) - dt.timedelta(seconds=grace_s))
        if _asked_at(lake.root) == asked:  # else another one asked, and counts on its own purge
            (lake.root / WANTED).unlink(missing_ok=True)
    except duckdb.Error as error:
        raise WarehouseError(f"the purge failed: {first_line(error)}", path=lake.root) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error
    return Purged(parts, len(old), removed, freed, _unnamed(lake))


def _older(lake: Lake) -> list[int]:
    """List the snapshots before the newest one, which holds nothing that was erased."""
    rows = lake.connection.execute(
        "SELECT snapshot_id FROM ducklake_snapshots('lake') WHERE snapshot_id < ? ORDER BY ALL",
        [lake.snapshot()],
    ).fetchall()
    return [int(row[0]) for row in rows]


def _wait(grace_s: float, tell: Tell) -> None:
    until = time.monotonic() + grace_s
    while (left := until - time.monotonic()) > 0:
        tell(f"readers have {left:.0f} s to end")
        time.sleep(min(1.0, left))


@contextmanager
def _step(lake: Lake, what: str) -> Iterator[None]:
    with lock.hold(lake.lock_path), lake.transaction(f"upkeep: {what}", TABLES):
        yield


def _expire(lake: Lake, old: list[int], tell: Tell) -> None:
    for start in range(0, len(old), SNAPSHOTS):
        tell("ending old snapshots")
        versions = old[start : start + SNAPSHOTS]
        with _step(lake, "old snapshots"):
            lake.connection.execute(
                "CALL ducklake_expire_snapshots('lake', versions => ?)", [versions]
            )


def _remove(lake: Lake, tell: Tell) -> tuple[int, int]:
    """Remove the files that no snapshot names; give their number and bytes."""
    old, freed = replaced.older(lake, dt.datetime.now(dt.UTC)), 0
    for start in range(0, len(old), UNLINKS):
        tell(f"removing files: {start:,} of {len(old):,}")
        some = old[start : start + UNLINKS]
        paths = [part.path for part in some]
        with lock.hold(lake.lock_path):
            freed += sum(map(files.size_of, paths))
            files.remove(paths)
            replaced.forget(lake, some)
    with lock.hold(lake.lock_path):
        sums.prune(lake.root, summing.named(lake))
    return len(old), freed


def _tidy_catalog(lake: Lake, tell: Tell) -> None:
    tell("writing the catalog anew")
    with lock.hold(lake.lock_path):
        statistics.tighten(lake)
    with lock.hold(lake.lock_path) as progress:  # nobody writes, or VACUUM would have to wait
        compact(lake.root / NAME, progress)
    catalog_copy.copy_catalog(lake.root)


def compact(catalog: Path, progress: Callable[[], None]) -> None:
    """Write the catalog anew; writers have patience while it waits for readers."""
    with subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-I", "-c", _COMPACT, str(catalog), str(BUSY_S)],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            said = _said_at_last(process, progress)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        why = said.strip().rpartition("\n")[2]
        raise WarehouseError(f"the catalog cannot be written anew: {why}", path=catalog)


def _said_at_last(process: subprocess.Popen[str], progress: Callable[[], None]) -> str:
    while True:
        try:
            return process.communicate(timeout=LIFE_S)[1]
        except subprocess.TimeoutExpired:
            progress()


def _unnamed(lake: Lake) -> int:
    return len(orphans.unnamed(lake, files.all_parts(lake.data)))
