"""The health of a warehouse: what its views say of volume, copies, freshness, failures, windows.

It depends on no run: all figures are of what the warehouse holds, at the time it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from flows.health.findings import ChainState, Failure, Health, SourceState, State, Windows
from transforms.errors import WarehouseError
from warehouse import connect
from warehouse.catalog import first_line

DAYS = 30
"""That the charts show."""
WINDOW_DAYS = 60
"""That the calendar of windows shows."""
LATE = dt.timedelta(days=1)
"""A source whose next poll is past by more is not being run."""
MAX_ROWS = 40
"""Of a table; what is wrong comes first."""

REST = dt.timedelta(days=30)
"""A source that was not asked for longer has been put to rest: it is no trouble."""


_VOLUME = """
SELECT event_date AS day, source, count(*) AS articles,
    count(*) FILTER (NOT is_representative) AS copies
FROM all_articles WHERE event_date BETWEEN ? AND ? GROUP BY ALL ORDER BY ALL
"""
_TOTALS = """
SELECT count(*) AS articles, count(*) FILTER (NOT is_representative) AS copies,
    count(*) FILTER (event_date IS NULL) AS undated,
    max(event_date) FILTER (event_date <= ?) AS last_day
FROM all_articles
"""
_SOURCES = """
WITH copied AS (
    SELECT source, count(*) FILTER (NOT is_representative) / count(*) AS copy_share
    FROM all_articles GROUP BY source
)
SELECT source, kind, articles, copy_share, last_success, last_new_article, failures_in_a_row,
    last_failure, next_poll, last_asked
FROM source_health LEFT JOIN copied USING (source) ORDER BY source
"""
_FAILED = """
FROM raw.fetches
WHERE is_step IS NOT TRUE AND outcome NOT IN ('ok', 'not_modified', 'redirected')
AND fetched_at >= ? AND month >= ?
"""
_FAILURES = f"""
SELECT outcome, source, count(*) AS requests, max(fetched_at) AS last_at,
    max_by(coalesce(error, url), fetched_at) AS last_error
{_FAILED}
GROUP BY ALL ORDER BY requests DESC, outcome, source
"""
_FAILED_DAYS = f"""
SELECT fetched_at::DATE AS day, outcome, count(*) AS requests
{_FAILED}
GROUP BY ALL ORDER BY ALL
"""
_REJECTS = """
SELECT reject_reason AS reason, count(*) AS documents FROM rejects
GROUP BY ALL ORDER BY documents DESC, reason
"""
_CHAINS = """
SELECT cluster_id, texts, links, containment, title
FROM raw.chains LEFT JOIN articles USING (cluster_id) ORDER BY texts DESC, cluster_id
"""
_WINDOWS = "SELECT source, day, state, reason FROM raw.windows ORDER BY source, day"
_PARTS = """
SELECT coalesce(sum(file_count), 0)::BIGINT AS parts,
    coalesce(sum(file_size_bytes), 0)::BIGINT AS bytes
FROM ducklake_table_info('lake')
"""


def examine(root: Path, at: dt.datetime) -> Health:
    """Ask a warehouse how it fares.

    Args:
        root: the warehouse.
        at: now, in UTC.

    Raises:
        WarehouseError: there is none, or it cannot be read.
    """
    try:
        with connect(root) as connection:
            connection.execute("BEGIN")  # one snapshot for all figures
            return _examine(connection, root.name, at)
    except duckdb.Error as error:
        raise WarehouseError(
            f"the warehouse cannot be read: {first_line(error)}", path=root
        ) from error


def _examine(connection: duckdb.DuckDBPyConnection, name: str, at: dt.datetime) -> Health:
    recent = last_days(at.date(), DAYS)
    since = [dt.datetime.combine(recent[0], dt.time(), dt.UTC), recent[0].replace(day=1)]
    (totals,) = _rows(connection, _TOTALS, [at.date()])
    days = recent
    if totals["last_day"] and totals["last_day"] < recent[0]:
        days = last_days(totals["last_day"], DAYS)
    volume = _rows(connection, _VOLUME, [days[0], days[-1]])
    (parts,) = _rows(connection, _PARTS)
    windows = _rows(connection, _WINDOWS)
    window_days = last_days(max((row["day"] for row in windows), default=at.date()), WINDOW_DAYS)
    return Health(
        at=at,
        warehouse=name,
        articles=totals["articles"],
        copies=totals["copies"],
        undated=totals["undated"],
        days=days,
        volume=_series(volume, "source", "articles"),
        copied=_copied(volume),
        chains=[ChainState(**row) for row in _rows(connection, _CHAINS)],
        sources=_worst_first([_state(row, at) for row in _rows(connection, _SOURCES)]),
        recent_days=recent,
        failures=[Failure(**row) for row in _rows(connection, _FAILURES, since)],
        failed=_series(_rows(connection, _FAILED_DAYS, since), "outcome", "requests"),
        rejects=[(row["reason"], row["documents"]) for row in _rows(connection, _REJECTS)],
        window_days=window_days,
        windows=_windows(windows, set(window_days)),
        parts=parts["parts"],
        bytes=parts["bytes"],
    )


def last_days(last: dt.date, count: int) -> list[dt.date]:
    """Give so many days up to one, that one included."""
    return [last - dt.timedelta(days=back) for back in range(count - 1, -1, -1)]


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        connection.execute(query, list(parameters)).to_arrow_table().to_pylist()
    )
    return rows


def _series(rows: list[dict[str, Any]], name: str, count: str) -> dict[str, dict[dt.date, int]]:
    """Give the counts of each name by day, the name with the largest sum first."""
    series: dict[str, dict[dt.date, int]] = {}
    for row in rows:
        series.setdefault(row[name], {})[row["day"]] = row[count]
    return dict(sorted(series.items(), key=lambda each: (-sum(each[1].values()), each[0])))


def _copied(rows: list[dict[str, Any]]) -> dict[dt.date, tuple[int, int]]:
    copied: dict[dt.date, tuple[int, int]] = {}
    for row in rows:
        articles, copies = copied.get(row["day"], (0, 0))
        copied[row["day"]] = articles + row["articles"], copies + row["copies"]
    return copied


def _state(row: dict[str, Any], at: dt.datetime) -> SourceState:
    next_poll, last_asked = row.pop("next_poll"), row.pop("last_asked")
    state: State = "ok"
    if next_poll is not None and last_asked is not None and last_asked < at - REST:
        state = "at rest"
    elif row["failures_in_a_row"]:
        state = "failing"
    elif row["last_success"] is None and not row["articles"]:
        state = "never read"
    elif next_poll is not None and next_poll < at - LATE:
        state = "late"
    return SourceState(**row | {"state": state, "copy_share": row["copy_share"] or 0.0})


def _worst_first(sources: list[SourceState]) -> list[SourceState]:
    order: list[State] = ["failing", "late", "never read", "ok", "at rest"]
    return sorted(sources, key=lambda each: (order.index(each.state), each.source))


def _windows(rows: list[dict[str, Any]], shown: set[dt.date]) -> list[Windows]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["source"], []).append(row)
    windows = []
    for source, days in found.items():
        states = [row["state"] for row in days]
        failed = [row for row in days if row["state"] == "failed"]
        windows.append(
            Windows(
                source,
                states.count("done"),
                states.count("open"),
                states.count("failed"),
                {row["day"]: row["state"] for row in days if row["day"] in shown},
                failed[-1]["reason"] if failed else None,
            )
        )
    return sorted(windows, key=lambda each: (-each.failed, -each.open, each.source))
