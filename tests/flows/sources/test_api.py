from __future__ import annotations

import datetime as dt
import json
from contextlib import closing
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from flows.sources import Cursor, Document, Fetch, Poll, Window, load
from flows.sources._http import Manners, Web
from flows.sources.api import Source
from transforms.errors import ConfigError, SourceError
from transforms.record import read_record

DAY = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
WINDOW = Window(DAY, DAY + dt.timedelta(days=1))


def story(number):
    return {
        "id": number,
        "title": f"Harbour bridge opens, part {number}",
        "url": f"https://outlet.example/2024/harbour-bridge-{number}",
        "date": "2024-03-01T08:00:00Z",
        "text": "The bridge over the harbour opened this morning. " * 5,
    }


def stories(*numbers):
    return [story(number) for number in numbers]


@pytest.fixture
def web():
    with closing(Web(Manners(retries=0, backoff_s=0.01))) as session:
        yield session


@pytest.fixture
def configure(tmp_path):
    def made(url, **options):
        where = {"urls": url} if isinstance(url, list) else {"url": url}
        given = {"allow_private": True, "pace_s": 0.0, **where, **options}
        return Source(name="press", home=tmp_path, **given)

    return made


@pytest.fixture
def read(web):
    """Read as the pipeline does: what is remembered is given to the next reading."""
    memory: dict[str, Cursor] = {}

    def run(source, window=None, *, only_due=False):
        steps = list(source.read(window, dict(memory), Poll(only_due, web)))
        for step in steps:
            cursor = step.cursor if isinstance(step, Fetch) else step
            if isinstance(cursor, Cursor):
                memory[cursor.url] = cursor
        return steps

    run.memory = memory
    return run


def documents(steps):
    return [step for step in steps if isinstance(step, Document)]


def fetches(steps):
    return [step for step in steps if isinstance(step, Fetch) and not step.is_step]


def titles(steps):
    return [json.loads(document.payload)["title"][-1] for document in documents(steps)]


def query(path):
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def by_query(name, pages, **headers):
    """Answer by a parameter of the query, with an empty list where nothing is known."""

    def reply(request):
        found = pages.get(query(request.path).get(name, ""), [])
        return 200, headers, json.dumps(found).encode()

    return reply


# A record is a document


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


# Pages


def test_pages_are_read_until_one_is_empty(outlet, configure, read):
    url = outlet.serve("/news", by_query("page", {"1": stories(1, 2), "2": stories(3)}))
    source = configure(url, paging={"style": "page"})
    steps = read(source)
    assert titles(steps) == ["1", "2", "3"]
    assert outlet.paths == ["/news?page=1", "/news?page=2", "/news?page=3"]
    assert [fetch.url for fetch in fetches(steps)] == [outlet.url(path) for path in outlet.paths]
    assert {document.origin for document in documents(steps)} == {
        outlet.url("/news?page=1"),
        outlet.url("/news?page=2"),
    }


def test_an_offset_leads_through_a_list(outlet, configure, read):
    outlet.serve("/news", by_query("skip", {"0": stories(1, 2, 3), "3": stories(4)}))
    paging = {"style": "offset", "parameter": "skip"}
    assert titles(read(configure(outlet.url("/news"), paging=paging))) == ["1", "2", "3", "4"]
    assert outlet.paths == [f"/news?skip={offset}" for offset in (0, 3, 4)]


def test_a_cursor_leads_through_a_list(outlet, configure, read):
    pages = {
        "": {"data": stories(1), "next": "b=/"},
        "b=/": {"data": stories(2), "next": None},
    }
    outlet.serve("/news", by_query("after", pages))
    paging = {"style": "cursor", "parameter": "after", "cursor": "next"}
    assert titles(read(configure(outlet.url("/news?n=1"), paging=paging))) == ["1", "2"]
    assert outlet.paths == ["/news?n=1", "/news?n=1&after=b%3D%2F"]


def test_a_link_header_leads_through_a_list(outlet, configure, read):
    url = outlet.serve(
        "/news", json.dumps(stories(1)), headers={"Link": '</all>; rel="up", <2>; rel="next"'}
    )
    outlet.serve("/2", json.dumps(stories(2)))
    assert titles(read(configure(url, paging={"style": "link"}))) == ["1", "2"]
    assert outlet.paths == ["/news", "/2"]


def test_a_link_in_the_answer_leads_through_a_list(outlet, configure, read):
    outlet.serve("/2", json.dumps({"items": stories(2), "links": {}}))
    answer = {"items": stories(1), "links": {"next": outlet.url("/2")}}
    url = outlet.serve("/news", json.dumps(answer))
    paging = {"style": "link", "cursor": "links.next"}
    assert titles(read(configure(url, items="items", paging=paging))) == ["1", "2"]
    assert outlet.paths == ["/news", "/2"]


def test_a_link_to_another_site_is_refused_and_shown(outlet, open_outlet, configure, read):
    other = open_outlet("127.0.0.2")
    next_url = other.serve("/2", json.dumps(stories(2)))
    link = {"Link": f'<{next_url}>; rel="next"'}
    url = outlet.serve("/news", json.dumps(stories(1)), headers=link)
    steps = read(configure(url, paging={"style": "link"}, headers={"X-Key": "s3cret"}))
    assert titles(steps) == ["1"]
    assert other.log == []
    assert [(fetch.url, fetch.outcome) for fetch in fetches(steps)] == [
        (url, "ok"),
        (next_url, "refused"),
    ]
    assert fetches(steps)[1].error == "the next page is on another site"


def test_an_api_that_ignores_the_page_is_not_asked_for_ever(outlet, configure, read):
    url = outlet.serve("/news", json.dumps(stories(1, 2)))
    steps = read(configure(url, paging={"style": "page"}))
    assert titles(steps) == ["1", "2"]
    assert outlet.paths == ["/news?page=1", "/news?page=2"]
    assert fetches(steps)[1].error == "page 2 has only records of the pages before"


def test_a_record_that_moved_to_the_next_page_is_given_once(outlet, configure, read):
    url = outlet.serve("/news", by_query("page", {"1": stories(1, 2), "2": stories(2, 3)}))
    assert titles(read(configure(url, paging={"style": "page"}))) == ["1", "2", "3"]


def test_a_cursor_that_leads_in_a_circle_is_left(outlet, configure, read):
    pages = {name: {"data": stories(n), "next": "a"} for n, name in enumerate(["", "a"])}
    url = outlet.serve("/news", by_query("cursor", pages))
    steps = read(configure(url, paging={"style": "cursor", "cursor": "next"}))
    assert titles(steps) == ["0", "1"]
    assert fetches(steps)[1].error == "page 2 leads back to a page before"


def endless(request):
    return 200, {}, json.dumps(stories(int(query(request.path)["page"]))).encode()


def test_the_most_pages_end_a_list_and_that_is_said(outlet, configure, read):
    url = outlet.serve("/news", endless)
    steps = read(configure(url, paging={"style": "page", "max_pages": 3}))
    assert len(outlet.paths) == 3
    assert [fetch.error for fetch in fetches(steps)] == [
        None,
        None,
        "ended after 3 pages: paging.max_pages",
    ]


def test_the_requests_of_a_run_are_counted_over_all_lists(outlet, configure, read):
    urls = [outlet.serve(path, endless) for path in ("/a", "/b")]
    # robots.txt is a request as well.
    steps = read(configure(urls, paging={"style": "page"}, max_requests=4))
    assert len(outlet.log) == 4
    *_, last, unasked = fetches(steps)
    assert last.error == "ended after 4 requests: max_requests"
    assert (unasked.url, unasked.outcome) == (urls[1], "refused")
    assert list(read.memory) == [urls[0]]


@pytest.mark.parametrize("status", [400, 404])
def test_an_error_past_the_last_page_is_the_end_of_a_counted_list(outlet, configure, read, status):
    def reply(request):
        is_first = query(request.path)["page"] == "1"
        return (200, {}, json.dumps(stories(1)).encode()) if is_first else (status, {}, b"")

    url = outlet.serve("/news", reply)
    read(configure(url, paging={"style": "page"}))
    assert read.memory[url].failures == 0


# Polling


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


# Moments


def test_a_window_fills_in_the_placeholders(outlet, configure, read):
    outlet.serve("/2024-03-01/2024-03-01", json.dumps(stories(1)))
    url = outlet.url("/{start_day}/{end_day}?from={start}&to={end}&s={start_s}&e={end_s}")
    source = configure(url)
    assert source.why_no_history() is None
    assert titles(read(source, WINDOW)) == ["1"]
    assert query(outlet.paths[0]) == {
        "from": "2024-03-01T00:00:00Z",
        "to": "2024-03-02T00:00:00Z",
        "s": "1709251200",
        "e": "1709337600",
    }


def test_a_window_is_read_whole_and_leaves_what_is_remembered_alone(outlet, configure, read):
    url = outlet.url("/news?from={start}")
    outlet.serve("/news", json.dumps(stories(1)), headers={"ETag": '"v1"'})
    source = configure(url)
    read(source)
    before = dict(read.memory)
    assert titles(read(source, WINDOW, only_due=True)) == ["1"]
    assert read.memory == before
    assert outlet.log[-1].headers["If-None-Match"] is None


def test_a_window_without_a_start_in_the_url_is_refused_in_a_sentence(outlet, configure, read):
    source = configure([outlet.url("/a?{start}"), outlet.url("/b?to={end}")])
    assert "has no {start}" in source.why_no_history()
    with pytest.raises(SourceError, match=r"has no \{start\}") as found:
        read(source, WINDOW)
    assert found.value.facts["source"] == "press"
    assert outlet.log == []


def test_without_a_window_the_start_lies_before_the_last_good_answer(outlet, configure, read):
    outlet.serve("/news", "[]", headers={"ETag": '"v1"'})
    url = outlet.url("/news?from={start_s}&to={end_s}")
    source = configure(url, since="6h")
    read(source)
    first = query(outlet.paths[0])
    assert int(first["to"]) - int(first["from"]) in (6 * 3600, 6 * 3600 + 1)
    assert read.memory[url].failures == 0  # nothing new in six hours is no wonder
    asked_at = read.memory[url].asked_at - dt.timedelta(days=3)
    read.memory[url] = Cursor(url, asked_at=asked_at)
    read(source)
    assert int(query(outlet.paths[1])["from"]) == int(asked_at.timestamp()) - 6 * 3600


def test_the_validators_of_other_days_are_not_sent(outlet, configure, read):
    outlet.serve("/news", json.dumps(stories(1)), headers={"ETag": '"v1"'})
    source = configure(outlet.url("/news?from={start_s}"))
    read(source)
    read(source)
    assert [request.headers["If-None-Match"] for request in outlet.log[-2:]] == [None, None]


# The page as the text


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


# Secrets


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


# Bad answers


@pytest.mark.parametrize(
    ("body", "options", "why"),
    [
        (b"", {}, "the answer is empty"),
        (b" \n", {}, "the answer is empty"),
        (b"<!doctype html><p>Log in", {}, "not JSON from character 0"),
        (b'[{"id": 1}', {}, "not JSON from character 10"),
        (b'[{"id": 1}] x', {}, "not JSON from character 12"),
        (b'[{"title": "\xff"}]', {}, "not utf-8 from byte 12"),
        (b"[" * 100_000, {}, "nested too deep"),
        (b'{"a":' * 100_000, {}, "nested too deep"),
        (b'[{"id": NaN}]', {}, "NaN is not JSON"),
        (b'[{"id": -Infinity}]', {}, "-Infinity is not JSON"),
        (b'[{"id": 1e999}]', {}, "1e999 is too large a number"),
        (b'[{"id": ' + b"9" * 5000 + b"}]", {}, "the answer cannot be read: Exceeds"),
        (b'[{"id": 1, "id": 2}]', {}, "the key 'id' stands twice in one object"),
        (b"null", {}, "the answer is null, not a list"),
        (b'"news"', {}, "the answer is a text, not a list"),
        (b'{"error": "no such day"}', {}, "no list at the top"),
        (b'{"a": [{}], "b": [{}]}', {}, "which list has the records: a, b"),
        (b'{"data": {}}', {"items": "data"}, "items leads to an object, not a list"),
        (b'{"data": []}', {"items": "data.items"}, "items leads to null, not a list"),
        (b'{"data": 3}', {"items": "keys(data)"}, "items cannot be evaluated"),
        (b"[1, 2]", {}, "2 could not be read, the first at record 1: a number, not an object"),
        (b"[[{}]]", {}, "a list, not an object"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_broken_and_says_why(
    outlet, configure, web, body, options, why
):
    url = outlet.serve("/news", body, headers={"ETag": '"v1"'})
    steps = []
    with pytest.raises(SourceError) as found:
        for step in configure(url, **options).read(None, {}, Poll(web=web)):
            steps.append(step)  # what comes before the error counts
    assert why in found.value.message
    assert found.value.facts["source"] == "press"
    (fetch,) = fetches(steps)
    assert fetch.outcome == "broken"
    assert why in fetch.error
    assert documents(steps) == []
    (cursor,) = [step for step in steps if isinstance(step, Cursor)]
    assert (cursor.failures, cursor.etag, cursor.body_digest) == (1, None, None)


def test_one_broken_list_does_not_keep_the_others_from_being_read(outlet, configure, read):
    urls = [
        outlet.serve("/broken", "<p>Sorry"),
        outlet.url("/missing"),
        outlet.serve("/news", json.dumps(stories(1))),
    ]
    steps = read(configure(urls))
    assert titles(steps) == ["1"]
    assert [fetch.outcome for fetch in fetches(steps)] == ["broken", "http_error", "ok"]


def test_what_is_no_object_is_counted_and_the_records_given(outlet, configure, read):
    url = outlet.serve("/news", json.dumps([None, story(1), "ad"]))
    steps = read(configure(url))
    assert titles(steps) == ["1"]
    (fetch,) = fetches(steps)
    assert fetch.outcome == "ok"
    assert fetch.error == "2 could not be read, the first at record 1: null, not an object"


# Options


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"fields": {"headline": "title"}}, "'headline' is none of id, title"),
        ({"fields": {"title": "a b"}}, "not a JMESPath expression: Unexpected token: b"),
        ({"items": "a["}, "not a JMESPath expression"),
        ({"items": "nonsense(@)"}, r"JMESPath has no function nonsense\(\)"),
        ({"url": "https://a.example/{strat}"}, r"no placeholder \{strat\}"),
        ({"url": "https://a.example/{page}"}, r"\{page\} needs paging.style = 'page'"),
        ({"url": "https://{start}.example/"}, "not an http or https url"),
        ({"since": "yesterday"}, "not a span of time"),
        ({"max_requests": 0}, "greater than or equal to 1"),
    ],
)
def test_options_that_cannot_work_are_refused_when_loading(tmp_path, options, why):
    given = {"url": "https://a.example/", **options}
    with pytest.raises(ValidationError, match=why):
        Source(name="press", home=tmp_path, **given)


def test_a_sources_file_says_how_an_api_is_read(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(
        '[sources.press]\nkind = "api"\nurl = "https://a.example/?d={start_day}&p={page}"\n'
        'items = "data[?type==\'news\']"\npaging = {style = "page", first = 0}\n'
        '[sources.press.fields]\ntitle = "head.line"\n'
    )
    source = load(path)["press"]
    assert source.place() == "https://a.example/?d={start_day}&p={page}"
    assert source.profile().fields == (("title", "_mapped.title"),)
    path.write_text(path.read_text().replace("first", "frist"))
    with pytest.raises(ConfigError, match="did you mean 'first'") as found:
        load(path)
    assert found.value.facts["line"] == 5
