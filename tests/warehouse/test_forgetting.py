"""Letting go of days."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.copying import method
from transforms.errors import WarehouseError
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.digest import ViewDigest, digest
from warehouse.forgetting import Forgotten, Way, find, forget, known_sources
from warehouse.opening import opened
from warehouse.sources import remember_source
from warehouse.windows import being_read, windows_of

MakeBatch = Callable[..., Batch]

DAY = dt.date(2026, 3, 31)
NEXT = dt.date(2026, 4, 1)
ONE = dt.timedelta(days=1)
NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
WIRE: dict[str, Way] = {"wire": "seen"}
TABLES = ("documents", "articles", "sightings", "compared", "cursors", "windows")


def cursor(said) -> dict[str, object]:
    return {"url": said.url, "document_id": said.document_id, "failures": 0}


def fill(lake: Lake, batch_of: MakeBatch, documents: list) -> None:
    """Store documents of one source, a cursor and a window for each of their days."""
    batch = batch_of(lake, documents)
    batch.cursors = {each.url: cursor(each) for each in documents}
    batch.windows = [
        {
            "day": day, "state": "done", "documents": 1, "outside": 0, "normalizer": "test",
            "updated_at": dt.datetime(2026, 4, 2, tzinfo=dt.UTC),
        }
        for day in {each.day for each in documents} - {None}
    ]  # fmt: skip
    commit(lake, batch)
    find_copies(lake, "run", method())


def rows(lake: Lake, at: str = "") -> dict[str, int]:
    return {
        table: int(str(lake.scalar(f"SELECT count(*) FROM lake.raw.{table} {at}")))
        for table in TABLES
    }


def content(lake: Lake) -> list[ViewDigest]:
    return digest(lake.connection)


def test_all_that_is_of_a_day_goes_and_nothing_else(lake: Lake, batch_of: MakeBatch, said) -> None:
    kept = [said("http://a.test/1", "one", day=NEXT), said("http://a.test/2", "two", day=None)]
    lost = [said("http://a.test/3", "three", day=DAY), said("http://a.test/4", "four", day=DAY)]
    others = [said("http://b.test/1", "five", day=DAY, source="other")]
    fill(lake, batch_of, kept + lost)
    fill(lake, batch_of, others)
    assert rows(lake) == dict.fromkeys(TABLES, 5) | {"windows": 3}
    forget(lake, WIRE, [DAY])
    assert rows(lake) == dict.fromkeys(TABLES, 3) | {"windows": 2}
    left = lake.connection.execute("SELECT document_id FROM lake.raw.articles").fetchall()
    assert {row[0] for row in left} == {each.document_id for each in kept + others}
    assert sorted(windows_of(lake, DAY, NEXT)) == [("other", DAY), ("wire", NEXT)]


def test_after_it_the_warehouse_is_as_if_they_had_never_come(
    tmp_path: Path, empty_lake: Path, batch_of: MakeBatch, said
) -> None:
    original = said("http://a.test/1", "the same words", day=NEXT)
    copy = said("http://a.test/2", "almost the same words", day=DAY, canonical_url=original.url)
    digests = []
    for name, documents in (("with", [original, copy]), ("without", [original])):
        with opened(Path(shutil.copytree(empty_lake, tmp_path / name))) as lake:
            fill(lake, batch_of, documents)
            if name == "with":
                assert int(str(lake.scalar("SELECT count(*) FROM lake.raw.pairs"))) == 1
                forget(lake, WIRE, [DAY])
                find_copies(lake, "run", method())
            digests.append(content(lake))
    assert digests[0] == digests[1]


def test_readers_of_an_older_snapshot_still_see_them(lake: Lake, batch_of: MakeBatch, said) -> None:
    fill(lake, batch_of, [said("http://a.test/1", "one", day=DAY)])
    before, snapshot = rows(lake), lake.snapshot()
    forget(lake, WIRE, [DAY])
    assert rows(lake) == dict.fromkeys(TABLES, 0)
    assert rows(lake, f"AT (VERSION => {snapshot})") == before


def test_to_count_what_would_go_changes_nothing(lake: Lake, batch_of: MakeBatch, said) -> None:
    fill(lake, batch_of, [said("http://a.test/1", "one", day=DAY)])
    before, snapshot = rows(lake), lake.snapshot()
    assert find(lake, {"wire": "seen", "other": "seen"}, [DAY, NEXT]) == [
        Forgotten("wire", DAY, 1, 1, (NOON.date(),)),
        Forgotten("other", DAY, 0, 0),
        Forgotten("wire", NEXT, 0, 0),
        Forgotten("other", NEXT, 0, 0),
    ]
    assert (rows(lake), lake.snapshot()) == (before, snapshot)


def test_nothing_is_forgotten_while_one_of_the_sources_is_read(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    fill(lake, batch_of, [said("http://a.test/1", "one", day=DAY)])
    fill(lake, batch_of, [said("http://b.test/1", "two", day=NEXT, source="other")])
    before, snapshot = rows(lake), lake.snapshot()
    with (
        being_read(lake.root, "wire"),
        pytest.raises(WarehouseError, match=r"it is being read.*nothing was forgotten.*wire"),
    ):
        forget(lake, {"other": "seen", "wire": "seen"}, [NEXT, DAY])
    assert (rows(lake), lake.snapshot()) == (before, snapshot)
    forget(lake, {"other": "seen", "wire": "seen"}, [NEXT, DAY])
    assert rows(lake) == dict.fromkeys(TABLES, 0)
    assert lake.snapshot() == snapshot + 1  # all days at once


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(lake: Lake) -> None:
    (lake.root / "claims").write_text("no folder")
    with pytest.raises(WarehouseError, match="cannot write in the warehouse"):
        forget(lake, WIRE, [DAY])


def window(day: dt.date, documents: int = 1, outside: int = 0) -> dict[str, object]:
    return {
        "day": day, "state": "done", "documents": documents, "outside": outside,
        "normalizer": "test", "updated_at": dt.datetime(2026, 4, 2, tzinfo=dt.UTC),
    }  # fmt: skip


def store(lake: Lake, batch_of: MakeBatch, documents: list, *windows: dict[str, object]) -> None:
    batch = batch_of(lake, documents)
    batch.windows = list(windows)
    commit(lake, batch)


def test_the_window_that_gave_a_document_of_another_day_goes_with_it(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    documents = [said("file:a.jsonl#1", "one", day=DAY), said("file:b.txt", "two", day=NEXT)]
    seen = NOON.date()
    store(lake, batch_of, documents, *map(window, (seen, seen + ONE, DAY, NEXT)))
    (found,) = find(lake, WIRE, [DAY])
    assert found == Forgotten("wire", DAY, 1, 2, (seen,))
    forget(lake, WIRE, [DAY])
    assert sorted(windows_of(lake, seen, NEXT)) == [("wire", seen + ONE), ("wire", NEXT)]


@pytest.mark.parametrize(
    "item",
    [
        {"lastmod": "2026-03-20T23:30:00-05:00"},
        {"lastmod": "2026-03-21"},
        {"lastmod": "2026-04-01", "published": "2026-03-21T08:00:00Z"},
        {"published": "Sat, 21 Mar 2026 08:00:00 GMT"},
        {"published": "Fri, 20 Mar 2026 23:00:00 -0500"},
    ],
    ids=str,
)
def test_what_a_list_says_of_a_document_tells_its_window(
    lake: Lake, batch_of: MakeBatch, said, item: dict[str, str]
) -> None:
    day = dt.date(2026, 3, 21)
    document = said("http://a.test/1", "one", day=DAY, item=json.dumps(item))
    store(lake, batch_of, [document], window(day), window(DAY), window(day + ONE))
    assert find(lake, {"wire": "said"}, [DAY]) == [Forgotten("wire", DAY, 1, 2, (day,))]
    forget(lake, {"wire": "said"}, [DAY])
    assert list(windows_of(lake, day, DAY)) == [("wire", day + ONE)]


def test_where_nothing_tells_the_window_every_one_that_may_have_given_it_goes(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    document = said("http://a.test/1", "one", day=DAY)
    maybe, surely_not = window(NEXT, 5, 2), window(NEXT + ONE, 5, 0)
    store(lake, batch_of, [document], window(DAY, 0), maybe, surely_not)
    ways: dict[str, Way] = {"wire": "said"}
    assert find(lake, ways, [DAY]) == [Forgotten("wire", DAY, 1, 2, (), unsure=1)]
    forget(lake, ways, [DAY])
    assert list(windows_of(lake, DAY, NEXT + ONE)) == [("wire", NEXT + ONE)]


def test_a_window_that_counted_all_that_is_stored_of_its_day_gives_it_again(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    documents = [said(f"http://a.test/{n}", f"text {n}", day=DAY) for n in range(2)]
    store(lake, batch_of, documents, window(DAY, 3, 1))
    assert find(lake, {"wire": "said"}, [DAY]) == [Forgotten("wire", DAY, 2, 1, (DAY,))]
    assert find(lake, {"wire": "never"}, [DAY]) == [Forgotten("wire", DAY, 2, 1, (), unsure=2)]


@pytest.mark.parametrize("url", ["file:a%23b.jsonl#7", "file:a.zip!/b/c.jsonl#7", "file:a.txt"])
def test_a_file_that_held_a_document_is_no_longer_known(
    lake: Lake, batch_of: MakeBatch, said, url: str
) -> None:
    origin = url.split("#")[0].split("!/")[0]
    batch = batch_of(lake, [said(url, "one", day=DAY)])
    names = [origin, "file:a", "file:other.jsonl"]
    batch.cursors = {name: {"url": name, "failures": 0} for name in names}
    commit(lake, batch)
    forget(lake, WIRE, [DAY])
    left = lake.connection.execute("SELECT url FROM lake.raw.cursors ORDER BY url").fetchall()
    assert left == [("file:a",), ("file:other.jsonl",)]


def test_a_document_that_was_forgotten_may_come_again(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    document = said("http://a.test/1", "one", day=DAY)
    fill(lake, batch_of, [document])
    before = content(lake)
    forget(lake, WIRE, [DAY])
    fill(lake, batch_of, [document])
    assert content(lake) == before


def test_a_source_is_known_for_as_long_as_the_warehouse_lives(lake: Lake) -> None:
    assert known_sources(lake) == []
    for name in ("wire", "gazette"):
        row = dict.fromkeys(("country", "language")) | {
            "source": name, "kind": "feed", "config": "",
        }  # fmt: skip
        remember_source(lake, row)
    assert known_sources(lake) == ["gazette", "wire"]
