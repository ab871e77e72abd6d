"""What a backup holds: the list of its files, with what each of them must be.

<folder>/manifest.json          the list; a backup is what it names, and nothing else counts
<folder>/catalog-<digest>.sqlite
<folder>/sums-<digest>.txt      SHA256SUMS of the warehouse
<folder>/data/raw/...           the parts, placed as in the warehouse
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from transforms.errors import WarehouseError
from warehouse import files, sums

NAME = "manifest.json"
FORMAT = 1
DAMAGED = (
    "this is no list of a backup, or a damaged one: restore another, or move it away, and "
    "`wirelake backup` makes the list anew of the files that are here"
)
BLOCK_BYTES = 2**20


@dataclass(frozen=True)
class Entry:
    """One file of a backup."""

    path: str
    """Below the folder of the backup, with slashes."""
    bytes: int
    sha256: str

    def is_whole(self, folder: Path) -> bool:
        """Say whether the file is there, byte for byte."""
        path = folder / self.path
        return (
            files.size_of(path) == self.bytes
            and path.is_file()
            and sums.digest(path) == self.sha256
        )


@dataclass(frozen=True)
class Manifest:
    """One state of a warehouse."""

    warehouse: str
    """The id that DuckLake gave it when it was made."""
    snapshot: int
    made_at: str
    catalog: Entry
    parts: list[Entry]
    sums: Entry | None = None
    """SHA256SUMS of the warehouse, where it had one."""

    def entries(self) -> Iterator[Entry]:
        """Give every file, the catalog last."""
        yield from self.parts
        if self.sums:
            yield self.sums
        yield self.catalog

    def write(self, folder: Path) -> None:
        """Put it in the place of the one before: from then on this is the backup."""
        temporary = folder / f"{NAME}.tmp"
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")
        files.publish(temporary, folder / NAME)


def mark(folder: Path) -> tuple[int, int] | None:
    """Give what tells the list that is there from the one that takes its place; None: no list."""
    try:
        found = (folder / NAME).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def read(folder: Path) -> Manifest:
    """Read the list of a backup.

    Raises:
        WarehouseError: there is none, or it is damaged.
    """
    path = folder / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WarehouseError(
            "there is no backup here: `wirelake backup` makes one", path=folder
        ) from error
    except OSError as error:
        raise WarehouseError(
            f"the list of a backup cannot be read: {error.strerror or error}", path=path
        ) from error
    except ValueError as error:
        raise WarehouseError(DAMAGED, path=path) from error
    try:
        return _understood(found)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WarehouseError(DAMAGED, path=path) from error


def _understood(found: dict[str, Any]) -> Manifest:
    if found["format"] != FORMAT:
        raise ValueError(found["format"])
    return Manifest(
        str(found["warehouse"]),
        int(found["snapshot"]),
        str(found["made_at"]),
        _entry(found["catalog"]),
        [_entry(each) for each in found["parts"]],
        _entry(found["sums"]) if found.get("sums") else None,
    )


def _entry(found: dict[str, Any]) -> Entry:
    """Take one file from the list; a path that leads out of the folder is none."""
    path = PurePosixPath(str(found["path"]))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(found["path"])
    return Entry(str(path), int(found["bytes"]), str(found["sha256"]))


class DamagedError(Exception):
    """A file that is not what it must be."""


def copy(entry: Entry, source: Path, target: Path) -> Entry:
    """Copy a file of a backup from one folder to another, durably, or not at all.

    Args:
        entry: what it must be; without a digest, any file of its size will do.
        source: the folder it lies in.
        target: the folder it shall lie in, whatever lies there now.

    Raises:
        DamagedError: it is another one.
        OSError: it is not there, or no space, no permission.
    """
    path = target / entry.path
    files.make_folder(path.parent)
    temporary = path.with_suffix(".tmp")
    try:
        copied = Entry(entry.path, *_copy(source / entry.path, temporary))
        _compare(copied, entry)
        files.publish(temporary, path)
    except BaseException:
        files.remove([temporary])
        raise
    return copied


def _compare(copied: Entry, entry: Entry) -> None:
    if copied != replace(entry, sha256=entry.sha256 or copied.sha256):
        raise DamagedError(entry.path)


def _copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy bytes; give how many, and their SHA-256."""
    summed, size = hashlib.sha256(), 0
    with source.open("rb") as given, target.open("wb") as taken:
        while block := given.read(BLOCK_BYTES):
            taken.write(block)
            summed.update(block)
            size += len(block)
    return size, summed.hexdigest()
