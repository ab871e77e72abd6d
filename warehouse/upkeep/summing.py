"""The lines of SHA256SUMS: taken off where files are gone, written for an older warehouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import files, lock, sums
from warehouse.catalog import CATALOG, Lake, set_meta

Tell = Callable[[str], None]

EVERY = 100
"""Parts between two signs of life."""
_NAMED = f"""
SELECT DISTINCT 'data/' || schemas.path || tables.path || file.path, file_size_bytes
FROM (
    SELECT table_id, path, file_size_bytes FROM {CATALOG}.ducklake_data_file
    WHERE path_is_relative
    UNION ALL
    SELECT table_id, path, file_size_bytes FROM {CATALOG}.ducklake_delete_file
    WHERE path_is_relative
) AS file
JOIN {CATALOG}.ducklake_table AS tables USING (table_id)
JOIN {CATALOG}.ducklake_schema AS schemas USING (schema_id)
ORDER BY ALL
"""


def keep_sums(lake: Lake, tell: Tell) -> bool:
    """Let every file that the catalog names have its line, and no other.

    Where there are no lines, all files are read, and those that read well get theirs: what was
    done to them before cannot be told. Where there were lines once, that is noted first.

    Returns:
        Whether they were lost.
    """
    tell("sums of parts")
    is_lost = is_promised(lake) and not sums.is_there(lake.root)
    if is_lost:
        _note(lake, sums.META_ANEW)
    if sums.is_there(lake.root):
        with lock.hold(lake.lock_path):
            sums.prune(lake.root, named(lake))
    else:
        _sum_all(lake, tell)
    if not is_promised(lake):
        _note(lake, sums.META)
    return is_lost


def _note(lake: Lake, name: str) -> None:
    """Note in `meta` that it is so from now on."""
    with lock.hold(lake.lock_path), lake.transaction("upkeep: sums", ["meta"]):
        set_meta(lake, name, dt.datetime.now(dt.UTC).isoformat())


def is_promised(lake: Lake) -> bool:
    """Say whether the warehouse has had a line for every file: that there are none is a loss."""
    return bool(lake.scalar("SELECT 1 FROM lake.raw.meta WHERE name = ?", [sums.META]))


def _sum_all(lake: Lake, tell: Tell) -> None:
    """Read what there is while others write; what they wrote meanwhile is read under the lock."""
    found = _summed(lake.root, named(lake), tell)
    with lock.hold(lake.lock_path) as progress:
        all_named = named(lake)
        new = {place: size for place, size in all_named.items() if place not in found}
        found |= _summed(lake.root, new, lambda _: progress())
        # One that had no good sum the first time is tried again, and no harm done.
        sums.write(lake.root, {place: found[place] for place in all_named if place in found})


def _summed(root: Path, sizes: dict[str, int], tell: Tell) -> dict[str, str]:
    found = {}
    for number, (place, size) in enumerate(sizes.items()):
        if number % EVERY == 0:
            tell(f"sums: {number:,} of {len(sizes):,} parts read")
        if files.size_of(root / place) == size and _reads_well(root / place):
            found[place] = sums.digest(root / place)
    return found


def named(lake: Lake) -> dict[str, int]:
    """Give place and size of every file that some snapshot needs."""
    return dict(lake.connection.execute(_NAMED).fetchall())


def _reads_well(path: Path) -> bool:
    """Decode every value of a part."""
    try:
        with pq.ParquetFile(path) as opened:
            for group in range(opened.num_row_groups):
                opened.read_row_group(group)
    except (OSError, pa.ArrowException):
        return False
    return True
