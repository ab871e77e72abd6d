"""What may have been meant, where nothing is called so."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "flows"))
from invented import told

from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.erasing import nearby
from warehouse.erasing.wanted import Wanted

STORED = "https://www.wire.example/news/weir"


@pytest.fixture
def filled(lake: Lake, said, batch_of: Callable[..., Batch]) -> Lake:
    some = [said(STORED, told(1)), said("https://wire.example/news/weirs", told(2))]
    commit(lake, batch_of(lake, some))
    return lake


@pytest.mark.parametrize(
    "url",
    [
        "http://wire.example/news/weir",
        "https://wire.example/news/weir/",
        "https://WWW.wire.example/news/Weir?from=feed#top",
    ],
)
def test_a_url_is_found_by_another_spelling(filled: Lake, url: str) -> None:
    assert nearby.names(filled, Wanted(url=url)) == [STORED]


def test_a_source_is_found_by_its_letters_or_by_the_first_of_them(filled: Lake) -> None:
    for name in ("Wire", "w-i-r-e", "wi"):
        assert nearby.names(filled, Wanted(source=name)) == ["wire"]


def test_what_is_called_otherwise_is_not_meant(filled: Lake) -> None:
    for wanted in (
        Wanted(url="https://wire.example/news"),
        Wanted(url="https://wire.example/news/wei"),
        Wanted(source="wired"),
        Wanted(source="---"),
        Wanted(article="0" * 64),
    ):
        assert nearby.names(filled, wanted) == []
