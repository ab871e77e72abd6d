"""The statistics of tables, which DuckLake 1.5.5 can make too narrow: filters then miss rows.

Where its own function writes parts anew without deleted rows, which upkeep no longer lets it do, it
counts the minimum and maximum of every column again, and forgets both where a part has nothing but
NULL in it; the next commit then takes those of its own parts for those of the table. It also counts
what is there now and not what older snapshots read. So upkeep begins with making them as wide as
all parts there are.
"""

from __future__ import annotations

from warehouse.catalog import CATALOG, Lake, set_meta

TYPES = {
    "varchar": "VARCHAR",
    "timestamptz": "TIMESTAMPTZ",
    "date": "DATE",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint64": "UBIGINT",
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
}
"""DuckLake's name of a type -> DuckDB's, for columns with a minimum and a maximum."""

_TOO_NARROW = f"""
SELECT
    whole.table_id,
    whole.column_id,
    min(part.min_value::{{type}})::VARCHAR AS least,
    max(part.max_value::{{type}})::VARCHAR AS most,
    bool_or(part.null_count > 0) AS has_null
FROM {CATALOG}.ducklake_table_column_stats AS whole
JOIN {CATALOG}.ducklake_column AS described USING (table_id, column_id)
JOIN {CATALOG}.ducklake_file_column_stats AS part USING (table_id, column_id)
WHERE described.column_type = ? AND described.end_snapshot IS NULL
GROUP BY whole.table_id, whole.column_id, whole.min_value, whole.max_value, whole.contains_null
HAVING bool_and(part.min_value IS NOT NULL OR part.value_count = 0) AND (
    whole.min_value IS NULL AND least IS NOT NULL
    OR whole.min_value::{{type}} > min(part.min_value::{{type}})
    OR whole.max_value::{{type}} < max(part.max_value::{{type}})
    OR has_null AND NOT whole.contains_null
)
"""

_WIDER = f"""
WITH known AS (
    SELECT
        whole.table_id,
        whole.column_id,
        whole.min_value,
        whole.max_value,
        coalesce(bool_and(part.min_value IS NOT NULL OR part.value_count = 0), true) AS is_known,
        coalesce(min(part.min_value::{{type}})::VARCHAR, '') AS least,
        coalesce(max(part.max_value::{{type}})::VARCHAR, '') AS most
    FROM {CATALOG}.ducklake_table_column_stats AS whole
    JOIN {CATALOG}.ducklake_column AS described USING (table_id, column_id)
    LEFT JOIN {CATALOG}.ducklake_file_column_stats AS part USING (table_id, column_id)
    WHERE described.column_type = ? AND described.end_snapshot IS NULL
    AND whole.min_value IS NOT NULL
    GROUP BY ALL
)
SELECT
    table_id,
    column_id,
    CASE WHEN is_known THEN least ELSE '' END AS least,
    CASE WHEN is_known THEN most ELSE chr(1114111) END AS most
FROM known WHERE (min_value, max_value) <> (least, most)
"""


def narrow(lake: Lake) -> list[tuple[int, int, str, str, bool]]:
    """Give the columns whose statistics are narrower than their parts, and what they should be."""
    found: list[tuple[int, int, str, str, bool]] = []
    for name, sql in TYPES.items():
        query = _TOO_NARROW.format(type=sql)
        found += lake.connection.execute(query, [name]).fetchall()
    return found


def mend(lake: Lake) -> int:
    """Widen what is narrower than its parts, and count it; the caller holds the commit lock."""
    found = narrow(lake)
    for table_id, column_id, least, most, has_null in found:
        lake.connection.execute(
            f"UPDATE {CATALOG}.ducklake_table_column_stats "
            "SET min_value = ?, max_value = ?, contains_null = contains_null OR ? "
            "WHERE table_id = ? AND column_id = ?",
            [least, most, has_null, table_id, column_id],
        )
    if found:
        _let_know(lake)
    return len(found)


def tighten(lake: Lake) -> None:
    """Let no text of a row that is gone be the least or greatest of its column.

    Of a column that some part says nothing of, bounds are taken that all texts lie between. The
    caller holds the commit lock.
    """
    for name, sql in (("varchar", "VARCHAR"), ("blob", "BLOB")):
        query = _WIDER.format(type=sql)
        for table_id, column_id, least, most in lake.connection.execute(query, [name]).fetchall():
            lake.connection.execute(
                f"UPDATE {CATALOG}.ducklake_table_column_stats SET min_value = ?, max_value = ? "
                "WHERE table_id = ? AND column_id = ?",
                [least, most, table_id, column_id],
            )
    _let_know(lake)


def _let_know(lake: Lake) -> None:
    """Write a file: connections remember statistics until one comes."""
    with lake.transaction("statistics"):
        set_meta(lake, "algo", lake.meta("algo"))
