"""Retry-After, further tries, and when a host is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from local_outlet import Outlet, Reply, Request
from polite_web import OPEN, QUICK, in_turn

from flows.sources._http import Ask, Web


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


def test_a_host_that_hangs_is_not_asked_again_in_this_run(outlet: Outlet) -> None:
    url = outlet.serve("/a", lambda r: (r.ended.wait(5), (200, {}, b"x"))[1])
    with Web(replace(QUICK, retries=2)) as web:
        assert web.get(Ask(url), replace(OPEN, read_s=0.3)).outcome == "timeout"
    assert len(outlet.asked("/a")) == 1


def test_others_do_not_wait_for_a_further_try(outlet: Outlet) -> None:
    broken = Ask(outlet.serve("/0", status=500))
    with Web(replace(QUICK, backoff_s=0.3)) as web:
        asks = [broken, *(Ask(outlet.serve(f"/{number}", "x")) for number in range(1, 9))]
        answers = [answer.ask for answer in web.get_all(asks, OPEN)]
    assert answers[0] != broken
    assert outlet.paths[1] != "/0"


def test_a_domain_that_has_died_is_given_up(outlet: Outlet) -> None:
    def never(request: Request) -> Reply:
        request.ended.wait(2)
        return 200, {}, b"too late"

    asks = [Ask(outlet.serve(f"/{number}", never)) for number in range(12)]
    with Web(replace(QUICK, retries=0)) as web:
        answers = list(web.get_all(asks, replace(OPEN, total_s=0.15)))
    assert len(outlet.paths) <= 5  # the server may not have seen the last one
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
