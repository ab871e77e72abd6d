"""A backup becomes a warehouse again: in a folder beside its place, renamed into it when whole."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from transforms.errors import WarehouseError
from warehouse import faults, files, lock, manifest
from warehouse.backup import Tell, tell_nobody
from warehouse.catalog import settle
from warehouse.making import MAKING, sweep
from warehouse.manifest import DamagedError, Entry, Manifest
from warehouse.opening import opened


def restore(folder: Path, root: Path, tell: Tell = tell_nobody) -> Manifest:
    """Make a warehouse of a backup, whole or not at all; give what the backup says of itself.

    Args:
        folder: of the backup, which is only read.
        root: where there is nothing yet, or an empty folder.
        tell: told what is being done.

    Raises:
        WarehouseError: the backup is damaged, the place is taken, or cannot be written.
    """
    kept = manifest.read(folder)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise WarehouseError(
            "this folder is not empty, and nothing is restored over it: name another with "
            "--warehouse",
            path=root,
        )
    try:
        sweep(root)
        root.parent.mkdir(parents=True, exist_ok=True)
        _restore(kept, folder, root, tell)
    except OSError as error:
        raise WarehouseError(
            f"nothing was restored: {error.strerror or error}", path=error.filename or root
        ) from error
    return kept


def _restore(kept: Manifest, folder: Path, root: Path, tell: Tell) -> None:
    making = Path(tempfile.mkdtemp(prefix=MAKING.format(name=root.name), dir=root.parent))
    try:
        with lock.hold(making / "commit.lock"):  # so that others see it in use
            _copy(kept, folder, making, tell)
        with opened(making) as lake:
            settle(lake, root)
        for path in (making / "catalog.sqlite", making):
            files.sync(path)
        making.chmod(0o755)
        faults.point("restore: copied")
        making.rename(root)
    finally:
        shutil.rmtree(making, ignore_errors=True)  # it is gone where it was renamed
    files.sync(root.parent)


def _copy(kept: Manifest, folder: Path, making: Path, tell: Tell) -> None:
    total, done = sum(entry.bytes for entry in kept.entries()), 0
    for entry in kept.entries():
        _copy_file(entry, folder, making)
        done += entry.bytes
        tell(f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")
    (making / "data" / "raw").mkdir(parents=True, exist_ok=True)  # of a backup without a part
    (making / kept.catalog.path).rename(making / "catalog.sqlite")


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
