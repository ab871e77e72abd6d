"""What a replay says it would change is what it changes."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stored_wire import ALL, CHANGED, FIRST, LAST, ROWS, Query, Wire, content, running

from flows.backfilling.execution import untracked
from flows.backfilling.order import Order
from flows.backfilling.replay import COMPARED, Change, ReplayCounts, replay_window
from warehouse.opening import opened


def snapshot(wire: Wire) -> int:
    with opened(wire.lake) as lake:
        return lake.snapshot()


def differing(ask: Query, before: int, conditions: dict[str, str]) -> dict[str, int]:
    """Count the documents whose rows differ from those of an older snapshot, by conditions."""
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in conditions.values())
    old = f"(FROM raw.articles AT (VERSION => {before}))"
    (row,) = ask(f"SELECT {counts} FROM raw.articles AS new JOIN {old} AS old USING (document_id)")
    return dict(zip(conditions, row, strict=True))


def test_replaying_with_the_same_normalizer_changes_nothing(wire: Wire, ask: Query) -> None:
    before = content(wire.lake)
    assert [each.action for each in wire.replay().planned] == ["skip"] * 3
    tried = wire.replay(ALL, executes=False)
    assert tried.changes
    assert (tried.changes.documents, tried.changes.changed) == (ROWS, 0)
    assert (tried.changes.rows(), tried.changes.examples) == ([], [])
    assert ask("SELECT count(*) FROM raw.batches") == [(1,)]

    done = wire.replay(ALL)
    assert {each.state for each in done.results} == {"done"}
    assert sum(each.documents for each in done.results) == ROWS
    assert content(wire.lake) == before
    written = "SELECT sum(articles), sum(seen) - sum(unchanged) FROM raw.batches WHERE seen > 0"
    assert ask(f"{written} AND new = 0") == [(0, 0)]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("published", "more"),
    [
        ("created", 'timezone = "America/New_York"\nlanguage = "da"\npublisher = "The Quay"'),
        ("revised", ""),
        ("nowhere", ""),
    ],
    ids=["zone, language and publisher", "another date", "no date"],
)
def test_what_a_dry_run_counts_is_what_applying_changes(
    wire: Wire, ask: Query, tmp_path: Path, published: str, more: str
) -> None:
    before, old = snapshot(wire), content(wire.lake)
    wire.configure(published, more)
    tried = wire.replay(executes=False).changes
    assert tried
    assert content(wire.lake) == old

    wire.replay(replace(CHANGED, newest_first=False))
    assert tried.documents == ROWS
    columns = {name: f"new.{name} IS DISTINCT FROM old.{name}" for name in COMPARED}
    some = " OR ".join(columns.values())
    at_odds = f"({some}) = (new.added_at = old.added_at)"
    found = differing(ask, before, columns | {"changed": some, "at odds": at_odds})
    expected = {name: tried.columns[name] for name in COMPARED}
    assert found == expected | {"changed": tried.changed, "at odds": 0}

    # As if it had been read so from the start.
    wire.ingest(tmp_path / "anew")
    assert content(wire.lake) == content(tmp_path / "anew")
    assert wire.replay(executes=False).changes == ReplayCounts()


def test_an_article_of_another_day_moves_to_the_partition_of_its_month(
    wire: Wire, ask: Query
) -> None:
    wire.configure("revised")
    done = wire.replay()
    assert {each.state for each in done.results} == {"done"}
    months = ask(
        "SELECT month, date_trunc('month', event_date)::DATE, count(*) "
        "FROM raw.articles GROUP BY ALL ORDER BY ALL"
    )
    april = dt.date(2026, 4, 1)
    assert months == [(april, april, ROWS)]
    assert ask("SELECT count(*) FROM raw.articles WHERE month < DATE '2026-04-01'") == [(0,)]


def test_the_old_rows_stay_readable_and_the_copies_step_looks_at_the_new_ones(
    wire: Wire, ask: Query
) -> None:
    before = snapshot(wire)
    wire.configure(more='publisher = "The Quay"')
    with opened(wire.lake) as lake, running(lake) as run:
        for day in (FIRST, None):
            replay_window(run, wire.source, day, applies=True)
    replaced = ask("SELECT count(*) FROM raw.articles WHERE publisher = 'The Quay'")[0][0]
    assert 0 < replaced < ROWS
    assert ask("SELECT count(*) FROM raw.compared") == [(ROWS - replaced,)]
    then = f"raw.articles AT (VERSION => {before})"
    assert ask(f"SELECT count(*), count(publisher) FROM {then}") == [(ROWS, 0)]
    wire.replay()
    assert ask("SELECT count(*), count(DISTINCT document_id) FROM raw.compared") == [(ROWS, ROWS)]


@pytest.mark.whole
def test_a_reader_sees_every_document_once_all_the_while(wire: Wire, ask: Query) -> None:
    seen: set[tuple[Any, ...]] = set()
    looked, ended = threading.Event(), threading.Event()

    def look() -> None:
        while not ended.is_set():
            seen.update(ask("SELECT count(*), count(DISTINCT document_id) FROM raw.articles"))
            looked.set()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        assert looked.wait(60)
        for publisher in ("The Quay", "The Pier"):
            wire.configure(more=f'publisher = "{publisher}"')
            wire.replay()
    finally:
        ended.set()
        thread.join()
    assert seen == {(ROWS, ROWS)}


@pytest.mark.whole
def test_documents_without_a_date_are_replayed_where_it_is_asked(wire: Wire, ask: Query) -> None:
    undated = ROWS // 10
    wire.configure("revised")
    days = wire.replay(replace(CHANGED, undated=False))
    told = days.planned[-1]
    assert (told.action, told.row()["day"]) == ("skip", "undated")
    assert told.state.startswith(f"{undated} stored")
    assert "--undated" in told.why
    assert ask("SELECT count(*) FROM raw.articles WHERE event_date IS NULL") == [(undated,)]

    done = wire.replay(CHANGED)
    assert [(each.row()["day"], each.documents) for each in done.results if each.day is None] == [
        ("undated", undated)
    ]
    assert ask("SELECT count(*) FROM raw.articles WHERE event_date IS NULL") == [(0,)]
    assert ask("SELECT count(DISTINCT normalizer) FROM raw.articles") == [(1,)]


@pytest.mark.whole
def test_a_window_that_was_read_before_has_the_normalizer_of_its_replay(
    wire: Wire, ask: Query
) -> None:
    wire_window = Order(FIRST, LAST)
    asyncio.run(untracked(wire.settings, (), wire_window, lambda source, n: None, executes=True))
    old = ask("SELECT DISTINCT normalizer, state FROM raw.windows")
    wire.configure(more='publisher = "The Quay"')
    wire.replay()
    new = ask("SELECT DISTINCT normalizer, state FROM raw.windows")
    assert new != old
    assert new == ask("SELECT DISTINCT normalizer, 'done' FROM raw.articles")


def test_an_example_shows_where_two_long_texts_part() -> None:
    same = "a" * 500
    shown = Change.of("file:a", "text", f"{same}old{same}", f"{same}new{same}").row()
    for name in ("old", "new"):
        assert str(shown[name]).startswith("…aaa")
        assert str(shown[name]).endswith("a…")
        assert name in str(shown[name])
        assert len(str(shown[name])) < 70
    assert Change.of("file:a", "title", None, "short").row()["new"] == "short"
    assert Change.of("file:a", "authors", ["A"], ["B"]).row()["old"] == ["A"]
    assert Change.of("file:a", "title", "abc", "abcd").row()["new"] == "abcd"


def test_examples_are_of_several_columns(wire: Wire) -> None:
    wire.configure("revised", 'publisher = "The Quay"')
    changes = wire.replay(executes=False).changes
    assert changes
    names = [example.column for example in changes.examples]
    assert len(names) <= 20
    assert {"published_at", "publisher"} <= set(names)
    assert "normalizer" not in names
    assert {"column": "normalizer", "rows": ROWS} in changes.rows()
