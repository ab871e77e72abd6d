"""A large warehouse without texts: the narrow rows that a copies step reads, with chance keys."""

from __future__ import annotations

from pathlib import Path

from bench_copies import FIRST, TOGETHER

from flows.copying import ALGO, method
from transforms.signature import BANDS
from warehouse.catalog import Lake
from warehouse.copies.step import find_copies
from warehouse.opening import opened

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
_FILLED = (
    """
    INSERT INTO lake.raw.articles BY NAME
    SELECT name AS article_id, name AS document_id, name AS content_hash, 'bench' AS source,
        'https://narrow.example/' || number AS url, 'A title' AS title, day AS event_date,
        day AS published_date, day::TIMESTAMPTZ AS published_at, month, 'en' AS language,
        'bench' AS normalizer, 'bench' AS batch_id, 500 AS char_count
    FROM narrow ORDER BY month
    """,
    "INSERT INTO lake.raw.sightings SELECT name, day::TIMESTAMPTZ FROM narrow",
    f"INSERT INTO lake.raw.compared SELECT name, '{ALGO}' FROM narrow",
    f"""
    INSERT INTO lake.raw.keys BY NAME
    SELECT '{ALGO}' AS algo, name AS content_hash, day, month,
        list_transform(range({BANDS}), band -> hash(number * {BANDS} + band)) AS keys
    FROM narrow ORDER BY month
    """,
)


def fill_narrowly(root: Path, count: int) -> None:
    """Store articles without texts as the last copies step would leave them, and make one step."""
    with opened(root, create=True) as lake:
        for first in range(0, count, AT_ONCE):
            _fill(lake, first, min(first + AT_ONCE, count))
        find_copies(lake, "bench", method())


def _fill(lake: Lake, first: int, end: int) -> None:
    lake.connection.execute(_ROWS, {"first": first, "end": end})
    with lake.transaction("bench"):
        for statement in _FILLED:
            lake.connection.execute(statement)
