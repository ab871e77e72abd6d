"""Hosts are asked one thing at a time, and no sooner than a gap after the last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from local_outlet import Outlet, Reply, Request
from polite_web import OPEN, QUICK, keep_apart

from flows.sources._http import Ask, Web


def test_keeps_the_gap_between_all_requests_to_a_host(web: Web, outlet: Outlet) -> None:
    outlet.serve("/5", status=302, headers={"Location": "/moved"})
    asks = [Ask(outlet.serve(f"/{number}", "x")) for number in range(5)] + [Ask(outlet.url("/5"))]

    list(web.get_all(asks, replace(OPEN, pace_s=0.25)))

    assert len(outlet.log) == 8
    assert keep_apart(outlet.log, 0.25)


def test_sources_share_the_pace(web: Web, outlet: Outlet) -> None:
    terms = replace(OPEN, pace_s=0.25)
    asks = [Ask(outlet.serve(f"/{number}", "x")) for number in range(3)]
    threads = [threading.Thread(target=lambda: list(web.get_all(asks, terms))) for _ in range(2)]
    for thread in threads:
        thread.start()
    web.get(asks[0], terms)
    for thread in threads:
        thread.join()
    assert len(outlet.log) == 8
    assert keep_apart(outlet.log, 0.25)


@pytest.mark.whole
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
