"""The session, seen from the servers it asks: one test per rule, by the server's own log."""

from __future__ import annotations

import io
import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests
from local_outlet import Outlet, Reply, Request

from flows.sources._http import Ask, Manners, SessionClosedError, Terms, Web
from flows.sources._http.heads import TimedAdapter
from flows.sources._http.memory import Memory

QUICK = Manners(contact="https://wirelake.test/about", backoff_s=0.01, max_wait_s=2.0)
OPEN = Terms(allow_private=True, pace_s=0.0, connect_s=2.0, read_s=2.0, total_s=5.0)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(QUICK) as opened:
        yield opened


def keep_apart(requests: list[Request], gap_s: float) -> bool:
    """Say whether each came a gap after the one before, as far as a busy machine can tell.

    Between granting a turn and the server's clock lie a thread switch and a connection; without
    any pace the gaps would be a fiftieth.
    """
    gaps = [after.at - before.at for before, after in itertools.pairwise(requests)]
    return min(gaps) > gap_s / 3 and sum(gaps) > 0.7 * gap_s * len(gaps)


def in_turn(*replies: Reply) -> Callable[[Request], Reply]:
    """Give each reply once, the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def web_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "wirelake-web"]


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


# robots.txt


RULES = (
    "User-agent: *\nDisallow: /\n\nUser-agent: Wirelake\nDisallow: /private\nAllow: /private/ok\n"
)


def test_asks_for_nothing_that_robots_txt_disallows(web: Web, outlet: Outlet) -> None:
    outlet.serve("/robots.txt", RULES)
    paths = ["/a", "/private/x", "/private/ok", "/b/../private/x", "/%70rivate/x", "/a"]

    answers = [web.get(Ask(outlet.serve(path, "x")), OPEN) for path in paths]

    found = [answer.outcome for answer in answers]
    assert found == ["ok", "disallowed", "ok", "disallowed", "disallowed", "ok"]
    assert outlet.paths == ["/a", "/private/ok", "/a"]
    assert len(outlet.asked("/robots.txt")) == 1
    assert [one.url for one in answers[0].tries] == [outlet.url("/robots.txt"), outlet.url("/a")]
    assert [len(answer.tries) for answer in answers[1:]] == [1, 1, 1, 1, 1]
    assert answers[1].last.status is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_all_is_open_where_there_is_no_robots_txt(web: Web, outlet: Outlet, status: int) -> None:
    outlet.serve("/robots.txt", "Disallow: /", status=status)
    assert web.get(Ask(outlet.serve("/a", "x")), OPEN).outcome == "ok"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_nothing_is_open_where_robots_txt_fails(web: Web, outlet: Outlet, status: int) -> None:
    outlet.serve("/robots.txt", status=status)
    answers = list(web.get_all([Ask(outlet.serve("/a", "x")) for _ in range(5)], OPEN))
    assert {answer.outcome for answer in answers} == {"disallowed"}
    assert outlet.paths == []
    assert len(outlet.asked("/robots.txt")) == 1 + QUICK.retries


def test_a_host_that_cannot_be_reached_is_said_to_be(web: Web, outlet: Outlet) -> None:
    url = outlet.url("/a")
    outlet.close()
    answer = web.get(Ask(url), OPEN)
    assert answer.outcome == "unreachable"
    assert answer.last.url == url
    assert "robots.txt" in (answer.last.error or "")


def test_follows_five_redirects_of_robots_txt(web: Web, outlet: Outlet) -> None:
    outlet.serve("/robots.txt", status=301, headers={"Location": "/1"})
    for hop in range(1, 5):
        outlet.serve(f"/{hop}", status=302, headers={"Location": f"/{hop + 1}"})
    outlet.serve("/5", RULES)
    assert web.get(Ask(outlet.url("/private/x")), OPEN).outcome == "disallowed"
    outlet.serve("/5", status=302, headers={"Location": "/6"})
    outlet.serve("/6", RULES)
    with Web(QUICK) as another:
        answer = another.get(Ask(outlet.serve("/private/x", "x")), OPEN)
    assert answer.outcome == "ok"
    assert [one.outcome for one in answer.tries] == ["redirected"] * 6 + ["ok"]


def test_robots_txt_is_asked_again_when_it_is_old(outlet: Outlet) -> None:
    url = outlet.serve("/a", "x")
    with Web(replace(QUICK, robots_ttl_s=0.0)) as web:
        web.get(Ask(url), OPEN)
        web.get(Ask(url), OPEN)
    assert len(outlet.asked("/robots.txt")) == 2


def test_robots_txt_of_an_earlier_run_is_not_asked_for(outlet: Outlet, tmp_path: Path) -> None:
    outlet.serve("/robots.txt", RULES)
    asks = [Ask(outlet.serve("/private/x", "x")), Ask(outlet.serve("/open", "x"))]
    outcomes = []
    for _ in range(2):
        with Web(QUICK, home=tmp_path) as web:
            outcomes += [web.get(ask, OPEN).outcome for ask in asks]
    assert outcomes == ["disallowed", "ok"] * 2
    assert len(outlet.asked("/robots.txt")) == 1


def test_a_host_without_robots_txt_is_remembered_to_have_none(
    outlet: Outlet, tmp_path: Path
) -> None:
    url = outlet.serve("/a", "x")
    for _ in range(2):
        with Web(QUICK, home=tmp_path) as web:
            assert web.get(Ask(url), OPEN).outcome == "ok"
    assert len(outlet.asked("/robots.txt")) == 1


def test_a_robots_txt_that_failed_is_asked_for_in_the_next_run(
    outlet: Outlet, tmp_path: Path
) -> None:
    outlet.serve("/robots.txt", status=503)
    url = outlet.serve("/a", "x")
    with Web(replace(QUICK, retries=0), home=tmp_path) as web:
        assert web.get(Ask(url), OPEN).outcome == "disallowed"
    outlet.serve("/robots.txt", "")
    with Web(QUICK, home=tmp_path) as web:
        assert web.get(Ask(url), OPEN).outcome == "ok"


def test_a_robots_txt_of_yesterday_is_asked_for_and_a_later_one_not_believed(
    outlet: Outlet, tmp_path: Path
) -> None:
    url = outlet.serve("/a", "x")
    for hours in (-25, -23, 1):
        with Web(QUICK, home=tmp_path) as web:
            web.get(Ask(url), OPEN)
        (kept,) = (tmp_path / "robots").iterdir()
        os.utime(kept, (time.time() + hours * 3600,) * 2)
    with Web(QUICK, home=tmp_path) as web:
        web.get(Ask(url), OPEN)
    # The first run, the one after 25 hours, and the one that finds a file of the future.
    assert len(outlet.asked("/robots.txt")) == 3


def test_a_folder_that_cannot_be_used_costs_a_request(outlet: Outlet, tmp_path: Path) -> None:
    home = tmp_path / "web"
    home.write_text("a file in place of the folder")
    with Web(QUICK, home=home) as web:
        assert web.get(Ask(outlet.serve("/a", "x")), OPEN).outcome == "ok"


def test_robots_txt_counts_for_every_host_of_a_redirect(
    web: Web, outlet: Outlet, open_outlet: Callable[[str], Outlet]
) -> None:
    other = open_outlet("127.0.0.2")
    other.serve("/robots.txt", RULES)
    outlet.serve("/a", status=302, headers={"Location": other.url("/private/x")})
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert answer.outcome == "disallowed"
    assert other.paths == []


def test_many_at_once_fetch_robots_txt_once(web: Web, outlet: Outlet) -> None:
    outlet.serve("/robots.txt", lambda r: (r.ended.wait(0.1), (200, {}, RULES.encode()))[1])
    asks = [Ask(outlet.serve(f"/{number}", "x")) for number in range(20)]
    assert {answer.outcome for answer in web.get_all(asks, OPEN)} == {"ok"}
    assert len(outlet.asked("/robots.txt")) == 1


def test_names_the_sitemaps_of_a_host(web: Web, outlet: Outlet) -> None:
    lines = [f"Sitemap: {outlet.url(path)}" for path in ("/b.xml", "/a.xml", "/b.xml")]
    outlet.serve("/robots.txt", "\n".join(lines))
    found, tries = web.sitemaps_of(outlet.url("/somewhere"), OPEN)
    assert found == [outlet.url("/b.xml"), outlet.url("/a.xml")]
    assert [one.outcome for one in tries] == ["ok"]
    assert web.sitemaps_of(outlet.url("/"), OPEN) == (found, ())


# Pace


def test_keeps_the_gap_between_all_requests_to_a_host(web: Web, outlet: Outlet) -> None:
    outlet.serve("/5", status=302, headers={"Location": "/moved"})
    asks = [Ask(outlet.serve(f"/{number}", "x")) for number in range(5)] + [Ask(outlet.url("/5"))]

    list(web.get_all(asks, replace(OPEN, pace_s=0.12)))

    assert len(outlet.log) == 8
    assert keep_apart(outlet.log, 0.12)


def test_sources_share_the_pace(web: Web, outlet: Outlet) -> None:
    terms = replace(OPEN, pace_s=0.12)
    asks = [Ask(outlet.serve(f"/{number}", "x")) for number in range(3)]
    threads = [threading.Thread(target=lambda: list(web.get_all(asks, terms))) for _ in range(2)]
    for thread in threads:
        thread.start()
    web.get(asks[0], terms)
    for thread in threads:
        thread.join()
    assert len(outlet.log) == 8
    assert keep_apart(outlet.log, 0.12)


def test_runs_on_one_machine_share_the_pace(outlet: Outlet, tmp_path: Path) -> None:
    terms = replace(OPEN, pace_s=0.1)
    outlet.latency_s = 0.02
    asks = [Ask(outlet.serve(f"/{number}", "x")) for number in range(8)]
    with ExitStack() as stack, ThreadPoolExecutor(4) as askers:
        webs = [stack.enter_context(Web(QUICK, home=tmp_path)) for _ in range(4)]
        given = [askers.submit(list, web.get_all(asks, terms)) for web in webs]
        assert {answer.outcome for each in given for answer in each.result()} == {"ok"}
    assert keep_apart(outlet.log, 0.1)


def test_a_retry_after_that_one_run_was_told_holds_for_the_next(
    outlet: Outlet, tmp_path: Path
) -> None:
    outlet.serve("/a", status=429, headers={"Retry-After": "3600"})
    outlet.serve("/b", "x")
    with Web(QUICK, home=tmp_path) as web:
        web.get(Ask(outlet.url("/a")), OPEN)
    asked = len(outlet.log)
    with Web(QUICK, home=tmp_path) as web:
        answer = web.get(Ask(outlet.url("/b")), OPEN)
    assert answer.last.error == "its domain is left alone for as long as its Retry-After says"
    assert answer.last.retry_after_s == pytest.approx(3600, abs=60)
    assert len(outlet.log) == asked


def test_asks_a_host_one_thing_at_a_time(web: Web, outlet: Outlet) -> None:
    under_way, most = [0], [0]

    def script(request: Request) -> Reply:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        request.ended.wait(0.01)
        under_way[0] -= 1
        return 200, {}, b"x"

    list(web.get_all([Ask(outlet.serve(f"/{number}", script)) for number in range(10)], OPEN))
    assert most == [1]


def test_keeps_the_crawl_delay(web: Web, outlet: Outlet) -> None:
    outlet.serve("/robots.txt", "User-agent: *\nCrawl-delay: 0.2\n")
    list(web.get_all([Ask(outlet.serve(f"/{number}", "x")) for number in range(3)], OPEN))
    assert keep_apart(outlet.log, 0.2)


def test_asks_several_hosts_at_once(web: Web, open_outlet: Callable[[str], Outlet]) -> None:
    meeting = threading.Barrier(5, timeout=3)

    def script(_: Request) -> Reply:
        meeting.wait()
        return 200, {}, b"x"

    hosts = [open_outlet(f"127.0.0.{number}") for number in range(1, 6)]
    asks = [Ask(host.serve("/a", script)) for host in hosts]
    assert [answer.outcome for answer in web.get_all(asks, OPEN)] == ["ok"] * 5


def test_asks_no_more_at_once_than_is_allowed(open_outlet: Callable[[str], Outlet]) -> None:
    under_way, most, lock = [0], [0], threading.Lock()

    def script(request: Request) -> Reply:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        request.ended.wait(0.03)
        with lock:
            under_way[0] -= 1
        return 200, {}, b"x"

    hosts = [open_outlet(f"127.0.0.{number}") for number in range(1, 9)]
    asks = [Ask(host.serve("/a", script)) for host in hosts]
    with Web(replace(QUICK, concurrency=3)) as web:
        assert len(list(web.get_all(asks, OPEN))) == 8
    assert most == [3]


def test_a_slow_host_does_not_hold_up_the_others(
    web: Web, outlet: Outlet, open_outlet: Callable[[str], Outlet]
) -> None:
    other = open_outlet("127.0.0.2")
    slow = [Ask(outlet.serve(f"/{number}", "x")) for number in range(40)]
    quick = [Ask(other.serve(f"/{number}", "x")) for number in range(40)]
    outlet.latency_s = 0.02

    hosts = [answer.ask in quick for answer in web.get_all(slow + quick, OPEN)]

    assert hosts.count(True) == 40
    assert sum(hosts[:50]) > 20


# Retry-After and further tries


@pytest.mark.parametrize(("status", "is_date"), [(429, False), (503, True)])
def test_keeps_retry_after_for_the_whole_host(
    web: Web, outlet: Outlet, status: int, is_date: bool
) -> None:
    def busy() -> Reply:
        when = format_datetime(datetime.now(UTC) + timedelta(seconds=1.999), usegmt=True)
        return status, {"Retry-After": when if is_date else "1"}, b""

    first = [True]

    def script(_: Request) -> Reply:
        return busy() if first and first.pop() else (200, {}, b"x")

    asks = [Ask(outlet.serve("/0", script)), *(Ask(outlet.serve(f"/{n}", "x")) for n in (1, 2))]
    answers = list(web.get_all(asks, OPEN))

    assert [answer.outcome for answer in answers] == ["ok"] * 3
    refused = outlet.asked("/0")[0]
    later = [request for request in outlet.log if request.at > refused.at]
    assert len(later) == 3
    assert min(request.at for request in later) - refused.at > 0.7
    (tried,) = [one for answer in answers for one in answer.tries if one.status == status]
    assert tried.retry_after_s == pytest.approx(1.5 if is_date else 1.0, abs=0.5)


def test_does_not_wait_for_a_long_retry_after(web: Web, outlet: Outlet) -> None:
    outlet.serve("/0", status=429, headers={"Retry-After": "3600"})
    asks = [Ask(outlet.url("/0")), *(Ask(outlet.serve(f"/{n}", "x")) for n in range(1, 4))]

    answers = list(web.get_all(asks, OPEN))

    assert outlet.paths == ["/0"]
    assert [answer.outcome for answer in answers] == ["http_error"] * 4
    assert [answer.last.retry_after_s for answer in answers] == pytest.approx([3600] * 4, abs=5)
    assert sorted(answer.last.status or 0 for answer in answers) == [0, 0, 0, 429]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_tries_again_after_errors_of_the_server(web: Web, outlet: Outlet, status: int) -> None:
    url = outlet.serve("/a", in_turn((status, {}, b""), (status, {}, b""), (200, {}, b"x")))
    answer = web.get(Ask(url), OPEN)
    assert [one.status for one in answer.tries[1:]] == [status, status, 200]
    assert answer.body == b"x"


def test_gives_up_after_the_tries_it_has(web: Web, outlet: Outlet) -> None:
    answer = web.get(Ask(outlet.serve("/a", status=500)), OPEN)
    assert (answer.outcome, answer.last.status) == ("http_error", 500)
    assert outlet.paths == ["/a"] * 3


def test_tries_again_after_a_broken_connection(web: Web, outlet: Outlet) -> None:
    short = {"Content-Length": "10"}
    url = outlet.serve(
        "/a", in_turn((0, {}, b"what?\r\n\r\n"), (200, short, b"x"), (200, {}, b"y"))
    )
    answer = web.get(Ask(url), OPEN)
    assert [one.outcome for one in answer.tries[1:]] == ["broken", "broken", "ok"]
    assert answer.body == b"y"


def test_others_do_not_wait_for_a_further_try(outlet: Outlet) -> None:
    broken = Ask(outlet.serve("/0", status=500))
    with Web(replace(QUICK, backoff_s=0.3)) as web:
        asks = [broken, *(Ask(outlet.serve(f"/{number}", "x")) for number in range(1, 9))]
        answers = [answer.ask for answer in web.get_all(asks, OPEN)]
    assert answers[0] != broken
    assert outlet.paths[1] != "/0"


# Redirects


def test_follows_permanent_redirects_and_says_where_to(web: Web, outlet: Outlet) -> None:
    outlet.serve("/a", status=301, headers={"Location": "/b?x=1#part"})
    outlet.serve(
        "/b",
        status=308,
        headers={"Location": outlet.url("/c/h\u00e4fen".encode().decode("latin-1"))},
    )
    outlet.serve("/c/h%C3%A4fen", "x")
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert answer.outcome == "ok"
    assert [one.outcome for one in answer.tries] == ["http_error", "redirected", "redirected", "ok"]
    assert [one.status for one in answer.tries] == [404, 301, 308, 200]
    assert answer.permanent_url == answer.final_url
    assert outlet.paths == ["/a", "/b?x=1", "/c/h%C3%A4fen"]


@pytest.mark.parametrize("status", [302, 303, 307])
def test_one_temporary_redirect_makes_the_way_temporary(
    web: Web, outlet: Outlet, status: int
) -> None:
    outlet.serve("/a", status=301, headers={"Location": "/b"})
    outlet.serve("/b", status=status, headers={"Location": "/c"})
    outlet.serve("/c", "x")
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert (answer.final_url, answer.permanent_url) == (outlet.url("/c"), None)


def test_a_way_that_ends_in_an_error_is_no_new_address(web: Web, outlet: Outlet) -> None:
    outlet.serve("/a", status=301, headers={"Location": "/nowhere"})
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert (answer.outcome, answer.permanent_url) == ("http_error", None)


def test_follows_no_more_than_five_redirects(web: Web, outlet: Outlet) -> None:
    for hop in range(7):
        outlet.serve(f"/{hop}", status=302, headers={"Location": f"/{hop + 1}"})
    outlet.serve("/7", "x")
    answer = web.get(Ask(outlet.url("/0")), OPEN)
    assert answer.outcome == "broken"
    assert outlet.paths == [f"/{hop}" for hop in range(6)]
    assert web.get(Ask(outlet.url("/2")), OPEN).outcome == "ok"


@pytest.mark.parametrize("location", [None, "", "http://[::1", "/a", "/b", "http://[fe80::1%]/"])
def test_ends_where_a_redirect_leads_nowhere(
    web: Web, outlet: Outlet, location: str | None
) -> None:
    outlet.serve("/a", status=302, headers={} if location is None else {"Location": location})
    outlet.serve("/b", status=302, headers={"Location": "/a"})
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert answer.outcome in ("broken", "refused")
    assert answer.body == b""
    assert len(outlet.paths) <= 2


@pytest.mark.parametrize(
    "location", ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "data:,x"]
)
def test_leaves_http_for_nothing_else(web: Web, outlet: Outlet, location: str) -> None:
    outlet.serve("/a", status=302, headers={"Location": location})
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert answer.outcome == "refused"
    assert answer.tries[-2].outcome == "redirected"
    assert web.get(Ask(location), OPEN).outcome == "refused"


def test_asks_no_private_address_unless_it_is_allowed(web: Web, outlet: Outlet) -> None:
    answer = web.get(Ask(outlet.serve("/a", "x")), replace(OPEN, allow_private=False))
    assert answer.outcome == "refused"
    assert outlet.log == []


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


def drip(request: Request) -> Iterator[bytes]:
    while not request.ended.wait(0.02):
        yield b"x"


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


# Many


def test_answers_every_ask_of_a_generator(web: Web, outlet: Outlet) -> None:
    outlet.serve("/a", "x")
    drawn_in = set()

    def asks() -> Iterator[Ask]:
        for number in range(50):
            drawn_in.add(threading.current_thread())
            yield Ask(outlet.url(f"/a?{number}"), tag=number)

    assert sorted(answer.ask.tag for answer in web.get_all(asks(), OPEN)) == list(range(50))
    assert drawn_in == {threading.current_thread()}
    assert web_threads() == []
    assert list(web.get_all([], OPEN)) == []


def test_gives_answers_before_all_asks_are_drawn(web: Web, outlet: Outlet) -> None:
    url = outlet.serve("/a", "x")
    answers = web.get_all((Ask(url) for _ in itertools.count()), OPEN)
    assert next(answers).outcome == "ok"
    answers.close()


def test_an_ask_may_come_from_another_answer(web: Web, outlet: Outlet) -> None:
    def asks() -> Iterator[Ask]:
        for path in ("/1", "/2"):
            listed = web.get(Ask(outlet.serve(path, f"{path}/page")), OPEN).body.decode()
            yield Ask(outlet.serve(listed, "x"))

    found = [answer.final_url for answer in web.get_all(asks(), OPEN)]
    assert sorted(found) == [outlet.url("/1/page"), outlet.url("/2/page")]


def test_closing_early_ends_all_threads(web: Web, open_outlet: Callable[[str], Outlet]) -> None:
    hosts = [open_outlet(f"127.0.0.{number}") for number in range(1, 5)]
    for host in hosts:
        host.serve("/a", "x")
    terms = replace(OPEN, pace_s=0.05)
    asks = (Ask(host.url(f"/a?{n}")) for n in itertools.count() for host in hosts)
    answers = web.get_all(asks, terms)
    next(answers)
    assert web_threads()

    answers.close()

    assert web_threads() == []
    count = sum(len(host.log) for host in hosts)
    time.sleep(0.1)
    assert sum(len(host.log) for host in hosts) == count
    assert web.get(Ask(hosts[0].url("/a")), terms).outcome == "ok"


def test_a_generator_that_fails_ends_all_threads(web: Web, outlet: Outlet) -> None:
    def asks() -> Iterator[Ask]:
        yield Ask(outlet.serve("/a", "x"))
        raise LookupError("the list is broken")

    with pytest.raises(LookupError):
        list(web.get_all(asks(), OPEN))
    assert web_threads() == []


def test_closing_the_session_ends_the_wait_for_a_turn(outlet: Outlet) -> None:
    web = Web(QUICK)
    url = outlet.serve("/a", "x")
    answers = web.get_all([Ask(url), Ask(url)], replace(OPEN, pace_s=0.2))
    next(answers)
    threading.Timer(0.1, web.close).start()
    with pytest.raises(SessionClosedError, match="closed"):
        list(answers)
    assert web_threads() == []


SLOW = replace(OPEN, read_s=60.0, total_s=60.0)


@pytest.mark.parametrize("is_head_sent", [True, False])
def test_stopping_the_session_ends_an_answer_half_way(outlet: Outlet, is_head_sent: bool) -> None:
    def hang(request: Request) -> Reply:
        reached.set()
        if is_head_sent:
            return 200, {}, drip(request)
        request.ended.wait(30)
        return 200, {}, b""

    reached = threading.Event()
    url = outlet.serve("/a", hang)
    with Web(QUICK) as web, ThreadPoolExecutor(2) as askers:
        asked = [
            askers.submit(web.get, Ask(url), SLOW),
            askers.submit(lambda: list(web.get_all([Ask(url)], SLOW))),
        ]
        assert reached.wait(10)
        started = time.monotonic()
        web.stop()
        for future in asked:
            with pytest.raises(SessionClosedError):
                future.result(20)
    assert time.monotonic() - started < 20  # else the deadline of the request ended it
    assert web_threads() == []


def test_answers_that_nobody_takes_stop_the_asking(web: Web, outlet: Outlet) -> None:
    outlet.serve("/a", b"x" * 2**20)
    terms = replace(OPEN, max_bytes=2**21)
    answers = web.get_all([Ask(outlet.url(f"/a?{n}")) for n in range(90)], terms)
    next(answers)
    deadline = time.monotonic() + 5
    while len(outlet.paths) < 60 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    assert 60 <= len(outlet.paths) <= 70
    assert len(list(answers)) == 89


def test_what_is_under_way_goes_on_when_nobody_takes_the_answers(
    web: Web, open_outlet: Callable[[str], Outlet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.sources._http.crawl._MAX_KEPT_ANSWERS", 1)
    quick, slow = open_outlet("127.0.0.1"), open_outlet("127.0.0.2")
    answered = threading.Event()

    def fail_late(_: Request) -> Reply:
        if not answered.is_set():
            answered.wait(2)
            return 503, {}, b""
        return 404, {}, b""

    slow.serve("/robots.txt", fail_late)
    slow.serve("/x", "x")
    quick.serve("/a", "x")
    asks = [slow.url("/x"), *(quick.url(f"/a?{n}") for n in range(4))]
    answers = web.get_all(map(Ask, asks), OPEN)
    next(answers)
    deadline = time.monotonic() + 3
    while len(quick.paths) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    answered.set()
    while not slow.asked("/x") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert slow.asked("/x")
    assert len(list(answers)) == 4


def test_all_addresses_of_a_name_share_the_time_of_the_request() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as stack:
        place = full.getsockname()
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(place)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", place)] * 8
        adapter = TimedAdapter(allow_private=True, resolve=lambda *_: found)
        stack.callback(adapter.close)
        request = requests.Request("GET", f"http://silent.test:{place[1]}/").prepare()
        until = time.monotonic() + 0.3
        with pytest.raises(requests.ConnectTimeout):
            adapter.send_until(request, until, timeout=(2.0, 2.0), proxies={})
        assert time.monotonic() < until + 1.5


# Downloads


ARCHIVE = bytes(range(256)) * 40


def ranged(request: Request) -> Reply:
    wanted = request.headers["Range"]
    if wanted is None or request.headers["If-Range"] not in (None, '"v1"'):
        return 200, {"ETag": '"v1"', "Content-Encoding": "gzip"}, ARCHIVE
    start = int(wanted.removeprefix("bytes=").rstrip("-"))
    span = f"bytes {start}-{len(ARCHIVE) - 1}/{len(ARCHIVE)}"
    return 206, {"Content-Range": span, "ETag": '"v1"'}, ARCHIVE[start:]


def test_downloads_a_body_as_it_is(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(b"old" * 9000)
    with web.download(Ask(outlet.serve("/a", ranged)), OPEN, into) as answer:
        assert (answer.outcome, answer.last.status, answer.body) == ("ok", 200, b"")
        assert answer.last.bytes == len(ARCHIVE)
    assert into.getvalue() == ARCHIVE
    assert outlet.asked("/a")[0].headers["Accept-Encoding"] == "identity"


def test_downloads_the_rest_of_a_body(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(ARCHIVE[:100] + b"half a record")
    ask = Ask(outlet.serve("/a", ranged), '"v1"', "Tue, 05 May 2026 07:00:00 GMT")
    with web.download(ask, OPEN, into, offset=100) as answer:
        assert (answer.outcome, answer.last.status) == ("ok", 206)
    assert into.getvalue() == ARCHIVE
    sent = outlet.asked("/a")[0].headers
    assert (sent["Range"], sent["If-Range"]) == ("bytes=100-", '"v1"')
    assert sent["If-None-Match"] is None


def test_downloads_the_whole_where_the_body_is_another_one(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(b"of another version" * 1000)
    with web.download(Ask(outlet.serve("/a", ranged), '"v0"'), OPEN, into, offset=100) as answer:
        assert (answer.outcome, answer.last.status) == ("ok", 200)
    assert into.getvalue() == ARCHIVE


def test_takes_no_other_part_than_it_asked_for(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(ARCHIVE[:100])
    span = {"Content-Range": "bytes 90-99/100"}
    url = outlet.serve("/a", lambda _: (206, span, b"0123456789"))
    with web.download(Ask(url), OPEN, into, offset=100) as answer:
        assert answer.outcome == "broken"
    assert into.getvalue() == ARCHIVE[:100]


def test_a_download_that_breaks_leaves_what_came(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO()
    outlet.serve("/a", ARCHIVE[:100], headers={"Content-Length": str(len(ARCHIVE))})
    with web.download(Ask(outlet.url("/a")), OPEN, into) as answer:
        assert answer.outcome == "broken"
    assert into.getvalue() == ARCHIVE[:100]
    assert outlet.paths == ["/a"]


def test_a_domain_that_has_died_is_given_up(outlet: Outlet) -> None:
    def never(request: Request) -> Reply:
        request.ended.wait(2)
        return 200, {}, b"too late"

    asks = [Ask(outlet.serve(f"/{number}", never)) for number in range(12)]
    with Web(replace(QUICK, retries=0)) as web:
        answers = list(web.get_all(asks, replace(OPEN, total_s=0.15)))
    assert len(outlet.paths) == 5
    assert [answer.outcome for answer in answers] == ["timeout"] * 5 + ["unreachable"] * 7
    assert "left alone in this run" in (answers[-1].last.error or "")


def test_a_domain_that_answers_in_between_is_not_given_up(outlet: Outlet) -> None:
    def never(request: Request) -> Reply:
        request.ended.wait(2)
        return 200, {}, b"too late"

    asks = []
    for number in range(12):
        asks.append(Ask(outlet.serve(f"/{number}", b"here" if number % 4 == 3 else never)))
    with Web(replace(QUICK, retries=0)) as web:
        list(web.get_all(asks, replace(OPEN, total_s=0.15)))
    assert len(outlet.paths) == 12


def test_two_sources_that_name_one_page_ask_for_it_once(outlet: Outlet) -> None:
    url = outlet.serve("/a", b"here", headers={"ETag": "1"})
    with Web(QUICK, remembers=True) as web:
        first, second = web.get(Ask(url), OPEN), web.get(Ask(url, etag="0", tag="mine"), OPEN)
        [third] = web.get_all([Ask(url)], OPEN)
    assert outlet.paths == ["/a"]
    assert first.body == second.body == third.body == b"here"
    assert (second.ask.tag, second.last.fetched_at) == ("mine", first.last.fetched_at)
    assert (second.outcome, second.last.bytes, len(second.tries)) == ("ok", 0, 1)


def test_an_answer_to_secrets_or_to_nothing_is_not_for_others(outlet: Outlet) -> None:
    url, gone = outlet.serve("/a", b"for you"), outlet.url("/gone")
    known = replace(OPEN, bearer="token", domains=frozenset({"127.0.0.1"}))
    with Web(QUICK, remembers=True) as web:
        for terms in (known, OPEN, known):
            web.get(Ask(url), terms)
        web.get(Ask(gone), OPEN)
        web.get(Ask(gone), OPEN)
    assert outlet.paths == ["/a", "/a", "/a", "/gone", "/gone"]


def test_what_is_remembered_has_an_end(outlet: Outlet) -> None:
    memory = Memory(max_bytes=45)
    with Web(QUICK) as web:
        for path in ("/a", "/b", "/c"):
            memory.keep(web.get(Ask(outlet.serve(path, path.encode() * 5)), OPEN), OPEN)
    recalled = [memory.recall(Ask(outlet.url(path)), OPEN) for path in ("/a", "/b", "/c")]
    memory.close()
    assert [answer and answer.body for answer in recalled] == [b"/a" * 5, b"/b" * 5, None]
