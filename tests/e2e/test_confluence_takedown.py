"""What is taken down leaves a warehouse to which it has never come, whenever that is."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from invented_copies import Paper, Row, papers, story
from places import NOON, Place, Reader, opened_place

sys.path.append(str(Path(__file__).parents[1] / "warehouse" / "erasing"))
from traces import shingles, traces

from flows.copying import method
from transforms.urls import address_id
from warehouse import connect
from warehouse.digest import digest
from warehouse.erasing.takedown import Receipt, Way, take_down
from warehouse.erasing.wanted import Wanted
from warehouse.safekeeping.backup import backup
from warehouse.safekeeping.restoring import restore

DAY = dt.date(2025, 6, 10)
WAY = Way(address_id, method())
Places = Callable[[str], Place]


def told(name: str, words: list[str], hour: int) -> Row:
    return {
        "id": name,
        "url": f"https://{name}.example/news/1",
        "title": f"Of {name}",
        "text": " ".join(words),
        "date": f"{DAY}T{hour:02}:00:00Z",
    }


def bridged() -> list[Row]:
    """Tell three texts: the second has the first and the third in it, which share nothing."""
    first, third = story("first", 120), story("third", 120)
    rows = [told("b", [*first, *third], 7), told("a", first, 8), told("c", third, 9)]
    return [*rows, told("d", story("of its own", 120), 10)]


def down(place: Place, url: str) -> Receipt:
    return take_down(place.lake, Wanted(url=url), WAY)


def shown(place: Place) -> list[tuple[object, ...]]:
    return place.ask("SELECT url, cluster_size FROM articles ORDER BY url")


@pytest.mark.whole
def test_a_bridge_that_is_taken_down_might_as_well_never_have_come(places: Places) -> None:
    rows = {row["id"]: row for row in bridged()}
    plain = places("plain")
    for name in "acd":
        plain.publish(f"wire/{name}.jsonl", rows[name])
    plain.read()
    for number, order in enumerate(("abc!", "b!ac", "ac!bcr")):  # ! takedown, r replay
        place = places(f"order {number}")
        for step in order:
            if step == "!":
                down(place, rows["b"]["url"])
            elif step == "r":
                place.replay([DAY])
            else:
                place.publish(f"wire/{step}.jsonl", rows[step])
                place.read(compares=step != "a")
        place.publish("wire/d.jsonl", rows["d"])
        place.read()
        assert place.digest() == plain.digest()
        assert place.clusters() == []
        place.check()


@pytest.mark.whole
def test_a_takedown_is_told_to_those_who_copy_and_another_is_shown(places: Places) -> None:
    place, rows = places("told"), bridged()
    for row in rows:
        place.publish(f"wire/{row['id']}.jsonl", row)
    place.read()
    (bridge, size), *_ = shown(place)
    assert (bridge, size) == (rows[0]["url"], 3)  # the earliest
    [(since,)] = place.ask("SELECT max(changed_at) FROM changes")
    receipt = down(place, str(bridge))
    assert receipt.erased.articles == 1
    assert len(shown(place)) == 3
    news = "SELECT change, article_id FROM changes WHERE changed_at > ? ORDER BY ALL"
    found = place.lake.connection.execute(news, [since]).fetchall()
    a, b, c = (address_id(rows[number]["url"], "wire") for number in (1, 0, 2))
    assert found == sorted([("appeared", a), ("appeared", c), ("gone", b)])


@pytest.mark.whole
def test_a_takedown_with_copies_keeps_their_texts_away_wherever_they_come_from(
    places: Places,
) -> None:
    place, rows = places("copies"), bridged()
    for row in rows[:3]:
        place.publish(f"wire/{row['id']}.jsonl", row)
    place.read()
    receipt = take_down(place.lake, Wanted(url=rows[1]["url"], with_copies=True), WAY)
    assert receipt.erased.articles == 3
    again = {**rows[0], "url": "https://else.example/other/2", "id": "again"}
    place.publish("wire/again.jsonl", again)
    place.publish("wire/d.jsonl", rows[3])
    place.read()
    assert [url for url, _ in shown(place)] == [rows[3]["url"]]
    assert place.ask("SELECT sum(seen) - sum(new) - sum(taken_down) FROM raw.batches") == [(0,)]


@pytest.mark.whole
def test_nothing_that_is_run_brings_a_purged_article_back(tmp_path: Path, places: Places) -> None:
    place, rows = places("purged"), bridged()
    for row in rows:
        place.publish(f"wire/{row['id']}.jsonl", row)
    place.read()
    backup(place.root, tmp_path / "kept")
    way = replace(WAY, purges=True, grace_s=0, backups=(tmp_path / "kept",))
    take_down(place.lake, Wanted(url=rows[3]["url"]), way)
    words = [rows[3]["url"], *shingles(rows[3]["text"])]
    without = place.digest()
    os.utime(place.home / "wire" / "d.jsonl")
    place.read()
    place.repeat()
    place.backfill([DAY, NOON.date()])
    place.replay([DAY])
    place.compare()
    restore(tmp_path / "kept", tmp_path / "again", way=way)
    for root in (place.root, tmp_path / "again"):
        assert traces(root, words) == []
        with connect(root) as connection:
            assert digest(connection) == without


def wander(place: Place, some: list[Paper], gone: list[str]) -> None:
    """Let papers come in any order, and urls go in between, whether they are there or not."""
    rng, left = place.rng, list(gone)
    while some:
        for paper in some[:4]:
            paper.write(place.home, max(paper.seen_at))
        some = some[4:]
        place.read(compares=rng.random() < 0.5)
        if left:
            down(place, left.pop())
        if rng.random() < 0.3:
            place.repeat()
        if rng.random() < 0.2:
            place.replay(place.days()[:3])
    for url in left:
        down(place, url)
    place.read()


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_takedowns_at_any_time_leave_the_same(
    tmp_path: Path, empty_lake: Path, reader: Reader, seed: int
) -> None:
    some = papers(seed, 60)
    with ExitStack() as stack:
        plain, place = (
            stack.enter_context(opened_place(tmp_path / name, empty_lake, reader, seed))
            for name in ("plain", "place")
        )
        for paper in some:
            paper.write(plain.home, max(paper.seen_at))
        plain.read()
        urls = plain.ask("SELECT DISTINCT url FROM raw.articles WHERE url LIKE 'h%' ORDER BY url")
        gone = [str(url) for (url,) in place.rng.sample(urls, 5)]
        for url in gone:
            down(plain, url)
        wander(place, place.rng.sample(some, len(some)), gone)
        place.check()
        assert place.digest() == plain.digest()
