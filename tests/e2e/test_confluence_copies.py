"""Copies whose days or bridges come and go leave what a plain way would make of the others."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable

import pytest
from invented_copies import Row, story
from places import NOON, Place

DAY = dt.date(2025, 6, 10)
HOUR = dt.timedelta(hours=1)
Places = Callable[[str], Place]


def told(name: str, words: list[str], days: int | None = 0, **more: object) -> Row:
    """Give a row of its own url, some days after `DAY`; None: of no day."""
    date = None if days is None else f"{DAY + dt.timedelta(days)}T08:00:00Z"
    url = f"https://{name}.example/news/1"
    text = " ".join(words)
    return {"id": name, "url": url, "title": f"Of {name}", "text": text, "date": date, **more}


def amended(words: list[str]) -> list[str]:
    return [*words[:50], "amended", *words[51:]]


def names(place: Place) -> list[list[str]]:
    """Give the clusters by the names of their rows."""
    return [[url.split("/")[2].split(".")[0] for url in urls] for urls in place.clusters()]


@pytest.mark.whole
def test_one_text_of_many_days_joins_what_lies_near_any_of_them(places: Places) -> None:
    words = story("many days", 160)
    rows = [told(f"d{number}", words, 50 * number) for number in range(5)]
    rows += [told("near", amended(words), 245), told("far", amended(words)[1:], 246)]
    found = []
    for number, order in enumerate((rows, random.Random(1).sample(rows, len(rows)))):
        place = places(f"order {number}")
        for row in order:
            place.publish(f"wire/{row['id']}.jsonl", row)
            place.read()
        # `far` is near `near`, so it is of the cluster; the many days make no pair of their own.
        assert names(place) == [["d0", "d1", "d2", "d3", "d4", "far", "near"]]
        found.append(place.digest())
        place.forget(DAY + dt.timedelta(200))
        place.compare()
        assert names(place) == [["d0", "d1", "d2", "d3"], ["far", "near"]]
        place.check()
    assert found[0] == found[1]


@pytest.mark.whole
def test_a_date_that_a_replay_corrects_leaves_nothing_of_the_old_one(places: Places) -> None:
    words = story("corrected", 160)
    rows = [
        told("a", words, 0, printed=f"{DAY}T08:00:00Z"),
        told("b", amended(words), 10, printed=f"{DAY + dt.timedelta(60)}T08:00:00Z"),
        told("c", [*words[:120], "else"], 70, printed=f"{DAY + dt.timedelta(70)}T08:00:00Z"),
    ]
    corrected, plain = places("corrected"), places("plain")
    for place in (corrected, plain):
        place.publish("wire/news.jsonl", *rows)
    corrected.read()
    assert names(corrected) == [["a", "b"]]
    for place in (corrected, plain):
        options = place.toml.read_text().replace(
            "[sources.wire]", '[sources.wire]\nfields = { published_at = "printed" }'
        )
        place.toml.write_text(options)
    corrected.replay(corrected.days())
    corrected.check()
    plain.read()
    assert names(corrected) == [["b", "c"]]
    assert corrected.digest() == plain.digest()


@pytest.mark.whole
@pytest.mark.parametrize(
    ("way", "order"),
    [(1, (0, 1, 2)), (-1, (2, 1, 0))],
)
def test_the_edge_of_the_window_is_the_same_from_either_side(
    places: Places, way: int, order: tuple[int, ...]
) -> None:
    words = story("edge", 160)
    rows = [
        told("middle", words),
        told("edge", amended(words), 45 * way),
        told("beyond", [*words[:150], "beyond"], -46 * way),
    ]
    place = places("edge")
    for number in order:
        place.publish(f"wire/{number}.jsonl", rows[number])
        place.read()
    assert names(place) == [["edge", "middle"]]
    assert place.ask("SELECT count(*) FROM raw.pairs") == [(1,)]
    place.check()


def bridged() -> tuple[Row, Row, Row]:
    """Give two texts that are no copies, and between them one that is a copy of both."""
    words = story("bridge", 300)
    start = told("start", words[:150])
    end = told("end", [*words[150:], *story("else", 20)], 2)
    return start, told("bridge", words, 1), end


@pytest.mark.whole
def test_a_cluster_falls_apart_where_its_bridge_is_forgotten(places: Places) -> None:
    start, bridge, end = bridged()
    place, never = places("forgotten"), places("never")
    for row in (start, end):
        never.publish(f"wire/{row['id']}.jsonl", row)
        place.publish(f"wire/{row['id']}.jsonl", row)
    never.read()
    before = never.digest()
    place.publish("wire/bridge.jsonl", bridge)
    place.read()
    whole = place.digest()
    assert names(place) == [["bridge", "end", "start"]]
    (place.home / "wire" / "bridge.jsonl").unlink()
    place.forget(DAY + dt.timedelta(1))
    place.read()
    assert names(place) == []
    assert place.digest() == before
    place.publish("wire/bridge.jsonl", bridge)
    place.read()
    assert place.digest() == whole


@pytest.mark.whole
def test_a_cluster_falls_apart_where_its_bridge_is_rejected_by_a_replay(places: Places) -> None:
    start, bridge, end = (row | {"body": row["text"]} for row in bridged())
    bridge = bridge | {"body": "Nothing."}
    rejected, plain = places("rejected"), places("plain")
    for place in (rejected, plain):
        place.publish("wire/news.jsonl", start, bridge, end)
    rejected.read()
    assert names(rejected) == [["bridge", "end", "start"]]
    for place in (rejected, plain):
        place.toml.write_text(
            place.toml.read_text().replace(
                "[sources.wire]", '[sources.wire]\nfields = { text = "body" }'
            )
        )
    rejected.replay(rejected.days())
    rejected.compare()
    assert names(rejected) == []
    assert rejected.ask("SELECT count(*) FROM rejects") == [(1,)]
    rejected.check()
    plain.read()
    assert rejected.digest() == plain.digest()


@pytest.mark.whole
def test_a_newer_version_of_a_bridge_leaves_what_its_older_text_joined(places: Places) -> None:
    # The older version is kept, so its text still joins the two, in whatever order they come.
    start, bridge, end = bridged()
    newer = bridge | {"id": "newer", "text": " ".join(story("newer", 200))}
    found = []
    for number, order in enumerate(itertools.permutations((start, bridge, newer, end))):
        if number % 13:
            continue
        place = places(f"order {number}")
        for row in order:
            at = NOON + HOUR * (row is newer)
            place.publish(f"wire/{row['id']}.jsonl", row, at=at)
            place.read()
        assert names(place) == [["end", "start"]]
        found.append(place.digest())
    assert all(each == found[0] for each in found)
