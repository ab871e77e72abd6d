"""Lists are read page after page, to their end or a limit."""

from __future__ import annotations

import json

import pytest
from api_answers import by_query, endless, query, stories, titles
from readings import documents, fetches


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
    urls = [outlet.serve(path, endless) for path in ("/a", f"/{'b' * 3000}")]
    # robots.txt is a request as well.
    steps = read(configure(urls, paging={"style": "page"}, max_requests=4))
    assert len(outlet.log) == 4
    *_, last, unasked = fetches(steps)
    assert last.error == "ended after 4 requests: max_requests"
    assert (unasked.url, unasked.outcome) == (urls[1][:2000], "refused")
    assert list(read.memory) == [urls[0]]


@pytest.mark.parametrize("status", [400, 404])
def test_an_error_past_the_last_page_is_the_end_of_a_counted_list(outlet, configure, read, status):
    def reply(request):
        is_first = query(request.path)["page"] == "1"
        return (200, {}, json.dumps(stories(1)).encode()) if is_first else (status, {}, b"")

    url = outlet.serve("/news", reply)
    read(configure(url, paging={"style": "page"}))
    assert read.memory[url].failures == 0
