"""Rules over SHA256SUMS: every file of the catalog has its line, and is what the line says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from transforms.errors import WarehouseError
from warehouse import files
from warehouse import sums as lines
from warehouse.checks.looking import Look, Outcome, some
from warehouse.checks.parts import EVERY, Seen, seen_parts
from warehouse.safekeeping import manifest
from warehouse.safekeeping.manifest import Entry
from warehouse.sums import Sums
from warehouse.upkeep.summing import is_promised


def sums(look: Look) -> Outcome:
    """Hold every file that the catalog names against its line: with `deep` byte for byte."""
    held, seen = lines.read(look.lake.root), [*_there(look)]
    if not held.is_there:
        return _without(look, len(seen))
    outcome = Outcome(len(seen))
    if unknown := [each.name for each in seen if each.path not in held.of]:
        outcome.wrong.append(
            f"{len(unknown):,} without a line, which another client wrote or whose line was lost: "
            f"{some(unknown)}"
        )
    if others := [*_others(look, seen, held)]:
        phrases = some([_where(look, each, held) for each in others])
        outcome.wrong.append(f"{len(others):,} that are not what was written: {phrases}")
    outcome.blame(held.double, "with two sums")
    outcome.note(held.unreadable, "lines that are none: `wirelake maintain` takes them off")
    if anew_at := look.rows("SELECT value FROM lake.raw.meta WHERE name = ?", lines.META_ANEW):
        outcome.notes.append(_made_anew(anew_at[0][0]))
    return outcome


def _made_anew(at: str) -> str:
    """Say that the lines are not those that were written with the files."""
    return (
        f"{lines.NAME} was lost and made anew at {at[:16]}Z of the files as they were: damage done "
        "before shows only beside a backup made before, by `wirelake backup --verify` into it"
    )


def _there(look: Look) -> Iterator[Seen]:
    """Give the files that are there; of others the rule of parts tells."""
    return (each for each in seen_parts(look) if (look.lake.root / each.path).is_file())


def _without(look: Look, number: int) -> Outcome:
    outcome = Outcome(0)
    if is_promised(look.lake):
        outcome.wrong.append(f"{lines.NAME} is gone: nobody can say what the files must be")
    else:
        outcome.note(number, "files without a sum yet: `wirelake maintain` notes them")
    return outcome


def _others(look: Look, seen: Iterable[Seen], held: Sums) -> Iterator[Seen]:
    """Give the files that are not what their line says."""
    if not look.trust.deep:
        return
    for number, each in enumerate(seen):
        if number % EVERY == 0:
            look.tell(f"sums: {number:,} parts read")
        wanted = held.of.get(each.path)
        if wanted and _digest(look.lake.root / each.path) != wanted:
            yield each


def _digest(path: Path) -> str:
    try:
        return lines.digest(path)
    except OSError:
        return ""


def _where(look: Look, each: Seen, held: Sums) -> str:
    """Name a file, and a backup that has it whole."""
    whole = whole_in(look.trust.backups, each.path, held.of[each.path])
    return f"{each.name} (whole in {whole[0]})" if whole else each.name


def whole_in(backups: Iterable[Path], place: str, sha256: str) -> tuple[Path, Entry] | None:
    """Give the first backup that has a file as it must be, and what it says of it."""
    for folder in backups:
        for part in _parts_of(folder):
            if (part.path, part.sha256) == (place, sha256) and part.is_whole(folder):
                return folder, part
    return None


def _parts_of(folder: Path) -> list[Entry]:
    try:
        return manifest.read(folder).parts
    except WarehouseError:
        return []  # not reached now, perhaps


def lost(look: Look) -> list[tuple[str, str]]:
    """Give place and sum of every file that is not there, or not what it must be."""
    held = lines.read(look.lake.root)
    others = {each.path for each in _others(look, _there(look), held)}
    return [
        (each.path, held.of[each.path])
        for each in seen_parts(look)
        if each.path in held.of
        and (each.path in others or files.size_of(look.lake.root / each.path) != each.part.size)
    ]
