"""The session, seen from the servers it asks: one test per rule, by the server's own log."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from local_outlet import Outlet, Request
from polite_web import OPEN, QUICK, drip

from flows.sources._http import Ask, Web

# What is sent


def test_says_who_asks_and_gives_the_whole_answer(web: Web, outlet: Outlet) -> None:
    headers = {"Content-Type": "Text/HTML; charset=UTF-8", "Cache-Control": "max-age=90"}
    url = outlet.serve("/a", "<p>Harbour reopens</p>", headers=headers)

    answer = web.get(Ask(url, accept="text/x-wire"), OPEN)

    assert answer.outcome == "ok"
    assert answer.body == b"<p>Harbour reopens</p>"
    assert (answer.media_type, answer.charset, answer.max_age_s) == ("text/html", "utf-8", 90)
    assert (answer.final_url, answer.permanent_url) == (url, None)
    assert answer.last.bytes == len(answer.body)
    assert answer.last.ms > 0
    sent = outlet.asked("/a")[0].headers
    assert sent["User-Agent"].startswith("wirelake/")
    assert sent["User-Agent"].endswith(" (+https://wirelake.test/about)")
    assert sent["Accept"] == "text/x-wire"
    assert sent["If-None-Match"] is None


@pytest.mark.parametrize("etag", ['"a"', 'W/"b,c"', "unquoted", '"', 'W/"\u00e9"', "-gzip"])
def test_sends_validators_back_as_they_came(web: Web, outlet: Outlet, etag: str) -> None:
    dated = "Tue, 5 May 2026 7:00:00 +0200"
    url = outlet.serve("/feed", "x", headers={"ETag": etag, "Last-Modified": dated})
    first = web.get(Ask(url), OPEN)

    second = web.get(Ask(url, first.headers["etag"], first.headers["last-modified"]), OPEN)

    assert second.outcome == "not_modified"
    assert second.body == b""
    sent = outlet.asked("/feed")[1].headers
    assert sent["If-None-Match"] == etag
    assert sent["If-Modified-Since"] == dated


def test_a_304_to_nothing_known_is_an_error(web: Web, outlet: Outlet) -> None:
    url = outlet.serve("/feed", status=304)
    assert web.get(Ask(url), OPEN).outcome == "http_error"
    assert web.get(Ask(url, '"a"'), OPEN).outcome == "not_modified"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "ok"),
        (204, "ok"),
        (300, "http_error"),
        (403, "http_error"),
        (404, "http_error"),
        (410, "gone"),
    ],
)
def test_asks_once_where_asking_again_is_no_help(
    web: Web, outlet: Outlet, status: int, outcome: str
) -> None:
    answer = web.get(Ask(outlet.serve("/a", status=status)), OPEN)
    assert (answer.outcome, answer.last.status) == (outcome, status)
    assert outlet.paths == ["/a"]


def test_keeps_no_cookies(web: Web, outlet: Outlet) -> None:
    url = outlet.serve("/a", "x", headers={"Set-Cookie": "visitor=1; Path=/"})
    web.get(Ask(url), OPEN)
    web.get(Ask(url), OPEN)
    assert [request.headers["Cookie"] for request in outlet.asked("/a")] == [None, None]


# Secrets


SECRET = replace(
    OPEN,
    headers={"X-Key": "k"},
    auth=("reader", "pass"),
    cookies={"session": "1", "plan": "b"},
    domains=frozenset({"127.0.0.1", "localhost"}),
)


def secrets_of(request: Request) -> list[str | None]:
    return [request.headers[name] for name in ("X-Key", "Authorization", "Cookie")]


def test_sends_secrets_to_the_domains_of_the_source(web: Web, outlet: Outlet) -> None:
    web.get(Ask(outlet.serve("/a", "x")), SECRET)
    web.get(Ask(outlet.url("/a")), replace(SECRET, auth=None, bearer="token"))
    first, second = outlet.asked("/a")
    assert secrets_of(first) == ["k", "Basic cmVhZGVyOnBhc3M=", "session=1; plan=b"]
    assert second.headers["Authorization"] == "Bearer token"


def test_sends_no_secrets_to_other_domains(
    web: Web, outlet: Outlet, open_outlet: Callable[[str], Outlet]
) -> None:
    web.get(Ask(open_outlet("127.0.0.2").serve("/a", "x")), SECRET)
    other = open_outlet("127.0.0.3")
    web.get(Ask(other.serve("/a", "x")), SECRET)
    assert secrets_of(other.asked("/a")[0]) == [None, None, None]


@pytest.mark.parametrize("status", [301, 302, 307])
def test_takes_no_secrets_along_to_another_domain_nor_back(
    web: Web, outlet: Outlet, open_outlet: Callable[[str], Outlet], status: int
) -> None:
    neighbour = open_outlet("127.0.0.1")  # the same address, another port
    outlet.serve("/same", status=status, headers={"Location": "/out"})
    outlet.serve("/out", status=status, headers={"Location": neighbour.url("/in")})
    back = outlet.url("/back", host="localhost")
    neighbour.serve("/in", status=status, headers={"Location": back})
    outlet.serve("/back", "x")

    answer = web.get(Ask(outlet.url("/same")), SECRET)

    assert answer.outcome == "ok"
    assert None not in secrets_of(outlet.asked("/out")[0])
    assert secrets_of(neighbour.asked("/in")[0]) == [None, None, None]
    assert secrets_of(outlet.asked("/back")[0]) == [None, None, None]


# Bounds


def test_a_body_over_the_cap_is_no_answer(web: Web, outlet: Outlet) -> None:
    terms = replace(OPEN, max_bytes=1000)
    assert web.get(Ask(outlet.serve("/a", b"x" * 1000)), terms).outcome == "ok"
    answer = web.get(Ask(outlet.serve("/b", itertools.repeat(b"x" * 100))), terms)
    assert (answer.outcome, answer.body) == ("too_large", b"")
    assert outlet.paths == ["/a", "/b"]


def test_a_server_that_says_nothing_times_out(outlet: Outlet) -> None:
    url = outlet.serve("/a", lambda r: (r.ended.wait(5), (200, {}, b"x"))[1])
    with Web(replace(QUICK, retries=0)) as web:
        assert web.get(Ask(url), replace(OPEN, read_s=0.1)).outcome == "timeout"


def test_a_body_that_drips_ends_at_the_deadline(outlet: Outlet) -> None:
    url = outlet.serve("/a", lambda r: (200, {}, drip(r)))
    with Web(replace(QUICK, retries=0)) as web:
        assert web.get(Ask(url), replace(OPEN, total_s=0.2)).outcome == "timeout"


def test_headers_that_drip_end_at_the_deadline(outlet: Outlet) -> None:
    url = outlet.serve(
        "/a", lambda r: (0, {}, itertools.chain([b"HTTP/1.1 200 OK\r\nA: "], drip(r)))
    )
    with Web(replace(QUICK, retries=0)) as web:
        assert web.get(Ask(url), replace(OPEN, total_s=0.2)).outcome == "timeout"


def test_the_body_of_a_redirect_is_not_waited_for(web: Web, outlet: Outlet) -> None:
    moved = {"Location": "/b"}
    outlet.serve("/a", itertools.repeat(b"x" * 1000), status=302, headers=moved)
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    outlet.serve("/b", "x")
    assert answer.final_url == outlet.url("/b")
