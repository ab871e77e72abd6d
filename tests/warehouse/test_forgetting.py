"""Letting go of days."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.copying import method
from transforms.errors import WarehouseError
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies import find_copies
from warehouse.digest import ViewDigest, digest
from warehouse.forgetting import Forgotten, find, forget, known_sources
from warehouse.opening import opened
from warehouse.sources import remember_source
from warehouse.windows import claim, windows_of

MakeBatch = Callable[..., Batch]

DAY = dt.date(2026, 3, 31)
NEXT = dt.date(2026, 4, 1)
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
    forget(lake, ["wire"], [DAY])
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
                forget(lake, ["wire"], [DAY])
                find_copies(lake, "run", method())
            digests.append(content(lake))
    assert digests[0] == digests[1]


def test_readers_of_an_older_snapshot_still_see_them(lake: Lake, batch_of: MakeBatch, said) -> None:
    fill(lake, batch_of, [said("http://a.test/1", "one", day=DAY)])
    before, snapshot = rows(lake), lake.snapshot()
    forget(lake, ["wire"], [DAY])
    assert rows(lake) == dict.fromkeys(TABLES, 0)
    assert rows(lake, f"AT (VERSION => {snapshot})") == before


def test_to_count_what_would_go_changes_nothing(lake: Lake, batch_of: MakeBatch, said) -> None:
    fill(lake, batch_of, [said("http://a.test/1", "one", day=DAY)])
    before, snapshot = rows(lake), lake.snapshot()
    assert find(lake, ["wire", "other"], [DAY, NEXT]) == [
        Forgotten("wire", DAY, 1, 1),
        Forgotten("other", DAY, 0, 0),
        Forgotten("wire", NEXT, 0, 0),
        Forgotten("other", NEXT, 0, 0),
    ]
    assert (rows(lake), lake.snapshot()) == (before, snapshot)


def test_a_day_that_a_backfill_is_reading_is_not_forgotten(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    fill(lake, batch_of, [said("http://a.test/1", "one", day=DAY)])
    before = rows(lake)
    with (
        claim(lake.root, "wire", DAY),
        pytest.raises(WarehouseError, match=r"backfill is at work.*source=wire, day=2026-03-31"),
    ):
        forget(lake, ["wire"], [DAY])
    assert rows(lake) == before


def test_a_document_that_was_forgotten_may_come_again(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    document = said("http://a.test/1", "one", day=DAY)
    fill(lake, batch_of, [document])
    before = content(lake)
    forget(lake, ["wire"], [DAY])
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
