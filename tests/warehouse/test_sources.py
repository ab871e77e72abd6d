"""What is remembered of sources."""

from __future__ import annotations

import pytest

from transforms.errors import SourceError
from transforms.urls import address_id
from warehouse.catalog import Lake
from warehouse.erasing.takedown import keep_away
from warehouse.keeping_away import name_digest
from warehouse.sources import remember_source

ROW: dict[str, object] = {
    "source": "wire",
    "kind": "feed",
    "country": None,
    "language": None,
    "config": "1",
}


def test_a_source_that_is_taken_down_while_a_run_begins_is_not_noted_again(lake: Lake) -> None:
    keep_away(lake, {("source", name_digest("wire"))}, address_id)
    with pytest.raises(SourceError, match="was taken down"):
        remember_source(lake, dict(ROW))  # as if nothing had been taken down yet
    assert lake.scalar("SELECT count(*) FROM lake.raw.sources") == 0


def test_a_source_is_noted_once_for_each_of_its_configurations(lake: Lake) -> None:
    remember_source(lake, dict(ROW))
    snapshot = lake.snapshot()
    remember_source(lake, dict(ROW))
    assert lake.snapshot() == snapshot
    remember_source(lake, ROW | {"config": "2"})
    assert lake.connection.execute("SELECT config FROM lake.raw.sources").fetchall() == [("2",)]
