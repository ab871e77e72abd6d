"""Attach, create and migrate: everything that knows what DuckLake wants of a folder.

    <root>/catalog.sqlite   the catalog: which files make up which table, and every snapshot
    <root>/data/raw/...     the parts
    <root>/commit.lock      the commit lock

A warehouse is made in a folder beside its place and renamed into it, so there is never half a one.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import files, lock
from warehouse.migrations import MIGRATIONS
from warehouse.tables import (
    SCHEMA_VERSION,
    TABLES,
    create_statements,
    priming_statement,
    quoted,
)

EXTENSIONS = {
    "ducklake": "duckdb-extension-ducklake",
    "sqlite_scanner": "duckdb-extension-sqlite-scanner",
}
"""DuckDB extension -> the distribution that carries DuckDB's own signed binary of it."""

WRITER_MEMORY = "2GB"
MAKING = ".{name}.making-"
MAKING_S = 60.0
"""A maker holds its lock within a moment; a younger folder may be about to."""

DEFAULTS = {
    "schema_version": str(SCHEMA_VERSION),
    "algo": "exact-1",
    "representative": "published_at ASC NULLS LAST, char_count DESC, article_id",
}
"""What a new warehouse starts with in `meta`."""


@dataclass(frozen=True)
class Lake:
    """An open warehouse: its folder, and a connection that has it attached as `lake`."""

    root: Path
    connection: duckdb.DuckDBPyConnection

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

    def scalar(self, query: str, parameters: list[object] | None = None) -> object:
        """Run a query of one row and one column."""
        row = self.connection.execute(query, parameters).fetchone()
        return row[0] if row else None

    def meta(self, name: str) -> str:
        """Read one value of the table `meta`."""
        return str(self.scalar("SELECT value FROM lake.raw.meta WHERE name = ?", [name]))

    @contextmanager
    def transaction(self, message: str) -> Iterator[None]:
        """Commit what the block does, or nothing of it; the caller holds the commit lock."""
        before = files.written(self.data)
        self.connection.execute("BEGIN")
        try:
            yield
            files.sync_written(self.data, before)
            self.connection.execute("CALL lake.set_commit_message('wirelake', ?)", [message])
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
    return (root / "catalog.sqlite").is_file()


@contextmanager
def opened(root: Path, *, create: bool = False) -> Iterator[Lake]:
    """Open a warehouse for writing and close it again.

    Args:
        root: its folder.
        create: make it where there is none.

    Raises:
        WarehouseError: there is none, it cannot be used, or it is of a newer schema.
    """
    if create:
        make(root)
    connection = attach(root, read_only=False)
    try:
        lake = Lake(root, connection)
        migrate(lake)
        if not _is_settled(lake):
            with lock.hold(lake.lock_path):
                _settle(lake, root)
        yield lake
    finally:
        connection.close()


def attach(root: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with the warehouse attached as `lake`.

    Raises:
        WarehouseError: there is none, or its catalog cannot be read.
    """
    if not exists(root):
        raise _nothing_at(root)
    return _attach(root, read_only=read_only)


def make(root: Path) -> None:
    """Create an empty warehouse, whole or not at all; nothing happens where there is one.

    Raises:
        WarehouseError: the folder holds something else, or cannot be written.
    """
    _sweep(root)
    if exists(root):
        return
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise WarehouseError(
            "this folder is not empty and holds no warehouse: name another", path=root
        )
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        _make(root)
    except OSError as error:
        raise WarehouseError(f"cannot make a warehouse: {error.strerror}", path=root) from error


def _make(root: Path) -> None:
    making = Path(tempfile.mkdtemp(prefix=MAKING.format(name=root.name), dir=root.parent))
    with lock.hold(making / "commit.lock"):
        (making / "data" / "raw").mkdir(parents=True)
        with _attach(making, read_only=False) as connection:
            lake = Lake(making, connection)
            with lake.transaction(f"schema {SCHEMA_VERSION}"):
                _fill(lake)
            _prime(lake)
            _settle(lake, root)
        making.chmod(0o755)
        for path in [making, *making.rglob("*")]:
            files.sync(path)
        try:
            making.rename(root)
        except OSError:
            shutil.rmtree(making)
            if not exists(root):  # else another process was quicker, and its warehouse is as good
                raise
        files.sync(root.parent)


def _fill(lake: Lake) -> None:
    lake.connection.execute("CREATE SCHEMA lake.raw")
    for statement in create_statements():
        lake.connection.execute(statement)
    for name, value in DEFAULTS.items():
        set_meta(lake, name, value)
    create_views(lake, DEFAULTS["representative"])


def _prime(lake: Lake) -> None:
    """Give every table statistics before its first part, by a row that comes and goes.

    Where the first transaction of a table registers a part in which a column is all NULL and then
    one with values, DuckLake 1.5.5 lets the next transaction overwrite the column's minimum and
    maximum, and filters silently miss rows from then on.
    """
    for table in TABLES:
        if lake.scalar(f"SELECT count(*) FROM lake.raw.{table}"):
            continue
        with lake.transaction(f"prime {table}"):
            lake.connection.execute(priming_statement(table))
        with lake.transaction(f"primed {table}"):
            lake.connection.execute(f"DELETE FROM lake.raw.{table}")
    # Nobody knows of this folder yet, so the files of those rows may go at once.
    lake.connection.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
    lake.connection.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")


_CATALOG_FACTS = "__ducklake_metadata_lake.ducklake_metadata"


def _is_settled(lake: Lake) -> bool:
    """Say whether the catalog knows where its parts are now: a warehouse may be moved."""
    place = lake.scalar(f"SELECT value FROM {_CATALOG_FACTS} WHERE key = 'data_path'")
    return place == f"{lake.root}/data/"


def _settle(lake: Lake, root: Path) -> None:
    """Tell the catalog where its parts are, so that clients need no more than its own path.

    Through DuckDB's own SQLite: a second copy of SQLite in one process, such as Python's, drops the
    first one's file locks when it closes the file (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    lake.connection.execute(
        f"UPDATE {_CATALOG_FACTS} SET value = ? WHERE key = 'data_path'", [f"{root}/data/"]
    )


def _sweep(root: Path) -> None:
    """Remove what makers that were killed have left beside the warehouse's place."""
    for left in root.parent.glob(f"{MAKING.format(name=root.name)}*"):
        try:
            is_young = time.time() - left.stat().st_mtime < MAKING_S
            is_left = not is_young and not lock.is_held(left / "commit.lock")
        except FileNotFoundError:
            continue  # its maker has just renamed it
        if is_left:
            shutil.rmtree(left, ignore_errors=True)


def migrate(lake: Lake) -> None:
    """Bring an older warehouse to this schema version, in one transaction.

    Raises:
        WarehouseError: it was written by a newer wirelake.
    """
    found = refuse_newer(lake)
    if found == SCHEMA_VERSION:
        return
    try:
        with lock.hold(lake.lock_path), lake.transaction(f"schema {found} to {SCHEMA_VERSION}"):
            _migrate(lake)
    except duckdb.Error as error:
        raise WarehouseError(
            f"the warehouse could not be upgraded and is as it was: {first_line(error)}",
            path=lake.root,
        ) from error


def refuse_newer(lake: Lake) -> int:
    """Give the schema version of a warehouse.

    Raises:
        WarehouseError: it was written by a newer wirelake.
    """
    found = int(lake.meta("schema_version"))
    if found > SCHEMA_VERSION:
        raise WarehouseError(
            f"this warehouse has schema {found}, this wirelake knows {SCHEMA_VERSION}: "
            "upgrade wirelake",
            path=lake.root,
        )
    return found


def _migrate(lake: Lake) -> None:
    for version in range(int(lake.meta("schema_version")) + 1, SCHEMA_VERSION + 1):
        for statement in MIGRATIONS[version]:
            lake.connection.execute(statement)
    set_meta(lake, "schema_version", str(SCHEMA_VERSION))
    create_views(lake, lake.meta("representative"))


def set_meta(lake: Lake, name: str, value: str) -> None:
    """Replace one value of `meta`; the caller is in a transaction."""
    lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = ?", [name])
    lake.connection.execute("INSERT INTO lake.raw.meta VALUES (?, ?)", [name, value])


def create_views(lake: Lake, representative: str) -> None:
    """Create or replace every view.

    Args:
        lake: in a transaction.
        representative: an SQL ORDER BY list over the columns of ARTICLE; its first row is shown.
    """
    views = resources.files("warehouse").joinpath("views.sql").read_text(encoding="utf-8")
    lake.connection.execute("USE lake")
    for statement in views.replace("{representative}", representative).split(";\n"):
        if statement.strip():
            lake.connection.execute(statement)


def _attach(root: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"memory_limit": WRITER_MEMORY} if not read_only else {})
    try:
        _load_extensions(connection)
        connection.execute("SET TimeZone='UTC'")
        connection.execute("SET python_enable_replacements=false")
        connection.execute(f"SET temp_directory={quoted(f'{root}/spill')}")
        connection.execute("SET enable_progress_bar=false")  # it would stand in the output
        connection.execute("SET ducklake_max_retry_count=30")
        connection.execute("SET ducklake_retry_backoff=1.1")
        connection.execute("SET ducklake_retry_wait_ms=20")
        options = "READ_ONLY" if read_only else "DATA_INLINING_ROW_LIMIT 0, META_JOURNAL_MODE 'WAL'"
        catalog = quoted(f"ducklake:sqlite:{root}/catalog.sqlite")
        connection.execute(
            f"ATTACH {catalog} AS lake (DATA_PATH {quoted(f'{root}/data/')}, "
            f"OVERRIDE_DATA_PATH true, META_BUSY_TIMEOUT 30000, {options})"
        )
    except duckdb.Error as error:
        connection.close()
        raise WarehouseError(
            f"cannot open the warehouse: {first_line(error)}", path=root
        ) from error
    except BaseException:
        connection.close()
        raise
    return connection


def first_line(error: BaseException) -> str:
    """Cut DuckDB's message to its first line."""
    return str(error).strip().split("\n", 1)[0]


def _load_extensions(connection: duckdb.DuckDBPyConnection) -> None:
    for name, distribution in EXTENSIONS.items():
        try:
            connection.execute(_load_statement(name))
        except duckdb.Error as error:
            raise WarehouseError(
                f"DuckDB's extension {name} is missing: "
                f"pip install {distribution}=={duckdb.__version__}"
            ) from error


def probe() -> str:
    """Load the extensions and say which there are.

    Raises:
        WarehouseError: one is missing.
    """
    with duckdb.connect() as connection:
        _load_extensions(connection)
    return ", ".join(EXTENSIONS)


def attach_statements(root: Path) -> list[str]:
    """Give the SQL by which any DuckDB client of this version attaches the warehouse for reading.

    Raises:
        WarehouseError: there is no warehouse.
    """
    if not exists(root):
        raise _nothing_at(root)
    return [
        *[_load_statement(name) for name in EXTENSIONS],
        f"ATTACH {quoted(f'ducklake:sqlite:{root}/catalog.sqlite')} AS lake (READ_ONLY)",
    ]


def _load_statement(name: str) -> str:
    binary = _bundled(name)
    return f"LOAD {quoted(str(binary))}" if binary else f"INSTALL {name}; LOAD {name}"


def _nothing_at(root: Path) -> WarehouseError:
    return WarehouseError("there is no warehouse here: `wirelake ingest` makes one", path=root)


def _bundled(name: str) -> Path | None:
    """Find the extension's binary in its wheel, which is made for one version of DuckDB."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if binary.is_file():
            return binary
    return None
