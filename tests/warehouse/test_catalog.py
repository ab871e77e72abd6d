"""Attached by us, and by any other client."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from transforms.errors import WarehouseError
from warehouse.batches import Batch
from warehouse.catalog import Lake, attach_statements
from warehouse.commit import commit
from warehouse.opening import opened

MakeBatch = Callable[..., Batch]


def test_any_client_attaches_with_the_statements_given(
    root: Path, lake: Lake, batch_of: MakeBatch, said
) -> None:
    commit(lake, batch_of(lake, [said("file:a", "one")]))
    with duckdb.connect() as client:
        for statement in attach_statements(root):
            client.execute(statement)
        assert client.execute("SELECT text FROM lake.articles").fetchall() == [("one",)]


def test_a_catalog_that_is_none_is_one_sentence(root: Path) -> None:
    (root / "catalog.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(WarehouseError, match="cannot open"), opened(root):
        pass


ZONES = """
import sys
from pathlib import Path
from warehouse.opening import opened
with opened(Path(sys.argv[1]), create=True) as lake, lake.another() as other:
    for each in (lake, other):
        print(each.scalar("SELECT TIMESTAMPTZ '2026-03-14 12:00:00+00'::VARCHAR"))
"""


def test_times_are_utc_on_every_way_in_wherever_the_machine_stands(tmp_path: Path) -> None:
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ZONES, tmp_path / "lake"],
        env=os.environ | {"TZ": "Asia/Tokyo"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert said.stdout.split("\n") == ["2026-03-14 12:00:00+00"] * 2 + [""]
