"""The parts of a backup: what its folder lacks is copied, what is wrong with one is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from warehouse import files, sums
from warehouse.safekeeping import manifest
from warehouse.safekeeping.manifest import DamagedError, Entry
from warehouse.sums import Sums

NAMED = 3
"""Parts that a sentence names."""

Tell = Callable[[str], None]
"""Told what is being done now."""


@dataclass
class Found:
    """What one look through the parts came to."""

    parts: list[Entry] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    """Place -> what is wrong with a part that the folder lacks, too."""
    harmed: dict[str, str] = field(default_factory=dict)
    """Place -> what is wrong with a part that the folder has."""
    missing: set[str] = field(default_factory=set)
    """Of both, those that are not there: upkeep may have removed them meanwhile."""


def named(wrong: dict[str, str]) -> str:
    """Say of parts of the warehouse what is wrong with them, of the first few by name."""
    first = ", ".join(f"{path} {why}" for path, why in [*wrong.items()][:NAMED])
    more = f" and {len(wrong) - NAMED:,} more" if len(wrong) > NAMED else ""
    return f"of the warehouse {first}{more}"


class Taker:
    """Takes parts of a warehouse into the folder of its backup.

    Args:
        root: of the warehouse.
        folder: of the backup.
        known: what the backup before says of its parts.
        verify: read those that are not copied, on both sides.
    """

    def __init__(self, root: Path, folder: Path, known: dict[str, Entry], *, verify: bool) -> None:
        self._root, self._folder, self._known, self._verify = root, folder, known, verify
        self._sums = Sums()
        self.copied: dict[Path, Entry] = {}
        self.mended: set[str] = set()

    def take_all(self, parts: dict[str, int], held: Sums, tell: Tell) -> Found:
        """Let the folder have every part that it lacks.

        Args:
            parts: place below the folder of the data -> bytes.
            held: what the warehouse says that they must be.
            tell: told how far it is.
        """
        total, done, found = sum(parts.values()), 0, Found()
        self._sums = held
        for number, (place, size) in enumerate(parts.items(), 1):
            self._take(f"data/{place}", size, found)
            done += size
            tell(f"{number:,} of {len(parts):,} parts, {done / 1e6:,.0f} of {total / 1e6:,.0f} MB")
        return found

    def _take(self, path: str, size: int, found: Found) -> None:
        """Let the folder have a part, and note what is wrong with it in the warehouse."""
        wanted = self._wanted(path, size)
        kept = self._kept(wanted)
        wrong = self._wrong(self._refuse_other, wanted, found) if kept else ""
        if kept and wrong and not kept.is_whole(self._folder):
            kept = None  # it would be all there is
        if not kept:
            wrong = self._wrong(self._copy, wanted, found)
            kept = None if wrong else self.copied[self._folder / path]
        if not wrong and not self._is_ours(path):
            wrong = "has no line in SHA256SUMS: another client wrote it, or the line was lost"
        if kept:
            found.parts.append(kept)
        if wrong:
            (found.harmed if kept else found.lost)[path] = wrong

    def _wrong(self, step: Callable[[Entry], None], wanted: Entry, found: Found) -> str:
        """Say why a step with a part of the warehouse failed."""
        try:
            step(wanted)
        except FileNotFoundError:
            found.missing.add(wanted.path)
            return "is missing"
        except DamagedError:
            return "is damaged: it is not what its catalog, its sum or the last backup says"
        return ""

    def _wanted(self, path: str, size: int) -> Entry:
        """Say what a part must be, as far as anybody knows."""
        known = self._known.get(path)
        return Entry(path, size, self._sums.of.get(path) or (known.sha256 if known else ""))

    def _kept(self, wanted: Entry) -> Entry | None:
        """Give what the folder has of a part; None where it must be copied."""
        known = self._known.get(wanted.path)
        if files.size_of(self._folder / wanted.path) != wanted.bytes:
            return None
        if known is None:  # copied by a backup that was killed
            there = replace(wanted, sha256=sums.digest(self._folder / wanted.path))
            return there if there.sha256 == (wanted.sha256 or there.sha256) else None
        return known if not self._verify or known.is_whole(self._folder) else None

    def _is_ours(self, path: str) -> bool:
        return not self._sums.is_there or path in self._sums.of

    def _refuse_other(self, wanted: Entry) -> None:
        """Look at a part that is not copied; its bytes are read to verify only."""
        path = self._root / wanted.path
        if path.stat().st_size != wanted.bytes or self._is_other(wanted):
            raise DamagedError(wanted.path)

    def _is_other(self, wanted: Entry) -> bool:
        known = self._known.get(wanted.path)
        if known and known.sha256 != wanted.sha256:
            return True
        return self._verify and bool(wanted.sha256) and not wanted.is_whole(self._root)

    def _copy(self, wanted: Entry) -> None:
        target = self._folder / wanted.path
        was_there = target.exists()
        self.copied[target] = manifest.copy(wanted, self._root, self._folder)
        if was_there:
            self.mended.add(wanted.path)
