"""Rules over the files: every part the catalog names, its statistics, and what it does not name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.catalog import CATALOG
from warehouse.checks.looking import Look, Outcome, some
from warehouse.upkeep import orphans, statistics

EVERY = 100
"""Parts between two signs of life."""

_PARTS = f"""
WITH owner AS (
    SELECT tables.table_id, table_name,
        if(tables.path_is_relative, schemas.path || tables.path, tables.path) AS folder
    FROM {CATALOG}.ducklake_table AS tables
    JOIN {CATALOG}.ducklake_schema AS schemas USING (schema_id)
    QUALIFY row_number() OVER (PARTITION BY tables.table_id ORDER BY tables.begin_snapshot DESC) = 1
),
month AS (
    SELECT data_file_id, min_value, max_value FROM {CATALOG}.ducklake_file_column_stats
    SEMI JOIN (
        FROM {CATALOG}.ducklake_column WHERE column_name = 'month' AND parent_column IS NULL
    ) USING (table_id, column_id)
),
file AS (
    SELECT data_file_id, table_id, path, path_is_relative, record_count, file_size_bytes,
        begin_snapshot, end_snapshot, file_format AS form, false AS is_deletions
    FROM {CATALOG}.ducklake_data_file
    UNION ALL
    SELECT NULL, table_id, path, path_is_relative, delete_count, file_size_bytes,
        begin_snapshot, end_snapshot, format, true
    FROM {CATALOG}.ducklake_delete_file
)
SELECT table_name, if(path_is_relative, folder || file.path, file.path), record_count,
    file_size_bytes, file.end_snapshot IS NULL OR file.end_snapshot > $snapshot, form, is_deletions,
    partition_value, min_value, max_value
FROM file
JOIN owner USING (table_id)
LEFT JOIN month USING (data_file_id)
LEFT JOIN {CATALOG}.ducklake_file_partition_value USING (data_file_id)
WHERE file.begin_snapshot <= $snapshot
ORDER BY ALL
"""


@dataclass(frozen=True)
class _Part:
    """A file as the catalog knows it."""

    table: str
    place: str
    rows: int
    size: int
    is_current: bool
    form: str
    is_deletions: bool
    month: str | None
    least: str | None
    most: str | None


@dataclass(frozen=True)
class Seen:
    """A file as it is; `wrong` says why it cannot be read."""

    part: _Part
    wrong: str = ""
    months: frozenset[str] = frozenset()
    """The least and the greatest in its statistics."""

    @property
    def name(self) -> str:
        """Name it for people."""
        return f"{self.part.table}/{Path(self.part.place).name}"

    @property
    def path(self) -> str:
        """Its place below the folder of the warehouse, if it lies there."""
        return f"data/{self.part.place}"


def parts(look: Look) -> Outcome:
    """Open every file that the catalog names: its size, its rows, and with `deep` every value."""
    seen = seen_parts(look)
    outcome = Outcome(len(seen))
    for is_current, where in ((True, ""), (False, "only of older snapshots: ")):
        wrong = [each for each in seen if each.wrong and each.part.is_current is is_current]
        if wrong:
            phrases = some([f"{each.name} {each.wrong}" for each in wrong])
            outcome.wrong.append(f"{where}{len(wrong):,} of them: {phrases}")
    times = Counter(each.part.place for each in seen if each.part.is_current)
    outcome.blame(sum(number > 1 for number in times.values()), "registered twice")
    return outcome


def partitions(look: Look) -> Outcome:
    """Hold the folder of every part against the months in it and what the catalog says of them."""
    seen = [each for each in seen_parts(look) if each.months and not each.part.is_deletions]
    wrong = [each.name for each in seen if not _is_in_place(each)]
    outcome = Outcome(len(seen))
    if wrong:
        outcome.wrong.append(f"{len(wrong):,} of another month: {some(wrong)}")
    return outcome


def table_statistics(look: Look) -> Outcome:
    """Hold the least and greatest values of tables against those of their parts."""
    (columns,) = look.row(f"SELECT count(*) FROM {CATALOG}.ducklake_table_column_stats")
    outcome = Outcome(columns)
    outcome.blame(len(statistics.narrow(look.lake)), "columns narrower than their parts")
    return outcome


def left_over(look: Look) -> Outcome:
    """List the files that no commit names and no writer is about to."""
    old = orphans.older(look.lake, look.began - look.trust.orphans)
    left = [str(path.relative_to(look.lake.data)) for path in orphans.unnamed(look.lake, old)]
    outcome = Outcome(len(old))
    if left:
        outcome.wrong.append(f"{len(left):,} named by no commit: {some(left)}")
    return outcome


def _is_in_place(seen: Seen) -> bool:
    part = seen.part
    folder = Path(part.place).parent.name.removeprefix("month=")
    return seen.months == {folder} == {part.month, part.least, part.most}


def seen_parts(look: Look) -> list[Seen]:
    """Open all files once for all rules."""
    if "parts" not in look.kept:
        rows = look.lake.connection.execute(_PARTS, {"snapshot": look.lake.snapshot()}).fetchall()
        seen = []
        for number, row in enumerate(rows):
            if number % EVERY == 0:
                look.tell(f"parts: {number:,} of {len(rows):,} opened")
            seen.append(_open(look.lake.data, _Part(*row), deep=look.trust.deep))
        look.kept["parts"] = seen
    found: list[Seen] = look.kept["parts"]
    return found


def _open(data: Path, part: _Part, *, deep: bool) -> Seen:
    path = data / part.place
    try:
        size = path.stat().st_size
        if part.form != "parquet":
            return Seen(part, _differs("bytes", size, part.size))
        with pq.ParquetFile(path) as opened:
            if deep:
                _read(opened)
            rows, months = opened.metadata.num_rows, _months(opened.metadata)
    except FileNotFoundError:
        return Seen(part, "is not there")
    except (OSError, pa.ArrowException) as error:
        return Seen(part, f"cannot be read ({str(error).splitlines()[0]})")
    wrong = _differs("rows", rows, part.rows) or _differs("bytes", size, part.size)
    return Seen(part, wrong, months)


def _differs(what: str, there: int, said: int) -> str:
    return "" if there == said else f"has {there:,} {what}, the catalog says {said:,}"


def _read(opened: pq.ParquetFile) -> None:
    for group in range(opened.num_row_groups):
        opened.read_row_group(group)


def _months(metadata: pq.FileMetaData) -> frozenset[str]:
    if "month" not in (names := metadata.schema.names):
        return frozenset()
    place = names.index("month")
    found = [metadata.row_group(n).column(place).statistics for n in range(metadata.num_row_groups)]
    return frozenset(str(day) for each in found if each for day in (each.min, each.max))
