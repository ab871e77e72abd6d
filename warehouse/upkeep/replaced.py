"""Parts that no snapshot names any more: what merging, deleting and replaying have left.

DuckLake's own function for removing them compares times as text, `2026-11-28T09:00` with
`2026-11-28 10:00`: of one date the blank always comes first, so a part was removed up to a day
before its time, under the queries of readers that were at it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from warehouse.catalog import CATALOG, Lake

_SCHEDULED = f"{CATALOG}.ducklake_files_scheduled_for_deletion"


@dataclass(frozen=True)
class ReplacedPart:
    """A part that waits to be removed."""

    id: int
    path: Path


def older(lake: Lake, than: dt.datetime) -> list[ReplacedPart]:
    """List the parts whose last snapshot ended before a time."""
    rows = lake.connection.execute(
        f"SELECT data_file_id, path, path_is_relative FROM {_SCHEDULED} "
        "WHERE schedule_start::TIMESTAMPTZ < ? ORDER BY data_file_id",
        [than],
    ).fetchall()
    return [
        ReplacedPart(part, lake.data / path if is_relative else Path(path))
        for part, path, is_relative in rows
    ]


def forget(lake: Lake, parts: list[ReplacedPart]) -> None:
    """Take removed parts off the catalog's list; the caller holds the commit lock."""
    lake.connection.execute(
        f"DELETE FROM {_SCHEDULED} WHERE data_file_id IN (SELECT unnest(?))",
        [[part.id for part in parts]],
    )
