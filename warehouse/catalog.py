"""Attach a warehouse: everything that knows what DuckLake wants of a folder.

    <root>/catalog.sqlite   the catalog: which files make up which table, and every snapshot
    <root>/data/raw/...     the parts
    <root>/SHA256SUMS       what each of them must be
    <root>/commit.lock      the commit lock

A folder may be moved: the catalog knows the place of its parts and is told the new one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import extensions, faults, files, sums
from warehouse.statements import quoted

WRITER_MEMORY = "2GB"
SPILL = "spill-"
"""How folders begin in which DuckDB keeps what has no room in memory; it removes its own. What
follows is the number of the process, so that nobody else removes what one at work has spilled."""
NAME = "catalog.sqlite"
"""Of the file of the catalog."""
COPY = "catalog.backup.sqlite"
"""Where upkeep copies the catalog."""
CATALOG = "__ducklake_metadata_lake"
"""What DuckLake calls the tables of the catalog where a warehouse is attached as `lake`."""
AUTHOR = "wirelake"
"""Of every commit."""

_ONE_STATE = "SET GLOBAL sqlite_disable_multithreaded_scans=true"
"""All questions of a transaction to the catalog then go through one connection to it, and are
answered by one state of it. Otherwise each opens a connection of its own, finds what others have
committed meanwhile, but no row behind the last of the transaction's own state: rows whose deletion
was written anew came back to readers in half of the transactions of a second, beside a writer."""
_NO_CATALOG = "creating a new DuckLake is explicitly disabled"
"""What DuckLake says of a database that holds none."""
_CATALOG_FACTS = f"{CATALOG}.ducklake_metadata"


@dataclass(frozen=True)
class Lake:
    """An open warehouse: its folder, and a connection that has it attached as `lake`."""

    root: Path
    connection: duckdb.DuckDBPyConnection
    registered: list[Path] = field(default_factory=list, compare=False)
    """Parts that the transaction under way makes belong to a table."""

    @property
    def data(self) -> Path:
        """The folder of the parts."""
        return self.root / "data"

    @property
    def lock_path(self) -> Path:
        """The commit lock."""
        return self.root / "commit.lock"

    @contextmanager
    def another(self) -> Iterator[Lake]:
        """Open a second way in, with transactions of its own, for another thread."""
        with self.connection.cursor() as connection:
            yield Lake(self.root, connection)

    def snapshot(self) -> int:
        """Number the state this connection would read now."""
        return int(str(self.scalar("SELECT id FROM lake.current_snapshot()")))

    def scalar(
        self, query: str, parameters: list[object] | dict[str, object] | None = None
    ) -> object:
        """Run a query of one row and one column."""
        row = self.connection.execute(query, parameters).fetchone()
        return row[0] if row else None

    def meta(self, name: str) -> str:
        """Read one value of the table `meta`."""
        return str(self.scalar("SELECT value FROM lake.raw.meta WHERE name = ?", [name]))

    def facts(self) -> dict[str, str]:
        """Read all values of the table `meta`, which takes as long as to read one: 5 ms."""
        return dict(self.connection.execute("SELECT name, value FROM lake.raw.meta").fetchall())

    @contextmanager
    def transaction(
        self, message: str, tables: Iterable[str] = files.CHANGED, parts: Iterable[Path] = ()
    ) -> Iterator[None]:
        """Commit what the block does, or nothing of it; the caller holds the commit lock.

        Every file that it adds has its line in SHA256SUMS before the COMMIT.

        Args:
            message: of the commit.
            tables: for which DuckLake may write files in it: they are brought to the disk.
            parts: that it registers: they are removed where it fails before its COMMIT. One that
                fails may have gone through, and its answer be lost.
        """
        before = files.written(self.data, tables)
        self.registered.clear()
        try:
            with files.given_back(parts):
                self.connection.execute("BEGIN")
                yield
                fresh = files.sync_written(self.data, before, tables)
                sums.append(self.root, [*self.registered, *sorted(fresh)])
                faults.point("transaction: summed")
                self.connection.execute("CALL lake.set_commit_message(?, ?)", [AUTHOR, message])
            self.connection.execute("COMMIT")
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        try:
            self.connection.execute("ROLLBACK")
        except duckdb.Error:
            return  # a failed COMMIT has ended the transaction already


def exists(root: Path) -> bool:
    """Say whether there is a warehouse in this folder."""
    return (root / NAME).is_file()


def refuse_nothing(root: Path) -> None:
    """Say that there is no warehouse, where there is none.

    Raises:
        WarehouseError: so it is.
    """
    refuse_lost(root)
    if not exists(root):
        raise WarehouseError("there is no warehouse here: `wirelake ingest` makes one", path=root)


def refuse_lost(root: Path) -> None:
    """Say that a warehouse has lost its catalog, where parts lie without one.

    Raises:
        WarehouseError: so it is.
    """
    if not exists(root) and next((root / "data" / "raw").glob("**/*.parquet"), None):
        raise WarehouseError(
            f"the catalog of this warehouse is gone, its parts are there: {way_back(root)}",
            path=root / NAME,
        )


def _no_catalog(root: Path) -> str:
    return f"its {NAME} is empty or of something else: {way_back(root)}"


def way_back(root: Path) -> str:
    """Say how a lost or damaged catalog comes back."""
    if (root / COPY).is_file():
        return (
            f"stop all that write, remove {NAME}-wal and {NAME}-shm, and copy "
            f"{COPY} over {NAME}; it is of the last upkeep or takedown"
        )
    return "restore a backup to another folder, by `wirelake restore`; keep this one until then"


def attach(
    root: Path, *, read_only: bool, snapshot: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with the warehouse attached as `lake`.

    Args:
        root: its folder.
        read_only: whether nothing can be written through it.
        snapshot: the one all queries read, whatever is committed meanwhile; None: the newest each.

    Raises:
        WarehouseError: there is none, or its catalog cannot be read.
    """
    refuse_nothing(root)
    if not (root / NAME).stat().st_size:  # attached for writing it would become a database
        raise WarehouseError(f"cannot open the warehouse: {_no_catalog(root)}", path=root)
    return _attach(root, read_only=read_only, snapshot=snapshot)


def attach_new(root: Path) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with an empty catalog, made in this folder, attached as `lake`.

    Raises:
        WarehouseError: it cannot be made.
    """
    return _attach(root, read_only=False, is_new=True)


def attach_statements(root: Path) -> list[str]:
    """Give the SQL by which any DuckDB client of this version attaches the warehouse for reading.

    Raises:
        WarehouseError: there is no warehouse.
    """
    refuse_nothing(root)
    return [
        *extensions.load_statements(),
        _ONE_STATE,
        f"ATTACH {quoted(f'ducklake:sqlite:{root}/{NAME}')} AS lake (READ_ONLY)",
    ]


def _attach(
    root: Path, *, read_only: bool, snapshot: int | None = None, is_new: bool = False
) -> duckdb.DuckDBPyConnection:
    limits = {} if read_only else {"memory_limit": WRITER_MEMORY}
    connection = extensions.connect(**limits)
    try:
        # For all connections to it, further ones (`another`) among them.
        connection.execute("SET GLOBAL TimeZone='UTC'")
        connection.execute("SET GLOBAL python_enable_replacements=false")
        # Of its own: two that share one write into the same files, and crash or read each other's.
        spill = f"{root}/{SPILL}{os.getpid()}-{secrets.token_hex(8)}"
        connection.execute(f"SET temp_directory={quoted(spill)}")
        connection.execute("SET enable_progress_bar=false")  # it would stand in the output
        connection.execute(_ONE_STATE)
        connection.execute("SET ducklake_max_retry_count=30")
        connection.execute("SET ducklake_retry_backoff=1.1")
        connection.execute("SET ducklake_retry_wait_ms=20")
        options = "READ_ONLY" if read_only else "DATA_INLINING_ROW_LIMIT 0, META_JOURNAL_MODE 'WAL'"
        if not read_only and not is_new:  # or it would make one in whatever lies there
            options += ", CREATE_IF_NOT_EXISTS false"
        if snapshot is not None:
            options += f", SNAPSHOT_VERSION {snapshot}"
        catalog = quoted(f"ducklake:sqlite:{root}/{NAME}")
        connection.execute(
            f"ATTACH {catalog} AS lake (DATA_PATH {quoted(f'{root}/data/')}, "
            f"OVERRIDE_DATA_PATH true, META_BUSY_TIMEOUT 30000, {options})"
        )
    except duckdb.Error as error:
        connection.close()
        why = first_line(error)
        if _NO_CATALOG in why:
            why = _no_catalog(root)
        raise WarehouseError(f"cannot open the warehouse: {why}", path=root) from error
    except BaseException:
        connection.close()
        raise
    return connection


def is_settled(lake: Lake) -> bool:
    """Say whether the catalog knows where its parts are now: a warehouse may be moved."""
    place = lake.scalar(f"SELECT value FROM {_CATALOG_FACTS} WHERE key = 'data_path'")
    return place == f"{lake.root}/data/"


def settle(lake: Lake, root: Path) -> None:
    """Tell the catalog where its parts are, so that clients need no more than its own path.

    Through DuckDB's own SQLite: a second copy of SQLite in one process, such as Python's, drops the
    first one's file locks when it closes the file (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    lake.connection.execute(
        f"UPDATE {_CATALOG_FACTS} SET value = ? WHERE key = 'data_path'", [f"{root}/data/"]
    )


def set_meta(lake: Lake, name: str, value: str) -> None:
    """Replace one value of `meta`; the caller is in a transaction."""
    lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = ?", [name])
    lake.connection.execute("INSERT INTO lake.raw.meta VALUES (?, ?)", [name, value])


def first_line(error: BaseException) -> str:
    """Cut DuckDB's message to its first line."""
    return str(error).strip().split("\n", 1)[0]
