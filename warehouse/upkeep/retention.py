"""What is let go of by its age: of documents all that was read from them, of logs their rows.

It is not kept away: what a source gives again, or a backfill reads, is stored anew. A document is
as old as the last time it was seen or stored, whichever is later. Cursors stay, so that no file or
page is read again for its sake.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from warehouse import files, lock
from warehouse.catalog import Lake
from warehouse.marking import mark

_OLD = """
CREATE OR REPLACE TEMP TABLE outdated AS
SELECT document_id FROM lake.raw.documents JOIN lake.raw.seen USING (document_id)
WHERE greatest(added_at, last_seen) < ?
"""
_OF_DOCUMENT = ("articles", "documents", "sightings", "compared")
_TIME = {"fetches": "fetched_at", "cluster_changes": "changed_at"}


@dataclass(frozen=True)
class Retention:
    """How long rows stay; None: for ever."""

    documents: dt.timedelta | None = None
    """With their articles and sightings."""
    fetches: dt.timedelta | None = None
    cluster_changes: dt.timedelta | None = None


FOR_EVER = Retention()


def let_go(lake: Lake, ages: Retention, tell: Callable[[str], None]) -> dict[str, int]:
    """Delete what is past its age, and give the rows that went of each table.

    Pairs and clusters are brought up to it by the next copies step.
    """
    now, gone = dt.datetime.now(dt.UTC), dict[str, int]()
    if ages.documents:
        tell("documents past their age")
        lake.connection.execute(_OLD, [now - ages.documents])
        if lake.scalar("SELECT count(*) FROM outdated"):
            gone = _delete(lake, dict.fromkeys(_OF_DOCUMENT, "document_id IN (FROM outdated)"), [])
    for table, age in (("fetches", ages.fetches), ("cluster_changes", ages.cluster_changes)):
        if not age:
            continue
        tell(f"{table} past their age")
        where, values = f"{_TIME[table]} < ?", [now - age]
        if lake.scalar(f"SELECT count(*) FROM lake.raw.{table} WHERE {where}", [*values]):
            gone |= _delete(lake, {table: where}, values)
    return gone


def _delete(lake: Lake, conditions: dict[str, str], values: list[dt.datetime]) -> dict[str, int]:
    gone = {}
    with (
        lock.hold(lake.lock_path) as progress,
        lake.transaction("upkeep: past their age", {*files.CHANGED, *conditions}),
    ):
        mark(lake)  # a part that lost a few rows would keep their bytes
        for table, where in conditions.items():
            statement = f"DELETE FROM lake.raw.{table} WHERE {where}"
            gone[table] = int(str(lake.scalar(statement, [*values])))
            progress()
    return gone
