"""Parameters of the query that nobody but the source's own servers may see."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from local_outlet import Outlet, Request
from requests import Request as Unsent

from flows.sources._http import Answer, Ask, Manners, Terms, Web
from flows.sources._http.secrets import SecretQuery, without

KEY = "s3cret/key+1"
OPEN = Terms(allow_private=True, pace_s=0, connect_s=5, read_s=5, total_s=5)
SECRET = replace(OPEN, query={"api-key": KEY}, domains=frozenset({"127.0.0.1", "localhost"}))


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(Manners(retries=1, backoff_s=0.01), remembers=True) as session:
        yield session


def keys_of(outlet: Outlet, path: str) -> list[list[str]]:
    """Give the keys that each request for a path brought along."""
    asked = [urlsplit(request.path) for request in outlet.log]
    return [
        [value for name, value in parse_qsl(each.query) if name == "api-key"]
        for each in asked
        if each.path == path
    ]


def is_told(answer: Answer) -> bool:
    told = repr(answer)
    return KEY in told or quote(KEY, safe="") in told


@pytest.mark.parametrize("asked", ["/a", "/a?", "/a?page=2", "/a?api-key=old&page=2"])
def test_it_is_sent_once_and_not_told(web: Web, outlet: Outlet, asked: str) -> None:
    outlet.serve("/a", b"here")
    answer = web.get(Ask(outlet.url(asked)), SECRET)
    assert answer.body == b"here"
    assert keys_of(outlet, "/a") == [[KEY]]
    assert ("page=2" in outlet.paths[0]) is ("page=2" in asked)
    assert answer.final_url == outlet.url(asked)
    assert answer.last.url == outlet.url(asked.removesuffix("?"))
    assert not is_told(answer)


def test_robots_txt_is_asked_and_matched_without_it(web: Web, outlet: Outlet) -> None:
    outlet.serve("/robots.txt", "User-agent: *\nDisallow: /*api-key\n")
    outlet.serve("/a", b"here")
    assert web.get(Ask(outlet.url("/a")), SECRET).outcome == "ok"
    assert web.get(Ask(outlet.url("/a?api-key=x")), SECRET).outcome == "disallowed"
    assert outlet.log[0].path == "/robots.txt"
    assert keys_of(outlet, "/a") == [[KEY]]


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_to_another_domain_drops_it(
    web: Web, outlet: Outlet, open_outlet: Callable[[str], Outlet], status: int
) -> None:
    neighbour = open_outlet("127.0.0.1")  # the same address, another port
    repeated = f"api-key={quote(KEY, safe='')}"
    outlet.serve("/same", status=status, headers={"Location": f"/out?{repeated}&page=2"})
    away = neighbour.url(f"/in?{repeated}&page=2")
    outlet.serve("/out", status=status, headers={"Location": away})
    neighbour.serve("/in", status=status, headers={"Location": outlet.url("/back", "localhost")})
    outlet.serve("/back", b"here")

    answer = web.get(Ask(outlet.url("/same")), SECRET)

    assert answer.outcome == "ok"
    assert (keys_of(outlet, "/same"), keys_of(outlet, "/out")) == ([[KEY]], [[KEY]])
    assert neighbour.paths == ["/in?page=2"]
    assert keys_of(outlet, "/back") == [[]]
    assert [step.url for step in answer.tries if "robots" not in step.url] == [
        outlet.url("/same"), outlet.url("/out?page=2"), neighbour.url("/in?page=2"),
        outlet.url("/back", "localhost"),
    ]  # fmt: skip
    assert not is_told(answer)


def test_other_domains_and_plain_http_never_see_it(
    web: Web, outlet: Outlet, open_outlet: Callable[[str], Outlet]
) -> None:
    other = open_outlet("127.0.0.3")
    web.get(Ask(other.serve("/a", b"x")), SECRET)
    web.get(Ask(outlet.serve("/a", b"x")), replace(SECRET, is_secure=True))
    assert (keys_of(other, "/a"), keys_of(outlet, "/a")) == ([[]], [[]])


def test_a_further_try_brings_it_along(web: Web, outlet: Outlet) -> None:
    answer = web.get(Ask(outlet.serve("/a", b"busy", 503)), SECRET)
    assert keys_of(outlet, "/a") == [[KEY], [KEY]]
    assert (answer.outcome, is_told(answer)) == ("http_error", False)


def test_an_answer_that_repeats_it_is_read_without_it(web: Web, outlet: Outlet) -> None:
    def repeat(request: Request) -> tuple[int, dict[str, str], bytes]:
        escaped = KEY.replace("/", r"\/")
        body = f'{{"key": "{escaped}", "asked": "{request.path}", "text": "caf\u00e9"}}'
        return 200, {"Link": f'<{request.path}&page=2>; rel="next"'}, body.encode()

    outlet.serve("/a", repeat)
    answer = web.get(Ask(outlet.url("/a?q=1")), SECRET)
    assert answer.body.decode() == '{"key": "***", "asked": "/a?q=1&api-key=***", "text": "café"}'
    assert answer.headers["link"] == '</a?q=1&api-key=***&page=2>; rel="next"'


@pytest.mark.parametrize(
    "written",
    [
        KEY, r"s3cret\/key+1", "s3cret%2fkey%2B1", r"s3cret/key\u002B1", "s3cret%252Fkey%252B1",
        "s3cret/key&#43;1",
    ],
)  # fmt: skip
def test_it_is_known_however_it_is_written(web: Web, outlet: Outlet, written: str) -> None:
    outlet.serve("/a", f"<a href='/b?k={written}&amp;page=2'>")
    assert web.get(Ask(outlet.url("/a")), SECRET).body == b"<a href='/b?k=***&amp;page=2'>"


def test_a_short_one_is_hidden_behind_its_name_only(web: Web, outlet: Outlet) -> None:
    body = b"The latest test: ?test=1&api-key=test&q=api-key=tests, my-api-key=test"
    outlet.serve("/a", body)
    answer = web.get(Ask(outlet.url("/a")), replace(SECRET, query={"api-key": "test"}))
    assert answer.body == body.replace(b"&api-key=test&", b"&api-key=***&")


def test_what_was_answered_to_it_is_not_for_others(web: Web, outlet: Outlet) -> None:
    url = outlet.serve("/a", b"for you")
    for terms in (SECRET, OPEN, SECRET):
        web.get(Ask(url), terms)
    assert keys_of(outlet, "/a") == [[KEY], [], [KEY]]


def test_no_log_has_it(web: Web, outlet: Outlet, caplog: pytest.LogCaptureFixture) -> None:
    # urllib3 warns of such a head, and names the url.
    outlet.serve("/a", b"HTTP/1.1 200 OK\r\nNo colon here\r\nContent-Length: 1\r\n\r\nx", 0)
    with caplog.at_level(logging.DEBUG):
        web.get(Ask(outlet.url("/a?q=open")), SECRET)
    assert keys_of(outlet, "/a") == [[KEY]]
    assert "Failed to parse headers" in caplog.text
    assert "api-key" not in caplog.text


@pytest.mark.parametrize(
    ("url", "rest"),
    [
        ("https://a.example/b?key=1&page=2#c", "https://a.example/b?page=2#c"),
        ("/b?key=1", "/b"),
        ("/b?k%65y=1&key&page=2", "/b?page=2"),
        ("/b?keys=1&c=key", "/b?keys=1&c=key"),
        ("/b?", "/b?"),
        ("http://[broken?key=1", "http://[broken"),
    ],
)
def test_a_parameter_is_taken_out_by_its_name(url: str, rest: str) -> None:
    assert without(url, {"key"}) == rest
    assert without(url, ()) == url


def test_names_and_values_are_written_for_a_query() -> None:
    request = Unsent("GET", "https://a.example/").prepare()
    sent = SecretQuery({"a b&": "ü&=", "c": "#?"}).added_to(request)
    assert sent.url == "https://a.example/?a%20b%26=%C3%BC%26%3D&c=%23%3F"
    assert sent.path_url == "/?a%20b%26=%C3%BC%26%3D&c=%23%3F"
    assert request.url == "https://a.example/"
