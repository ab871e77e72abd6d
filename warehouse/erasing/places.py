"""Where the backups of a warehouse lie, and the warehouses of a backup, noted at either.

    <warehouse>/backups.jsonl                   a folder a line, in quotes as JSON has them
    <folder of the backup>/warehouses.jsonl     the same of warehouses

So a takedown finds the backups that nobody named in the settings, and a restore finds those who
know what was taken down since. A place may be gone, or hold something else by now: whoever reads
these looks. A line of a place that is gone for good may be deleted.
"""

from __future__ import annotations

import json
from pathlib import Path

from transforms.errors import WarehouseError
from warehouse import files, lock

BACKUPS = "backups.jsonl"
WAREHOUSES = "warehouses.jsonl"
LOCK = "backup.places.lock"


def note_both(root: Path, folder: Path) -> str:
    """Note a backup and its warehouse each beside the other.

    Args:
        root: of the warehouse.
        folder: of the backup.

    Returns:
        Why the warehouse does not know of the backup; nothing where it does.
    """
    note(folder / WAREHOUSES, root)
    try:
        note(root / BACKUPS, folder)
    except WarehouseError as error:
        return error.message
    except OSError as error:  # somebody may read it and not write it
        return f"cannot write in the warehouse: {error.strerror or error}"
    return ""


def note(path: Path, place: Path) -> None:
    """Add a place to a file of places, unless it is there."""
    place = place.resolve()
    if place in read(path):
        return
    with lock.hold(path.with_name(LOCK)):
        _write(path, [*dict.fromkeys([*read(path), place])])


def read(path: Path) -> list[Path]:
    """Give the places of a file; none where there is none, or nothing that can be read."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [Path(json.loads(line)) for line in lines if _is_place(line)]


def _is_place(line: str) -> bool:
    try:
        return isinstance(json.loads(line), str)
    except ValueError:
        return False


def _write(path: Path, places: list[Path]) -> None:
    temporary = path.with_suffix(".tmp")
    try:
        text = "".join(f"{json.dumps(str(place))}\n" for place in places)
        temporary.write_text(text, encoding="utf-8")
        files.publish(temporary, path)
    except BaseException:
        files.remove([temporary])
        raise
