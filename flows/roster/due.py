"""When the lists and pages of the sources are asked next, from what the warehouse remembers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing

from flows.ingesting.rows import cursor_from
from flows.settings import Settings
from flows.sources import Cursor, Scheduled, Source, WebOptions, load, pick
from warehouse import connect
from warehouse.catalog import exists

Cursors = defaultdict[str, dict[str, Cursor]]
"""Source -> url -> what is remembered of it."""


def rows(settings: Settings, names: tuple[str, ...], now: dt.datetime) -> list[dict[str, object]]:
    """Give a row per list or page of each source; a local folder has none, and is always read.

    A site is followed by the sitemaps that its robots.txt named, an index by those below it. The
    pages that a list names have no row.

    Args:
        settings: in force.
        names: of sources; empty for all that are enabled.
        now: what is due is due by then.

    Raises:
        ConfigError: the sources file is wrong, or a name is unknown.
        WarehouseError: there is a warehouse, and it cannot be read.
    """
    sources = pick(load(settings.sources), names, settings.sources)
    cursors = _cursors(settings)
    return [row for source in sources for row in _rows_of(source, cursors[source.name], now)]


def _cursors(settings: Settings) -> Cursors:
    found: Cursors = defaultdict(dict)
    if exists(settings.warehouse):
        with closing(connect(settings.warehouse)) as connection:
            for row in connection.sql("FROM raw.cursors").to_arrow_table().to_pylist():
                source = row.pop("source")
                found[source][row["url"]] = cursor_from(row)
    return found


def _rows_of(
    source: Source, cursors: Mapping[str, Cursor], now: dt.datetime
) -> Iterator[dict[str, object]]:
    known = list(source.schedule(cursors, now)) if isinstance(source, WebOptions) else []
    for scheduled in known:
        yield _row(source.name, scheduled, "yes" if scheduled.is_due else "no")
    if not known:  # files of this machine
        yield _row(source.name, Scheduled(source.place(), None, is_due=True), "always")


def _row(name: str, scheduled: Scheduled, due: str) -> dict[str, object]:
    cursor = scheduled.cursor
    return {
        "source": name,
        "url": scheduled.url,
        "next_poll": cursor and cursor.next_poll_at,
        "due": due,
        "failures": cursor.failures if cursor else 0,
        "moved_to": cursor and cursor.moved_to,
        "gone": cursor and cursor.gone_at,
    }
