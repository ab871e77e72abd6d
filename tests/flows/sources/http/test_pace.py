"""Who may send a request now, by a clock that the test turns."""

from __future__ import annotations

import math

import pytest
import requests

from flows.sources._http.pace import (
    MAX_CRAWL_DELAY_S,
    Pace,
    Place,
    SessionClosedError,
    Turn,
    place_of,
)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(2, 60.0, clock)


def place(name: str) -> Place:
    return place_of(requests.Request("GET", name if "//" in name else f"http://{name}/").prepare())


def turn(name: str, gap_s: float = 1.0, not_before: float = 0.0) -> Turn:
    return Turn(place(name), gap_s, not_before)


def send(pace: Pace, wanted: Turn) -> None:
    assert pace.take(wanted) == 0
    pace.start(wanted.place)
    pace.give_back(wanted)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.Harbour.example/a", "harbour.example"),
        ("https://news.harbour.example:8443/", "harbour.example"),
        ("https://one.blogspot.com/", "one.blogspot.com"),
        ("https://h\u00e4fen.example/", "xn--hfen-loa.example"),
        ("https://harbour.example./", "harbour.example"),
        ("http://localhost:8000/", "localhost"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://127.0.0.1/", "127.0.0.1:80"),
        ("https://[::1]/", "[::1]:443"),
    ],
)
def test_domains_are_paced_as_one_and_addresses_by_port(url: str, domain: str) -> None:
    assert place(url).domain == domain


def test_the_gap_counts_from_start_to_start(pace: Pace, clock: Clock) -> None:
    wanted = turn("a.example")
    assert pace.take(wanted) == 0
    pace.start(wanted.place)
    clock.now += 0.7  # the answer took so long
    pace.give_back(wanted)
    assert pace.take(wanted) == pytest.approx(0.3)
    clock.now += 0.31
    assert pace.take(wanted) == 0


def test_hosts_of_one_domain_wait_for_each_other(pace: Pace) -> None:
    send(pace, turn("www.a.example"))
    assert pace.take(turn("a.example")) == pytest.approx(1)
    assert pace.take(turn("b.example")) == 0


def test_a_turn_without_a_request_costs_no_time(pace: Pace) -> None:
    wanted = turn("a.example")
    assert pace.take(wanted) == 0
    pace.give_back(wanted)
    assert pace.take(wanted) == 0


def test_a_busy_domain_or_too_many_under_way_wait_for_an_end(pace: Pace) -> None:
    first, second, third = (turn(f"{name}.example") for name in "abc")
    assert pace.take(first) == 0
    assert math.isinf(pace.take(first))
    assert pace.take(second) == 0
    assert math.isinf(pace.take(third))
    pace.give_back(first)
    assert pace.take(third) == 0


def test_a_turn_may_be_wanted_later(pace: Pace) -> None:
    assert pace.take(turn("a.example", not_before=107)) == pytest.approx(7)


def test_a_held_domain_gives_no_turn(pace: Pace, clock: Clock) -> None:
    wanted = turn("a.example")
    pace.hold(wanted.place, 60)
    pace.hold(wanted.place, 5)
    assert pace.take(turn("www.a.example")) == pytest.approx(60)
    assert pace.held_s(wanted.place) == 0
    clock.now += 60
    assert pace.take(wanted) == 0


def test_a_domain_held_for_too_long_says_so_at_once(pace: Pace, clock: Clock) -> None:
    wanted = turn("a.example")
    pace.hold(wanted.place, 3600)
    assert pace.take(wanted) == 0
    assert pace.held_s(wanted.place) == pytest.approx(3600)
    clock.now += 3550
    assert pace.held_s(wanted.place) == 0


def test_crawl_delay_slows_its_host_up_to_a_minute(pace: Pace) -> None:
    pace.slow(place("www.a.example"), 10)
    pace.slow(place("b.example"), 3600)
    send(pace, turn("a.example"))
    send(pace, turn("b.example"))
    assert pace.take(turn("a.example")) == pytest.approx(1)
    assert pace.take(turn("www.a.example")) == pytest.approx(10)
    assert pace.take(turn("b.example")) == pytest.approx(MAX_CRAWL_DELAY_S)


def test_a_closed_pace_lets_nobody_wait(pace: Pace) -> None:
    pace.close()
    with pytest.raises(SessionClosedError):
        pace.wait(turn("a.example"))
