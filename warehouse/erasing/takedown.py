"""One takedown: its digests first, so that nothing comes back, then the rows, then the bytes.

    commit the digests       from now on no batch brings in what they name
    list them beside backups, so that a restore brings nothing back
    delete the rows          in one transaction, of every table
    make a copies step       keys, pairs, clusters, and what `changes` tells
    write exports anew       those that are named
    purge, if it is asked    else upkeep lets go of the bytes when snapshots are past their age

Killed at any moment, the next one does what is left: it erases whatever is kept away and stored,
and purges where that was asked and is not done.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.errors import WarehouseError
from warehouse import catalog_copy, files, lock
from warehouse.catalog import Lake, first_line
from warehouse.commit import register
from warehouse.copies.method import Method
from warehouse.copies.step import find_copies
from warehouse.erasing import lists, nearby
from warehouse.erasing.erasing import Doomed, erase, look_up
from warehouse.erasing.purge import GRACE_S, Purged, is_purge_wanted, purge, want_purge
from warehouse.erasing.wanted import Left, Wanted, digests_of
from warehouse.keeping_away import KINDS, MESSAGE, Address, Away, kept_away
from warehouse.safekeeping.export import export, exported_views
from warehouse.tables import TABLES
from warehouse.upkeep.rewriting import Tell


@dataclass(frozen=True)
class Way:
    """How a takedown is made; what `flows` hands to it, which knows urls and texts."""

    address: Address
    """How urls are told apart."""
    method: Method
    """How copies are found."""
    tell: Tell = lambda _: None
    """Told what is being done now."""
    purges: bool = False
    """Whether the bytes go now."""
    grace_s: float = GRACE_S
    """What readers have before that."""
    backups: tuple[Path, ...] = ()
    """Folders whose lists are appended to, besides those that the warehouse has made."""
    exports: tuple[Path, ...] = ()
    """Folders that are written anew."""


@dataclass(frozen=True)
class Receipt:
    """What a takedown did, or would do."""

    digests: int
    """Left of it, or of all that was taken down where nothing was named."""
    new_digests: int
    """Of them, those that were not kept away already."""
    erased: Doomed
    purged: Purged | None
    at: dt.datetime
    missed: dict[Path, str] = field(default_factory=dict)
    """Named backups and exports that were not reached, and why."""
    listed: list[Path] = field(default_factory=list)
    """Backups beside which it is listed."""
    gone: dict[Path, str] = field(default_factory=dict)
    """Backups that the warehouse has made and that were not reached, and why."""
    near: list[str] = field(default_factory=list)
    """What is stored and called nearly so, where nothing of the name is."""
    pointing: nearby.Pointing | None = None
    """What states the url as its canonical one, and stays."""


def would_take_down(lake: Lake, wanted: Wanted, address: Address) -> Receipt:
    """Count what a takedown would erase; nothing is written.

    Raises:
        ConfigError, QueryError: as `take_down`.
    """
    try:
        left = digests_of(lake, wanted, address)
        known = kept_away(lake, address)
        found = look_up(lake, _joined(known, left))
        near = [] if found else nearby.names(lake, wanted)
        pointing = nearby.pointing(lake, wanted, address)
    except duckdb.Error as error:
        raise _failed(lake, error) from error
    new, now = len(_new(known, left)), dt.datetime.now(dt.UTC)
    return Receipt(len(left), new, found, None, now, near=near, pointing=pointing)


def take_down(lake: Lake, wanted: Wanted | None, way: Way) -> Receipt:
    """Erase what is named, and keep it away.

    Args:
        lake: an open warehouse.
        wanted: what is named; None: nothing more than what was taken down before.
        way: how it is made.

    Raises:
        ConfigError: what is named is none or several things.
        QueryError: a condition that is not one.
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written; start it again.
    """
    try:
        left = digests_of(lake, wanted, way.address) if wanted else set()
        if way.purges:
            want_purge(lake.root)
        new = keep_away(lake, left, way.address)
        away = kept_away(lake, way.address)
        way.tell("listing it beside backups")
        listed, missed, gone = _list(lake, away, way)
        way.tell("deleting rows")
        erased = erase(lake, away)
        near = [] if erased or not wanted else nearby.names(lake, wanted)
        pointing = nearby.pointing(lake, wanted, way.address)
    except duckdb.Error as error:
        raise _failed(lake, error) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error
    way.tell("comparing copies")
    find_copies(lake, f"takedown-{secrets.token_hex(4)}", way.method)
    missed |= _export_anew(lake, way)
    is_wanted = way.purges or is_purge_wanted(lake.root)
    purged = purge(lake, way.tell, way.grace_s) if is_wanted else None
    if not purged and (lake.root / catalog_copy.NAME).exists():  # or it brings back what went
        catalog_copy.copy_catalog(lake.root)
    now = dt.datetime.now(dt.UTC)
    return Receipt(len(left), new, erased, purged, now, missed, listed, gone, near, pointing)


def _list(lake: Lake, away: Away, way: Way) -> tuple[list[Path], dict[Path, str], dict[Path, str]]:
    """List all that is kept away beside backups; give those reached, and those named or made not.

    What is named is reached in its place, whatever it is called there.
    """
    made, gone = lists.made_of(lake)
    named = {path.resolve() for path in way.backups}
    missed = lists.append(way.backups, _pairs(away))
    others = [path for path in made if path not in named]
    failed = lists.append(others, _pairs(away))
    gone = {path: why for path, why in (gone | failed).items() if path not in named}
    reached = [path for path in (*way.backups, *others) if path not in missed | failed]
    return reached, missed, gone


def _export_anew(lake: Lake, way: Way) -> dict[Path, str]:
    missed = {}
    for folder in way.exports:
        try:
            export(lake.root, folder, exported_views(folder), way.tell)
        except WarehouseError as error:
            missed[folder] = error.message
    return missed


def keep_away(lake: Lake, left: Iterable[tuple[str, str]], address: Address) -> int:
    """Commit digests, but for those that are there; give how many are new.

    Args:
        lake: an open warehouse.
        left: kinds and digests.
        address: how urls are told apart.
    """
    with lock.hold(lake.lock_path):
        new = _new(kept_away(lake, address), left)
        if not new:
            return 0
        now = dt.datetime.now(dt.UTC)
        rows = [{"digest": digest, "kind": kind, "taken_down_at": now} for kind, digest in new]
        table = pa.Table.from_pylist(rows, TABLES["takedowns"])
        parts = files.write_parts(lake.data, "takedowns", secrets.token_hex(16), table)
        with lake.transaction(MESSAGE, parts=parts):
            register(lake, "takedowns", parts)
    return len(new)


def _pairs(away: Away) -> Left:
    return {(kind, digest) for kind in KINDS for digest in away.of(kind)}


def _new(known: Away, left: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(
        (kind, digest)
        for kind, digest in left
        if digest not in known.digests.get(kind, frozenset())
    )


def _joined(known: Away, left: Left) -> Away:
    digests = {kind: set(those) for kind, those in known.digests.items()}
    for kind, digest in left:
        digests.setdefault(kind, set()).add(digest)
    return Away(known.address, {kind: frozenset(those) for kind, those in digests.items()})


def _failed(lake: Lake, error: duckdb.Error) -> WarehouseError:
    return WarehouseError(f"the takedown failed: {first_line(error)}", path=lake.root)
