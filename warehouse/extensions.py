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


def load(connection: duckdb.DuckDBPyConnection) -> None:
    """Load every extension.

    Raises:
        WarehouseError: one is missing.
    """
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
        load(connection)
    return ", ".join(EXTENSIONS)


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
