"""Opened wherever it lies."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from transforms.errors import WarehouseError
from warehouse import connect
from warehouse.batches import Batch
from warehouse.commit import commit
from warehouse.making import make
from warehouse.opening import opened

MakeBatch = Callable[..., Batch]


def test_a_moved_warehouse_is_read_and_written_at_its_new_place(
    tmp_path: Path, batch_of: MakeBatch, said
) -> None:
    make(tmp_path / "old")
    with opened(tmp_path / "old") as lake:
        commit(lake, batch_of(lake, [said("file:a", "one")]))
    shutil.move(tmp_path / "old", tmp_path / "new")
    with connect(tmp_path / "new") as connection:
        assert connection.execute("SELECT count(text) FROM articles").fetchone() == (1,)
    with opened(tmp_path / "new") as lake:
        commit(lake, batch_of(lake, [said("file:b", "two")]))
        assert lake.scalar("SELECT count(text) FROM lake.articles") == 2
    assert not (tmp_path / "old").exists()


def test_a_moved_warehouse_that_the_disk_refuses_is_said(tmp_path: Path) -> None:
    make(tmp_path / "old")
    shutil.move(tmp_path / "old", tmp_path / "new")
    (tmp_path / "new" / "commit.lock").unlink()
    (tmp_path / "new" / "commit.lock").symlink_to("/dev/full")
    refused = pytest.raises(WarehouseError, match="cannot write in the warehouse")
    with refused, opened(tmp_path / "new"):
        pass


def test_a_warehouse_that_lacks_a_table_is_said(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as lake:
        lake.connection.execute("DROP TABLE lake.raw.meta")
    with pytest.raises(WarehouseError, match="cannot open the warehouse"), opened(tmp_path):
        pass
