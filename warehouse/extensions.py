"""Find and load the DuckDB extensions a warehouse needs, which come in wheels from PyPI."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse.statements import quoted

EXTENSIONS = {
    "ducklake": "duckdb-extension-ducklake",
    "sqlite_scanner": "duckdb-extension-sqlite-scanner",
}
"""DuckDB extension -> the distribution that carries DuckDB's own signed binary of it."""


_checked: set[Path] = set()
"""Binaries whose signatures DuckDB has found good in this process."""


def connect(**config: str) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with every extension loaded.

    Whenever it loads one, DuckDB checks the signature of the whole binary: 70 MB, 0.28 s of CPU,
    four fifths of what it takes to open a warehouse. A process checks each once. What anybody
    loads into the connection later is checked in any case.

    Raises:
        WarehouseError: an extension is missing.
    """
    binaries = {binary for name in EXTENSIONS if (binary := _bundled(name))}
    knows_all = len(binaries) == len(EXTENSIONS) and binaries <= _checked
    connection = duckdb.connect(config={**config, "allow_unsigned_extensions": knows_all})
    try:
        _load(connection)
        connection.execute(
            "SET allow_unsigned_extensions=false"
        )  # for good: DuckDB lets none undo it
    except BaseException:
        connection.close()
        raise
    _checked.update(binaries)
    return connection


def probe() -> str:
    """Load the extensions and say which there are.

    Raises:
        WarehouseError: one is missing.
    """
    with connect():
        return ", ".join(EXTENSIONS)


def _load(connection: duckdb.DuckDBPyConnection) -> None:
    for name, distribution in EXTENSIONS.items():
        try:
            connection.execute(_load_statement(name))
        except duckdb.Error as error:
            raise WarehouseError(
                f"DuckDB's extension {name} is missing: "
                f"pip install {distribution}=={duckdb.__version__}"
            ) from error


def load_statements() -> list[str]:
    """Give the SQL by which any DuckDB client of this version loads them."""
    return [_load_statement(name) for name in EXTENSIONS]


def _load_statement(name: str) -> str:
    binary = _bundled(name)
    return f"LOAD {quoted(str(binary))}" if binary else f"INSTALL {name}; LOAD {name}"


def _bundled(name: str) -> Path | None:
    """Find the extension's binary in its wheel, which is made for one version of DuckDB."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if binary.is_file():
            return binary
    return None
