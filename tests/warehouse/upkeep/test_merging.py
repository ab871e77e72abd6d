"""One part takes the place of several, whatever happens meanwhile; the rows stay the same."""

from __future__ import annotations

import datetime as dt
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from replays import replaying

from transforms.errors import WarehouseError
from transforms.schema import UNDATED_MONTH
from warehouse import files, lock
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit, register
from warehouse.digest import digest
from warehouse.forgetting import forget
from warehouse.opening import opened
from warehouse.replay import articles_of
from warehouse.tables import TABLES
from warehouse.upkeep import merging
from warehouse.upkeep.maintain import Ages, maintain
from warehouse.upkeep.merging import Part, choose

MakeBatch = Callable[..., Batch]

DAY = dt.date(2026, 3, 14)
MARCH, APRIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
BATCHES = 4


@pytest.fixture(scope="module")
def some_parts(filled_once: Callable[..., Path], batch_of: MakeBatch, said: Any) -> Path:
    """A warehouse of a few small parts: of a month, and of the undated."""

    def fill(lake: Lake) -> None:
        for number in range(BATCHES):
            documents = [
                said(f"https://a.example/{number}/{place}", f"text {number} {place}", day=day)
                for place, day in enumerate([DAY.replace(day=20 - number), None])
            ]
            commit(lake, batch_of(lake, documents))

    return filled_once(fill)


@pytest.fixture
def filled(some_parts: Path, tmp_path: Path) -> Iterator[Lake]:
    """The same, open for writing."""
    with opened(Path(shutil.copytree(some_parts, tmp_path / "lake"))) as lake:
        yield lake


def chosen(lake: Lake, table: str, month: dt.date | None = MARCH) -> list[Part]:
    """Give the parts of one month that are to be merged."""
    found = list(choose(merging.current_parts(lake, table)))
    return next(group for group in found if group[0].month == month)


def replace(lake: Lake, table: str, parts: list[Part], merged: files.GrowingPart) -> bool:
    with lock.hold(lake.lock_path):
        return merging.replace(lake, table, parts, merged)


def delete(lake: Lake, table: str, where: str) -> None:
    with lock.hold(lake.lock_path), lake.transaction("delete"):
        lake.connection.execute(f"DELETE FROM lake.raw.{table} WHERE {where}")


def written(lake: Lake, table: str, parts: list[Part]) -> files.GrowingPart:
    merged = merging.write(lake, table, parts)
    assert merged
    return merged


def test_the_new_part_holds_the_rows_sorted_by_their_time_and_none_that_was_deleted(
    filled: Lake,
) -> None:
    delete(filled, "articles", "event_date = '2026-03-18'")
    before, parts = digest(filled.connection), chosen(filled, "articles")
    merged = written(filled, "articles", parts)
    assert merged.path.parent.name == "month=2026-03-01"
    times = pq.read_table(merged.path, partitioning=None).column("published_at").to_pylist()
    assert times == sorted(times)
    assert len(times) == BATCHES - 1
    assert replace(filled, "articles", parts, merged)
    assert digest(filled.connection) == before
    left = [each for each in merging.current_parts(filled, "articles") if each.month == MARCH]
    assert [(each.path, each.deleted) for each in left] == [(str(merged.path), 0)]


def test_undated_rows_and_tables_without_months_are_merged_too(filled: Lake) -> None:
    before = digest(filled.connection)
    for table, month in (("articles", UNDATED_MONTH), ("sightings", None), ("batches", None)):
        parts = chosen(filled, table, month)
        assert len(parts) == BATCHES
        assert replace(filled, table, parts, written(filled, table, parts))
    assert digest(filled.connection) == before


def test_the_state_before_can_still_be_read(filled: Lake) -> None:
    version, parts = filled.snapshot(), chosen(filled, "articles")
    query = f"FROM lake.raw.articles AT (VERSION => {version}) ORDER BY url"
    told = filled.connection.execute(query).fetchall()
    assert replace(filled, "articles", parts, written(filled, "articles", parts))
    assert filled.connection.execute(query).fetchall() == told
    for each in parts:
        assert Path(each.path).is_file()


def test_rows_that_are_deleted_while_the_part_is_written_do_not_come_back(filled: Lake) -> None:
    parts = chosen(filled, "articles")
    merged = written(filled, "articles", parts)
    forget(filled, {"wire": "seen"}, [DAY.replace(day=18)])
    before = digest(filled.connection)
    assert not replace(filled, "articles", parts, merged)
    assert digest(filled.connection) == before
    assert not merged.path.exists()
    assert set(parts) - set(merging.current_parts(filled, "articles"))  # the whole of one is gone


def test_a_row_that_is_deleted_out_of_a_part_that_stays_does_not_come_back(
    filled: Lake, batch_of: MakeBatch, said: Any
) -> None:
    more = [said(f"https://b.example/{number}", f"more {number}") for number in range(3)]
    commit(filled, batch_of(filled, more))
    parts = chosen(filled, "articles")
    merged = written(filled, "articles", parts)
    delete(filled, "articles", f"url = '{more[1].url}'")
    before = digest(filled.connection)
    assert not replace(filled, "articles", parts, merged)
    assert digest(filled.connection) == before
    assert [each.deleted for each in chosen(filled, "articles")] == [0] * BATCHES + [1]


def test_of_two_that_merge_the_same_parts_one_gives_up(filled: Lake) -> None:
    before = digest(filled.connection)
    with opened(filled.root) as other:
        parts, theirs = chosen(filled, "articles"), chosen(other, "articles")
        assert parts == theirs
        merged, late = written(filled, "articles", parts), written(other, "articles", theirs)
        assert replace(filled, "articles", parts, merged)
        assert not replace(other, "articles", theirs, late)
    assert digest(filled.connection) == before
    assert not late.path.exists()


def test_what_an_ingest_commits_while_the_part_is_written_stays(
    filled: Lake, batch_of: MakeBatch, said: Any
) -> None:
    parts = chosen(filled, "articles")
    merged = written(filled, "articles", parts)
    with opened(filled.root) as other:
        commit(other, batch_of(other, [said("https://b.example/", "meanwhile")]))
        before = digest(other.connection)
    assert replace(filled, "articles", parts, merged)
    assert digest(filled.connection) == before


def test_a_replay_that_waits_while_its_rows_are_merged_replaces_them(filled: Lake) -> None:
    rows = articles_of(filled, "wire", DAY.replace(day=19))
    batch = replaying(filled, rows, title="Newer")
    maintain(filled, Ages())
    commit(filled, batch)
    query = "SELECT title, count(*) FROM lake.raw.articles GROUP BY 1 ORDER BY 1"
    expected = [("A title", 2 * BATCHES - 1), ("Newer", 1)]
    assert filled.connection.execute(query).fetchall() == expected


@pytest.mark.whole
def test_a_part_whose_maker_was_killed_is_read_by_nobody_and_goes_later(filled: Lake) -> None:
    before = digest(filled.connection)
    merged = written(filled, "articles", chosen(filled, "articles"))
    unfinished = merged.path.with_name("merged-0.tmp")
    unfinished.write_bytes(b"PAR1")
    assert digest(filled.connection) == before
    for path in (merged.path, unfinished):
        os.utime(path, (1_500_000_000, 1_500_000_000))
    assert maintain(filled, Ages()).orphans == 2
    assert not merged.path.exists()
    assert digest(filled.connection) == before


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes: writes fail as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.whole
def test_a_part_that_has_no_room_leaves_all_as_it_was(
    filled: Lake, batch_of: MakeBatch, said: Any
) -> None:
    maintain(filled, Ages())
    for number in range(2):
        text = os.urandom(150_000).hex()
        commit(filled, batch_of(filled, [said(f"https://b.example/{number}", text)]))
    before, held = digest(filled.connection), files.all_parts(filled.data)
    with largest_file(200_000), pytest.raises(OSError, match="File too large"):
        merging.write(filled, "articles", chosen(filled, "articles"))
    with largest_file(200_000), pytest.raises(WarehouseError, match="cannot write"):
        maintain(filled, Ages())
    assert sorted(files.all_parts(filled.data)) == sorted(held)
    assert digest(filled.connection) == before


def test_parts_from_before_a_column_was_added_read_as_before(filled: Lake) -> None:
    columns = ", ".join(name for name in TABLES["cursors"].names if name != "moving_to")
    row = "SELECT * REPLACE (? AS url) FROM (SELECT 'wire' AS source, 'x' AS url, 0 AS failures)"
    with lock.hold(filled.lock_path), filled.transaction("older"):
        filled.connection.execute("ALTER TABLE lake.raw.cursors DROP COLUMN moving_to")
    for url in ("https://a.example/1", "https://a.example/2"):
        with lock.hold(filled.lock_path), filled.transaction("row"):
            filled.connection.execute(f"INSERT INTO lake.raw.cursors BY NAME {row}", [url])
    with lock.hold(filled.lock_path), filled.transaction("newer"):
        filled.connection.execute("ALTER TABLE lake.raw.cursors ADD COLUMN moving_to VARCHAR")
    query = f"SELECT {columns}, moving_to FROM lake.raw.cursors ORDER BY url"
    told = filled.connection.execute(query).fetchall()
    parts = chosen(filled, "cursors", None)
    assert replace(filled, "cursors", parts, written(filled, "cursors", parts))
    assert filled.connection.execute(query).fetchall() == told
    assert len(told) == 2


def test_parts_that_ducklake_merged_before_are_merged_again(
    filled: Lake, batch_of: MakeBatch, said: Any
) -> None:
    with lock.hold(filled.lock_path), filled.transaction("merge", ["articles"]):
        filled.connection.execute(
            "CALL ducklake_merge_adjacent_files('lake', 'articles', schema => 'raw')"
        )
    commit(filled, batch_of(filled, [said("https://b.example/", "later")]))
    before, version, parts = (
        digest(filled.connection),
        filled.snapshot(),
        chosen(filled, "articles"),
    )
    assert len(parts) == 2
    assert replace(filled, "articles", parts, written(filled, "articles", parts))
    assert digest(filled.connection) == before
    count = f"SELECT count(*) FROM lake.raw.articles AT (VERSION => {version - 2})"
    assert filled.scalar(count) == 2 * BATCHES


def test_parts_of_one_name_in_two_places_are_two(lake: Lake) -> None:
    for day in (MARCH, APRIL):
        keys = {"algo": "a", "keys": [1], "content_hash": "x", "day": day, "month": day}
        compared = {"document_id": "x", "algo": f"{day}"}
        for table, row in (("keys", keys), ("compared", compared)):
            rows = pa.Table.from_pylist([row], TABLES[table])
            with lock.hold(lake.lock_path), lake.transaction("parts"):
                register(lake, table, [files.write_part(lake.data, table, f"{day}", rows)])
    double = files.part_path(lake.data, "keys", f"{MARCH}", APRIL)
    with lock.hold(lake.lock_path), lake.transaction("parts"):
        register(lake, "keys", [files.write_part(lake.data, "keys", f"{MARCH}", rows_of_april())])
    found = merging.current_parts(lake, "keys")
    assert [each.month for each in found] == [MARCH, APRIL, APRIL]
    assert str(double) in {each.path for each in found}
    assert len(merging.current_parts(lake, "compared")) == 2


def rows_of_april() -> pa.Table:
    row = {"algo": "a", "keys": [2], "content_hash": "y", "day": APRIL, "month": APRIL}
    return pa.Table.from_pylist([row], TABLES["keys"])


def test_the_folder_of_the_warehouse_may_be_named_from_here(
    filled: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filled.root.parent)
    with opened(Path(filled.root.name)) as lake:
        before, parts = digest(lake.connection), chosen(lake, "articles")
        assert replace(lake, "articles", parts, written(lake, "articles", parts))
        assert digest(lake.connection) == before


def test_no_payload_waits_for_the_end_of_a_part(lake: Lake) -> None:
    payload, day = os.urandom(2**20), dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    values = {"document_id": "", "payload": payload, "month": MARCH, "added_at": day}
    for number in range(3):
        rows = [_document(values | {"document_id": f"{number}-{row}"}) for row in range(20)]
        table = pa.Table.from_pylist(rows, TABLES["documents"])
        with lock.hold(lake.lock_path), lake.transaction("documents"):
            register(
                lake, "documents", files.write_parts(lake.data, "documents", f"{number}", table)
            )
    parts = chosen(lake, "documents")
    merged = written(lake, "documents", parts)
    groups = pq.ParquetFile(merged.path).metadata
    assert groups.num_rows == 60
    assert groups.num_row_groups > 1
    assert replace(lake, "documents", parts, merged)
    stored = "SELECT count(*) FROM lake.raw.documents WHERE payload = ?"
    assert lake.scalar(stored, [payload]) == 60


def _document(values: dict[str, object]) -> dict[str, object]:
    empty = {pa.string(): "", pa.int64(): 0}
    return {
        column.name: values.get(column.name, None if column.nullable else empty.get(column.type))
        for column in TABLES["documents"]
    }
