"""Letting go of days: what was stored of them is read anew by the next backfill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from transforms.errors import WarehouseError
from warehouse import lock
from warehouse.catalog import Lake, first_line

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


def forget(lake: Lake, sources: Sequence[str], days: Sequence[dt.date]) -> None:
    """Let go of all documents whose article is of these days, and of the windows, in one commit.

    Readers of older snapshots see them for as long as snapshots are kept. Pairs and clusters are
    brought up to it by the next copies step.

    Raises:
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written.
    """
    try:
        with lock.hold(lake.lock_path) as progress, lake.transaction(f"forget {len(days)} days"):
            lake.connection.execute(
                "CREATE OR REPLACE TEMP TABLE forgotten AS "
                "SELECT DISTINCT document_id FROM lake.raw.articles "
                "WHERE list_contains(?::VARCHAR[], source) "
                "AND list_contains(?::DATE[], event_date)",
                [list(sources), list(days)],
            )
            for table in _BY_DOCUMENT:
                lake.connection.execute(
                    f"DELETE FROM lake.raw.{table} "
                    "WHERE document_id IN (SELECT document_id FROM forgotten)"
                )
                progress()
            lake.connection.execute(
                "DELETE FROM lake.raw.windows "
                "WHERE list_contains(?::VARCHAR[], source) AND list_contains(?::DATE[], day)",
                [list(sources), list(days)],
            )
    except duckdb.Error as error:
        raise WarehouseError(
            f"the days could not be forgotten: {first_line(error)}", path=lake.root
        ) from error


def _count(lake: Lake, table: str, column: str, source: str, day: dt.date) -> int:
    query = f"SELECT count(*) FROM lake.raw.{table} WHERE source = ? AND {column} = ?"
    return int(str(lake.scalar(query, [source, day])))
