"""The copy of the catalog that lies beside it."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from warehouse import connect
from warehouse.catalog import Lake
from warehouse.catalog_copy import NAME, copy_catalog


def test_several_that_copy_it_at_once_leave_a_whole_one(lake: Lake, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        sizes = list(threads.map(copy_catalog, [lake.root] * 8))
    assert sizes == [(lake.root / NAME).stat().st_size] * 8
    shutil.copytree(lake.data, tmp_path / "again" / "data")
    shutil.copy(lake.root / NAME, tmp_path / "again" / "catalog.sqlite")
    with connect(tmp_path / "again") as connection:
        assert connection.sql("SELECT count(*) > 0 FROM raw.meta").fetchone() == (True,)
