"""Opened wherever it lies."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

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
