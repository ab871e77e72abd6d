"""Attached by us, and by any other client."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from transforms.errors import WarehouseError
from warehouse import connect, lock
from warehouse.batches import Batch
from warehouse.catalog import Lake, attach_statements
from warehouse.commit import commit
from warehouse.making import make
from warehouse.opening import opened

MakeBatch = Callable[..., Batch]


@contextmanager
def _client(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as client:
        for statement in attach_statements(root):
            client.execute(statement)
        yield client


def test_any_client_attaches_with_the_statements_given(
    root: Path, lake: Lake, batch_of: MakeBatch, said
) -> None:
    commit(lake, batch_of(lake, [said("file:a", "one")]))
    with _client(root) as client:
        assert client.execute("SELECT text FROM lake.articles").fetchall() == [("one",)]


@contextmanager
def _writer(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(root) as lake:
        yield lake.connection


@pytest.mark.parametrize("way_in", [connect, _client, _writer])
def test_a_transaction_reads_one_state_of_the_catalog(
    root: Path, lake: Lake, way_in: Callable[[Path], AbstractContextManager[Any]]
) -> None:
    def change(statement: str, *values: str) -> None:
        with lock.hold(lake.lock_path), lake.transaction("changed", ["clusters"]):
            lake.connection.execute(statement, list(values))

    for part in "abc":
        rows = f"SELECT '{part}' || i, 'c' FROM range(10) AS t(i)"
        change(f"INSERT INTO lake.raw.clusters {rows}")
        change("DELETE FROM lake.raw.clusters WHERE content_hash = ?", f"{part}0")
    with way_in(root) as reader:
        counted = "SELECT count(*), count(content_hash) FROM lake.raw.clusters"
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM lake.raw.meta").fetchall()
        # The row of the catalog that names what is deleted of this part goes; another comes last.
        change("DELETE FROM lake.raw.clusters WHERE content_hash = ?", "a1")
        assert reader.execute(counted).fetchall() == [(27, 27)]
        asked = "SELECT count(*) FROM lake.raw.clusters"
        assert reader.execute(asked).fetchall() == [(27,)]
        reader.execute("COMMIT")
        assert reader.execute(counted).fetchall() == [(26, 26)]


def test_a_catalog_that_is_none_is_one_sentence(root: Path) -> None:
    (root / "catalog.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(WarehouseError, match="cannot open"), opened(root):
        pass


@pytest.mark.parametrize("copy", [True, False])
def test_a_catalog_that_is_gone_or_empty_is_told_with_the_way_back(
    root: Path, batch_of: MakeBatch, said, copy: bool
) -> None:
    with opened(root) as lake:
        commit(lake, batch_of(lake, [said("file:a", "one")]))
    way = "catalog.backup.sqlite" if copy else "wirelake restore"
    if copy:
        (root / "catalog.backup.sqlite").touch()
    (root / "catalog.sqlite").unlink()
    with pytest.raises(WarehouseError, match="catalog of this warehouse is gone") as error:
        connect(root)
    assert way in error.value.message
    with pytest.raises(WarehouseError, match="catalog of this warehouse is gone"):
        make(root)
    (root / "catalog.sqlite").write_bytes(b"")
    before = sorted(root.iterdir())
    ways_in: list[Callable[[], object]] = [
        lambda: connect(root),
        lambda: opened(root, create=True).__enter__(),
        lambda: connect(root),
    ]
    for read in ways_in:
        with pytest.raises(WarehouseError, match="empty or of something else") as error:
            read()
        assert way in error.value.message
        assert (root / "catalog.sqlite").read_bytes() == b""  # it is left as it was found
    assert sorted(root.iterdir()) == before


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


SPILLING = """
import sys
from pathlib import Path
from warehouse.opening import opened
root, who = Path(sys.argv[1]), sys.argv[2]
with opened(root) as lake:
    lake.connection.execute("SET memory_limit='70MB'; SET threads=1")
    print("open", flush=True)
    sys.stdin.readline()
    lake.connection.execute(
        f"CREATE TEMP TABLE rows AS SELECT '{who}' || hash(range) || repeat('{who}', 60) AS text "
        "FROM range(1_200_000)"
    )
    print("full" if any(root.glob("spill*/*")) else "all of it had room", flush=True)
    sys.stdin.readline()
    print(lake.scalar(f"SELECT count(*) FROM rows WHERE text LIKE '{who}%{who * 60}'"))
"""


@pytest.mark.slow
def test_two_that_spill_at_once_read_each_their_own(root: Path) -> None:
    both = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", SPILLING, str(root), who],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in "ab"
    ]
    for expected in ("open", "full"):
        assert [process.stdout and process.stdout.readline() for process in both] == [
            f"{expected}\n"
        ] * 2
        for process in both:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
    said = [process.communicate(timeout=120)[0] for process in both]
    assert said == ["1200000\n"] * 2
    assert not list(root.glob("spill*"))
