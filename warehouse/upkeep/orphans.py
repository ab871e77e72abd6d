"""Parts that no commit names, and spilled memory: what those who were killed have left."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

from warehouse import files
from warehouse.catalog import CATALOG, SPILL, Lake

_NAMED = f"""
SELECT path FROM {CATALOG}.ducklake_data_file
UNION ALL SELECT path FROM {CATALOG}.ducklake_delete_file
UNION ALL SELECT path FROM {CATALOG}.ducklake_files_scheduled_for_deletion
"""


def older(lake: Lake, than: dt.datetime) -> list[Path]:
    """List the parts, named or not, that were last written before a time."""
    return [path for path in files.all_parts(lake.data) if files.is_older(path, than)]


def unnamed(lake: Lake, parts: list[Path]) -> list[Path]:
    """Give those of the parts that the catalog does not name; names are never used twice.

    What others have removed since it was listed, and taken off the catalog, is none of them.
    """
    rows = lake.connection.execute(_NAMED).fetchall() if parts else []
    named = {str(path).rpartition("/")[2] for (path,) in rows}
    return [path for path in parts if path.name not in named and path.exists()]


def sweep_spilled(lake: Lake, before: dt.datetime) -> int:
    """Remove what queries that were killed have spilled and nobody wrote since; give its bytes.

    A process at work may read for long what it has spilled, and its own goes with it.
    """
    freed = 0
    for folder in [*lake.root.glob(f"{SPILL}*"), lake.root / "spill"]:  # as it was called once
        held = list(folder.glob("*"))
        if held and not _is_at_work(folder) and all(files.is_older(file, before) for file in held):
            freed += sum(map(files.size_of, held))
            shutil.rmtree(folder, ignore_errors=True)
    return freed


def _is_at_work(folder: Path) -> bool:
    """Say whether the process that spills here runs still, or another one by its number."""
    _, number, *_ = f"{folder.name}--".split("-")
    if not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
