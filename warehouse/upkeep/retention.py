"""What is let go of by its age: of documents all that was read from them, of logs their rows.

It is not kept away: what a source gives again, or a backfill reads, is stored anew. A document is
as old as the last time it was seen or stored, whichever is later. Cursors stay, so that no file or
page is read again for its sake.

Who reads a source takes for stored what was so when it began, so documents of a source that is
being read stay until the next upkeep.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from warehouse import files, lock
from warehouse.catalog import Lake
from warehouse.marking import mark
from warehouse.windows import sole

SOURCES = 100
"""That are kept from being read at once, with an open file for each."""

_OLD = """
FROM lake.raw.documents JOIN lake.raw.seen USING (document_id)
WHERE greatest(added_at, last_seen) < ?
"""
_OF_SOURCES = f"SELECT DISTINCT source {_OLD} ORDER BY source"
_OUTDATED = f"""
CREATE OR REPLACE TEMP TABLE outdated AS
SELECT document_id {_OLD} AND list_contains(?::VARCHAR[], source)
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
        gone = _let_go_of_documents(lake, now - ages.documents)
    for table, age in (("fetches", ages.fetches), ("cluster_changes", ages.cluster_changes)):
        if not age:
            continue
        tell(f"{table} past their age")
        where, values = f"{_TIME[table]} < ?", [now - age]
        if lake.scalar(f"SELECT count(*) FROM lake.raw.{table} WHERE {where}", [*values]):
            gone |= _delete(lake, {table: where}, values)
    return gone


def _let_go_of_documents(lake: Lake, before: dt.datetime) -> dict[str, int]:
    sources = [name for (name,) in lake.connection.execute(_OF_SOURCES, [before]).fetchall()]
    gone = Counter[str]()
    for start in range(0, len(sources), SOURCES):
        with ExitStack() as claims:
            some = sources[start : start + SOURCES]
            free = [name for name in some if claims.enter_context(sole(lake.root, name))]
            lake.connection.execute(_OUTDATED, [before, free])
            if lake.scalar("SELECT count(*) FROM outdated"):
                where = dict.fromkeys(_OF_DOCUMENT, "document_id IN (FROM outdated)")
                gone.update(_delete(lake, where, []))
    return dict(gone)


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
