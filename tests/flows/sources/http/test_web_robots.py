"""What robots.txt says is kept, within a run and by the next."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from local_outlet import Outlet, Request
from polite_web import OPEN, QUICK, keep_apart

from flows.sources._http import Ask, Web

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


def test_the_start_of_an_endless_robots_txt_counts(web: Web, outlet: Outlet) -> None:
    rules = f"{RULES}\n".encode()
    outlet.serve("/robots.txt", lambda r: (200, {}, itertools.chain([rules], endless(r))))
    assert web.get(Ask(outlet.serve("/private/x", "x")), OPEN).outcome == "disallowed"
    assert web.get(Ask(outlet.serve("/open", "x")), OPEN).outcome == "ok"


def endless(request: Request) -> Iterator[bytes]:
    while not request.ended.is_set():
        yield b"# and so on\n" * 1000


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


def test_the_crawl_delay_of_an_earlier_run_counts(outlet: Outlet, tmp_path: Path) -> None:
    outlet.serve("/robots.txt", "User-agent: *\nCrawl-delay: 0.2\n")
    asks = [Ask(outlet.serve(f"/{number}", "x")) for number in range(3)]
    for _ in range(2):
        with Web(QUICK, home=tmp_path) as web:
            outlet.log.clear()
            list(web.get_all(asks, OPEN))
    assert outlet.paths == ["/0", "/1", "/2"]
    assert keep_apart(outlet.log, 0.2)


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
