"""What the web gives besides documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline_fakes import DAY, NOON, FakePool, FakeSource, batches, document, run_with, stored

from flows.ingesting.pipeline import ingest_source
from flows.sources import Cursor, Document, Fetch, Reading, Sighting
from transforms.errors import SourceError
from warehouse.catalog import Lake

PAGE = "https://lamp.example/a"


def page(words: str = "words", at: dt.datetime = NOON) -> Document:
    return document("a", words, url=PAGE, origin=PAGE, seen_at=at)


def asked(**other: object) -> Fetch:
    return Fetch(PAGE, "ok", NOON, cursor=Cursor(PAGE, first_asked_at=NOON), **other)  # type: ignore[arg-type]


def from_web(lake: Lake, pool: FakePool, *readings: Reading | SourceError) -> FakeSource:
    source = FakeSource(readings, is_remote=True)
    ingest_source(run_with(lake, pool), source)
    return source


def test_a_cursor_of_the_web_names_the_document_its_url_gave(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, page(), asked())
    [(named,)] = stored(lake, "SELECT document_id FROM lake.raw.documents")
    assert from_web(lake, pool).cursors[PAGE].document_id == named


def test_a_url_that_gave_several_documents_names_none(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, page("one"), page("two"), asked())
    assert from_web(lake, pool).cursors[PAGE].document_id is None


def test_a_sighting_is_one_of_the_document_the_cursor_names(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, page(), asked())
    from_web(lake, pool, Sighting(PAGE, NOON + DAY), Fetch(PAGE, "not_modified", NOON + DAY))
    assert stored(lake, "SELECT min(seen_at), max(seen_at) FROM lake.raw.sightings") == [
        (NOON, NOON + DAY)
    ]
    assert batches(lake, "seen, new, unchanged, failed") == [(1, 1, 0, 0), (1, 0, 1, 0)]


def test_a_sighting_of_something_unknown_is_no_sighting(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, Sighting(PAGE, NOON))
    assert stored(lake, "SELECT count(*) FROM lake.raw.sightings") == [(0,)]


def test_a_cursor_may_come_alone_and_last(lake: Lake, pool: FakePool) -> None:
    many = [document(str(number)) for number in range(1000)]
    from_web(lake, pool, *many, Cursor("https://lamp.example/feed", etag="1"))
    assert from_web(lake, pool).cursors["https://lamp.example/feed"].etag == "1"


def test_steps_on_the_way_are_rows_and_no_failures(lake: Lake, pool: FakePool) -> None:
    robots = Fetch("https://lamp.example/robots.txt", "http_error", NOON, status=404, is_step=True)
    from_web(lake, pool, robots, page(), asked())
    assert stored(lake, "SELECT count(*) FROM lake.raw.fetches") == [(2,)]
    assert batches(lake, "failed") == [(0,)]


def test_what_came_over_a_network_is_committed_in_small_batches(lake: Lake, pool: FakePool) -> None:
    many = [document(str(number)) for number in range(1100)]
    from_web(lake, pool, *many)
    assert batches(lake, "seen") == [(500,), (500,), (100,)]


def test_a_list_is_asked_whole_again_where_a_page_it_named_was_lost(
    lake: Lake, pool: FakePool
) -> None:
    pool.loses["poison"] = "crashed"
    feed = Cursor("https://lamp.example/feed", etag="1", next_poll_at=NOON)
    from_web(lake, pool, page("poison"), asked(), feed)
    before = dt.datetime.now(dt.UTC)
    from_web(lake, pool, page("poison"), asked(), feed)
    cursors = from_web(lake, pool).cursors
    assert cursors[feed.url] == replace(feed, etag=None)
    lost = cursors[page().url]
    assert (lost.document_id, lost.etag, lost.body_digest, lost.failures) == (None, None, None, 2)
    assert lost.next_poll_at is not None
    assert lost.next_poll_at > before + dt.timedelta(minutes=15)
