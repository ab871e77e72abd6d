"""Forgetting while a source is read: the ids the reader knows would keep out what comes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import pytest
from pipeline_fakes import NOON, FakePool, FakeSource, document, fetched, run_with, stored

from flows.ingesting.pipeline import ingest_source
from flows.sources import Cursor, Poll, Reading, Window
from transforms.errors import WarehouseError
from warehouse.catalog import Lake
from warehouse.forgetting import forget

DAY = NOON.date() - dt.timedelta(days=30)


class Forgetful(FakeSource):
    """Tries to forget a day of itself while it is read."""

    lake: Lake

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        with pytest.raises(WarehouseError, match="it is being read"):
            forget(self.lake, {self.name: "seen"}, [DAY])
        yield from super().read(window, cursors, poll)


def test_a_source_that_is_read_is_not_forgotten(lake: Lake, pool: FakePool) -> None:
    source = Forgetful([document("a"), fetched("a")])
    source.lake = lake
    assert ingest_source(run_with(lake, pool), source).new == 1
    forget(lake, {source.name: "seen"}, [DAY])  # now it may be
    assert stored(lake, "SELECT count(*) FROM lake.raw.cursors") == [(1,)]
