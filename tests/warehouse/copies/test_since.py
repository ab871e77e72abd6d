"""What was written since a snapshot is told by the parts, deletes that share a file included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from warehouse import lock
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.since import rows, written
from warehouse.upkeep.maintain import Ages, maintain


@pytest.fixture
def filled(lake: Lake, said: Any, batch_of: Callable[..., Any]) -> Lake:
    """A warehouse with three articles in one part."""
    commit(lake, batch_of(lake, [said(f"https://a.example/{n}", f"text {n}") for n in range(3)]))
    return lake


def delete(lake: Lake, url: str) -> None:
    with lock.hold(lake.lock_path), lake.transaction("deleted"):
        lake.connection.execute("DELETE FROM lake.raw.articles WHERE url = ?", [url])


def test_rows_that_came_are_told_apart_from_rows_that_went(
    filled: Lake, said: Any, batch_of: Callable[..., Any]
) -> None:
    before = filled.snapshot()
    assert written(filled, before, ["articles", "clusters"]) == {}
    assert rows(filled, "articles", before) is None
    commit(filled, batch_of(filled, [said("https://a.example/new", "new text")]))
    assert written(filled, before, ["articles", "clusters"]) == {"articles": False}
    came = rows(filled, "articles", before)
    assert filled.scalar(f"SELECT url FROM {came}") == "https://a.example/new"


def test_a_second_delete_from_one_part_is_a_loss_like_the_first(filled: Lake) -> None:
    for number in range(2):
        before = filled.snapshot()
        delete(filled, f"https://a.example/{number}")
        assert written(filled, before, ["articles"]) == {"articles": True}


def test_of_a_snapshot_that_has_expired_nobody_knows_what_went(filled: Lake) -> None:
    before = filled.snapshot()
    delete(filled, "https://a.example/0")
    at_once = dt.timedelta(hours=-1)
    maintain(filled, Ages(at_once, at_once, dt.timedelta(days=2)))
    assert written(filled, before, ["articles", "clusters"]) == {"articles": True, "clusters": True}
