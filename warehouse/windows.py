"""What was read of which day of which source, and who is reading it now."""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from transforms.schema import UNDATED_MONTH
from warehouse import files
from warehouse.catalog import Lake
from warehouse.commit import given

Key = tuple[str, dt.date | None]
"""Source and day; None: what has no date."""


@dataclass(frozen=True)
class Stored:
    """What the warehouse holds of one day of one source, or of its documents without a date."""

    documents: int
    """Whose article is of that day."""
    older: int
    """Of these, documents whose article row another normalizer has made."""


def windows_of(lake: Lake, first: dt.date, last: dt.date) -> dict[Key, dict[str, Any]]:
    """Give the rows of `windows` from the first day to the last, both included."""
    rows = lake.connection.execute(
        "SELECT * FROM lake.raw.windows WHERE day BETWEEN ? AND ?", [first, last]
    ).to_arrow_table()
    return {(row["source"], row["day"]): row for row in rows.to_pylist()}


def stored_of(
    lake: Lake, normalizers: Mapping[str, str], first: dt.date, last: dt.date
) -> dict[Key, Stored]:
    """Count what is stored of each day of some sources.

    Args:
        lake: an open warehouse.
        normalizers: source -> version of the code and options in force.
        first: the first day.
        last: the last day, included.
    """
    where = "event_date BETWEEN ? AND ? AND month BETWEEN ? AND ?"
    parameters = [first, last, first.replace(day=1), last.replace(day=1)]
    return _stored(lake, normalizers, where, parameters)


def undated_of(lake: Lake, normalizers: Mapping[str, str]) -> dict[Key, Stored]:
    """Count what is stored of some sources and has no date.

    Args:
        lake: an open warehouse.
        normalizers: source -> version of the code and options in force.
    """
    return _stored(lake, normalizers, "event_date IS NULL AND month = ?", [UNDATED_MONTH])


def _stored(
    lake: Lake, normalizers: Mapping[str, str], where: str, parameters: list[dt.date]
) -> dict[Key, Stored]:
    wanted = pa.table(
        {"source": list(normalizers), "normalizer": list(normalizers.values())},
        pa.schema([("source", pa.string()), ("normalizer", pa.string())]),
    )
    with given(lake, wanted):
        rows = lake.connection.execute(
            "SELECT articles.source, event_date, count(*), "
            "count(*) FILTER (articles.normalizer <> incoming.normalizer) "
            "FROM lake.raw.articles AS articles JOIN incoming USING (source) "
            f"WHERE {where} GROUP BY ALL",
            parameters,
        ).fetchall()
    return {(source, day): Stored(count, older) for source, day, count, older in rows}


def outside(lake: Lake, day: dt.date, document_ids: Sequence[str]) -> int:
    """Count the documents among those given whose article is of another day, or of none."""
    if not document_ids:
        return 0
    with given(lake, pa.table({"document_id": list(document_ids)})):
        found = lake.scalar(
            "SELECT count(*) FROM lake.raw.articles JOIN incoming USING (document_id) "
            "WHERE event_date IS DISTINCT FROM ?",
            [day],
        )
    return int(str(found))


@contextmanager
def claim(root: Path, source: str, day: dt.date | None) -> Iterator[bool]:
    """Try to be the only one who reads a window; the claim dies with its process.

    Yields:
        Whether it is ours for the time of the block.

    Raises:
        WarehouseError: the folder of the claims cannot be written.
    """
    with _held(root, source, str(day or "undated"), fcntl.LOCK_EX | fcntl.LOCK_NB) as is_ours:
        yield is_ours


@contextmanager
def being_read(root: Path, source: str) -> Iterator[None]:
    """Be one of those who read a source; where some of it is being forgotten, wait for that.

    Raises:
        WarehouseError: the folder of the claims cannot be written.
    """
    with _held(root, source, "source", fcntl.LOCK_SH):
        yield


@contextmanager
def sole(root: Path, source: str) -> Iterator[bool]:
    """Try to keep everybody from reading a source.

    Yields:
        Whether nobody reads it for the time of the block.

    Raises:
        WarehouseError: the folder of the claims cannot be written.
    """
    with _held(root, source, "source", fcntl.LOCK_EX | fcntl.LOCK_NB) as is_ours:
        yield is_ours


@contextmanager
def _held(root: Path, source: str, what: str, way: int) -> Iterator[bool]:
    try:
        folder = root / "claims"
        folder.mkdir(exist_ok=True)
        file = (folder / f"{sha256(source.encode()).hexdigest()[:16]}-{what}").open("a")
    except OSError as error:
        raise files.unwritable(root, error) from error
    with file:
        try:
            fcntl.flock(file, way)
        except BlockingIOError:
            yield False
            return
        yield True
        # The name stays: who removes it may take it from under one who has just opened it.
