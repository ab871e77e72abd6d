"""SQL for readers: a connection of one's own, or a sandbox for statements that came from anywhere.

The sandbox opens the lake read-only, shuts the file system but for the warehouse's folder, and lets
through SELECT-like statements that call no function with a side effect or a way out. DuckDB's own
switches are not enough: `sqlite_scan` opens any file by its path, EXPLAIN ANALYZE runs what it
explains, DuckLake's upkeep functions delete files before they notice that they may not.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from transforms.errors import QueryError, WarehouseError
from warehouse import catalog, travel
from warehouse.migrations import refuse_newer
from warehouse.statements import quoted

_READS = """
range generate_series unnest repeat repeat_row json_each json_tree summary
read_parquet parquet_scan parquet_metadata parquet_schema parquet_file_metadata
parquet_kv_metadata glob
duckdb_columns duckdb_databases duckdb_extensions duckdb_functions duckdb_keywords
duckdb_schemas duckdb_settings duckdb_tables duckdb_types duckdb_views
pragma_table_info pragma_show pragma_version pragma_database_size
snapshots current_snapshot last_committed_snapshot table_info options
table_changes table_insertions table_deletions
ducklake_snapshots ducklake_current_snapshot ducklake_table_info ducklake_list_files
ducklake_table_changes ducklake_table_insertions ducklake_table_deletions ducklake_options
"""
TABLE_FUNCTIONS = frozenset(_READS.split())
"""What a statement may select from, besides tables and views. A list of what is allowed: a later
DuckDB may bring functions nobody here has looked at."""

_EXPLAIN = re.compile(r"\s*EXPLAIN(\s+ANALYZE)?\s", re.IGNORECASE)


def connect(root: Path | str, *, at: dt.datetime | str | None = None) -> duckdb.DuckDBPyConnection:
    """Open a warehouse for reading: `articles` and the other views can be named as they are.

    Nothing that writes waits for a reader, nor a reader for it.

    Args:
        root: its folder.
        at: read the state of this time, views included, whatever is committed meanwhile; without a
            zone it is of UTC. None: the newest with every statement.

    Raises:
        ConfigError: `at` is no time.
        QueryError: the state of that time cannot be read, or not any more.
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    snapshot = None if at is None else travel.snapshot_at(Path(root), travel.moment(at))
    connection = catalog.attach(Path(root), read_only=True, snapshot=snapshot)
    try:
        refuse_newer(catalog.Lake(Path(root), connection))
        connection.execute("USE lake")
    except duckdb.Error as error:
        connection.close()
        why = catalog.first_line(error)
        raise WarehouseError(f"cannot open the warehouse: {why}", path=root) from error
    except BaseException:
        connection.close()
        raise
    return connection


def run(
    root: Path, statement: str, *, at: dt.datetime | str | None = None
) -> duckdb.DuckDBPyConnection:
    """Run one statement in the sandbox; the result waits on the connection.

    Args:
        root: of the warehouse.
        statement: a SELECT or its like.
        at: the time whose state it reads, as of `connect`.

    Raises:
        ConfigError: `at` is no time.
        QueryError: it is not allowed, or it failed; or the state cannot be read.
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    connection = connect(root, at=at)
    try:
        connection.execute(f"SET allowed_directories=[{quoted(f'{root}/')}]")
        for setting in ("enable_external_access", "autoload_known_extensions"):
            connection.execute(f"SET {setting}=false")
        connection.execute("SET lock_configuration=true")
        refuse_side_effects(connection, statement)
        return _execute(connection, statement)
    except duckdb.Error as error:
        connection.close()
        raise QueryError(f"the statement failed: {str(error).strip()}") from error
    except BaseException:
        connection.close()
        raise


def _execute(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyConnection:
    """Run a statement in a thread of its own, so that Ctrl-C finds somebody to interrupt it.

    DuckDB looks for signals only between two tasks, and one task may take minutes; for an
    interruption it looks all the time.
    """
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(connection.execute, statement)
        try:
            return running.result()
        except BaseException:
            connection.interrupt()
            raise


def refuse_side_effects(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Let one SELECT-like statement pass.

    Raises:
        QueryError: it is another kind of statement, several, or calls what is not allowed.
        duckdb.Error: it does not parse.
    """
    if not _is_utf8(statement):
        raise QueryError("the statement is not UTF-8")
    selected = statement
    if _kinds(connection, statement) == ["EXPLAIN"] and (explain := _EXPLAIN.match(statement)):
        selected = statement[explain.end() :]
    kinds = _kinds(connection, selected)
    if kinds != ["SELECT"]:
        said = " and ".join(kinds) or "nothing"
        raise QueryError(
            f"only one SELECT (or FROM, DESCRIBE, SHOW, EXPLAIN) is allowed, this is {said}"
        )
    tree = json.loads(str(_scalar(connection, "SELECT json_serialize_sql(?::VARCHAR)", [selected])))
    if tree["error"]:
        raise QueryError(
            f"this statement cannot be checked, so it is not run: {tree['error_message']}"
        )
    for name in _table_functions(tree):
        if name.lower() not in TABLE_FUNCTIONS:
            raise QueryError(f"a reader may not select from the function {name}()")


def _kinds(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    return [statement.type.name for statement in connection.extract_statements(text)]


def _is_utf8(text: str) -> bool:
    """Say whether a text has no bytes in it that Python could not decode."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _table_functions(node: object) -> Iterator[str]:
    """Name every table function of a serialized statement, however deep."""
    if isinstance(node, dict):
        if node.get("type") == "TABLE_FUNCTION":
            yield str(node["function"]["function_name"])
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _table_functions(child)


def _scalar(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[object]) -> object:
    row = connection.execute(query, parameters).fetchone()
    return row[0] if row else None
