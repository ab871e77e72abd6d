"""What was taken down, listed beside a backup, so that a restore brings nothing of it back.

<folder of the backup>/takedowns.jsonl    a digest a line: {"kind": ..., "digest": ...}

A takedown appends to the lists of the backups that the settings name, and of those that the
warehouse has made and finds where they were; the list only ever grows. A backup writes into it what
is taken down by then, so that one of a takedown meanwhile is in it, too: either by the one, which
notes its place first and reads then, or by the other, which commits first and looks for places
then. Without a list nobody knows whether anything was taken down since.

A copy of a backup is reached by no takedown. So a restore asks the warehouse, too, if it is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import files, lock
from warehouse.catalog import CATALOG, Lake, attach, exists, first_line
from warehouse.erasing import places
from warehouse.erasing.wanted import Left
from warehouse.keeping_away import KINDS
from warehouse.safekeeping import manifest

NAME = "takedowns.jsonl"
LOCK = "backup.list.lock"


_ID = f"SELECT schema_uuid::VARCHAR FROM {CATALOG}.ducklake_schema WHERE schema_name = 'raw'"
_HAS_TABLE = f"""
SELECT count(*) FROM {CATALOG}.ducklake_table
WHERE table_name = 'takedowns' AND end_snapshot IS NULL
"""


@dataclass(frozen=True)
class Told:
    """What was taken down, by the lists and by the warehouses of a backup."""

    left: Left
    warehouses: list[Path]
    """That were asked."""
    silent: dict[Path, str]
    """Those that could not be, and why."""


def begin(root: Path, folder: Path) -> str:
    """Bring the list of a backup up to now, before it is one; make it if new.

    Args:
        root: of the warehouse.
        folder: of the backup.

    Returns:
        Why takedowns to come will not find it; nothing where they will.

    Raises:
        WarehouseError: the warehouse cannot be read.
    """
    unknown = places.note_both(root, folder)
    _add(folder, taken_down(root))
    return unknown


def append(folders: Iterable[Path], left: Left) -> dict[Path, str]:
    """Append to the lists of some backups; give those that were not reached, and why."""
    missed = {}
    for folder in folders:
        try:
            if not (folder / NAME).exists():  # of an older wirelake, or none
                manifest.read(folder)
            _add(folder, left)
        except WarehouseError as error:
            missed[folder] = error.message
        except OSError as error:
            missed[folder] = str(error.strerror or error)
    return missed


def made_of(lake: Lake) -> tuple[list[Path], dict[Path, str]]:
    """List the backups that a warehouse has made: those still in their place, and why others not.

    One that is being made for the first time has a list already.
    """
    own, there, gone = lake.scalar(_ID), list[Path](), dict[Path, str]()
    for folder in places.read(lake.root / places.BACKUPS):
        try:
            is_new = (folder / NAME).exists() and not (folder / manifest.NAME).exists()
            if is_new or manifest.read(folder).warehouse == own:
                there.append(folder)
            else:
                gone[folder] = "a backup of another warehouse is there now"
        except WarehouseError as error:
            gone[folder] = error.message
        except OSError as error:
            gone[folder] = str(error.strerror or error)
    return there, gone


def _add(folder: Path, left: Left) -> None:
    with lock.hold(folder / LOCK):  # of two takedowns at once each reads what the other wrote
        is_there = (folder / NAME).exists()
        known = read(folder) if is_there else set()
        if left - known or not is_there:
            _write(folder, known | left)


def read_all(folder: Path, others: Sequence[Path], warehouse: str) -> Told:
    """Read the list of a backup, with what others know that can be reached.

    Args:
        folder: of the backup.
        others: further backups whose lists count.
        warehouse: the id of the warehouse it is of, which is asked where it is in its place.

    Raises:
        WarehouseError: the backup has none, or one is damaged.
    """
    if not (folder / NAME).is_file():
        raise WarehouseError(
            f"this backup has no {NAME}, so nobody knows what was taken down since, and it is not "
            "restored: `wirelake backup` makes one; if nothing ever was, make an empty file",
            path=folder,
        )
    there = [each for each in others if each != folder and (each / NAME).is_file()]
    told = Told(set().union(*map(read, [folder, *there])), [], {})
    for root in places.read(folder / places.WAREHOUSES):
        try:
            told.left.update(taken_down(root, warehouse))
            told.warehouses.append(root)
        except WarehouseError as error:
            told.silent[root] = error.message
    return told


def taken_down(root: Path, warehouse: str | None = None) -> Left:
    """Ask a warehouse what was taken down of it; of one that is older than takedowns, nothing.

    Args:
        root: its folder.
        warehouse: the id it must have; None: any.

    Raises:
        WarehouseError: it is not there, is another one or cannot be read.
    """
    try:
        if not exists(root):
            raise WarehouseError("there is no warehouse any more", path=root)
        with attach(root, read_only=True) as connection:
            lake = Lake(root, connection)
            if warehouse not in (None, lake.scalar(_ID)):
                raise WarehouseError("there is another warehouse now", path=root)
            if not lake.scalar(_HAS_TABLE):
                return set()
            return set(connection.sql("SELECT kind, digest FROM lake.raw.takedowns").fetchall())
    except (duckdb.Error, OSError) as error:
        raise WarehouseError(f"it cannot be read: {first_line(error)}", path=root) from error


def read(folder: Path) -> Left:
    """Read one list.

    Raises:
        WarehouseError: it is damaged.
    """
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
        return {_digest(json.loads(line)) for line in lines if line.strip()}  # type: ignore[misc]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WarehouseError(
            "the list of what was taken down cannot be read", path=folder / NAME
        ) from error


def _digest(found: dict[str, str]) -> tuple[str, str]:
    if found["kind"] not in KINDS or len(bytes.fromhex(found["digest"])) != 32:
        raise ValueError(found)
    return found["kind"], found["digest"]


def _write(folder: Path, left: Left) -> None:
    lines = (json.dumps({"kind": kind, "digest": digest}) for kind, digest in sorted(left))
    temporary = folder / f"{NAME}.tmp"
    try:
        temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        files.publish(temporary, folder / NAME)
    except BaseException:
        files.remove([temporary])
        raise
