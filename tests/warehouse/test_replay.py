"""Stored documents beside their article rows, and rows that take the place of others."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from replays import replaying

from transforms.schema import ARTICLE, DOCUMENT
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.forgetting import forget
from warehouse.opening import opened
from warehouse.replay import BATCH_DOCUMENTS, articles_of, documents_of

MakeBatch = Callable[..., Batch]

DAY = dt.date(2026, 3, 14)


def ids(rows: pa.Table | pa.RecordBatch) -> list[str]:
    return sorted(rows.column("document_id").to_pylist())


def test_the_rows_of_a_day_are_given_with_all_their_columns(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    days = [DAY, DAY, dt.date(2026, 4, 1), None, dt.date(1970, 1, 1)]
    documents = [said(f"file:{n}", f"text {n}", day=day) for n, day in enumerate(days)]
    commit(lake, batch_of(lake, documents))
    commit(lake, batch_of(lake, [said("file:x", "of another source", source="other")]))
    for day, expected in ((DAY, documents[:2]), (None, documents[3:4]), (days[4], documents[4:])):
        rows = articles_of(lake, "wire", day)
        assert rows.schema == ARTICLE
        assert ids(rows) == sorted(each.document_id for each in expected)
    assert articles_of(lake, "wire", dt.date(2026, 3, 15)).num_rows == 0


def test_documents_of_several_batches_come_a_few_at_a_time(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    documents = [said(f"file:{n}", f"text {n}") for n in range(BATCH_DOCUMENTS + 9)]
    for group in (documents[:3], documents[3:], [said("file:x", "not asked for")]):
        commit(lake, batch_of(lake, group))
    wanted = pa.chunked_array([[each.document_id for each in documents]])
    given = list(documents_of(lake, wanted))
    assert {batch.schema for batch in given} == {DOCUMENT}
    assert max(batch.num_rows for batch in given) <= BATCH_DOCUMENTS
    assert sorted(name for batch in given for name in ids(batch)) == sorted(wanted.to_pylist())
    payloads = {row["url"]: row["payload"] for batch in given for row in batch.to_pylist()}
    assert payloads["file:2"] == b"text 2"


def test_no_documents_are_asked_for_where_no_ids_are_given(lake: Lake) -> None:
    assert list(documents_of(lake, articles_of(lake, "wire", DAY).column("document_id"))) == []


def test_a_row_takes_the_place_of_the_one_its_document_had(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    documents = [said(f"file:{n}", f"text {n}") for n in range(3)]
    commit(lake, batch_of(lake, documents))
    before = lake.snapshot()
    rows = articles_of(lake, "wire", DAY)
    commit(lake, replaying(lake, rows.slice(0, 2), language="da"))
    now = lake.connection.execute(
        "SELECT document_id, language FROM lake.raw.articles ORDER BY language, document_id"
    ).fetchall()
    assert [name for _, name in now] == ["da", "da", "en"]
    assert sorted(name for name, _ in now) == ids(rows)
    then = lake.connection.execute(
        f"SELECT DISTINCT language FROM lake.raw.articles AT (VERSION => {before})"
    ).fetchall()
    assert then == [("en",)]


def test_a_row_of_another_month_moves_there(lake: Lake, batch_of: MakeBatch, said) -> None:
    commit(lake, batch_of(lake, [said("file:a", "one"), said("file:b", "two")]))
    rows = articles_of(lake, "wire", DAY).slice(0, 1)
    may = dt.date(2026, 5, 9)
    commit(lake, replaying(lake, rows, event_date=may, month=may.replace(day=1)))
    assert [articles_of(lake, "wire", day).num_rows for day in (DAY, may)] == [1, 1]
    assert int(str(lake.scalar("SELECT count(*) FROM lake.raw.articles"))) == 2


def test_what_was_forgotten_meanwhile_does_not_come_back(
    lake: Lake, root: Path, batch_of: MakeBatch, said
) -> None:
    gone, kept = said("file:a", "one"), said("file:b", "two", day=dt.date(2026, 3, 15))
    commit(lake, batch_of(lake, [gone, kept]))
    rows = pa.concat_tables([articles_of(lake, "wire", day) for day in (gone.day, kept.day)])
    batch = replaying(lake, rows, language="da")
    with opened(root) as other:
        forget(other, {"wire": "seen"}, [gone.day])
    commit(lake, batch)
    left = lake.connection.execute("SELECT document_id, language FROM lake.raw.articles").fetchall()
    assert left == [(kept.document_id, "da")]


def test_of_two_at_once_the_first_counts(lake: Lake, root: Path, batch_of: MakeBatch, said) -> None:
    commit(lake, batch_of(lake, [said("file:a", "one"), said("file:b", "two")]))
    rows = articles_of(lake, "wire", DAY)
    with opened(root) as other:
        slower = replaying(other, rows, language="sv")
        commit(lake, replaying(lake, rows.slice(0, 1), language="da"))
        commit(other, slower)
    languages = lake.connection.execute(
        "SELECT document_id, language FROM lake.raw.articles ORDER BY language"
    ).fetchall()
    assert [name for _, name in languages] == ["da", "sv"]
    assert sorted(name for name, _ in languages) == ids(rows)


def test_a_reader_never_sees_a_document_without_its_row_or_with_two(
    lake: Lake, root: Path, batch_of: MakeBatch, said
) -> None:
    commit(lake, batch_of(lake, [said(f"file:{n}", f"text {n}") for n in range(20)]))
    seen: set[tuple[int, int, int]] = set()
    looked, ended = threading.Event(), threading.Event()

    def look() -> None:
        with opened(root) as reader:
            while not ended.is_set():
                row = reader.connection.execute(
                    "SELECT count(*), count(DISTINCT document_id), count(DISTINCT language) "
                    "FROM lake.raw.articles"
                ).fetchone()
                assert row
                seen.add(row)
                looked.set()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        assert looked.wait(60)
        for language in ("da", "sv", "nb", "fi", "is"):
            rows = articles_of(lake, "wire", DAY)
            commit(lake, replaying(lake, rows, language=language))
    finally:
        ended.set()
        thread.join()
    assert seen == {(20, 20, 1)}
