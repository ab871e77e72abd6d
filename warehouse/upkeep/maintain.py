"""Upkeep: few large parts in place of many small ones, and nothing kept for longer than promised.

    rows past their age are deleted, where a table has one
    erased rows         parts that hold some are written anew
    for each table      small parts become large ones
    snapshots           those past their age expire: time travel ends there
    replaced parts      are removed some time after no snapshot names them any more
    orphans             parts that no commit names and spilled memory, left by who was killed
    sums                lines of files that are gone are taken off; an older warehouse gets all,
                        and one that has lost them
    the catalog         is copied beside itself

Each step takes the commit lock for moments, and writers get their turn between two steps. What a
step did is whole or not at all, so upkeep may be killed at any moment and started again. Readers
see one snapshot or the next, whatever it does meanwhile.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from transforms.errors import LockError, StoppedError, WarehouseError
from warehouse import catalog_copy, faults, files, lock, packing
from warehouse.catalog import Lake, first_line
from warehouse.tables import TABLES
from warehouse.upkeep import merging, orphans, replaced, statistics
from warehouse.upkeep.retention import FOR_EVER, Retention, let_go
from warehouse.upkeep.rewriting import rewrite
from warehouse.upkeep.summing import keep_sums

ROUNDS = 3
"""Of merging a table, at most: a first one makes one part of 500."""
SNAPSHOTS = 500
"""That expire in one step."""
UNLINKS = 1_000
"""Files removed between two signs of life."""

_OPTIONS = {
    "parquet_compression": packing.COMPRESSION,
    "parquet_row_group_size": str(files.ROW_GROUP_ROWS),
}
"""How DuckLake writes parts of its own: the few rows that a statement adds."""

Tell = Callable[[str], None]
"""Told what is being done now."""


@dataclass(frozen=True)
class Ages:
    """How long what is no longer current stays."""

    snapshots: dt.timedelta = dt.timedelta(days=7)
    """So far back goes time travel."""
    replaced: dt.timedelta = dt.timedelta(days=1)
    """Parts that no snapshot names; a reader may still be at them."""
    orphans: dt.timedelta = dt.timedelta(days=2)
    """Parts that no commit names; a writer may be about to."""
    rows: Retention = FOR_EVER
    """Of tables that are not kept for ever."""


@dataclass(frozen=True)
class TableUpkeep:
    """What upkeep did to one table."""

    table: str
    parts_before: int
    parts_after: int
    bytes_before: int
    bytes_after: int
    seconds: float


@dataclass(frozen=True)
class Upkeep:
    """What one upkeep did."""

    tables: list[TableUpkeep]
    snapshots: int
    """That expired."""
    replaced: int
    """Files removed that no snapshot names."""
    orphans: int
    """Files removed that no commit names."""
    freed_bytes: int
    """On the disk, by both."""
    catalog_bytes: int
    """Of the copy of the catalog."""
    longest_s: float
    """For which the commit lock was held at once."""
    seconds: float
    let_go: dict[str, int]
    """Table -> rows past their age."""
    are_sums_anew: bool
    """Whether SHA256SUMS was lost, and is made anew of the files as they are."""


def maintain(lake: Lake, ages: Ages, tell: Tell = lambda _: None) -> Upkeep:
    """Merge parts, end what is past its age, copy the catalog.

    No row is changed; rows go only where a table has an age, and they are past it.

    Raises:
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written; what was there before is intact.
    """
    try:
        return _Upkeeper(lake, tell).run(ages)
    except duckdb.Error as error:
        raise WarehouseError(f"upkeep failed: {first_line(error)}", path=lake.root) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error


class _Upkeeper:
    """One upkeep: its steps, and what they come to."""

    def __init__(self, lake: Lake, tell: Tell) -> None:
        self._lake, self._tell = lake, tell
        self._longest_s = 0.0
        self._freed_bytes = 0

    def run(self, ages: Ages) -> Upkeep:
        began, now = time.monotonic(), dt.datetime.now(dt.UTC)
        self._set_options()
        with self._locked("statistics"):
            statistics.mend(self._lake)
        gone = let_go(self._lake, ages.rows, self._tell)
        rewrite(self._lake, self._tell)
        tables = [self._compact(table) for table in TABLES]
        snapshots = self._expire(now - ages.snapshots)
        replaced_parts = self._remove_replaced(dt.datetime.now(dt.UTC) - ages.replaced)
        orphaned_parts = self._remove_orphans(now - ages.orphans)
        are_sums_anew = keep_sums(self._lake, self._tell)
        self._tell("copying the catalog")
        return Upkeep(
            [table for table in tables if table.parts_before],
            snapshots,
            replaced_parts,
            orphaned_parts,
            self._freed_bytes,
            catalog_copy.copy_catalog(self._lake.root),
            self._longest_s,
            time.monotonic() - began,
            gone,
            are_sums_anew,
        )

    @contextmanager
    def _locked(self, what: str) -> Iterator[Callable[[], None]]:
        self._tell(what)
        with lock.hold(self._lake.lock_path) as progress:
            began = time.monotonic()
            try:
                yield progress
            finally:
                self._longest_s = max(self._longest_s, time.monotonic() - began)

    @contextmanager
    def _step(self, what: str) -> Iterator[Callable[[], None]]:
        with (
            self._locked(what) as progress,
            self._lake.transaction(f"upkeep: {what}", TABLES),
        ):
            yield progress

    def _call(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        return self._lake.connection.execute(f"CALL {statement}", list(parameters)).fetchall()

    def _set_options(self) -> None:
        """Tell DuckLake how to write parts, unless it knows."""
        found = self._lake.connection.execute(
            "SELECT option_name, value FROM ducklake_options('lake') WHERE scope_entry IS NULL"
        ).fetchall()
        if _OPTIONS.items() <= dict(found).items():
            return
        with self._step("options"):
            for name, value in _OPTIONS.items():
                self._call("ducklake_set_option('lake', ?, ?)", name, value)

    def _compact(self, table: str) -> TableUpkeep:
        began = time.monotonic()
        parts_before, bytes_before = self._size(table)
        for _ in range(ROUNDS):
            if not self._merge(table):
                break
        parts_after, bytes_after = self._size(table)
        seconds = time.monotonic() - began
        return TableUpkeep(table, parts_before, parts_after, bytes_before, bytes_after, seconds)

    def _merge(self, table: str) -> bool:
        """Merge what is worth it; say whether what came of it may be worth it in turn."""
        groups = list(merging.choose(merging.current_parts(self._lake, table)))
        merged = [self._merge_group(table, parts) for parts in groups]
        return any(merged) and len(groups) > 1

    def _merge_group(self, table: str, parts: list[merging.Part]) -> bool:
        self._tell(f"{table}: {len(parts)} parts")
        part = merging.write(self._lake, table, parts)
        if part is None:
            return False
        faults.point("merge: part written")
        try:
            with self._locked(f"{table}: one part for {len(parts)}"):
                return merging.replace(self._lake, table, parts, part)
        except (StoppedError, LockError):
            part.discard()  # it did not come to the commit
            raise

    def _size(self, table: str) -> tuple[int, int]:
        row = self._lake.connection.execute(
            "SELECT file_count, file_size_bytes FROM ducklake_table_info('lake') "
            "WHERE table_name = ?",
            [table],
        ).fetchone()
        parts, size = row or (0, 0)
        return int(parts), int(size)

    def _expire(self, before: dt.datetime) -> int:
        """End the snapshots that were followed by another before a time.

        Not those that were made before it: in a warehouse at rest for a week that is the one which
        readers were at until this run's first commit, and they would miss what it ends.
        """
        rows = self._lake.connection.execute(
            "SELECT snapshot_id, lead(snapshot_time) OVER (ORDER BY snapshot_id) AS followed_at "
            "FROM ducklake_snapshots('lake') QUALIFY followed_at < ? ORDER BY snapshot_id",
            [before],
        ).fetchall()
        old = [int(row[0]) for row in rows]
        for start in range(0, len(old), SNAPSHOTS):
            with self._step("old snapshots"):
                versions = old[start : start + SNAPSHOTS]
                self._call("ducklake_expire_snapshots('lake', versions => ?)", versions)
                faults.point("upkeep: snapshots expired")
        return len(old)

    def _remove_replaced(self, before: dt.datetime) -> int:
        old = replaced.older(self._lake, before)
        for start in range(0, len(old), UNLINKS):
            some = old[start : start + UNLINKS]
            with self._locked("replaced parts"):
                self._remove([part.path for part in some])
                faults.point("upkeep: replaced parts removed")
                replaced.forget(self._lake, some)
        return len(old)

    def _remove_orphans(self, before: dt.datetime) -> int:
        """Remove old parts that the catalog does not name.

        DuckLake's own function takes the folder's name for a pattern: in `lake[1]` it removes
        every part of the warehouse `lake1` beside it.
        """
        self._freed_bytes += orphans.sweep_spilled(self._lake, before)
        old = orphans.older(self._lake, before)
        if not old:
            return 0
        with self._step("orphans") as progress:
            left = orphans.unnamed(self._lake, old)
            for start in range(0, len(left), UNLINKS):
                self._remove(left[start : start + UNLINKS])
                faults.point("upkeep: orphans removed")
                progress()
        return len(left)

    def _remove(self, parts: list[Path]) -> None:
        self._freed_bytes += sum(map(files.size_of, parts))
        files.remove(parts)
