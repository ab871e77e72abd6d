"""When the lists and pages of the sources are asked next, from what the warehouse remembers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing

from flows.settings import Settings
from flows.sources import Cursor, Source, load, page, sitemap
from flows.sources._load import pick
from flows.sources._sitemap_memory import is_site, robots_of, sitemaps_in
from flows.sources._web_options import WebOptions
from transforms.urls import clean
from warehouse import connect
from warehouse.catalog import exists

Cursors = defaultdict[str, dict[str, Cursor]]
"""Source -> url -> what is remembered of it."""


def rows(settings: Settings, names: tuple[str, ...], now: dt.datetime) -> list[dict[str, object]]:
    """Give a row per list or page of each source; a local folder has none, and is always read.

    A site is followed by the sitemaps that its robots.txt named. What a list names in turn, pages
    or further sitemaps, has no row.

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
                known = {name: value for name, value in row.items() if value is not None}
                source = known.pop("source")
                found[source][known["url"]] = Cursor(**known)
    return found


def _rows_of(
    source: Source, cursors: Mapping[str, Cursor], now: dt.datetime
) -> Iterator[dict[str, object]]:
    addresses = source.addresses() if isinstance(source, WebOptions) else []
    if not addresses:  # files of this machine
        yield _row(source.name, source.place(), "always", None)
    for url in addresses:
        if isinstance(source, sitemap.Source) and is_site(url):
            yield from _rows_of_site(source, url, cursors, now)
            continue
        is_page = isinstance(source, page.Source)
        cursor = cursors.get((clean(url) or url) if is_page else url)
        yield _row(source.name, url, _say_due(source, cursor, now), cursor)


def _rows_of_site(
    source: Source, url: str, cursors: Mapping[str, Cursor], now: dt.datetime
) -> Iterator[dict[str, object]]:
    """Give a row for the finding of its sitemaps, and one for each found before."""
    site = cursors.get(robots_of(url))
    yield _row(source.name, url, "yes" if _has_come(site, now) else "no", site)
    for found in sitemaps_in(site):
        cursor = cursors.get(found)
        yield _row(source.name, found, _say_due(source, cursor, now), cursor)


def _say_due(source: Source, cursor: Cursor | None, now: dt.datetime) -> str:
    """Decide as a scheduled run of the source does."""
    is_due = _has_come(cursor, now)
    if cursor and isinstance(source, page.Source):
        is_due = is_due and cursor.next_poll_at is not None  # else its revisits are over
    if cursor and isinstance(source, sitemap.Source) and not cursor.failures:
        is_due = is_due or cursor.config != source.config_digest()
    return "yes" if is_due else "no"


def _has_come(cursor: Cursor | None, now: dt.datetime) -> bool:
    return cursor is None or cursor.next_poll_at is None or cursor.next_poll_at <= now


def _row(name: str, url: str, due: str, cursor: Cursor | None) -> dict[str, object]:
    return {
        "source": name,
        "url": url,
        "next_poll": cursor and cursor.next_poll_at,
        "due": due,
        "failures": cursor.failures if cursor else 0,
        "moved_to": cursor and cursor.moved_to,
        "gone": cursor and cursor.gone_at,
    }
