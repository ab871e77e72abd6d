"""Backups and exports of what was taken down since."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2] / "flows")]
from invented import told
from traces import shingles, traces

from flows.copying import method
from transforms.errors import WarehouseError
from transforms.urls import address_id
from warehouse.batches import Batch
from warehouse.catalog import COPY, Lake
from warehouse.catalog_copy import copy_catalog
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.erasing import places
from warehouse.erasing.lists import NAME, append, read
from warehouse.erasing.takedown import Way, keep_away, take_down
from warehouse.erasing.wanted import Wanted
from warehouse.opening import opened
from warehouse.safekeeping.backup import backup
from warehouse.safekeeping.export import export
from warehouse.safekeeping.restoring import restore

MakeBatch = Callable[..., Batch]
WAY = Way(address_id, method())
SITE = "https://wire.example/news"


@pytest.fixture
def some(lake: Lake, said, batch_of: MakeBatch) -> list:
    documents = [said(f"{SITE}/{number}", told(number)) for number in range(3)]
    commit(lake, batch_of(lake, documents))
    find_copies(lake, "run", method())
    return documents


def words(document) -> list[str]:
    return [document.url, *shingles(document.text)]


def test_a_restore_brings_back_nothing_that_any_list_names(
    tmp_path: Path, lake: Lake, some: list
) -> None:
    old, other = tmp_path / "old", tmp_path / "other"
    for folder in (old, other):
        backup(lake.root, folder)
        assert read(folder) == set()
    take_down(lake, Wanted(url=some[0].url), replace(WAY, backups=(old, other)))
    take_down(lake, Wanted(url=some[1].url), replace(WAY, backups=(other,)))
    assert (len(read(old)), len(read(other))) == (2, 2)
    assert traces(old, words(some[0]))
    restore(old, tmp_path / "again", way=WAY, others=[other, tmp_path / "none"])
    with opened(tmp_path / "again") as again:
        assert digest(again.connection) == digest(lake.connection)
    assert traces(tmp_path / "again", words(some[0]) + words(some[1])) == []
    assert traces(tmp_path / "again", words(some[2]))


@pytest.mark.whole
def test_a_backup_made_between_the_digests_and_the_deletes_brings_back_nothing(
    tmp_path: Path, lake: Lake, some: list
) -> None:
    keep_away(lake, {("article", address_id(some[0].url, ""))}, address_id)
    backup(lake.root, tmp_path / "kept")
    assert len(read(tmp_path / "kept")) == 1
    restore(tmp_path / "kept", tmp_path / "again", way=WAY)
    assert traces(tmp_path / "again", words(some[0])) == []
    assert traces(tmp_path / "again", words(some[1]))


def test_a_backup_without_a_list_is_not_restored(tmp_path: Path, lake: Lake, some: list) -> None:
    backup(lake.root, tmp_path / "kept")
    (tmp_path / "kept" / NAME).write_text('{"kind": "article", "digest": "12"}\n')
    with pytest.raises(WarehouseError, match="cannot be read"):
        restore(tmp_path / "kept", tmp_path / "again", way=WAY)
    (tmp_path / "kept" / NAME).unlink()
    with pytest.raises(WarehouseError, match="nobody knows what was taken down since"):
        restore(tmp_path / "kept", tmp_path / "again", way=WAY)
    assert not (tmp_path / "again").exists()
    backup(lake.root, tmp_path / "kept")
    restore(tmp_path / "kept", tmp_path / "again")


@pytest.mark.whole
def test_a_later_backup_keeps_the_list_and_loses_the_bytes(
    tmp_path: Path, lake: Lake, some: list
) -> None:
    kept = tmp_path / "kept"
    backup(lake.root, kept)
    way = replace(WAY, backups=(kept,), purges=True, grace_s=0)
    take_down(lake, Wanted(url=some[0].url), way)
    backup(lake.root, kept)
    assert len(read(kept)) == 1
    assert traces(kept, words(some[0])) == []


def test_what_is_not_reached_is_told_and_done_by_the_next(
    tmp_path: Path, lake: Lake, some: list
) -> None:
    kept = tmp_path / "kept"
    way = replace(WAY, backups=(kept,), exports=(tmp_path / "out",))
    receipt = take_down(lake, Wanted(url=some[0].url), way)
    assert set(receipt.missed) == {kept, tmp_path / "out"}
    assert receipt.erased.articles == 1
    backup(lake.root, kept)
    assert take_down(lake, None, replace(way, exports=())).missed == {}
    assert len(read(kept)) == 1


def test_exports_are_written_anew(tmp_path: Path, lake: Lake, some: list) -> None:
    out = tmp_path / "out"
    export(lake.root, out, ["articles", "versions"])
    assert traces(out, [some[0].url])
    take_down(lake, Wanted(url=some[0].url), replace(WAY, exports=(out,)))
    assert traces(out, words(some[0])) == []
    assert {name.partition("/")[0] for name, _ in traces(out, [some[1].url])} == {
        "articles",
        "versions",
    }


@pytest.mark.whole
def test_a_copy_of_a_backup_that_nobody_named_asks_the_warehouse(
    tmp_path: Path, lake: Lake, some: list
) -> None:
    backup(lake.root, tmp_path / "kept")
    shutil.copytree(tmp_path / "kept", tmp_path / "copy")
    assert take_down(lake, Wanted(url=some[0].url), WAY).listed == [tmp_path / "kept"]
    assert (len(read(tmp_path / "kept")), len(read(tmp_path / "copy"))) == (1, 0)
    done = restore(tmp_path / "copy", tmp_path / "again", way=WAY)
    assert done.told.warehouses == [lake.root]
    assert traces(tmp_path / "again", words(some[0])) == []


def test_a_list_only_grows(tmp_path: Path, lake: Lake, some: list) -> None:
    backup(lake.root, tmp_path / "kept")
    one, two = ("article", "a" * 64), ("text", "b" * 64)
    assert append([tmp_path / "kept"], {one}) == {}  # type: ignore[arg-type]
    assert append([tmp_path / "kept"], {two}) == {}  # type: ignore[arg-type]
    assert read(tmp_path / "kept") == {one, two}
    with ThreadPoolExecutor(8) as threads:  # takedowns at once, each with what it knows of
        some_more = [{("article", f"{number:064}")} for number in range(40)]
        missed = threads.map(lambda left: append([tmp_path / "kept"], left), some_more)
    assert not any(missed)
    assert read(tmp_path / "kept") == {one, two}.union(*some_more)
    shutil.rmtree(tmp_path / "kept")
    assert set(append([tmp_path / "kept"], {one})) == {tmp_path / "kept"}  # type: ignore[arg-type]


def test_a_backup_that_cannot_be_looked_into_keeps_no_takedown_from_erasing(
    lake: Lake, some: list
) -> None:
    places.note(lake.root / places.BACKUPS, lake.root / ("x" * 300))
    done = take_down(lake, Wanted(url=some[0].url), WAY)
    assert done.erased
    assert list(done.gone.values()) == ["File name too long"]


def test_the_copy_of_the_catalog_knows_what_was_taken_down_since(lake: Lake, some: list) -> None:
    copy_catalog(lake.root)
    take_down(lake, Wanted(url=some[0].url), WAY)
    with closing(sqlite3.connect(lake.root / COPY)) as copy:
        [(last,)] = copy.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchall()
    assert last == lake.snapshot()
