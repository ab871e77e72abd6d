"""One part in place of several, while readers and writers go on.

choose the parts                         from the catalog; nothing is held
write their live rows as a new part      outside the lock, durably
take the commit lock, BEGIN
  DELETE all rows of the chosen parts    DuckLake then ends the parts at this snapshot
  were they as many as were written?     else somebody deleted some: ROLLBACK, forget the new part
  register the new part, COMMIT

Readers of older snapshots find the old parts until those expire. DuckLake's own merging takes them
out of the catalog at once, and a reader that is between two of its questions to it misses rows.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa

from warehouse import faults, files
from warehouse.catalog import CATALOG, Lake
from warehouse.commit import MERGE, register
from warehouse.tables import TABLES, is_partitioned

TARGET_BYTES = 128_000_000
"""Of a part."""
SMALL_BYTES = TARGET_BYTES // 2
"""A part this large stays as it is, or every run would write the newest one anew."""
DELETED_SHARE = 0.2
"""A part that has lost more of its rows is written anew whatever its size, and without company. All
of the part is read and written to get rid of them, so it is done when it gives back a fifth."""
LARGEST_SHARE = 0.8
"""A part that is more than this of its group is left out of it, or one small part a night would
have the large one written anew every night. A month then keeps a part per factor of five or so."""
PARTS = 500
"""That are merged at once: they are ended in 0.12 s, beside 3 million rows that are not."""
PARTS_READ = 16
"""That one query reads, where rows are not sorted. It keeps what it has opened: 200 parts of
documents took 580 MB in one query, 400 MB so; and each query costs 0.1 s."""
BATCH_ROWS = 2_000
DOCUMENT_BATCH_ROWS = 16
"""Read at once; each may have a payload of megabytes."""

_ORDER = {"articles": "ORDER BY published_at NULLS LAST, document_id"}
"""How the rows of a part lie, so that its statistics prune days; elsewhere as they came."""

_CURRENT = f"""
SELECT listed.data_file, value.partition_value, part.file_size_bytes, part.record_count,
    coalesce(gone.delete_count, 0)
FROM ducklake_list_files('lake', ?, schema => 'raw') AS listed
JOIN {CATALOG}.ducklake_data_file AS part
    ON parse_filename(part.path) = parse_filename(listed.data_file)
    AND ends_with(listed.data_file, part.path)
JOIN {CATALOG}.ducklake_table AS owner
    ON owner.table_id = part.table_id AND owner.table_name = ?
LEFT JOIN {CATALOG}.ducklake_delete_file AS gone
    ON gone.data_file_id = part.data_file_id AND gone.end_snapshot IS NULL
LEFT JOIN {CATALOG}.ducklake_file_partition_value AS value
    ON value.data_file_id = part.data_file_id
WHERE part.end_snapshot IS NULL AND owner.end_snapshot IS NULL
ORDER BY value.partition_value, part.data_file_id
"""


@dataclass(frozen=True)
class Part:
    """A current part, as the catalog knows it."""

    path: str
    month: dt.date | None
    size: int
    rows: int
    deleted: int

    @property
    def live_bytes(self) -> int:
        """What is left of it without its deleted rows, about."""
        return self.size * (self.rows - self.deleted) // max(self.rows, 1)

    @property
    def is_worn(self) -> bool:
        """Whether so many of its rows are deleted that it is worth writing anew by itself."""
        return self.deleted > DELETED_SHARE * self.rows


class _ChangedError(Exception):
    """Some of the rows that were written were deleted meanwhile."""


def current_parts(lake: Lake, table: str) -> list[Part]:
    """List the parts of a table, month by month, in the order they came."""
    rows = lake.connection.execute(_CURRENT, [table, table]).fetchall()
    return [
        Part(path, dt.date.fromisoformat(month) if month else None, *counts)
        for path, month, *counts in rows
        if bool(month) is is_partitioned(table)  # a part of no month has rows of several, perhaps
    ]


def choose(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Group parts that are worth one new part; most stay as they are.

    Args:
        parts: of one table, month by month.
    """
    for _, of_month in groupby(parts, lambda part: part.month):
        for group in filled(part for part in of_month if part.is_worn or part.size < SMALL_BYTES):
            chosen = _without_giants(group)
            if len(chosen) > 1 or any(part.is_worn for part in chosen):
                yield chosen


def filled(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Put neighbours together until they come to the size of one part."""
    group: list[Part] = []
    size = 0
    for part in parts:
        if group and (size + part.live_bytes > TARGET_BYTES or len(group) == PARTS):
            yield group
            group, size = [], 0
        group.append(part)
        size += part.live_bytes
    if group:
        yield group


def _without_giants(group: list[Part]) -> list[Part]:
    """Leave out what would be written anew for the sake of far smaller ones."""
    chosen, size = list(group), sum(part.size for part in group)
    for part in sorted(group, key=lambda part: part.size, reverse=True):
        if part.size <= LARGEST_SHARE * size:
            break
        if not part.is_worn:
            chosen.remove(part)
        size -= part.size
    return chosen


def write(lake: Lake, table: str, parts: list[Part]) -> files.GrowingPart | None:
    """Write the rows that parts have now as one new part; None where they have none.

    Raises:
        OSError: no space, no permission.
    """
    name = f"merged-{secrets.token_hex(16)}"
    merged = files.GrowingPart(lake.data, table, name, parts[0].month)
    try:
        for rows in _live_rows(lake, table, parts):
            merged.add(rows)
        return merged if merged.finish() else None
    except BaseException:
        merged.discard()
        raise


def _live_rows(lake: Lake, table: str, parts: list[Part]) -> Iterator[pa.RecordBatch]:
    schema, order = TABLES[table], _ORDER.get(table, "")
    columns = ", ".join(f'"{name}"' for name in schema.names)
    size = DOCUMENT_BATCH_ROWS if table == "documents" else BATCH_ROWS
    step = len(parts) if order else PARTS_READ
    for start in range(0, len(parts), step):
        some = parts[start : start + step]
        query = f"SELECT {columns} FROM {_of(table, some)} {order}"
        for rows in lake.connection.execute(query, _values(some)).to_arrow_reader(size):
            yield rows.cast(schema)


def replace(lake: Lake, table: str, parts: list[Part], merged: files.GrowingPart) -> bool:
    """Let a new part take the place of its parts; False where they have changed.

    The caller holds the commit lock. Rows only ever leave a part, so as many as were written are
    the same ones. Where the COMMIT fails the new part stays where it is: it may have gone through
    and its answer be lost. Upkeep removes it later if no commit names it.
    """
    try:
        with lake.transaction(f"{MERGE} {table}", [table], [merged.path]):
            _delete(lake, table, parts, merged.rows)
            register(lake, table, [merged.path])
            faults.point("merge: registered")
        faults.point("merge: committed")
    except _ChangedError:
        merged.discard()
        return False
    return True


def _delete(lake: Lake, table: str, parts: list[Part], rows: int) -> None:
    if lake.scalar(f"DELETE FROM {_of(table, parts)}", _values(parts)) != rows:
        raise _ChangedError


def _of(table: str, parts: Sequence[Part]) -> str:
    """Name the rows of some parts; DuckLake opens no other file for it."""
    month = "month = ? AND " if is_partitioned(table) else ""
    return f"lake.raw.{table} WHERE {month}filename IN ({', '.join('?' * len(parts))})"


def _values(parts: Sequence[Part]) -> list[object]:
    month = parts[0].month
    return [*([month] if month else []), *(part.path for part in parts)]
