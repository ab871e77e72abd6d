"""What was written since a snapshot, told by the parts that came and went, not by reading them."""

from __future__ import annotations

from collections.abc import Iterable

from warehouse.catalog import CATALOG, Lake
from warehouse.statements import quoted

_WRITTEN = f"""
WITH written AS (
    SELECT table_id, begin_snapshot AS snapshot, false AS is_loss
    FROM {CATALOG}.ducklake_data_file
    UNION ALL SELECT table_id, end_snapshot, true FROM {CATALOG}.ducklake_data_file
    -- A later delete from the same part takes over the file of the first, and is told by the last.
    UNION ALL SELECT table_id, greatest(begin_snapshot, partial_max), true
    FROM {CATALOG}.ducklake_delete_file
)
SELECT table_name, bool_or(is_loss)
FROM written JOIN {CATALOG}.ducklake_table USING (table_id)
WHERE snapshot > $since AND table_name IN (SELECT unnest($tables))
GROUP BY table_name
"""
_OLDEST = f"SELECT min(snapshot_id) FROM {CATALOG}.ducklake_snapshot"
_PARTS = f"""
SELECT data_file FROM ducklake_list_files('lake', $table, schema => 'raw')
WHERE parse_filename(data_file) IN (
    SELECT parse_filename(path) FROM {CATALOG}.ducklake_data_file WHERE begin_snapshot > $since
)
ORDER BY data_file
"""


def written(lake: Lake, since: int, tables: Iterable[str]) -> dict[str, bool]:
    """Name those of some tables that were written since a snapshot.

    Returns:
        table -> whether rows of it went or its parts were merged, so that the parts that came do
        not tell what is new; of all, where the snapshot has expired and nobody knows what went.
    """
    parameters = {"since": since, "tables": list(tables)}
    found = dict(lake.connection.execute(_WRITTEN, parameters).fetchall())
    if int(str(lake.scalar(_OLDEST))) > since:
        return dict.fromkeys(tables, True)
    return found


def rows(lake: Lake, table: str, since: int) -> str | None:
    """Give the relation of the rows that came to a table since a snapshot; None: there are none."""
    parts = lake.connection.execute(_PARTS, {"since": since, "table": table}).fetchall()
    paths = ", ".join(quoted(path) for (path,) in parts)
    return f"read_parquet([{paths}])" if parts else None
