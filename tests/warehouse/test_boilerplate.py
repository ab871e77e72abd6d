"""The lists as the warehouse keeps them, and the texts they are learned from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from transforms.errors import WarehouseError
from warehouse.boilerplate import (
    ListedLine,
    all_lines_of,
    change_lines,
    lines_of,
    stored_days,
    texts_of,
)
from warehouse.catalog import Lake
from warehouse.commit import commit

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)


def row(digest: str, source: str = "wire", **other: Any) -> ListedLine:
    columns: dict[str, Any] = {
        "source": source, "version": "v", "digest": digest, "line": f"Line {digest}",
        "place": "end", "state": "listed", "articles": 12, "of_articles": 30, "days": 9,
        "learned_at": NOON, "in_force": True,
    }  # fmt: skip
    return ListedLine(**columns | other)


def put(*rows: ListedLine) -> Callable[[list[ListedLine]], list[ListedLine]]:
    return lambda known: [*known, *rows]


def test_the_rows_of_a_source_come_back_as_they_were_put_most_articles_first(lake: Lake) -> None:
    assert lines_of(lake, "wire") == []
    assert change_lines(lake, "wire", put(row("b"), row("a"))) == [row("b"), row("a")]
    change_lines(lake, "press", put(row("c", "press")))
    change_lines(lake, "wire", put(row("z", articles=40)))
    assert lines_of(lake, "wire") == [row("z", articles=40), row("a"), row("b")]
    change_lines(lake, "wire", lambda known: [])
    assert lines_of(lake, "wire") == []
    assert lines_of(lake, "press") == [row("c", "press")]


def test_lists_that_were_in_force_are_kept_each_once(lake: Lake) -> None:
    first, second = row("a", version="v1"), row("b", version="v2")
    for rows in ([first], [second], [first], [], [second]):
        change_lines(lake, "wire", lambda _, rows=rows: rows)  # type: ignore[misc]
        assert lines_of(lake, "wire") == rows
    assert all_lines_of(lake, "wire") == [second, replace(first, in_force=False)]


def test_what_stays_as_it_is_is_not_written(lake: Lake) -> None:
    change_lines(lake, "wire", put(row("a")))
    before = lake.snapshot()
    change_lines(lake, "wire", lambda known: known)
    assert lake.snapshot() == before


def test_two_who_change_a_list_at_once_both_do(lake: Lake) -> None:
    def add(digest: str) -> None:
        with lake.another() as own:
            change_lines(own, "wire", put(row(digest)))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, "abcd"))
    assert [each.digest for each in lines_of(lake, "wire")] == ["a", "b", "c", "d"]


def test_a_change_that_fails_changes_nothing(lake: Lake) -> None:
    change_lines(lake, "wire", put(row("a")))
    with pytest.raises(WarehouseError, match="the list cannot be changed"):
        change_lines(lake, "wire", put(row("b"), row("c", of_articles=None)))
    assert lines_of(lake, "wire") == [row("a")]


def test_a_list_on_a_disk_that_is_full_is_told(root: Path, lake: Lake) -> None:
    lake.lock_path.unlink(missing_ok=True)
    lake.lock_path.symlink_to("/dev/full")
    with pytest.raises(WarehouseError, match="cannot write in the warehouse"):
        change_lines(lake, "wire", put(row("a")))


def test_texts_are_of_kept_articles_of_the_source_each_once(
    lake: Lake, said: Any, batch_of: Any
) -> None:
    documents = [
        said("a", "One."), said("a", "One, changed."), said("b", "Two.", day=None),
        said("c", "A wall.", reject_reason="not_an_article"),
    ]  # fmt: skip
    commit(lake, batch_of(lake, documents))
    commit(lake, batch_of(lake, [said("d", "Elsewhere.", source="press")]))
    texts = texts_of(lake, "wire", 10).to_pylist()
    assert len(texts) == 2
    assert {each["event_date"] for each in texts} == {dt.date(2026, 3, 14), None}
    assert texts_of(lake, "wire", 10).to_pylist() == texts
    assert texts_of(lake, "wire", 1).to_pylist() == texts[:1]


def test_stored_days_are_the_first_and_the_last_and_how_many_have_none(
    lake: Lake, said: Any, batch_of: Any
) -> None:
    first, last = dt.date(2026, 2, 3), dt.date(2026, 3, 9)
    documents = [said("a", "1", day=last), said("b", "2", day=first), said("c", "3", day=None)]
    commit(lake, batch_of(lake, documents))
    found = stored_days(lake, "wire")
    assert (found.first, found.last, found.undated) == (first, last, 1)
    nothing = stored_days(lake, "press")
    assert (nothing.first, nothing.last, nothing.undated) == (None, None, 0)
