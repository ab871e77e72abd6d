"""Time travel: which snapshot a time stands for, as long as it can be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from transforms.errors import ConfigError, QueryError
from warehouse import catalog

_STATES = f"""
SELECT
    max(snapshot_id) FILTER (snapshot_time::TIMESTAMPTZ <= $at),
    min(snapshot_time::TIMESTAMPTZ)
FROM {catalog.CATALOG}.ducklake_snapshot
"""


def moment(at: dt.datetime | str) -> dt.datetime:
    """Read a time, in UTC; one without a zone is of UTC.

    Raises:
        ConfigError: it is none.
    """
    try:
        read = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
        return read.astimezone(dt.UTC) if read.tzinfo else read.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError("this is no time: write it as 2026-03-14T09:30Z", at=at) from error


def snapshot_at(root: Path, at: dt.datetime) -> int:
    """Number the snapshot that was the newest at a time: the last that was committed by then.

    Raises:
        QueryError: the time has not come yet, or is before all that can be read.
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    if at > dt.datetime.now(dt.UTC):
        raise QueryError("this time has not come yet", at=at.isoformat())
    with catalog.attach(root, read_only=True) as connection:
        [(snapshot, oldest)] = connection.execute(_STATES, {"at": at}).fetchall()
    if snapshot is None:
        raise QueryError(
            f"the oldest state that can be read is that of {oldest.astimezone(dt.UTC).isoformat()}:"
            " older ones are let go of by `wirelake maintain`, or there was no warehouse yet",
            at=at.isoformat(),
        )
    return int(snapshot)
