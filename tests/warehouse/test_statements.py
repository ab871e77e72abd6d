"""The tables are what `tables.py` says."""

from __future__ import annotations

from transforms.schema import doc_of
from warehouse.catalog import Lake
from warehouse.tables import TABLES


def test_every_table_has_its_columns_and_their_documentation(lake: Lake) -> None:
    rows = lake.connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = 'lake' AND schema_name = 'raw'"
    ).fetchall()
    found = {(table, column): comment for table, column, comment in rows}
    for table, schema in TABLES.items():
        for column in schema:
            assert found[table, column.name] == doc_of(column)
