"""Which sources have given nothing for too long. Knows no Prefect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from flows.sources import Source, WebOptions, seconds
from transforms.errors import WarehouseError
from warehouse.catalog import Lake, first_line

POLLS = 2
"""A source of the web that is well is read at least once in each of its `poll_ceiling`."""
FAILURES = 3
"""In a row, of a source that was never read at all."""


@dataclass(frozen=True)
class Stale:
    """A source that was asked, and has given nothing for too long."""

    source: str
    last_success: dt.datetime | None
    failures: int
    why: str


def stale(
    lake: Lake, sources: Sequence[Source], since: dt.datetime, now: dt.datetime
) -> list[Stale]:
    """Look which of the sources that were asked have been failing for too long.

    Args:
        lake: an open warehouse.
        sources: those of a run.
        since: when the run began; of sources that were not asked in it nothing new is known.
        now: the time.

    Raises:
        WarehouseError: it cannot be read.
    """
    patience = {
        source.name: dt.timedelta(seconds=POLLS * seconds(source.poll_ceiling))
        for source in sources
        if isinstance(source, WebOptions)
    }
    try:
        rows = lake.connection.execute(
            "SELECT source, last_success, failures_in_a_row, last_failure FROM lake.source_health "
            "WHERE failures_in_a_row > 0 AND source IN (SELECT unnest(?::VARCHAR[])) "
            "AND last_asked >= ? ORDER BY source",
            [list(patience), since],
        ).fetchall()
    except duckdb.Error as error:
        raise WarehouseError(f"cannot read: {first_line(error)}", path=lake.root) from error
    return [
        Stale(name, success, failures, why or "")
        for name, success, failures, why in rows
        if (now - success > patience[name] if success else failures >= FAILURES)
    ]
