"""When the lists of the sources are asked next, from what the warehouse remembers of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from flows.settings import Settings
from flows.sources import Source, load
from flows.sources._load import pick
from flows.sources._web_options import WebOptions
from warehouse import connect
from warehouse.catalog import exists

Cursors = Mapping[tuple[str, str], Mapping[str, Any]]
"""Source and url -> the row of `raw.cursors`."""


def rows(settings: Settings, names: tuple[str, ...], now: dt.datetime) -> list[dict[str, object]]:
    """Give a row per list of each source; a local folder has none, and is always read.

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
    return [row for source in sources for row in _rows_of(source, cursors, now)]


def _cursors(settings: Settings) -> Cursors:
    if not exists(settings.warehouse):
        return {}
    with closing(connect(settings.warehouse)) as connection:
        found = connection.sql("FROM raw.cursors").to_arrow_table().to_pylist()
    return {(row["source"], row["url"]): row for row in found}


def _rows_of(source: Source, cursors: Cursors, now: dt.datetime) -> Iterator[dict[str, object]]:
    addresses = source.addresses() if isinstance(source, WebOptions) else []
    if not addresses:  # files of this machine
        yield _row(source.name, source.place(), "always", {})
    for url in addresses:
        cursor = cursors.get((source.name, url), {})
        next_poll_at = cursor.get("next_poll_at")
        is_due = next_poll_at is None or next_poll_at <= now
        yield _row(source.name, url, "yes" if is_due else "no", cursor)


def _row(name: str, url: str, due: str, cursor: Mapping[str, Any]) -> dict[str, object]:
    return {
        "source": name,
        "url": url,
        "next_poll": cursor.get("next_poll_at"),
        "due": due,
        "failures": cursor.get("failures") or 0,
        "moved_to": cursor.get("moved_to"),
        "gone": cursor.get("gone_at"),
    }
