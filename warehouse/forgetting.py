"""Letting go of days, and of every window that gave their documents, so that they are read anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Literal

import duckdb
import pyarrow as pa

from transforms.errors import WarehouseError
from warehouse import faults, files, lock
from warehouse.catalog import Lake, first_line
from warehouse.commit import given
from warehouse.windows import sole

Way = Literal["seen", "said", "never"]
"""How a source's windows take documents: by when they were seen (the time of a file or record), by
what its lists say of them; or there are no windows of its past."""

_BY_DOCUMENT = ("articles", "documents", "sightings", "compared", "cursors")
"""Tables with rows of one document; a cursor goes too, so that its page is asked for again."""

_SAID = """coalesce(
    TRY_CAST(item ->> '$.published' AS TIMESTAMPTZ),
    try_strptime(item ->> '$.published', ['%a, %d %b %Y %H:%M:%S %z'])::TIMESTAMPTZ,
    try_strptime(item ->> '$.published', ['%a, %d %b %Y %H:%M:%S GMT'])::TIMESTAMPTZ,
    TRY_CAST(item ->> '$.lastmod' AS TIMESTAMPTZ),
    stated
)::DATE"""

_FORGOTTEN = """
CREATE OR REPLACE TEMP TABLE forgotten AS
SELECT document_id, source, way, event_date AS day,
    CASE WHEN published_from IN ('feed', 'sitemap') THEN published_at END AS stated
FROM lake.raw.articles JOIN incoming USING (source)
WHERE list_contains(?::DATE[], event_date) AND list_contains(?::DATE[], month)
"""
_MOMENTS = f"""
CREATE OR REPLACE TEMP TABLE moments AS
SELECT document_id, source, day, seen_at::DATE AS moment
FROM forgotten JOIN lake.raw.sightings USING (document_id) WHERE way = 'seen'
UNION
SELECT document_id, source, day, {_SAID} AS moment
FROM forgotten JOIN lake.raw.documents USING (document_id, source)
WHERE way = 'said' AND moment IS NOT NULL
"""
_OF_ITS_DAY = """
INSERT INTO moments
SELECT document_id, forgotten.source, forgotten.day, forgotten.day
FROM forgotten ANTI JOIN moments USING (document_id)
JOIN lake.raw.windows AS windows USING (source, day)
JOIN (SELECT source, day, count(*) AS stored FROM forgotten GROUP BY ALL) USING (source, day)
WHERE way <> 'never' AND windows.documents - windows.outside >= stored
"""
_OPENED = """
CREATE OR REPLACE TEMP TABLE opened AS
WITH wanted AS (
    SELECT source, unnest(?::DATE[]) AS asked, asked AS day FROM incoming
    UNION SELECT source, day AS asked, moment AS day FROM moments
), unsure AS (SELECT source, day AS asked FROM forgotten ANTI JOIN moments USING (document_id))
SELECT source, asked, day FROM lake.raw.windows JOIN wanted USING (source, day)
UNION SELECT source, asked, day FROM lake.raw.windows JOIN unsure USING (source) WHERE outside > 0
"""
_FOUND = """
SELECT source, asked,
    (SELECT count(*) FROM forgotten WHERE source = incoming.source AND day = asked),
    (SELECT count(*) FROM opened WHERE source = incoming.source AND opened.asked = days.asked),
    (SELECT list(DISTINCT moment ORDER BY moment) FROM moments
        WHERE source = incoming.source AND day = asked),
    (SELECT count(*) FROM forgotten ANTI JOIN moments USING (document_id)
        WHERE source = incoming.source AND day = asked)
FROM incoming, (SELECT unnest(?::DATE[]) AS asked) AS days
ORDER BY asked, list_position(?::VARCHAR[], source)
"""


@dataclass(frozen=True)
class Forgotten:
    """What one day of one source had, or would have, to let go of."""

    source: str
    day: dt.date
    documents: int
    windows: int
    """Windows to be read again: of the day, and of other days that gave these documents."""
    again: tuple[dt.date, ...] = ()
    """Days whose windows give its documents again, as long as the source has them."""
    unsure: int = 0
    """Documents of which nothing tells a window that gives them."""


def find(lake: Lake, ways: Mapping[str, Way], days: Sequence[dt.date]) -> list[Forgotten]:
    """Count what forgetting some days of some sources would let go of; nothing is changed.

    Args:
        lake: an open warehouse.
        ways: source -> how its windows take documents.
        days: of the articles.
    """
    with _looked_up(lake, ways, days):
        rows = lake.connection.execute(_FOUND, [list(days), list(ways)]).fetchall()
    return [
        Forgotten(source, day, documents, windows, tuple(again or ()), unsure)
        for source, day, documents, windows, again, unsure in rows
    ]


def known_sources(lake: Lake) -> list[str]:
    """List the sources that have ever been read, be they still configured or not."""
    rows = lake.connection.execute("SELECT source FROM lake.raw.sources ORDER BY source").fetchall()
    return [str(row[0]) for row in rows]


def forget(lake: Lake, ways: Mapping[str, Way], days: Sequence[dt.date]) -> None:
    """Let go of all documents whose article is of these days, and of the windows that gave them.

    All days go in one transaction, or none. Files that held such documents are read again by the
    next ingest, too. Readers of older snapshots see what is gone for as long as snapshots are kept.
    Pairs and clusters are brought up to it by the next copies step.

    Args:
        lake: an open warehouse.
        ways: source -> how its windows take documents.
        days: of the articles.

    Raises:
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: one of the sources is being read, or the warehouse cannot be written.
    """
    try:
        with ExitStack() as claims:
            for source in sorted(ways):
                # Who reads the source takes what is forgotten for stored, whatever its day.
                if not claims.enter_context(sole(lake.root, source)):
                    raise WarehouseError(
                        "it is being read: wait for that to end or stop it; nothing was forgotten",
                        source=source,
                    )
            _forget(lake, ways, days)
    except duckdb.Error as error:
        raise WarehouseError(
            f"nothing could be forgotten: {first_line(error)}", path=lake.root
        ) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error


def _forget(lake: Lake, ways: Mapping[str, Way], days: Sequence[dt.date]) -> None:
    named = str(days[0]) if len(days) == 1 else f"{len(days)} days"
    with (
        lock.hold(lake.lock_path) as progress,
        lake.transaction(f"forget {named}"),
        _looked_up(lake, ways, days),
    ):
        # A file's cursor names no document where it gave many; "!/" and "#" stand behind its name.
        lake.connection.execute(
            "DELETE FROM lake.raw.cursors WHERE (source, url) IN ("
            "SELECT source, regexp_replace(url, '(!/|#).*', '') FROM lake.raw.documents "
            "SEMI JOIN forgotten USING (document_id) WHERE starts_with(url, 'file:'))"
        )
        for table in _BY_DOCUMENT:
            lake.connection.execute(
                f"DELETE FROM lake.raw.{table} "
                "WHERE document_id IN (SELECT document_id FROM forgotten)"
            )
            progress()
        lake.connection.execute(
            "DELETE FROM lake.raw.windows WHERE (source, day) IN (SELECT source, day FROM opened)"
        )
        faults.point("forget: rows deleted")


@contextmanager
def _looked_up(lake: Lake, ways: Mapping[str, Way], days: Sequence[dt.date]) -> Iterator[None]:
    """Fill the temporary tables `forgotten`, `moments` and `opened`; `incoming` has the ways."""
    months = sorted({day.replace(day=1) for day in days})
    columns = pa.schema([("source", pa.string()), ("way", pa.string())])
    rows = pa.table({"source": list(ways), "way": list(ways.values())}, columns)
    with given(lake, rows):
        lake.connection.execute(_FORGOTTEN, [list(days), months])
        lake.connection.execute(_MOMENTS)
        lake.connection.execute(_OF_ITS_DAY)
        lake.connection.execute(_OPENED, [list(days)])
        yield
