"""The bytes of what was taken down are gone, wherever they were."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2] / "flows")]
from invented import told
from traces import shingles, traces

from flows.copying import method
from transforms.errors import WarehouseError
from transforms.urls import address_id
from warehouse import connect, faults
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.checks.looking import Trust
from warehouse.checks.running import check
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.erasing import purge
from warehouse.erasing.takedown import Way, take_down
from warehouse.erasing.wanted import Wanted
from warehouse.upkeep.maintain import Ages, maintain

MakeBatch = Callable[..., Batch]
WAY = Way(address_id, method(), purges=True, grace_s=0)
GRACE_S = 1.0
DAY = dt.date(2026, 3, 14)


def url(number: int) -> str:
    return f"https://wire.example/news/story-{number:05}.html"


def documents(said, count: int) -> list:
    """Describe articles of three months without a copy among them."""
    days = [DAY, DAY - dt.timedelta(40), None]
    items = [f'{{"title": "Item of story {n:05}"}}' for n in range(count)]
    return [
        said(url(n), told(n, 6), title=f"Headline of story {n:05}", day=days[n % 3], item=items[n])
        for n in range(count)
    ]


def fill(lake: Lake, batch_of: MakeBatch, some: list, *, per_batch: int = 50) -> None:
    for start in range(0, len(some), per_batch):
        batch = batch_of(lake, some[start : start + per_batch])
        for each in some[start : start + per_batch]:
            batch.cursors[each.url] = {
                "url": each.url, "document_id": each.document_id, "failures": 0,
                "item": each.item, "first_asked_at": each.seen_at,
            }  # fmt: skip
            batch.fetches.append(
                {"url": each.url, "fetched_at": each.seen_at, "outcome": "ok", "bytes": 9, "ms": 1}
            )
        commit(lake, batch)
    find_copies(lake, "run", method())


def words_of(some: list) -> list[str]:
    told = [shingle for each in some for shingle in shingles(each.text)]
    return [*told, *(each.url for each in some), *(each.title for each in some)]


@contextmanager
def reading(root: Path) -> Iterator[list[int]]:
    """Read all the while in another thread; whatever goes wrong there is raised at the end."""
    stop, counts = threading.Event(), list[int]()

    def read() -> None:
        with connect(root) as old:
            is_last = False
            while not is_last:  # one look at least, and the last one at what is there in the end
                is_last = stop.is_set()
                with connect(root) as new:
                    for each in (old, new):
                        rows = each.sql("SELECT url, text FROM articles").fetchall()
                        counts.append(len(rows))

    with ThreadPoolExecutor(1) as threads:
        reader = threads.submit(read)
        try:
            yield counts
        finally:
            stop.set()
        reader.result()


def is_sound(root: Path) -> bool:
    trust = Trust(method(), lambda title, text: "", address_id, dt.timedelta(0))
    said = {each.rule: each.found for each in check(root, trust) if each.verdict == "broken"}
    return not set(said) - {"texts", "payloads", "keys of texts"}


@pytest.mark.whole
def test_nothing_of_it_is_left_and_readers_see_whole_states(
    root: Path, lake: Lake, said, batch_of: MakeBatch
) -> None:
    some = documents(said, 120)
    gone, kept = some[::24], [each for number, each in enumerate(some) if number % 24]
    fill(lake, batch_of, some)
    maintain(lake, Ages(), lambda _: None)  # a copy of the catalog, and large parts
    assert len(traces(root, words_of(gone))) > 50
    with reading(root) as counts:
        take_down(lake, Wanted(url=gone[0].url), replace(WAY, purges=False))
        names = Wanted(where=" OR ".join(f"title = '{each.title}'" for each in gone[1:]))
        receipt = take_down(lake, names, replace(WAY, grace_s=GRACE_S))
    assert receipt.purged and receipt.purged.unnamed == 0
    assert {len(kept)} <= set(counts) <= {len(some), len(some) - 1, len(kept)}
    assert traces(root, words_of(gone)) == []
    assert len(traces(root, words_of(kept[:3]))) > 3
    assert lake.scalar("SELECT count(*) FROM lake.main.articles") == len(kept)
    assert lake.scalar(f"SELECT title FROM lake.main.articles WHERE url = '{kept[0].url}'")
    assert is_sound(root)


def test_others_are_as_if_it_had_never_come(
    tmp_path: Path, root: Path, lake: Lake, said, batch_of: MakeBatch
) -> None:
    some = documents(said, 12)
    fill(lake, batch_of, some[1:])
    plain = digest(lake.connection)
    fill(lake, batch_of, some[:1])
    assert digest(lake.connection) != plain
    take_down(lake, Wanted(url=some[0].url), WAY)
    assert digest(lake.connection) == plain


@pytest.mark.whole
def test_without_a_purge_upkeep_lets_go_of_the_bytes(
    root: Path, lake: Lake, said, batch_of: MakeBatch
) -> None:
    some = documents(said, 40)
    fill(lake, batch_of, some, per_batch=40)
    take_down(lake, Wanted(url=some[0].url), replace(WAY, purges=False))
    assert traces(root / "data", shingles(some[0].text))
    at_once = Ages(snapshots=dt.timedelta(0), replaced=dt.timedelta(0))
    for _ in range(2):  # the last state of the first run is the first that the second ends
        maintain(lake, at_once, lambda _: None)
    assert traces(root / "data", shingles(some[0].text)) == []
    assert lake.scalar("SELECT count(*) FROM lake.raw.meta WHERE name = 'erased_since'") == 0


def test_what_killed_queries_have_spilled_goes_too(
    root: Path, lake: Lake, said, batch_of: MakeBatch
) -> None:
    some = documents(said, 3)
    fill(lake, batch_of, some)
    ended = subprocess.Popen(["true"])  # noqa: S607
    ended.wait()
    dead = [spill(root, name) for name in ("dead", f"{ended.pid}-0a", "9" * 30)]
    living = spill(root, f"{os.getpid()}-0a")
    take_down(lake, Wanted(url=some[0].url), WAY)
    assert [folder for folder in dead if folder.exists()] == []
    assert living.exists()


def spill(root: Path, whose: str) -> Path:
    """Leave a file as a query does that has no room in memory, an hour ago."""
    folder = root / f"spill-{whose}"
    folder.mkdir()
    spilled = folder / "duckdb_temp_storage-0.tmp"
    spilled.write_text("The heron stood on the weir.")
    hour_ago = time.time() - 3600
    os.utime(spilled, (hour_ago, hour_ago))
    return folder


@pytest.mark.whole
def test_a_purge_that_broke_off_is_done_by_the_next_takedown(
    root: Path, lake: Lake, said, batch_of: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = documents(said, 40)
    fill(lake, batch_of, some, per_batch=40)
    monkeypatch.setattr(faults, "point", faults.armed("error 1 purge: snapshots expired"))
    with pytest.raises(WarehouseError, match="the purge failed"):
        take_down(lake, Wanted(url=some[0].url), WAY)
    assert traces(root, words_of(some[:1]))
    done = take_down(lake, None, replace(WAY, purges=False))
    assert done.purged and done.purged.files
    assert traces(root, words_of(some[:1])) == []
    assert take_down(lake, None, replace(WAY, purges=False)).purged is None


def test_a_purge_that_is_asked_for_while_one_is_under_way_is_still_to_be_done(lake: Lake) -> None:
    purge.want_purge(lake.root)
    asked = list[str]()

    def tell(step: str) -> None:
        if step == "writing the catalog anew":
            asked.append(step)
            purge.want_purge(lake.root)

    purge.purge(lake, tell, grace_s=0)
    assert asked
    assert purge.is_purge_wanted(lake.root)
    purge.purge(lake, lambda _: None, grace_s=0)
    assert not purge.is_purge_wanted(lake.root)


@pytest.mark.whole
def test_a_batch_under_way_while_all_snapshots_end_commits_what_is_not_taken_down(
    lake: Lake, said, batch_of: MakeBatch
) -> None:
    some = documents(said, 6)
    fill(lake, batch_of, some[:3])
    late = batch_of(lake, some[2:], stored=some[2:3])
    late.away = replace(late.away, address=address_id)
    with lake.another() as other:
        fill(other, batch_of, some[4:5])
    take_down(lake, Wanted(url=some[2].url), WAY)
    take_down(lake, Wanted(url=some[3].url), WAY)
    commit(lake, late)
    counts = late.counts()
    assert (counts["seen"], counts["taken_down"], counts["unchanged"]) == (4, 2, 1)
    found = lake.connection.execute("SELECT url FROM lake.raw.documents ORDER BY ALL").fetchall()
    assert found == [(some[n].url,) for n in (0, 1, 4, 5)]
    assert lake.scalar("SELECT count(*) FROM lake.raw.sightings") == 4


def test_a_purge_that_waits_for_a_reader_shows_writers_that_it_lives(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = list[bool]()
    monkeypatch.setattr(purge, "BUSY_S", 2 * purge.LIFE_S)
    with connect(root) as reader:
        reader.execute("BEGIN")
        reader.execute("FROM raw.meta").fetchall()
        with pytest.raises(WarehouseError, match="readers did not let go of it"):
            purge.compact(root / "catalog.sqlite", lambda: signs.append(True))
    assert signs
    purge.compact(root / "catalog.sqlite", lambda: None)


@pytest.mark.slow
@pytest.mark.soak
def test_fifty_of_twenty_thousand(root: Path, lake: Lake, said, batch_of: MakeBatch) -> None:
    some = documents(said, 20_000)
    gone = some[:: len(some) // 50]
    fill(lake, batch_of, [each for each in some if each not in gone], per_batch=1_000)
    plain = digest(lake.connection)
    fill(lake, batch_of, gone, per_batch=5)
    with reading(root):
        listed = ", ".join(f"'{each.url}'" for each in gone)
        take_down(lake, Wanted(where=f"url IN ({listed})"), replace(WAY, grace_s=20))
    assert traces(root, words_of(gone)) == []
    assert digest(lake.connection) == plain
