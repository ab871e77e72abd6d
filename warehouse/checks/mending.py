"""Repair what a check found, where nothing can be lost by it.

    views           made anew
    statistics      widened to those of the parts
    parts, sums     files that are lost or damaged: from a backup that has what SHA256SUMS says
    orphans         deleted, past the age at which a writer might still name them
    sightings       double rows once: they are a set
    copies          double rows once, then all compared anew

Whatever else is broken stays as it is: it cannot be told from the warehouse alone what was there.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import files, lock
from warehouse.catalog import Lake, attach, first_line
from warehouse.checks.looking import Finding, Look, Tell, Trust
from warehouse.checks.sums import lost, whole_in
from warehouse.copies.step import Asked, find_copies
from warehouse.safekeeping import manifest
from warehouse.safekeeping.manifest import Entry
from warehouse.tables import TABLES
from warehouse.upkeep import orphans, statistics, summing
from warehouse.views import create_views

COPIES = ("compared", "keys", "pairs", "clusters", "keys of texts")
"""Rules that a new comparison of all texts mends."""
_DERIVED = ("compared", "pairs", "clusters")
_NEEDS = ("parts", "sums", "document ids", "article rows", "articles", "texts")
"""Rules that must hold, or a new comparison would take damage for truth."""


def mend(lake: Lake, findings: list[Finding], trust: Trust, tell: Tell) -> dict[str, str]:
    """Repair what may be repaired, and say what was done for each rule.

    Args:
        lake: open for writing.
        findings: of a check.
        trust: what that check asked.
        tell: told what is being done.

    Raises:
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written; every step is done whole or not at all.
    """
    broken = {each.rule for each in findings if each.verdict == "broken"}
    unsure = {each.rule for each in findings if each.verdict != "ok"} & set(_NEEDS)
    steps: dict[str, Callable[[], str]] = {
        "views": lambda: _views(lake),
        "statistics": lambda: _statistics(lake),
        "orphans": lambda: _orphans(lake, trust.orphans),
        "sightings": lambda: _once(lake, ["sightings"]),
    }
    done = dict[str, str]()
    try:
        back = _bring_back(lake, trust, tell) if broken & {"parts", "sums"} else ""
        done |= {rule: back for rule in ("parts", "sums") if rule in broken and back}
        done |= {rule: _told(rule, steps[rule], tell) for rule in steps if rule in broken}
        if of_copies := [rule for rule in COPIES if rule in broken]:
            said = _copies(lake, trust, unsure, tell)
            done |= dict.fromkeys(of_copies, said)
    except duckdb.Error as error:
        raise WarehouseError(f"the repair failed: {first_line(error)}", path=lake.root) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error
    return done


def bring_back(root: Path, trust: Trust, tell: Tell) -> str:
    """Take lost files from backups where a warehouse opens for readers only; say how many."""
    try:
        with attach(root, read_only=True) as connection:
            return _bring_back(Lake(root, connection), trust, tell)
    except duckdb.Error as error:
        raise WarehouseError(f"the repair failed: {first_line(error)}", path=root) from error
    except OSError as error:
        raise files.unwritable(root, error) from error


def _told(rule: str, step: Callable[[], str], tell: Tell) -> str:
    tell(f"repairing {rule}")
    return step()


def _views(lake: Lake) -> str:
    with lock.hold(lake.lock_path), lake.transaction("repair: views"):
        create_views(lake, lake.meta("representative"))
    return "made anew"


def _statistics(lake: Lake) -> str:
    with lock.hold(lake.lock_path):
        return f"{statistics.mend(lake)} widened"


def _bring_back(lake: Lake, trust: Trust, tell: Tell) -> str:
    """Take files that are lost or damaged from a backup: their sum says that they are the same."""
    wanted = lost(Look(lake, trust, dt.datetime.now(dt.UTC), tell)) if trust.backups else []
    found = (whole_in(trust.backups, place, sha256) for place, sha256 in wanted)
    back = sum(_copy_back(lake, *whole) for whole in found if whole)
    named = summing.named(lake)
    needed = sum(place in named for place, _ in wanted)
    return f"{back} of {needed} files taken from a backup" if back else ""


def _copy_back(lake: Lake, folder: Path, entry: Entry) -> bool:
    """Copy a file from a backup, unless upkeep or a purge has let go of it meanwhile."""
    with lock.hold(lake.lock_path):
        is_named = entry.path in summing.named(lake)
        if is_named:
            manifest.copy(entry, folder, lake.root)
    return is_named


def _orphans(lake: Lake, age: dt.timedelta) -> str:
    with lock.hold(lake.lock_path):  # nobody is about to name one
        old = orphans.older(lake, dt.datetime.now(dt.UTC) - age)
        left = orphans.unnamed(lake, old)
        size = sum(map(files.size_of, left))
        files.remove(left)
    return f"{len(left)} deleted ({size / 1e6:.1f} MB)"


def _copies(lake: Lake, trust: Trust, unsure: Collection[str], tell: Tell) -> str:
    if unsure:
        return f"left as it is until {', '.join(sorted(unsure))} is ok"
    _forget_double_keys(lake)
    doubles = _once(lake, _DERIVED)
    asked = Asked(
        rebuild=True,
        tell=lambda doing, some, total: tell(f"repairing copies: {some:,} of {total:,} {doing}"),
    )
    counts = find_copies(lake, f"repair-{secrets.token_hex(4)}", trust.method, asked)
    return f"{doubles}; compared anew: {counts.paired} pairs, {counts.moved} clusterings changed"


def _once(lake: Lake, tables: Collection[str]) -> str:
    """Leave of equal rows one, in one transaction."""
    with lock.hold(lake.lock_path), lake.transaction("repair: double rows"):
        return f"{sum(_once_in(lake, table) for table in tables)} double rows removed"


def _once_in(lake: Lake, table: str) -> int:
    names = TABLES[table].names
    lake.connection.execute(
        "CREATE OR REPLACE TEMP TABLE doubled AS "
        f"SELECT *, count(*) AS times FROM lake.raw.{table} GROUP BY ALL HAVING times > 1"
    )
    extra = int(str(lake.scalar("SELECT coalesce(sum(times - 1), 0)::BIGINT FROM doubled")))
    if extra:
        _delete_doubled(lake, table, names)
        lake.connection.execute(
            f"INSERT INTO lake.raw.{table} SELECT * EXCLUDE (times) FROM doubled"
        )
    return extra


def _forget_double_keys(lake: Lake) -> None:
    """Let go of keys that a text has twice on a day: which are right, the comparison says."""
    by = ["algo", "content_hash", "day"]
    with lock.hold(lake.lock_path), lake.transaction("repair: double keys"):
        lake.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT {', '.join(by)} "
            "FROM lake.raw.keys GROUP BY ALL HAVING count(*) > 1"
        )
        _delete_doubled(lake, "keys", by)


def _delete_doubled(lake: Lake, table: str, names: list[str]) -> None:
    is_it = " AND ".join(f"held.{name} IS NOT DISTINCT FROM doubled.{name}" for name in names)
    lake.connection.execute(
        f"DELETE FROM lake.raw.{table} AS held WHERE EXISTS (SELECT 1 FROM doubled WHERE {is_it})"
    )
