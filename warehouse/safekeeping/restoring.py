"""A backup becomes a warehouse again: in a folder beside its place, renamed into it when whole."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transforms.errors import WarehouseError
from warehouse import faults, files, lock, sums
from warehouse.catalog import NAME, Lake, settle
from warehouse.erasing import lists, places
from warehouse.erasing.erasing import look_up
from warehouse.erasing.lists import Told
from warehouse.erasing.takedown import Way, keep_away, take_down
from warehouse.erasing.wanted import Left
from warehouse.keeping_away import kept_away, plain_address
from warehouse.making import LOCKS, make_beside
from warehouse.opening import opened
from warehouse.safekeeping import manifest
from warehouse.safekeeping.backup import tell_nobody
from warehouse.safekeeping.manifest import DamagedError, Entry, Manifest
from warehouse.safekeeping.taking import Tell


@dataclass(frozen=True)
class Restored:
    """What a restore came from."""

    kept: Manifest
    """What the backup says of itself."""
    told: Told
    """What was taken down since, and by whom it is known."""
    erased: int
    """Articles of the backup that are not in it any more, as they were taken down."""


def restore(
    folder: Path,
    root: Path,
    tell: Tell = tell_nobody,
    way: Way | None = None,
    others: Sequence[Path] = (),
) -> Restored:
    """Make a warehouse of a backup, whole or not at all.

    What was taken down since it was made is erased before anybody can read it: by the list beside
    it, those of others, and the warehouse that it was made of, where that is still in its place.

    Args:
        folder: of the backup, which is only read.
        root: where there is nothing yet, or an empty folder.
        tell: told what is being done.
        way: how that is taken down; None: only where there is none.
        others: further backups whose lists of takedowns count.

    Raises:
        WarehouseError: the backup is damaged or has no list of takedowns, the place is taken, or
            cannot be written.
    """
    kept = manifest.read(folder)
    told = lists.read_all(folder, others, kept.warehouse)
    _refuse_place(root, folder)
    making = make_beside(root, "nothing was restored")
    try:
        erased = _restore(_Restoring(kept, folder, told.left, way), making, root, tell)
    except OSError as error:
        raise WarehouseError(
            f"nothing was restored: {error.strerror or error}", path=error.filename or root
        ) from error
    return Restored(kept, told, erased)


def _refuse_place(root: Path, folder: Path) -> None:
    here, there = root.resolve(), folder.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise WarehouseError(
            "a warehouse and its backup do not lie within each other: name another folder with "
            "--warehouse",
            path=root,
        )
    if root.exists() and not root.is_dir():
        raise WarehouseError("this is a file: name a folder with --warehouse", path=root)
    if root.exists() and any(root.iterdir()):
        raise WarehouseError(
            "this folder is not empty, and nothing is restored over it: name another with "
            "--warehouse",
            path=root,
        )


@dataclass(frozen=True)
class _Restoring:
    """A backup, and what of it must not come back."""

    kept: Manifest
    folder: Path
    left: Left
    way: Way | None

    def erase(self, lake: Lake) -> int:
        """Take down what was, in a warehouse that nobody reads yet; give how many articles.

        The backup may have been made between the digests of a takedown and its deletes, so that
        its own digests are looked up, too.
        """
        if not self.left and not kept_away(lake, plain_address):
            return 0
        if self.way is None:
            raise WarehouseError("something was taken down since this backup", path=self.folder)
        is_new = keep_away(lake, self.left, self.way.address)
        if is_new or look_up(lake, kept_away(lake, self.way.address)):
            done = take_down(lake, None, replace(self.way, purges=True, grace_s=0))
            return done.erased.articles
        return 0


def _restore(backup: _Restoring, making: Path, root: Path, tell: Tell) -> int:
    try:
        with lock.hold(making / LOCKS[1]):  # so that others see it in use
            erased = _fill(making, backup, root, tell)
            faults.point("restore: copied")
            making.rename(root)
    finally:
        shutil.rmtree(making, ignore_errors=True)  # it is gone where it was renamed
    files.sync(root.parent)
    return erased


def _fill(making: Path, backup: _Restoring, root: Path, tell: Tell) -> int:
    _copy(backup.kept, backup.folder, making, tell)
    with opened(making) as lake:
        erased = backup.erase(lake)
        settle(lake, root)
    places.note(making / places.BACKUPS, backup.folder)  # so that its takedowns are listed there
    for name in (LOCKS[1], places.LOCK):
        files.remove((making / name).with_suffix(suffix) for suffix in (".lock", ".next"))
    if sums.is_there(making):
        files.sync(making / sums.NAME)
    for path in (making / NAME, making):
        files.sync(path)
    files.open_folder(making)
    return erased


def _copy(kept: Manifest, folder: Path, making: Path, tell: Tell) -> None:
    total, done = sum(entry.bytes for entry in kept.entries()), 0
    for entry in kept.entries():
        _copy_file(entry, folder, making)
        done += entry.bytes
        tell(f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")
    (making / "data" / "raw").mkdir(parents=True, exist_ok=True)  # of a backup without a part
    if kept.sums:
        (making / kept.sums.path).rename(making / sums.NAME)
    (making / kept.catalog.path).rename(making / NAME)


def _copy_file(entry: Entry, folder: Path, making: Path) -> None:
    try:
        manifest.copy(entry, folder, making)
    except FileNotFoundError as error:
        raise WarehouseError(
            "the backup is damaged, and nothing was restored: a file is missing",
            path=folder / entry.path,
        ) from error
    except DamagedError as error:
        raise WarehouseError(
            "the backup is damaged, and nothing was restored: a file is not what was written",
            path=folder / entry.path,
        ) from error
