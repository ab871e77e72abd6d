"""A backup in a folder elsewhere: the catalog, then every part it names, then the manifest.

copy the catalog                    the state after some commit; nobody waits
copy the parts that are not there   they never change, and no name is used twice
replace the manifest                from now on this is the backup
remove what it does not name        the catalog and the parts of the one before

Writers and upkeep go on meanwhile. Killed before the manifest is replaced, the backup before is
whole; the next one goes on with the parts that were copied.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from transforms.errors import LockError, WarehouseError
from warehouse import faults, files, lock
from warehouse.catalog import refuse_nothing
from warehouse.catalog_copy import CatalogCopy, copy_catalog_to_keep
from warehouse.erasing import lists
from warehouse.safekeeping import manifest
from warehouse.safekeeping.manifest import DamagedError, Entry, Manifest

LOCK = "backup.lock"
CATALOG = "catalog.tmp"
UNHARMED = "no backup was made, and one made before is whole"
PATIENCE_S = 1.0

Tell = Callable[[str], None]
"""Told what is being done now."""


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

    @property
    def bytes(self) -> int:
        """Of all its files."""
        return sum(entry.bytes for entry in self.manifest.entries())


class _GoneError(Exception):
    """Upkeep has removed a part since the catalog was copied."""

    def __init__(self, part: Path) -> None:
        super().__init__(part)
        self.part = part


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
    try:
        files.make_folder(folder.absolute())
        with _alone(folder):
            return _Writer(root, folder, tell, verify=verify).run()
    except OSError as error:
        raise WarehouseError(
            f"{UNHARMED}: {error.strerror or error}",
            path=error.filename or folder,
        ) from error


def _refuse_place(root: Path, folder: Path) -> None:
    here, there = root.resolve(), folder.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise WarehouseError(
            "a backup and its warehouse do not lie within each other: name another folder",
            path=folder,
        )
    if not folder.exists() or (folder / LOCK).exists() or (folder / manifest.NAME).exists():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise WarehouseError(
            "this folder is not empty and holds no backup: name another", path=folder
        )


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
        self._verify = verify
        is_first = not (folder / manifest.NAME).exists()
        self._before = None if is_first else manifest.read(folder)
        before = self._before.parts if self._before else []
        self._known = {entry.path: entry for entry in before}
        self._copied: dict[Path, int] = {}
        self._mended: set[str] = set()

    def run(self) -> Backup:
        began, made_at = time.monotonic(), dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        try:
            catalog, parts = self._consistent()
            faults.point("backup: parts copied")
            copy = self._publish(catalog)
        except OSError:
            self._give_back()
            raise
        finally:
            files.remove([self._folder / CATALOG])  # it is gone where it was renamed
        kept = Manifest(catalog.warehouse, catalog.snapshot, made_at, copy, parts)
        faults.point("backup: catalog copied")
        lists.begin(self._root, self._folder)
        kept.write(self._folder)
        faults.point("backup: manifest written")
        removed = self._sweep(kept)
        new_bytes = sum(self._copied.values())
        seconds = time.monotonic() - began
        return Backup(kept, len(self._copied), new_bytes, len(self._mended), removed, seconds)

    def _give_back(self) -> None:
        """Give a full disk back what it had, but for what the backup before names."""
        known = {self._folder / path for path in self._known}
        files.remove(path for path in self._copied if path not in known)

    def _consistent(self) -> tuple[CatalogCopy, list[Entry]]:
        """Copy the catalog and its parts; again where upkeep was quicker to remove one."""
        gone: set[Path] = set()
        while True:
            catalog = self._copy_catalog()
            try:
                return catalog, list(self._parts(catalog))
            except _GoneError as error:
                if error.part in gone:  # a newer catalog names it still
                    raise WarehouseError(
                        f"{UNHARMED}: this part of the warehouse is missing",
                        path=error.part,
                    ) from error
                gone.add(error.part)

    def _copy_catalog(self) -> CatalogCopy:
        self._tell("copying the catalog")
        try:
            catalog = copy_catalog_to_keep(self._root, self._folder / CATALOG)
        except WarehouseError as error:
            raise WarehouseError(f"{UNHARMED}: {error.message}", **error.facts) from error
        if self._before and self._before.warehouse != catalog.warehouse:
            raise WarehouseError(
                "this folder holds the backup of another warehouse: name another", path=self._folder
            )
        return catalog

    def _parts(self, catalog: CatalogCopy) -> Iterator[Entry]:
        total, done = sum(catalog.parts.values()), 0
        for number, (place, size) in enumerate(catalog.parts.items(), 1):
            yield self._part(place, size)
            done += size
            self._tell(
                f"{number:,} of {len(catalog.parts):,} parts, "
                f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
            )

    def _part(self, place: str, size: int) -> Entry:
        path = f"data/{place}"
        target = self._folder / path
        known = self._known.get(path)
        if files.size_of(target) == size:
            if known is None:  # copied by a backup that was killed
                return Entry(path, size, manifest.digest(target))
            if not self._verify or known.is_whole(self._folder):
                return known
        return self._copy(Entry(path, size, known.sha256 if known else ""))

    def _copy(self, wanted: Entry) -> Entry:
        target = self._folder / wanted.path
        was_there = target.exists()
        try:
            copied = manifest.copy(wanted, self._root, self._folder)
        except FileNotFoundError as error:
            raise _GoneError(self._root / wanted.path) from error
        except DamagedError as error:
            raise WarehouseError(
                f"{UNHARMED}: this part of the warehouse is damaged, for it is not what its "
                "catalog or the last backup says",
                path=self._root / wanted.path,
            ) from error
        if was_there:
            self._mended.add(wanted.path)
        self._copied[target] = copied.bytes
        return copied

    def _publish(self, catalog: CatalogCopy) -> Entry:
        sha256, size = manifest.digest(catalog.path), catalog.path.stat().st_size
        name = f"catalog-{sha256[:16]}.sqlite"
        files.publish(catalog.path, self._folder / name)
        return Entry(name, size, sha256)

    def _sweep(self, kept: Manifest) -> int:
        """Remove the files of the backup before, and what killed ones have left."""
        named = {self._folder / entry.path for entry in kept.entries()}
        found = [*files.all_parts(self._folder / "data"), *self._folder.glob("catalog-*.sqlite")]
        left = [path for path in found if path not in named]
        files.remove(left)
        return len(left)
