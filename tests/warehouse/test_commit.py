"""One batch, all tables, at most once."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from transforms.errors import ContractError, LockError, WarehouseError
from warehouse import files, lock
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.known import KnownIds
from warehouse.opening import opened

MakeBatch = Callable[..., Batch]


def count(lake: Lake, table: str) -> int:
    return int(str(lake.scalar(f"SELECT count(*) FROM lake.{table}")))


def test_a_batch_is_in_all_tables_after_its_commit(lake: Lake, batch_of: MakeBatch, said) -> None:
    batch = batch_of(lake, [said("file:a", "one"), said("file:b", "two", reject_reason="empty")])
    commit(lake, batch)
    assert count(lake, "raw.documents") == 2
    assert count(lake, "raw.articles") == 2
    assert count(lake, "raw.sightings") == 2
    assert count(lake, "articles") == 1
    assert count(lake, "rejects") == 1
    row = lake.connection.execute("SELECT seen, new, kept, rejected FROM lake.runs").fetchall()
    assert row == [(2, 2, 1, 1)]


def test_parts_lie_in_the_folder_of_their_month(lake: Lake, batch_of: MakeBatch, said) -> None:
    days = [dt.date(2026, 3, 31), dt.date(2026, 4, 1), None]
    commit(
        lake,
        batch_of(lake, [said(f"file:{n}", f"text {n}", day=day) for n, day in enumerate(days)]),
    )
    folders = sorted(path.name for path in (lake.data / "raw" / "articles").iterdir())
    assert folders == ["month=1970-01-01", "month=2026-03-01", "month=2026-04-01"]
    for folder in (lake.data / "raw" / "articles").iterdir():
        for part in folder.iterdir():
            assert {str(month) for month in pq.read_table(part)["month"].to_pylist()} == {
                folder.name[6:]
            }


def test_rows_of_two_months_in_one_part_are_refused(lake: Lake, batch_of: MakeBatch, said) -> None:
    batch = batch_of(lake, [said("file:a", "one"), said("file:b", "two", day=None)])
    with pytest.raises(ContractError, match="several months"):
        files.write_part(lake.data, "articles", "x", batch.article_table())


def test_counts_that_do_not_add_up_do_not_commit(lake: Lake, batch_of: MakeBatch, said) -> None:
    batch = batch_of(lake, [said("file:a", "one")])
    batch.unchanged += 1
    with pytest.raises(ContractError, match="new"):
        commit(lake, batch)
    assert count(lake, "raw.documents") == 0
    assert not list(lake.data.rglob("documents/**/*.parquet"))


def test_what_another_run_stored_meanwhile_is_not_stored_twice(
    lake: Lake, root: Path, batch_of: MakeBatch, said
) -> None:
    shared, own = said("file:shared", "both found this"), said("file:own", "only the second")
    with opened(root) as other:
        slower = batch_of(other, [shared, own])
        commit(lake, batch_of(lake, [shared]))
        commit(other, slower)
    assert count(lake, "raw.documents") == 2
    assert count(lake, "raw.articles") == 2
    assert count(lake, "raw.sightings") == 2
    counted = lake.connection.execute(
        "SELECT new, unchanged, kept FROM lake.raw.batches ORDER BY unchanged"
    ).fetchall()
    assert counted == [(1, 0, 1), (1, 1, 1)]


def test_a_document_stored_without_its_article_gets_it(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    one = said("file:a", "one")
    commit(lake, batch_of(lake, [one]))
    lake.connection.execute("DELETE FROM lake.raw.articles")
    again, whole = batch_of(lake, [one], stored=[one]), batch_of(lake, [one])
    again.add_articles(whole.article_table().to_batches()[0])
    commit(lake, again)
    assert (count(lake, "raw.documents"), count(lake, "raw.articles")) == (1, 1)


def test_a_sighting_is_stored_once_however_often_it_is_reported(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    first = said("file:a", "one")
    later = said("file:a", "one", seen_at=first.seen_at + dt.timedelta(days=1))
    commit(lake, batch_of(lake, [first]))
    for _ in range(2):
        commit(lake, batch_of(lake, [first, later], stored=[first, later]))
    assert count(lake, "raw.sightings") == 2


class Deaf:
    """A connection whose first COMMIT goes through and then reports an error.

    Args:
        connection: that all else goes through.
        meanwhile: what others do before it asks whether it went through.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, meanwhile: Callable[[], object]
    ) -> None:
        self.connection, self.meanwhile, self.has_lied = connection, meanwhile, False

    def execute(self, query: str, *parameters: object) -> duckdb.DuckDBPyConnection:
        if self.has_lied:
            self.meanwhile()
        result = self.connection.execute(query, *parameters)
        if query == "COMMIT" and not self.has_lied:
            self.has_lied = True
            raise duckdb.IOException("the answer was lost")
        return result

    def __getattr__(self, name: str) -> object:
        return getattr(self.connection, name)


def test_a_commit_whose_answer_was_lost_is_not_repeated(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    deaf = Lake(lake.root, Deaf(lake.connection, lambda: None))  # type: ignore[arg-type]
    commit(deaf, batch_of(lake, [said("file:a", "one")]))
    assert count(lake, "raw.documents") == 1
    assert count(lake, "raw.batches") == 1


def test_what_others_store_before_a_lost_answer_is_told_is_not_stored_twice(
    lake: Lake, root: Path, batch_of: MakeBatch, said
) -> None:
    theirs = said("file:theirs", "read by both")
    with opened(root) as other:
        waiting = [batch_of(other, [theirs])]

        def meanwhile() -> None:
            if waiting and not lock.is_held(lake.lock_path):
                commit(other, waiting.pop())

        deaf = Lake(lake.root, Deaf(lake.connection, meanwhile))  # type: ignore[arg-type]
        snapshot = commit(deaf, batch_of(lake, [said("file:own", "one")]))
        assert not waiting
    late = batch_of(lake, [theirs])
    late.snapshot = snapshot
    commit(lake, late)
    assert late.unchanged == 1
    assert count(lake, "raw.documents") == 2


def test_a_failed_commit_leaves_the_old_state_and_no_parts(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    class Broken:
        """A connection that cannot commit."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection

        def execute(self, query: str, *parameters: object) -> duckdb.DuckDBPyConnection:
            if query == "COMMIT":
                raise duckdb.IOException("database or disk is full")
            return self.connection.execute(query, *parameters)

        def __getattr__(self, name: str) -> object:
            return getattr(self.connection, name)

    commit(lake, batch_of(lake, [said("file:a", "one")]))
    before = set(lake.data.rglob("*.parquet"))
    broken = Lake(lake.root, Broken(lake.connection))  # type: ignore[arg-type]
    with pytest.raises(WarehouseError, match="disk is full"):
        commit(broken, batch_of(lake, [said("file:b", "two")]))
    assert count(lake, "raw.documents") == 1
    assert set(lake.data.rglob("*.parquet")) == before
    commit(lake, batch_of(lake, [said("file:b", "two")]))
    assert count(lake, "raw.documents") == 2


def test_a_lock_holder_without_progress_is_given_up_on(tmp_path: Path) -> None:
    path = tmp_path / "commit.lock"
    with (
        lock.hold(path),
        pytest.raises(LockError, match="without progress") as caught,
        lock.hold(path, patience_s=0.2),
    ):
        pass
    assert f"pid:{os.getpid()}" in str(caught.value)


def test_a_lock_that_changes_hands_is_waited_for(tmp_path: Path) -> None:
    path, stop = tmp_path / "commit.lock", threading.Event()

    def busy() -> None:
        while not stop.is_set():
            with lock.hold(path):
                stop.wait(0.15)

    others = [threading.Thread(target=busy) for _ in range(2)]
    for other in others:
        other.start()
    try:
        stop.wait(0.3)
        with lock.hold(path, patience_s=0.4):
            pass
    finally:
        stop.set()
        for other in others:
            other.join()


WRITER = """
import datetime as dt, sys
from pathlib import Path
import pyarrow as pa
from transforms.schema import ARTICLE, DOCUMENT
from warehouse.batches import Batch
from warehouse.commit import commit
from warehouse.opening import opened

root, number = Path(sys.argv[1]), sys.argv[2]
now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
with opened(root) as lake:
    batch = Batch(lake.data, f"run {number}", "wire", lake.snapshot(), "1", lake.meta("algo"), now)
    row = {
        "document_id": number, "source": "wire", "url": f"file:{number}",
        "media_type": "text/plain", "payload": number.encode(), "payload_digest": number,
        "payload_bytes": len(number),
        "month": now.date(), "batch_id": batch.batch_id, "added_at": now,
    }
    batch.see(number, now, is_stored=False)
    batch.add_documents(pa.RecordBatch.from_pylist([row], DOCUMENT))
    told = {name: row[name] for name in ("document_id", "source", "url", "month")} | {
        "article_id": number, "language": "und", "normalizer": "1", "reject_reason": "empty",
    }
    batch.add_articles(pa.RecordBatch.from_pylist([told], ARTICLE))
    commit(lake, batch)
"""


@pytest.mark.whole
def test_writers_in_several_processes_lose_nothing(root: Path) -> None:
    # Interpreters of their own: to fork one that has threads is not safe.
    writers = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", WRITER, str(root), str(number)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    said = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 6, said
    with opened(root) as lake:
        assert count(lake, "raw.documents") == 6
        assert count(lake, "raw.batches") == 6


def test_cursors_are_replaced_not_doubled(lake: Lake, batch_of: MakeBatch, said) -> None:
    for size in (10, 20):
        batch = batch_of(lake, [said("file:a", f"{size}")])
        batch.cursors["file:a"] = {"url": "file:a", "failures": 0, "size": size}
        batch.replaces_cursors = size == 20
        commit(lake, batch)
    assert lake.connection.execute("SELECT url, size FROM lake.raw.cursors").fetchall() == [
        ("file:a", 20)
    ]


def test_a_batch_says_what_others_stored_since_its_snapshot(
    lake: Lake, root: Path, batch_of: MakeBatch, said
) -> None:
    theirs = said("file:theirs", "stored by another run")
    with opened(root) as other:
        slower = batch_of(other, [said("file:own", "nothing of theirs")])
        commit(lake, batch_of(lake, [theirs]))
        commit(other, slower)
    assert slower.met_documents == {theirs.document_id}
    assert slower.met_articles == {theirs.document_id}


def test_known_ids_are_those_of_the_source_and_those_added(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    one, other = said("file:a", "one"), said("file:a", "one", source="other")
    commit(lake, batch_of(lake, [one]))
    known = KnownIds(lake, "documents", "wire")
    assert one.document_id in known
    assert other.document_id not in known
    known.add([other.document_id])
    assert other.document_id in known


def test_two_writers_of_one_file_leave_one_cursor(
    lake: Lake, root: Path, batch_of: MakeBatch, said
) -> None:
    cursor = {"url": "file:a", "failures": 0, "size": 1}
    with opened(root) as other:
        slower = batch_of(other, [said("file:a", "both read this")])
        faster = batch_of(lake, [said("file:a", "both read this")])
        for batch in (faster, slower):
            batch.cursors["file:a"] = cursor
        commit(lake, faster)
        commit(other, slower)
    assert count(lake, "raw.cursors") == 1
