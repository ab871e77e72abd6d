"""Retry-After, freshness and backoff."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from flows.sources._http.waits import LONGEST_RETRY_S, backoff_s, max_age_s, retry_after_s

NOW = dt.datetime(2026, 11, 25, 12, 0, 0, tzinfo=dt.UTC)
IN_A_MINUTE = "Wed, 25 Nov 2026 12:01:00 GMT"
A_MINUTE_AGO = "Wed, 25 Nov 2026 11:59:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("  120 ", 120.0),
        ("000000000000000000120", 120.0),
        (IN_A_MINUTE, 60.0),
        ("Wednesday, 25-Nov-26 12:01:00 GMT", 60.0),
        ("Wed Nov 25 12:01:00 2026", 60.0),
        ("Wed, 25 Nov 2026 13:01:00 +0100", 60.0),
        ("Wed, 25 Nov 2026 12:00:60 GMT", 59.0),
        (A_MINUTE_AGO, 0.0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 0.0),
        ("Sun Nov  6 08:49:37 1994", 0.0),
        ("9999999", LONGEST_RETRY_S),
        ("9" * 6000, LONGEST_RETRY_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_S),
        ("Friday, 01-Jan-60 00:00:00 GMT", LONGEST_RETRY_S),
        ("Friday, 01-Jan-77 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_in_seconds_and_in_every_form_of_date(
    value: str, seconds: float
) -> None:
    assert retry_after_s(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None, "", "-5", "1.5", "1e3", "soon", "٣", "12 s", "Wed, 99 Nov 2026 12:01:00 GMT",
        "Wed, 25 Foo 2026 12:01:00 GMT", "Wed, 25 Nov 2026 25:61:00 GMT", ",", ", ", "x" * 70_000,
        "Wed, 25 Nov 0 12:01:00 -99999999999",
    ],
)  # fmt: skip
def test_a_retry_after_that_cannot_be_read_is_none(value: str | None) -> None:
    assert retry_after_s(value, NOW) is None


@given(st.text(max_size=60))
def test_no_retry_after_raises_or_leaves_its_bounds(value: str) -> None:
    seconds = retry_after_s(value, NOW)
    assert seconds is None or 0.0 <= seconds <= LONGEST_RETRY_S


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=300"}, 300.0),
        ({"cache-control": "public , MAX-AGE=300"}, 300.0),
        ({"cache-control": 'max-age="300"'}, 300.0),
        ({"cache-control": 'private="a, max-age=5", max-age=300'}, 300.0),
        ({"cache-control": "max-age=300, max-age=5"}, 300.0),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "s-maxage=900, max-age=300"}, 300.0),
        ({"cache-control": "no-store, max-age=300"}, 0.0),
        ({"cache-control": "max-age=300, no-cache"}, 0.0),
        ({"cache-control": 'no-cache="set-cookie", max-age=300'}, 300.0),
        ({"cache-control": "max-age=300", "age": "100"}, 200.0),
        ({"cache-control": "max-age=300", "age": "400"}, 0.0),
        ({"cache-control": "max-age=300", "age": "-100"}, 300.0),
        ({"cache-control": "max-age=300", "age": "old"}, 300.0),
        ({"cache-control": "max-age=soon"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age"}, None),
        ({"cache-control": "max-age=" + "9" * 500}, 2.0**31),
        ({"cache-control": "max-age=300", "expires": A_MINUTE_AGO}, 300.0),
        ({"cache-control": "public", "expires": IN_A_MINUTE}, 60.0),
        ({"expires": IN_A_MINUTE}, 60.0),
        ({"expires": IN_A_MINUTE, "date": A_MINUTE_AGO}, 120.0),
        ({"expires": IN_A_MINUTE, "date": A_MINUTE_AGO, "age": "20"}, 100.0),
        ({"expires": IN_A_MINUTE, "date": "yesterday"}, 60.0),
        ({"expires": A_MINUTE_AGO}, 0.0),
        ({"expires": "0"}, 0.0),
        ({"expires": "-1"}, 0.0),
    ],
)
def test_freshness_is_max_age_else_expires_less_the_age(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert max_age_s(headers, NOW) == seconds
    as_sent = {name.title(): value for name, value in headers.items()}
    assert max_age_s(CaseInsensitiveDict(as_sent), NOW) == seconds


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=10))
def test_no_freshness_raises_or_is_negative(control: str, expires: str, age: str) -> None:
    seconds = max_age_s({"cache-control": control, "expires": expires, "age": age}, NOW)
    assert seconds is None or seconds >= 0.0


def test_a_backoff_doubles_its_bound_and_stays_below_it() -> None:
    assert [backoff_s(attempt, 1.5, 1.0) for attempt in range(4)] == [1.5, 3.0, 6.0, 12.0]
    assert backoff_s(2, 1.0, 0.25) == 1.0
    assert backoff_s(5, 1.0, 0.0) == 0.0


def test_a_backoff_never_outgrows_the_longest_wait() -> None:
    assert backoff_s(10_000, 1.0, 1.0) == LONGEST_RETRY_S
