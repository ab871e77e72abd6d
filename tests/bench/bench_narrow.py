"""A large warehouse without texts: the narrow rows that a copies step reads, with chance keys."""

from __future__ import annotations

import secrets
from pathlib import Path

import pyarrow as pa
from bench_copies import FIRST, TOGETHER

from flows.copying import ALGO, method
from transforms.signature import BANDS
from warehouse import files
from warehouse.catalog import Lake
from warehouse.commit import register
from warehouse.copies.step import find_copies
from warehouse.opening import opened
from warehouse.tables import TABLES

PER_DAY = 300
LAST = 60
"""Days after `FIRST` that the last of them are of; all others lie before it."""
AT_ONCE = 20 * TOGETHER

_ROWS = f"""
CREATE OR REPLACE TEMP TABLE narrow AS
SELECT
    sha256('narrow ' || number) AS name,
    number,
    (DATE '{FIRST}' + ({LAST} - number // {PER_DAY})::INTEGER)::DATE AS day,
    date_trunc('month', day)::DATE AS month
FROM range($first, $end) AS numbers (number)
"""
_FILLED = {
    "articles": """
    SELECT name AS article_id, name AS document_id, name AS content_hash, 'bench' AS source,
        'https://narrow.example/' || number AS url, 'A title' AS title, day AS event_date,
        day AS published_date, day::TIMESTAMPTZ AS published_at, month, 'en' AS language,
        'bench' AS normalizer, 'bench' AS batch_id, 500 AS char_count
    FROM narrow ORDER BY month
    """,
    "sightings": "SELECT name AS document_id, day::TIMESTAMPTZ AS seen_at FROM narrow",
    "compared": f"SELECT name AS document_id, '{ALGO}' AS algo FROM narrow",
    "keys": f"""
    SELECT '{ALGO}' AS algo, name AS content_hash, day, month,
        list_transform(range({BANDS}), band -> hash(number * {BANDS} + band)) AS keys
    FROM narrow ORDER BY month
    """,
}


def fill_narrowly(root: Path, count: int) -> None:
    """Store articles without texts as the last copies step would leave them, and make one step."""
    with opened(root, create=True) as lake:
        for first in range(0, count, AT_ONCE):
            _fill(lake, first, min(first + AT_ONCE, count))
        find_copies(lake, "bench", method())


def _fill(lake: Lake, first: int, end: int) -> None:
    lake.connection.execute(_ROWS, {"first": first, "end": end})
    parts = {table: _written(lake, table, query) for table, query in _FILLED.items()}
    with lake.transaction("bench"):
        for table, paths in parts.items():
            register(lake, table, paths)


def _written(lake: Lake, table: str, query: str) -> list[Path]:
    rows = lake.connection.execute(query).to_arrow_table()
    absent = [pa.nulls(rows.num_rows, each.type) for each in TABLES[table]]
    columns = [
        rows.column(each.name) if each.name in rows.column_names else nothing
        for each, nothing in zip(TABLES[table], absent, strict=True)
    ]
    whole = pa.table(columns, TABLES[table].names).cast(TABLES[table])
    return files.write_parts(lake.data, table, secrets.token_hex(16), whole)
