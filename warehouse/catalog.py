"""Attach, create and migrate: everything that knows what DuckLake wants of a folder.

    <root>/catalog.sqlite   the catalog: which files make up which table, and every snapshot
    <root>/data/raw/...     the parts
    <root>/commit.lock      the commit lock

A warehouse is made in a folder beside its place and renamed into it, so there is never half a one.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import lock
from warehouse.tables import SCHEMA_VERSION, create_statements, quoted

EXTENSIONS = {
    "ducklake": "duckdb-extension-ducklake",
    "sqlite_scanner": "duckdb-extension-sqlite-scanner",
}
"""DuckDB extension -> the distribution that carries DuckDB's own signed binary of it."""

WRITER_MEMORY = "2GB"
MAKING = ".{name}.making-"

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
        self.connection.execute("BEGIN")
        try:
            yield
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
    _settle(root)
    connection = attach(root, read_only=False)
    try:
        lake = Lake(root, connection)
        migrate(lake)
        yield lake
    finally:
        connection.close()


def attach(root: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with the warehouse attached as `lake`.

    Raises:
        WarehouseError: there is none, or its catalog cannot be read.
    """
    if not exists(root):
        raise WarehouseError("there is no warehouse here: `wirelake ingest` makes one", path=root)
    return _attach(root, read_only=read_only)


def make(root: Path) -> None:
    """Create an empty warehouse, whole or not at all; nothing happens where there is one.

    Raises:
        WarehouseError: the folder holds something else, or cannot be written.
    """
    if exists(root):
        return
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise WarehouseError(
            "this folder is not empty and holds no warehouse: name another", path=root
        )
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        _make(root)
    except OSError as error:
        raise WarehouseError(f"cannot make a warehouse: {error.strerror}", path=root) from error


def _make(root: Path) -> None:
    making = Path(tempfile.mkdtemp(prefix=MAKING.format(name=root.name), dir=root.parent))
    with lock.hold(making / "commit.lock"):
        (making / "data" / "raw").mkdir(parents=True)
        connection = _attach(making, read_only=False)
        lake = Lake(making, connection)
        with lake.transaction(f"schema {SCHEMA_VERSION}"):
            connection.execute("CREATE SCHEMA lake.raw")
            for statement in create_statements():
                connection.execute(statement)
            connection.executemany(
                "INSERT INTO lake.raw.meta VALUES (?, ?)", list(DEFAULTS.items())
            )
            create_views(lake, DEFAULTS["representative"])
        connection.close()
        _settle(making, at=root)
        making.chmod(0o755)
        try:
            making.rename(root)
        except OSError:
            shutil.rmtree(making)
            if not exists(root):  # else another process was quicker, and its warehouse is as good
                raise


def _settle(root: Path, at: Path | None = None) -> None:
    """Tell the catalog where its parts are, so that clients need no more than its own path.

    Args:
        root: the folder of the warehouse now; nothing happens where it holds none.
        at: the folder it is about to be renamed to.
    """
    if not exists(root):
        return
    place = f"{at or root}/data/"
    with (
        contextlib.closing(sqlite3.connect(root / "catalog.sqlite", timeout=30)) as catalog,
        catalog,
    ):
        query = "SELECT value FROM ducklake_metadata WHERE key = 'data_path'"
        if catalog.execute(query).fetchone() != (place,):
            catalog.execute(
                "UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'", [place]
            )


def _sweep(root: Path) -> None:
    """Remove what makers that were killed have left beside the warehouse's place."""
    for left in root.parent.glob(f"{MAKING.format(name=root.name)}*"):
        if (left / "commit.lock").exists() and not lock.is_held(left / "commit.lock"):
            shutil.rmtree(left, ignore_errors=True)


def migrate(lake: Lake) -> None:
    """Bring an older warehouse to this schema version, in one transaction.

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
    if found == SCHEMA_VERSION:
        return
    with lock.hold(lake.lock_path), lake.transaction(f"schema {found} to {SCHEMA_VERSION}"):
        for version in range(int(lake.meta("schema_version")) + 1, SCHEMA_VERSION + 1):
            for statement in MIGRATIONS[version]:
                lake.connection.execute(statement)
        set_meta(lake, "schema_version", str(SCHEMA_VERSION))
        create_views(lake, lake.meta("representative"))


MIGRATIONS: dict[int, list[str]] = {}
"""Schema version -> the statements that bring the version before it there."""


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
        binary = _bundled(name)
        try:
            if binary:
                connection.execute(f"LOAD {quoted(str(binary))}")
            else:
                connection.execute(f"INSTALL {name}")
                connection.execute(f"LOAD {name}")
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


def _bundled(name: str) -> Path | None:
    """Find the extension's binary in its wheel, which is made for one version of DuckDB."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if binary.is_file():
            return binary
    return None
