"""What is remembered of a list between runs, and when it is asked again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from api_answers import WINDOW, by_query, endless, query, stories, story, titles
from readings import documents, fetches

from flows.sources import Cursor


def test_a_second_reading_is_conditional_and_gives_nothing(outlet, configure, read):
    url = outlet.serve("/news", json.dumps(stories(1)), headers={"ETag": '"v1"'})
    source = configure(url)
    assert titles(read(source)) == ["1"]
    steps = read(source)
    assert documents(steps) == []
    assert [fetch.outcome for fetch in fetches(steps)] == ["not_modified"]
    assert outlet.asked("/news")[1].headers["If-None-Match"] == '"v1"'


def test_an_equal_first_page_does_not_hide_what_is_new_on_the_next(outlet, configure, read):
    url = outlet.serve(
        "/news", json.dumps(stories(1)), headers={"ETag": '"v1"', "Link": "<2>; rel=next"}
    )
    outlet.serve("/2", "[]")
    source = configure(url, paging={"style": "link"})
    read(source)
    outlet.serve("/2", json.dumps(stories(2)))
    assert titles(read(source)) == ["1", "2"]
    assert outlet.asked("/news")[1].headers["If-None-Match"] is None


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"paging": {"style": "page", "max_pages": 2}}, "ended after 2 pages: paging.max_pages"),
        ({"paging": {"style": "page"}, "max_requests": 3}, "ended after 3 requests: max_requests"),
        (
            {"paging": {"style": "link", "cursor": "[0].more"}},
            "the next page is on another site",
        ),
    ],
)
def test_a_list_that_is_cut_is_not_done_with(outlet, configure, read, options, why):
    def reply(request):
        number = int(query(request.path).get("page", "1"))
        row = {**story(number), "more": "https://elsewhere.example/2"}
        return 200, {}, json.dumps([row]).encode()

    outlet.serve("/news", reply)
    url = outlet.url("/news?from={start_s}")
    source = configure(url, since="6h", **options)
    long_ago = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    read.memory[url] = Cursor(url, asked_at=long_ago, changed_at=long_ago)
    read(source)
    assert read.memory[url].failures == 1
    asked = len(outlet.paths)
    read(source)
    assert query(outlet.paths[asked])["from"] == query(outlet.paths[0])["from"]
    failed = [fetch for fetch in fetches(read(source, WINDOW)) if fetch.outcome == "broken"]
    assert [fetch.error for fetch in failed] == [why]


def test_the_span_of_a_list_cut_at_first_is_asked_anew(outlet, configure, read):
    outlet.serve("/news", endless)
    url = outlet.url("/news?from={start_s}")
    source = configure(url, since="6h", paging={"style": "page", "max_pages": 1})
    read(source)
    began = read.memory[url].item
    assert int(dt.datetime.fromisoformat(began).timestamp()) == int(query(outlet.paths[0])["from"])
    long_ago = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    read.memory[url] = replace(read.memory[url], item=long_ago.isoformat())
    read(source)
    assert int(query(outlet.paths[1])["from"]) == int(long_ago.timestamp())


def counted(last):
    """Answer pages of one record each, up to the last."""

    def reply(request):
        number = int(query(request.path).get("page") or query(request.path).get("offset", "1"))
        found = stories(number) if number <= last else []
        following = {"Link": f"<?page={number + 1}>; rel=next"} if number < last else {}
        return 200, following, json.dumps(found).encode()

    return reply


@pytest.mark.parametrize("style", ["page", "offset", "link"])
def test_a_list_that_was_cut_short_is_read_on_by_the_next_runs(outlet, configure, read, style):
    first = {"first": 1} if style == "offset" else {}
    url = outlet.serve("/news", counted(6))
    source = configure(url, paging={"style": style, "max_pages": 3, **first})
    # The first page comes each time: most lists have what is new there.
    assert [titles(read(source)) for _ in range(4)] == [
        ["1", "2", "3"],
        ["1", "4", "5"],
        ["1", "6"],
        ["1", "2", "3"],
    ]
    assert read.memory[url].failures == 0


def test_a_list_that_the_requests_of_a_run_cut_short_is_read_on(outlet, configure, read):
    urls = [outlet.serve("/a", counted(4)), outlet.serve("/b", counted(2))]
    source = configure(urls, paging={"style": "page"}, max_requests=3)
    read(source)  # robots.txt too
    assert len(outlet.asked("/a?page=1")) == 1
    read(source)
    assert "/b?page=1" in outlet.paths  # asked longest ago
    for _ in range(4):
        read(source)
    assert {f"/a?page={number}" for number in range(1, 5)} <= set(outlet.paths)
    assert {"/b?page=1", "/b?page=2"} <= set(outlet.paths)


def test_the_rest_of_a_list_is_due_soon(outlet, configure, read):
    headers = {"Cache-Control": "max-age=36000"}
    pages = {str(number): stories(number) for number in range(1, 4)}
    url = outlet.serve("/news", by_query("page", pages, **headers))
    read(configure(url, paging={"style": "page", "max_pages": 2}, poll_floor="1m"))
    cursor = read.memory[url]
    assert cursor.next_poll_at - cursor.asked_at == dt.timedelta(minutes=1)


def test_a_list_of_which_one_page_is_wanted_has_no_rest(outlet, configure, read):
    url = outlet.serve("/news", counted(3))
    source = configure(url, paging={"style": "page", "max_pages": 1})
    assert [titles(read(source)) for _ in range(2)] == [["1"], ["1"]]
    assert read.memory[url].item is None


def test_a_rest_that_cannot_be_read_is_begun_anew(outlet, configure, read):
    url = outlet.serve("/news", counted(6))
    source = configure(url, paging={"style": "link", "max_pages": 2})
    read(source)
    outlet.serve("/news?page=3", status=410)
    assert titles(read(source)) == ["1"]
    assert read.memory[url].failures == 1
    assert titles(read(source)) == ["1", "2"]


def test_other_options_read_a_list_from_its_beginning(outlet, configure, read):
    url = outlet.serve("/news", counted(4))
    paging = {"style": "page", "max_pages": 2}
    read(configure(url, paging=paging))
    assert titles(read(configure(url, paging=paging, language="en"))) == ["1", "2"]


def test_an_equal_first_page_is_nothing_new_but_other_options_are(outlet, configure, read):
    url = outlet.serve("/news", json.dumps(stories(1)))
    assert titles(read(configure(url))) == ["1"]
    steps = read(configure(url))
    assert documents(steps) == []
    assert [fetch.outcome for fetch in fetches(steps)] == ["ok"]
    assert titles(read(configure(url, fields={"section": "desk"}))) == ["1"]


def test_a_scheduled_run_asks_what_is_due(outlet, configure, read):
    url = outlet.serve("/news", json.dumps(stories(1)))
    read(configure(url))
    assert read(configure(url), only_due=True) == []
    assert len(outlet.asked("/news")) == 1


def test_a_list_is_read_anew_after_one_of_its_pages_failed(outlet, configure, read):
    url = outlet.serve("/news", json.dumps(stories(1)), headers={"Link": "<2>; rel=next"})
    outlet.serve("/2", status=503)
    source = configure(url, paging={"style": "link"})
    steps = read(source)
    assert titles(steps) == ["1"]
    assert [fetch.outcome for fetch in fetches(steps)] == ["ok", "http_error"]
    assert read.memory[url].failures == 1
    outlet.serve("/2", json.dumps(stories(2)))
    assert titles(read(source)) == ["1", "2"]
    assert read.memory[url].failures == 0


def test_a_list_is_remembered_after_all_of_its_documents(outlet, configure, read):
    url = outlet.serve("/news", by_query("page", {"1": stories(1), "2": stories(2)}))
    steps = read(configure(url, paging={"style": "page"}))
    assert [step for step in steps[:-1] if isinstance(step, Cursor)] == []
    assert isinstance(steps[-1], Cursor)
    assert steps[-1].url == url
    assert {fetch.cursor for fetch in fetches(steps)} == {None}


def test_an_empty_list_is_suspicious(outlet, configure, read):
    url = outlet.serve("/news", "[]", headers={"ETag": '"v1"'})
    (fetch,) = fetches(read(configure(url)))
    assert (fetch.outcome, fetch.error) == ("ok", "the list is empty")
    assert (read.memory[url].failures, read.memory[url].etag) == (1, None)
