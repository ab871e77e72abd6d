"""A backup in a folder elsewhere: the catalog, then every part it names, then the manifest.

copy the catalog                    the state after some commit; nobody waits
copy the parts that are not there   they never change, and no name is used twice; each must be
                                    what its line in SHA256SUMS says
replace the manifest                from now on this is the backup
remove what it does not name        the catalog and the parts of the one before

Writers and upkeep go on meanwhile. Killed before the manifest is replaced, the backup before is
whole; the next one goes on with the parts that were copied. The same is so where a part of the
warehouse is lost or damaged and the folder has no copy of it: a backup with a hole would take the
place of a whole one. Where the folder has it whole, the backup is made, and the part is told.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from transforms.errors import LockError, WarehouseError
from warehouse import faults, files, lock, sums
from warehouse.catalog import refuse_nothing
from warehouse.catalog_copy import CatalogCopy, copy_catalog_to_keep, parted
from warehouse.erasing import lists
from warehouse.safekeeping import manifest
from warehouse.safekeeping.manifest import Entry, Manifest
from warehouse.safekeeping.taking import Found, Taker, Tell, named

LOCK = "backup.lock"
CATALOG = "catalog.tmp"
PATIENCE_S = 1.0


def tell_nobody(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Backup:
    """What one backup did."""

    manifest: Manifest
    copied: int
    """Parts that were not there yet."""
    copied_bytes: int
    mended: int
    """Parts that were there and damaged, and are copied anew."""
    removed: int
    """Files that belonged to the backup before only."""
    seconds: float
    harmed: dict[str, str]
    """Place -> what is wrong with a part of the warehouse, all the same in the backup."""
    unknown: str
    """Why the warehouse does not know of the backup; nothing where it does."""

    @property
    def bytes(self) -> int:
        """Of all its files."""
        return sum(entry.bytes for entry in self.manifest.entries())


def backup(root: Path, folder: Path, tell: Tell = tell_nobody, *, verify: bool = False) -> Backup:
    """Bring the backup in a folder to the state of the warehouse.

    Args:
        root: of the warehouse, which may be in use.
        folder: of the backup; made if new.
        tell: told what is being done.
        verify: read every part that is there, and copy anew those that are damaged.

    Raises:
        WarehouseError: the folder is none for it, or the copy failed; the backup before is whole.
    """
    refuse_nothing(root)
    _refuse_place(root, folder)
    before = manifest.mark(folder)
    _make(folder)
    try:
        with _alone(folder):
            return _Writer(root, folder, tell, verify=verify).run()
    except OSError as error:
        raise WarehouseError(
            f"{left(folder, before)}: {error.strerror or error}",
            path=error.filename or folder,
        ) from error


def left(folder: Path, before: tuple[int, int] | None) -> str:
    """Say what there is where a backup broke off.

    Args:
        folder: of the backup.
        before: the mark of its list when it began.
    """
    if manifest.mark(folder) == before:
        return unharmed(folder)
    return "the backup was made and is whole; files of the one before may be left for the next"


def unharmed(folder: Path) -> str:
    """Say what there is where no list was written."""
    before = ", and one made before is whole" if (folder / manifest.NAME).exists() else ""
    return f"no backup was made{before}"


def _refuse_place(root: Path, folder: Path) -> None:
    here, there = root.resolve(), folder.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise WarehouseError(
            "a backup and its warehouse do not lie within each other: name another folder",
            path=folder,
        )
    if folder.exists() and not folder.is_dir():
        raise WarehouseError("this is a file: name a folder for the backup", path=folder)
    if not folder.exists() or (folder / LOCK).exists() or (folder / manifest.NAME).exists():
        return
    if any(folder.iterdir()):
        raise WarehouseError(
            "this folder is not empty and holds no backup: name another", path=folder
        )


def _make(folder: Path) -> None:
    try:
        files.make_folder(folder.absolute())
    except OSError as error:
        why = files.made_in_vain(error)
        raise WarehouseError(f"no backup was made: {why}", path=folder) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        with lock.hold(folder / LOCK, PATIENCE_S):
            yield
    except LockError as error:
        raise WarehouseError("another backup is written here now", path=folder) from error


class _Writer:
    """One backup: its steps, and what they come to."""

    def __init__(self, root: Path, folder: Path, tell: Tell, *, verify: bool) -> None:
        self._data, self._root, self._folder, self._tell = root / "data", root, folder, tell
        is_first = not (folder / manifest.NAME).exists()
        self._before = None if is_first else manifest.read(folder)
        before = self._before.parts if self._before else []
        self._known = {entry.path: entry for entry in before}
        self._sums_text: bytes | None = None
        self._taker = Taker(root, folder, self._known, verify=verify)

    def run(self) -> Backup:
        began, made_at = time.monotonic(), dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        try:
            catalog, found = self._consistent()
            faults.point("backup: parts copied")
            self._refuse_holes(found)
            copy, sums_copy = self._publish(catalog), self._publish_sums()
        except OSError:
            self._give_back()
            raise
        finally:
            files.remove([self._folder / CATALOG])  # it is gone where it was renamed
        kept = Manifest(catalog.warehouse, catalog.snapshot, made_at, copy, found.parts, sums_copy)
        faults.point("backup: catalog copied")
        unknown = lists.begin(self._root, self._folder)
        kept.write(self._folder)
        faults.point("backup: manifest written")
        removed = self._sweep(kept)
        return Backup(
            kept,
            len(self._taker.copied),
            sum(entry.bytes for entry in self._taker.copied.values()),
            len(self._taker.mended),
            removed,
            time.monotonic() - began,
            found.harmed,
            unknown,
        )

    def _give_back(self) -> None:
        """Give a full disk back what it had, but for what the backup before names."""
        known = {self._folder / path for path in self._known}
        files.remove(path for path in self._taker.copied if path not in known)

    def _consistent(self) -> tuple[CatalogCopy, Found]:
        """Copy the catalog and its parts; again where upkeep was quicker to remove one."""
        missing = set[str]()
        while True:
            catalog = self._copy_catalog()
            self._sums_text = sums.whole_lines(self._root)  # behind it: no line of its is missing
            held = sums.read_lines(self._sums_text)
            found = self._taker.take_all(catalog.parts, held, self._tell)
            if found.missing <= missing:  # a newer catalog names them still
                return catalog, found
            missing |= found.missing

    def _refuse_holes(self, found: Found) -> None:
        if found.lost:
            others = len(found.parts)
            is_hurt = not self._known.keys().isdisjoint(found.lost)
            what = "no backup was made, and the one before lacks the same" if is_hurt else ""
            raise WarehouseError(
                f"{what or unharmed(self._folder)}: {named(found.lost)}; "
                f"{others:,} whole ones are here "
                "for the next backup. `wirelake check --deep` tells more",
                path=self._root / next(iter(found.lost)),
            )

    def _copy_catalog(self) -> CatalogCopy:
        self._tell("copying the catalog")
        try:
            catalog = copy_catalog_to_keep(self._root, self._folder / CATALOG)
        except WarehouseError as error:
            raise WarehouseError(
                f"{unharmed(self._folder)}: {error.message}", **error.facts
            ) from error
        if self._before and self._before.warehouse != catalog.warehouse:
            raise WarehouseError(
                "this folder holds the backup of another warehouse: name another", path=self._folder
            )
        if self._before:
            self._refuse_others(catalog, self._before)
        return catalog

    def _refuse_others(self, catalog: CatalogCopy, before: Manifest) -> None:
        """Keep a later state from one of before, and that of another copy of the warehouse."""
        if before.snapshot > catalog.snapshot:
            raise WarehouseError(
                f"this folder holds a later state (snapshot {before.snapshot}) than this "
                f"warehouse ({catalog.snapshot}): name another folder",
                path=self._folder,
            )
        since = parted(catalog.path, self._folder / before.catalog.path)
        if since is not None:
            raise WarehouseError(
                f"this folder holds what another copy of this warehouse wrote, or this one before "
                f"its catalog was set back (snapshot {since} differs): name another folder",
                path=self._folder,
            )

    def _publish(self, catalog: CatalogCopy) -> Entry:
        sha256, size = sums.digest(catalog.path), catalog.path.stat().st_size
        name = f"catalog-{sha256[:16]}.sqlite"
        files.publish(catalog.path, self._folder / name)
        return Entry(name, size, sha256)

    def _publish_sums(self) -> Entry | None:
        """Keep the lines of the warehouse: of a part without one a restore must not make one."""
        if self._sums_text is None:
            return None
        sha256 = hashlib.sha256(self._sums_text).hexdigest()
        name, temporary = f"sums-{sha256[:16]}.txt", self._folder / "sums.tmp"
        temporary.write_bytes(self._sums_text)
        files.publish(temporary, self._folder / name)
        return Entry(name, len(self._sums_text), sha256)

    def _sweep(self, kept: Manifest) -> int:
        """Remove the files of the backup before, and what killed ones have left."""
        named = {self._folder / entry.path for entry in kept.entries()}
        found = [*files.all_parts(self._folder / "data"), *self._folder.glob("catalog-*.sqlite")]
        found += self._folder.glob("sums-*.txt")
        left = [path for path in found if path not in named]
        files.remove(left)
        return len(left)
