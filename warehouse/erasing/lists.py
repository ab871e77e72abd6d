"""What was taken down, listed beside a backup, so that a restore brings nothing of it back.

<folder of the backup>/takedowns.jsonl    a digest a line: {"kind": ..., "digest": ...}

A takedown appends to the lists of the backups that the settings name; the list only ever grows. A
backup holds what was taken down before it in its own table, so its list may be empty, but without
one nobody knows whether anything was taken down since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from transforms.errors import WarehouseError
from warehouse import files, lock
from warehouse.erasing.wanted import Left
from warehouse.keeping_away import KINDS
from warehouse.safekeeping import manifest

NAME = "takedowns.jsonl"
LOCK = "backup.list.lock"


def begin(folder: Path) -> None:
    """Make an empty list in the folder of a backup, unless there is one."""
    with lock.hold(folder / LOCK):
        if not (folder / NAME).exists():
            _write(folder, set())


def append(folders: Iterable[Path], left: Left) -> dict[Path, str]:
    """Append to the lists of some backups; give those that were not reached, and why."""
    missed = {}
    for folder in folders:
        try:
            manifest.read(folder)
            _add(folder, left)
        except WarehouseError as error:
            missed[folder] = error.message
        except OSError as error:
            missed[folder] = str(error.strerror or error)
    return missed


def _add(folder: Path, left: Left) -> None:
    with lock.hold(folder / LOCK):  # of two takedowns at once each reads what the other wrote
        known = read(folder) if (folder / NAME).exists() else set()
        if left - known or not known:
            _write(folder, known | left)


def read_all(folder: Path, others: Sequence[Path]) -> Left:
    """Read the list of a backup, with those of others that can be reached.

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
    return set[tuple[str, str]]().union(*map(read, [folder, *there]))  # type: ignore[return-value]


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
