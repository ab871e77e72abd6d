"""Many at once, taken as they come, and stopped at any time."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
import requests
from local_outlet import Outlet, Reply, Request
from polite_web import OPEN, QUICK, drip, web_threads

from flows.sources._http import Ask, SessionClosedError, Web
from flows.sources._http.heads import TimedAdapter


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


def test_a_connection_that_is_made_while_the_session_ends_is_cut(outlet: Outlet) -> None:
    url = outlet.serve("/a", lambda r: (r.ended.wait(30), (200, {}, b""))[1])
    request = requests.Request("GET", url).prepare()
    deadline = time.monotonic() + 20
    with closing(TimedAdapter(allow_private=True)) as adapter:
        adapter.cut()
        with pytest.raises((requests.RequestException, OSError)):
            adapter.send_until(request, deadline, timeout=(20, 20), proxies={})
    assert time.monotonic() < deadline


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
