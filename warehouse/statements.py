"""The SQL that makes the tables of `tables.py`, and how a text is written in SQL."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from transforms.schema import TIMESTAMP, doc_of
from warehouse.tables import TABLES, is_partitioned

_SQL_TYPES = {
    pa.string(): "VARCHAR",
    pa.binary(): "BLOB",
    pa.bool_(): "BOOLEAN",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.uint64(): "UBIGINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.date32(): "DATE",
    TIMESTAMP: "TIMESTAMPTZ",
    pa.list_(pa.string()): "VARCHAR[]",
    pa.list_(pa.uint64()): "UBIGINT[]",
}

_EMPTY = {
    pa.string(): "''",
    pa.bool_(): "false",
    pa.int32(): "0",
    pa.int64(): "0",
    pa.uint64(): "0",
    pa.float64(): "0",
    pa.date32(): "'1970-01-01'",
    TIMESTAMP: "'1970-01-01 00:00:00+00'",
}
"""What stands in a column that may not be null where there is nothing to say."""


def added_columns(table: str, names: tuple[str, ...]) -> list[str]:
    """Give the statements that add columns, nullable ones, to a table of an older warehouse."""
    columns = [TABLES[table].field(name) for name in names]
    statements = [f"ALTER TABLE lake.raw.{table} ADD COLUMN {_column(each)}" for each in columns]
    return statements + [_comment(table, each) for each in columns]


def create_statements(tables: Iterable[str] = tuple(TABLES)) -> list[str]:
    """Give the statements that create tables, their partitions and their column comments."""
    statements = []
    for table in tables:
        schema = TABLES[table]
        columns = ", ".join(_column(column) for column in schema)
        statements.append(f"CREATE TABLE lake.raw.{table} ({columns})")
        if is_partitioned(table):
            statements.append(f"ALTER TABLE lake.raw.{table} SET PARTITIONED BY (month)")
        statements += [_comment(table, column) for column in schema]
    return statements


def priming_statement(table: str) -> str:
    """Give the statement that inserts a row as empty as the table allows."""
    values = ", ".join(
        "NULL" if column.nullable else f"{_EMPTY[column.type]}::{_SQL_TYPES[column.type]}"
        for column in TABLES[table]
    )
    return f"INSERT INTO lake.raw.{table} VALUES ({values})"


def quoted(text: str) -> str:
    """Write a text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _comment(table: str, column: pa.Field) -> str:
    return f"COMMENT ON COLUMN lake.raw.{table}.{column.name} IS {quoted(doc_of(column))}"


def _column(column: pa.Field) -> str:
    null = "" if column.nullable else " NOT NULL"
    return f'"{column.name}" {_SQL_TYPES[column.type]}{null}'
