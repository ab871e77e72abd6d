from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from readings import fetches, remember

from flows.sources import Cursor, Document, Fetch, Poll, Reading, Sighting, page
from flows.sources._http import Web
from flows.sources._pages import Named, read_pages

BODY = "<html><h1>The lamp burns again</h1></html>"
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def ask(web: Web, configure) -> Callable[..., list[Reading]]:
    """Read pages as one run does."""

    def read(
        named: Sequence[Named], memory: dict[str, Cursor], *, only_due: bool = True, **how: bool
    ) -> list[Reading]:
        options = configure(page, "http://127.0.0.1/")
        readings = list(read_pages(named, options, memory, Poll(only_due, web), **how))
        remember(readings, memory)
        return readings

    return read


def kinds(readings: list[Reading]) -> list[str]:
    """What came, robots.txt aside."""
    named = [fetch.outcome for fetch in fetches(readings)]
    named += [type(each).__name__ for each in readings if not isinstance(each, Fetch)]
    return sorted(named)


def due(memory: dict[str, Cursor]) -> None:
    """Let time pass until everything is due."""
    for url, cursor in memory.items():
        memory[url] = replace(cursor, next_poll_at=LONG_AGO)


def test_a_new_page_is_a_document_with_its_item(outlet, ask):
    url = outlet.serve("/a", BODY, headers={"Content-Type": "text/html; charset=utf-8"})
    readings = ask([Named(url, {"title": "Lamp"}, "1")], {})
    document = next(each for each in readings if isinstance(each, Document))
    assert (document.url, document.origin, document.payload) == (url, url, BODY.encode())
    assert (document.media_type, document.charset, document.status) == ("text/html", "utf-8", 200)
    assert document.item == {"title": "Lamp"}
    assert document.final_url is None


def test_a_page_named_twice_is_asked_once(outlet, ask):
    url = outlet.serve("/a", BODY)
    ask([Named(url, None, "1"), Named(f"{url}?utm_source=feed#top", None, "2")], {})
    assert outlet.paths == ["/a"]


def test_a_known_page_is_left_alone_until_its_stamp_changes(outlet, ask):
    url, memory = outlet.serve("/a", BODY, headers={"ETag": '"1"'}), {}
    ask([Named(url, None, "1")], memory)
    assert ask([Named(url, None, "1")], memory) == []
    assert ask([Named(url, None, None)], memory) == []
    assert kinds(ask([Named(url, None, "2")], memory)) == ["Document", "ok"]
    assert ask([Named(url, None, "2")], memory) == []


def test_two_lists_that_say_different_things_of_a_page_do_not_make_it_change(outlet, ask):
    url, memory = outlet.serve("/a", BODY), {}
    ask([Named(url, {"guid": "1"}, "same")], memory)
    assert ask([Named(url, {"guid": "2"}, "same")], memory) == []


def test_a_scheduled_run_revisits_what_is_due_even_if_nobody_names_it(outlet, ask):
    url, memory = outlet.serve("/a", BODY), {}
    ask([Named(url, {"guid": "1"}, "1")], memory)
    due(memory)
    assert ask([], memory, only_due=False) == []
    readings = ask([], memory)
    assert kinds(readings) == ["Document", "ok"]
    assert next(each.item for each in readings if isinstance(each, Document)) == {"guid": "1"}


def test_a_page_that_failed_is_tried_again_with_its_item(outlet, ask):
    url, memory = outlet.url("/a"), {}
    assert kinds(ask([Named(url, {"guid": "1"}, "1")], memory)) == ["http_error"]
    assert ask([], memory) == []  # not due yet
    outlet.serve("/a", BODY)
    readings = ask([], memory, only_due=False)
    assert next(each.item for each in readings if isinstance(each, Document)) == {"guid": "1"}


def test_a_page_that_failed_after_its_stamp_changed_is_not_forgotten(outlet, ask):
    url, memory = outlet.serve("/a", BODY), {}
    ask([Named(url, None, "1")], memory)
    outlet.serve("/a", "gone for now", status=404)
    ask([Named(url, None, "2")], memory)
    outlet.serve("/a", BODY.replace("burns", "is lit"))
    due(memory)
    assert kinds(ask([], memory)) == ["Document", "ok"]


def test_an_empty_page_is_said_and_tried_again(outlet, ask):
    url, memory = outlet.serve("/a", "  \n"), {}
    (fetch,) = [each for each in ask([Named(url)], memory) if not each.is_step]
    assert (fetch.outcome, fetch.error) == ("broken", "the answer is empty")
    outlet.serve("/a", BODY)
    assert kinds(ask([], memory, only_due=False)) == ["Document", "ok"]


def test_a_window_asks_everything_unconditionally_and_remembers_nothing(outlet, ask):
    url, memory = outlet.serve("/a", BODY, headers={"ETag": '"1"'}), {}
    ask([Named(url, None, "1")], memory)
    before = dict(memory)
    assert kinds(ask([Named(url, None, "1")], memory, is_window=True)) == ["Document", "ok"]
    assert memory == before
    assert outlet.asked("/a")[-1].headers["If-None-Match"] is None


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "javascript:1", "http://", "http://[::"])
def test_an_address_that_is_none_costs_nothing(ask, url):
    assert kinds(ask([Named(url)], {})) == ["refused"]


def test_a_redirected_page_keeps_the_address_it_was_asked_by(outlet, ask):
    there = outlet.serve("/b", BODY)
    here = outlet.serve("/a", status=302, headers={"Location": there})
    document = next(each for each in ask([Named(here)], {}) if isinstance(each, Document))
    assert (document.url, document.final_url) == (here, there)


def test_a_sighting_has_the_time_of_its_answer(outlet, ask):
    url, memory = outlet.serve("/a", BODY, headers={"ETag": '"1"'}), {}
    ask([Named(url)], memory)
    due(memory)
    sighting, fetch = (each for each in ask([], memory) if not getattr(each, "is_step", False))
    assert sighting == Sighting(url, fetch.fetched_at)


def test_a_page_that_its_list_calls_changed_is_asked_without_validators(outlet, ask):
    # A server whose 304 lies would hide the change.
    etag, memory = {"ETag": '"1"'}, {}
    url = outlet.serve("/a", BODY, headers=etag)
    ask([Named(url, None, "1")], memory)
    outlet.serve("/a", BODY.replace("burns", "is lit"), headers=etag)
    assert kinds(ask([Named(url, None, "2")], memory)) == ["Document", "ok"]
    assert outlet.asked("/a")[-1].headers["If-None-Match"] is None
    due(memory)
    assert kinds(ask([], memory)) == ["Sighting", "not_modified"]


def test_a_changed_page_that_failed_is_tried_again_without_validators(outlet, ask):
    etag, memory = {"ETag": '"1"'}, {}
    url = outlet.serve("/a", BODY, headers=etag)
    ask([Named(url, None, "1")], memory)
    outlet.serve("/a", "", status=404)
    ask([Named(url, None, "2")], memory)
    outlet.serve("/a", BODY.replace("burns", "is lit"), headers=etag)
    due(memory)
    assert kinds(ask([], memory)) == ["Document", "ok"]


@pytest.mark.parametrize("headers", [{}, {"ETag": '"1"'}])
def test_an_equal_body_is_the_document_that_is_known(outlet, ask, headers):
    url, memory = outlet.serve("/a", BODY, headers=headers), {}
    ask([Named(url, {"title": "Lamp"}, "1")], memory)
    for _ in range(2):
        readings = ask([Named(url, {"title": "Lamp, again"}, "2")], memory)
        items = [each.item for each in readings if isinstance(each, Document)]
        assert items in ([], [{"title": "Lamp"}])
    outlet.serve("/a", BODY.replace("burns", "is lit"))
    (document,) = [
        each
        for each in ask([Named(url, {"title": "Lamp, once more"}, "3")], memory)
        if isinstance(each, Document)
    ]
    assert document.item == {"title": "Lamp, once more"}


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_page_that_two_lists_date_differently_is_not_asked_in_each_run(outlet, ask, is_turned):
    url, memory = outlet.serve("/a", BODY), {}
    plain = Named(url, {"list": "plain"}, "2026-03-14", "https://lamp.test/map.xml")
    news = Named(url, {"list": "news"}, "2026-03-15T09:00:00Z Lamp", "https://lamp.test/news.xml")
    both = [news, plain] if is_turned else [plain, news]
    (document,) = [each for each in ask(both, memory) if isinstance(each, Document)]
    assert document.item == {"list": "news"}  # the newest stamp, in either order
    for named in ([plain], [news], both):
        assert ask(named, memory) == []
    assert kinds(ask([replace(plain, stamp="2026-03-16")], memory)) == ["Document", "ok"]
    assert ask([news], memory) == []
    assert kinds(ask([plain], memory)) == ["Document", "ok"]  # its list has gone back


def test_a_list_that_dates_a_page_twice_does_not_have_it_asked_in_each_run(outlet, ask):
    url, memory = outlet.serve("/a", BODY), {}
    twice = [Named(url, None, "1"), Named(url, None, "2")]
    ask(twice, memory)
    assert ask(twice, memory) == []


def test_a_page_that_many_lists_name_remembers_some_of_them(outlet, ask):
    url, memory = outlet.serve("/a", BODY), {}
    for number in range(30):
        ask([Named(url, None, f"{number:02}", f"https://lamp.test/{number}.xml")], memory)
    assert len(outlet.asked("/a")) == 30
    assert ask([Named(url, None, "29", "https://lamp.test/29.xml")], memory) == []
    assert len(memory[url].item) < 500


def test_a_page_that_robots_txt_disallows_is_not_told_in_each_run(outlet, ask):
    outlet.serve("/robots.txt", "User-agent: *\nDisallow: /a\n")
    url, memory = outlet.url("/a"), {}
    assert kinds(ask([Named(url, None, "1")], memory, only_due=False)) == ["disallowed"]
    for only_due in (False, True):
        assert ask([Named(url, None, "1")], memory, only_due=only_due) == []
    assert kinds(ask([Named(url, None, "2")], memory)) == ["disallowed"]
    due(memory)
    assert kinds(ask([], memory, only_due=False)) == ["disallowed"]
