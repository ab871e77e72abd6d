"""Letting go of days: what was stored of them is read anew by the next backfill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import duckdb

from transforms.errors import WarehouseError
from warehouse import lock
from warehouse.catalog import Lake, first_line
from warehouse.windows import claim

_BY_DOCUMENT = ("articles", "documents", "sightings", "compared", "cursors")
"""Tables with rows of one document; a cursor goes too, so that its page is asked for again."""


@dataclass(frozen=True)
class Forgotten:
    """What one day of one source had, or would have, to let go of."""

    source: str
    day: dt.date
    documents: int
    windows: int


def find(lake: Lake, sources: Sequence[str], days: Sequence[dt.date]) -> list[Forgotten]:
    """Count what forgetting some days of some sources would let go of; nothing is changed."""
    return [
        Forgotten(source, day, _count(lake, "articles", "event_date", source, day),
                  _count(lake, "windows", "day", source, day))
        for day in days
        for source in sources
    ]  # fmt: skip


def known_sources(lake: Lake) -> list[str]:
    """List the sources that have ever been read, be they still configured or not."""
    rows = lake.connection.execute("SELECT source FROM lake.raw.sources ORDER BY source").fetchall()
    return [str(row[0]) for row in rows]


def forget(lake: Lake, sources: Sequence[str], days: Sequence[dt.date]) -> None:
    """Let go of all documents whose article is of these days, and of the windows; a commit a day.

    Readers of older snapshots see them for as long as snapshots are kept. Pairs and clusters are
    brought up to it by the next copies step.

    Raises:
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: a backfill is reading one of the windows, or it cannot be written.
    """
    for day in days:
        with ExitStack() as claims:
            for source in sources:
                # Who reads the window now would take what is forgotten for stored.
                if not claims.enter_context(claim(lake.root, source, day)):
                    raise WarehouseError(
                        "a backfill is at work on this day: wait for it or stop it",
                        source=source,
                        day=day,
                    )
            _forget(lake, list(sources), day)


def _forget(lake: Lake, sources: list[str], day: dt.date) -> None:
    try:
        with lock.hold(lake.lock_path) as progress, lake.transaction(f"forget {day}"):
            lake.connection.execute(
                "CREATE OR REPLACE TEMP TABLE forgotten AS "
                "SELECT DISTINCT document_id FROM lake.raw.articles "
                "WHERE event_date = ? AND month = ? AND list_contains(?::VARCHAR[], source)",
                [day, day.replace(day=1), sources],
            )
            for table in _BY_DOCUMENT:
                lake.connection.execute(
                    f"DELETE FROM lake.raw.{table} "
                    "WHERE document_id IN (SELECT document_id FROM forgotten)"
                )
                progress()
            lake.connection.execute(
                "DELETE FROM lake.raw.windows "
                "WHERE day = ? AND list_contains(?::VARCHAR[], source)",
                [day, sources],
            )
    except duckdb.Error as error:
        raise WarehouseError(
            f"the day could not be forgotten: {first_line(error)}", path=lake.root, day=day
        ) from error


def _count(lake: Lake, table: str, column: str, source: str, day: dt.date) -> int:
    query = f"SELECT count(*) FROM lake.raw.{table} WHERE source = ? AND {column} = ?"
    return int(str(lake.scalar(query, [source, day])))
