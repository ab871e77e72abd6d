"""New parts in place of those that hold erased rows, by merges: neighbours of a month become one.

Upkeep leaves a part alone that lost a few rows; here any of them is one too many. All parts that
have lost rows are written anew, whoever deleted them: which rows were erased is not known any more.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from transforms.errors import LockError, StoppedError, WarehouseError
from warehouse import lock
from warehouse.catalog import CATALOG, Lake
from warehouse.marking import last_erasure, unmark
from warehouse.tables import TABLES
from warehouse.upkeep import merging

ROUNDS = 20
"""For one table: others may delete rows of a part while it is written."""

Tell = Callable[[str], None]

_BEFORE = f"""
SELECT parse_filename(path) FROM {CATALOG}.ducklake_data_file WHERE begin_snapshot <= ?
"""


def rewrite(lake: Lake, tell: Tell) -> int:
    """Write parts with erased rows anew, where there are any; give how many parts were replaced.

    Parts of older snapshots stay until those expire.

    Raises:
        WarehouseError: others were quicker every time.
    """
    if last_erasure(lake) is None:
        return 0
    snapshot = lake.snapshot()
    count = sum(_rewrite(lake, table, snapshot, tell) for table in TABLES)
    _unmark(lake, snapshot)
    return count


def _unmark(lake: Lake, snapshot: int) -> None:
    """Note that nothing is left to do, unless somebody has erased more since a snapshot."""
    with lock.hold(lake.lock_path):
        last = last_erasure(lake)
        if last is not None and last <= snapshot:
            with lake.transaction("upkeep: erased", ["meta"]):
                unmark(lake)


def _rewrite(lake: Lake, table: str, snapshot: int, tell: Tell) -> int:
    count = 0
    for _ in range(ROUNDS):
        worn = _worn(lake, table, snapshot)
        if not worn:
            return count
        for _, of_month in groupby(worn, lambda part: part.month):
            for parts in merging.filled(of_month):
                tell(
                    f"{table}: {len(parts)} parts without {sum(it.deleted for it in parts):,} rows"
                )
                count += len(parts) if _replace(lake, table, parts) else 0
    raise WarehouseError(
        f"parts of {table} changed whenever they were written anew: start it again", path=lake.root
    )


def _worn(lake: Lake, table: str, snapshot: int) -> list[merging.Part]:
    """List the parts of a snapshot that are still there and have lost rows."""
    rows = lake.connection.execute(_BEFORE, [snapshot]).fetchall()
    names = {str(name) for (name,) in rows}
    return [
        part
        for part in merging.current_parts(lake, table)
        if part.deleted and part.path.rpartition("/")[2] in names
    ]


def _replace(lake: Lake, table: str, parts: list[merging.Part]) -> bool:
    merged = merging.write(lake, table, parts)
    if merged is None:
        return False
    try:
        with lock.hold(lake.lock_path):
            return merging.replace(lake, table, parts, merged)
    except (StoppedError, LockError):
        merged.discard()
        raise
