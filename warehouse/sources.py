"""What the warehouse remembers of sources between runs: their configuration and their cursors."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from transforms.errors import SourceError, WarehouseError
from warehouse import files, lock
from warehouse.catalog import Lake, first_line
from warehouse.keeping_away import NOTHING, Away, kept_away
from warehouse.tables import TABLES


def cursors_of(lake: Lake, source: str) -> list[dict[str, object]]:
    """Give the cursors of one source, a row each, times in UTC."""
    columns = ", ".join(name for name in TABLES["cursors"].names if name != "source")
    found = lake.connection.execute(
        f"SELECT {columns} FROM lake.raw.cursors WHERE source = ?", [source]
    ).to_arrow_table()
    rows: list[dict[str, object]] = found.to_pylist()
    return rows


def remember_source(lake: Lake, row: dict[str, object], away: Away = NOTHING) -> None:
    """Keep the row of `sources` true: a transaction only where something changed.

    Raises:
        SourceError: the whole source was taken down.
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written.
    """
    _refuse_away(row, away)
    wanted = pa.Table.from_pylist([row], TABLES["sources"])
    known = lake.connection.execute(
        "SELECT * FROM lake.raw.sources WHERE source = ?", [row["source"]]
    ).to_arrow_table()
    if known.cast(wanted.schema).equals(wanted):
        return
    try:
        with lock.hold(lake.lock_path):
            _refuse_away(row, kept_away(lake, away.address))
            with lake.transaction(f"source {row['source']}"):
                _replace(lake, row)
    except duckdb.Error as error:
        raise WarehouseError(
            f"the source cannot be noted: {first_line(error)}", path=lake.root
        ) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error


def _refuse_away(row: dict[str, object], away: Away) -> None:
    if away.has_source(str(row["source"])):
        raise SourceError(
            "this source was taken down and is not read: remove it from the sources file",
            source=row["source"],
        )


def _replace(lake: Lake, row: dict[str, object]) -> None:
    lake.connection.execute("DELETE FROM lake.raw.sources WHERE source = ?", [row["source"]])
    names = TABLES["sources"].names
    lake.connection.execute(
        f"INSERT INTO lake.raw.sources VALUES ({', '.join('?' * len(names))})",
        [row[name] for name in names],
    )
