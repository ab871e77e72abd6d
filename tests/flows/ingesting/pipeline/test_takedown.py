"""What was taken down and is given again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from pipeline_fakes import NOON, FakePool, FakeSource, batches, document, run_with, stored

from flows.copying import method
from flows.ingesting.pipeline import ingest_source
from flows.sources import Cursor, Document, Fetch, Poll, Reading, Sighting, Window
from transforms.errors import SourceError
from transforms.urls import address_id
from warehouse.catalog import Lake
from warehouse.erasing.takedown import Way, take_down
from warehouse.erasing.wanted import Wanted

PAGE = "https://lamp.example/news/a"
ALIAS = "https://go.example/1"
OTHER = "https://lamp.example/news/b"
COUNTS = "seen, new, unchanged, taken_down"


def page(url: str = PAGE, **other: object) -> Document:
    return document("a", "words of it", url=url, origin=url, item={"title": "Its title"}, **other)


def asked(url: str = PAGE) -> Fetch:
    return Fetch(url, "ok", NOON, cursor=Cursor(url, first_asked_at=NOON, item="Its title"))


def down(lake: Lake, **named: str) -> None:
    take_down(lake, Wanted(**named), Way(address_id, method()))  # type: ignore[arg-type]


def read(lake: Lake, pool: FakePool, *readings: Reading) -> None:
    ingest_source(run_with(lake, pool), FakeSource(readings, is_remote=True))


def test_a_page_that_comes_again_is_counted_and_leaves_nothing(lake: Lake, pool: FakePool) -> None:
    read(lake, pool, page(), asked(), page(OTHER), asked(OTHER))
    down(lake, url=f"{PAGE}?utm_source=letter")
    read(lake, pool, page(), asked(), page(f"{PAGE}#top"), asked(f"{PAGE}#top"))
    assert batches(lake, COUNTS)[-1] == (2, 0, 0, 2)
    for table in ("documents", "cursors", "fetches"):
        assert stored(lake, f"SELECT DISTINCT url FROM lake.raw.{table}") == [(OTHER,)]


def test_a_page_that_leads_to_it_is_remembered_without_what_lists_say_of_it(
    lake: Lake, pool: FakePool
) -> None:
    read(lake, pool, page(), asked())
    down(lake, url=PAGE)
    read(lake, pool, page(ALIAS, final_url=PAGE), asked(ALIAS))
    assert batches(lake, COUNTS)[-1] == (1, 0, 0, 1)
    cursors = "SELECT url, item, document_id FROM lake.raw.cursors"
    assert stored(lake, cursors) == [(ALIAS, None, None)]


class Meanwhile(FakeSource):
    """A source of which something is taken down while it is read."""

    def __init__(self, lake: Lake, *readings: Reading, **named: str) -> None:
        super().__init__(readings, is_remote=True)
        self.lake, self.named = lake, named

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        yield from self.readings
        with self.lake.another() as lake:
            down(lake, **self.named)
        yield from self.readings
        self.is_asked = not (poll and poll.is_away(PAGE))


@pytest.mark.parametrize("is_stored", [True, False])
def test_what_is_taken_down_while_it_is_read_does_not_commit(
    lake: Lake, pool: FakePool, *, is_stored: bool
) -> None:
    if is_stored:
        read(lake, pool, page(), asked())
    given = (page(), asked(), page(OTHER), asked(OTHER), Sighting(PAGE, NOON))
    source = Meanwhile(lake, *given, url=PAGE)
    ingest_source(run_with(lake, pool), source)
    seen, new, unchanged, taken_down = batches(lake, COUNTS)[-1]
    assert (new, unchanged) == (1, 1)
    assert taken_down == seen - 2 > 1
    for table in ("documents", "cursors", "fetches"):
        assert stored(lake, f"SELECT DISTINCT url FROM lake.raw.{table}") == [(OTHER,)]
    lonely = "FROM lake.raw.sightings ANTI JOIN lake.raw.documents USING (document_id)"
    assert stored(lake, f"SELECT count(*) {lonely}") == [(0,)]


def test_a_batch_after_the_takedown_asks_for_nothing_of_it(lake: Lake, pool: FakePool) -> None:
    many = [page(f"{OTHER}/{number}") for number in range(500)]
    source = Meanwhile(lake, page(), asked(), *many, url=PAGE)
    ingest_source(run_with(lake, pool), source)
    assert not source.is_asked
    assert stored(lake, "SELECT count(*) FROM lake.raw.documents") == [(500,)]


def test_a_source_that_was_taken_down_is_not_read(lake: Lake, pool: FakePool) -> None:
    read(lake, pool, page(), asked())
    ingest_source(run_with(lake, pool), replace(FakeSource([page(OTHER)]), name="desk"))
    down(lake, source="wire")
    for table in ("documents", "sources", "articles"):
        assert stored(lake, f"SELECT DISTINCT source FROM lake.raw.{table}") == [("desk",)]
    with pytest.raises(SourceError, match="taken down"):
        read(lake, pool, page())
    assert stored(lake, "SELECT count(*) FROM lake.raw.documents WHERE source = 'wire'") == [(0,)]


def test_a_source_that_is_taken_down_while_it_is_read_leaves_counts(
    lake: Lake, pool: FakePool
) -> None:
    ingest_source(run_with(lake, pool), Meanwhile(lake, page(), asked(), source="wire"))
    assert batches(lake, COUNTS) == [(2, 0, 0, 2)]
    for table in ("documents", "articles", "sightings", "cursors", "fetches"):
        assert stored(lake, f"SELECT count(*) FROM lake.raw.{table}") == [(0,)]
