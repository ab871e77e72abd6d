"""What every file of the data must be: a line with its SHA-256, written before its commit.

    <root>/SHA256SUMS    "<sha256>  data/raw/articles/month=2026-03-01/<name>.parquet" a line

It has the form of sha256sum: `sha256sum -c --quiet --ignore-missing SHA256SUMS` reads it. Lines are
appended and brought to the disk under the commit lock, before the COMMIT that makes files belong to
a table. So every file that a commit names has one, and a file without a line came past wirelake. A
transaction that fails leaves lines of files that are not there, which upkeep takes off.

A warehouse of an older wirelake has no such file, and nothing is appended until upkeep makes it, of
all its parts at once: that it is there says that it is complete.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from warehouse import faults, files

NAME = "SHA256SUMS"
META = "sums"
"""In `meta`: since when the file is there. Without it, that there is none is no loss."""
META_ANEW = "sums_anew"
"""In `meta`: when upkeep last made it anew because it was lost; what was done to parts before then
their lines do not tell."""

_LINE = re.compile(r"([0-9a-f]{64})  (data/raw/[^\\\r\n]+)")
_TAIL_BYTES = 4096
"""Read at once, from the end."""


@dataclass
class Sums:
    """What the file says."""

    of: dict[str, str] = field(default_factory=dict)
    """Place below the warehouse's folder -> SHA-256, hexadecimal."""
    is_there: bool = True
    unreadable: int = 0
    """Lines that are none, such as a power cut leaves; upkeep takes them off."""
    double: int = 0
    """Places that are there with two sums."""


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place_of(root: Path, path: Path) -> str:
    """Name a file as the lines do."""
    return path.relative_to(root).as_posix()


def read(root: Path) -> Sums:
    """Read all lines, but for a torn one at the end: a writer is about to end it, or was killed."""
    return read_lines(whole_lines(root))


def whole_lines(root: Path) -> bytes | None:
    """Give the text of all lines; None where there is no such file."""
    try:
        text = (root / NAME).read_bytes()
    except FileNotFoundError:
        return None
    return text[: text.rfind(b"\n") + 1]


def read_lines(text: bytes | None) -> Sums:
    """Take the lines apart."""
    if text is None:
        return Sums(is_there=False)
    found = Sums()
    for line in text.decode(errors="replace").split("\n")[:-1]:
        if matched := _LINE.fullmatch(line):
            sha256, place = matched.groups()
            found.double += found.of.setdefault(place, sha256) != sha256
        else:
            found.unreadable += 1
    return found


def is_there(root: Path) -> bool:
    """Say whether the warehouse has lines at all."""
    return (root / NAME).exists()


def begin(root: Path) -> None:
    """Make the file of a warehouse that has no part yet."""
    write(root, {})


def write(root: Path, of: Mapping[str, str]) -> None:
    """Replace all lines; who is killed meanwhile leaves those that were there."""
    temporary = root / f"{NAME}.tmp"
    temporary.write_text("".join(_line(sha256, place) for place, sha256 in of.items()))
    files.publish(temporary, root / NAME)


def append(root: Path, paths: Iterable[Path]) -> None:
    """Add the lines of files, durably; the caller holds the commit lock.

    Nothing is added where there is no such file: upkeep makes it.
    """
    if not is_there(root):
        return
    there = [path for path in paths if path.exists()]  # DuckLake takes some back within the block
    lines = "".join(_line(digest(path), place_of(root, path)) for path in there)
    with (root / NAME).open("r+b") as held:
        held.seek(_whole_bytes(held))
        held.write(lines.encode())
        held.truncate()
        faults.point("sums: written")
        held.flush()
        os.fsync(held.fileno())


def prune(root: Path, named: Container[str] = ()) -> int:
    """Take off the lines of files that are gone, and give their number; under the commit lock.

    Args:
        root: of the warehouse.
        named: places that keep their lines, there or not: a file that is lost may come back.
    """
    held = read(root)
    left = {
        place: sha256
        for place, sha256 in held.of.items()
        if place in named or (root / place).exists()
    }
    if held.is_there and (held.unreadable or len(left) < len(held.of)):
        write(root, left)
    return len(held.of) - len(left)


def _line(sha256: str, place: str) -> str:
    return f"{sha256}  {place}\n"


def _whole_bytes(held: BinaryIO) -> int:
    """Say where the last whole line ends: a writer that left a torn one did not commit."""
    end = held.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _TAIL_BYTES)
        held.seek(start)
        if last := held.read(end - start).rfind(b"\n") + 1:
            return start + last
        end = start
    return 0
