"""A record is a document as it came, or names the page that is."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from api_answers import stories, story, titles
from readings import documents, fetches

from flows.sources import Cursor
from transforms.errors import ConfigError
from transforms.record import read_record


def test_a_record_is_a_document_as_it_came(outlet, configure, read):
    url = outlet.serve("/news", json.dumps(stories(1, 2)))
    steps = read(configure(url))
    first, _ = documents(steps)
    assert json.loads(first.payload) == story(1)
    assert first.url == "https://outlet.example/2024/harbour-bridge-1"
    assert (first.origin, first.media_type, first.status) == (url, "application/json", 200)
    (fetch,) = fetches(steps)
    assert (fetch.url, fetch.outcome, fetch.error) == (url, "ok", None)
    assert first.seen_at == fetch.fetched_at
    assert "application/json" in outlet.asked("/news")[0].headers["Accept"]


def test_the_order_of_keys_and_white_space_make_no_other_document(outlet, configure, read):
    outlet.serve("/a", '[{"id": 7, "title": "Fähre"}]')
    outlet.serve("/b", '[ {"title":"F\\u00e4hre",\n "id":7} ]')
    one, other = documents(read(configure([outlet.url("/a"), outlet.url("/b")])))
    assert one.payload == other.payload == '{"id":7,"title":"Fähre"}'.encode()


def test_half_a_character_stays_json(outlet, configure, read):
    url = outlet.serve("/news", r'[{"id": "\ud83d", "title": "a\ud83d"}]')
    (document,) = documents(read(configure(url)))
    assert json.loads(document.payload.decode()) == {"id": "\ud83d", "title": "a\ud83d"}
    assert document.url.isascii()


def test_records_without_an_address_are_named_by_their_id_or_content(outlet, configure, read):
    rows = [
        {"id": "a/1", "title": "One"},
        {"title": "Two"},
        {"id": 3, "title": "Three", "url": outlet.url("/")},
        {"id": 4, "title": "Four", "url": "/relative"},
    ]
    outlet.serve("/v1/1", json.dumps(rows))
    source = configure(outlet.url("/v1/{page}?key=x"), paging={"style": "page", "max_pages": 1})
    urls = [document.url for document in documents(read(source))]
    base = outlet.url("/v1?record=")
    assert urls[0] == f"{base}a%2F1"
    assert urls[1].startswith(base)
    assert len(urls[1]) == len(base) + 64
    assert urls[2:] == [f"{base}3", f"{base}4"]


def test_mapped_columns_are_read_and_nothing_that_came_is_lost(outlet, configure, read):
    row = {
        "key": 9,
        "title": "teaser",
        "meta": {"headline": "Ferry back", "by": [{"n": "Ann Lee"}, {"n": "Bo Ek"}]},
        "blocks": [{"t": "The ferry is back."}, {"t": "It sails daily."}],
        "link": "https://outlet.example/ignored-because-mapped",
        "date": "2024-03-01",
    }
    url = outlet.serve("/news", json.dumps({"hits": {"hits": [row]}}))
    source = configure(
        url,
        items="hits.hits",
        fields={
            "id": "key",
            "title": "meta.headline",
            "authors": "meta.by[].n",
            "text": 'join(`"\\n"`, blocks[].t)',
            "url": "web.address",
        },
    )
    (document,) = documents(read(source))
    assert {name: json.loads(document.payload)[name] for name in row} == row
    assert document.url == outlet.url("/news?record=9")
    reading = read_record(document.payload, source.profile())
    assert reading.title == "Ferry back"
    assert reading.authors == ["Ann Lee", "Bo Ek"]
    assert reading.text == "The ferry is back.\nIt sails daily."
    assert reading.url is None
    assert reading.published.day == dt.date(2024, 3, 1)


def test_a_value_that_cannot_be_mapped_is_counted_and_the_record_given(outlet, configure, read):
    url = outlet.serve("/news", json.dumps([{"id": 1, "tags": None}, {"id": 2, "tags": ["a"]}]))
    steps = read(configure(url, fields={"keywords": "join(', ', tags)"}))
    mapped = [json.loads(document.payload)["_mapped"]["keywords"] for document in documents(steps)]
    assert mapped == [None, "a"]
    (fetch,) = fetches(steps)
    assert fetch.outcome == "ok"
    assert fetch.error.startswith("1 could not be read, the first at keywords of record 1: ")


@pytest.mark.parametrize(
    "answer",
    [
        stories(1),
        {"status": "ok", "articles": stories(1)},
        {"errors": [], "articles": stories(1), "facets": ["a"]},
    ],
)
def test_the_one_list_in_an_answer_needs_no_path(outlet, configure, read, answer):
    assert titles(read(configure(outlet.serve("/news", json.dumps(answer))))) == ["1"]


def test_records_name_the_pages_that_are_the_documents(outlet, configure, read):
    page = outlet.serve("/2024/ferry-back-again", "<h1>Ferry back</h1>")
    rows = [
        {"id": 5, "title": "Ferry", "url": page, "date": "2024-03-01T09:00:00+01:00"},
        {"id": 6, "title": "Without a page"},
    ]
    url = outlet.serve("/news", json.dumps(rows))
    source = configure(url, full_text="page")
    steps = read(source)
    (document,) = documents(steps)
    assert (document.url, document.payload) == (page, b"<h1>Ferry back</h1>")
    assert document.item == {
        "id": "5",
        "url": page,
        "title": "Ferry",
        "published": "2024-03-01T09:00:00+01:00",
    }
    assert "1 could not be read" in fetches(steps)[0].error
    assert isinstance(steps[-1], Cursor)
    assert steps[-1].url == url

    rows[0]["title"] = "Ferry back again"
    outlet.serve("/news", json.dumps([*rows, {"id": 7, "url": page + "-2"}]))
    outlet.serve("/2024/ferry-back-again-2", "<h1>Two</h1>")
    read.memory[page] = replace(read.memory[page], document_id="as the pipeline fills in")
    read(source)
    assert len(outlet.asked("/2024/ferry-back-again")) == 2
    assert len(outlet.asked("/2024/ferry-back-again-2")) == 1


def test_secrets_of_the_environment_are_sent(outlet, configure, read, monkeypatch):
    url = outlet.serve("/news", json.dumps(stories(1)))
    source = configure(url, header_env={"X-Api-Key": "PRESS_KEY"}, auth={"bearer_env": "PRESS"})
    with pytest.raises(ConfigError):
        read(source)
    monkeypatch.setenv("PRESS_KEY", "s3cret")
    monkeypatch.setenv("PRESS", "t0ken")
    read(source)
    (request,) = outlet.asked("/news")
    assert request.headers["X-Api-Key"] == "s3cret"
    assert request.headers["Authorization"] == "Bearer t0ken"


def test_each_record_that_is_no_object_is_counted_beside_those_that_are(outlet, configure, read):
    url = outlet.serve("/news", json.dumps([story(1), "a", 7, None, [], story(2)]))
    steps = read(configure(url))
    (fetch,) = fetches(steps)
    assert len(documents(steps)) == 2
    assert (fetch.outcome, fetch.lost) == ("ok", 4)
    assert fetch.error == "4 could not be read, the first at record 2: a text, not an object"


def test_a_record_that_lacks_a_mapped_value_is_not_lost(outlet, configure, read):
    url = outlet.serve("/news", json.dumps([{"id": 1, "tags": None}, {"id": 2, "tags": ["a"]}]))
    (fetch,) = fetches(read(configure(url, fields={"keywords": "join(', ', tags)"})))
    assert (fetch.error is None, fetch.lost) == (False, 0)


@pytest.mark.parametrize("cursor", [{"a": 1}, [2], 1.5, True])
def test_a_next_page_that_is_nothing_to_ask_for_is_counted_and_told(
    outlet, configure, read, cursor
):
    url = outlet.serve("/news", json.dumps({"articles": [story(1)], "next": cursor}))
    steps = read(configure(url, paging={"style": "cursor", "cursor": "next"}))
    (fetch,) = fetches(steps)
    assert len(documents(steps)) == 1
    assert (fetch.outcome, fetch.lost) == ("ok", 1)
    assert fetch.error.startswith("page 1 names no next one: paging.cursor leads to something")
