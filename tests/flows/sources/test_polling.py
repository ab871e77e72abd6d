from __future__ import annotations

import datetime as dt
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from flows.sources import Cursor, Poll, api, feed, page, sitemap, warc
from flows.sources._http import Answer, Ask, Outcome, Try
from flows.sources._polling import (
    DISTRUSTED,
    ask_for,
    fetches_of,
    is_due,
    kept_headers,
    list_cursor,
    page_cursor,
    refusal,
)
from transforms.errors import SourceError

URL = "https://outlet.example/feed"
NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
OPTIONS = page.Source(
    name="press", home=Path(), url=URL, poll_floor="5m", poll_ceiling="1d", probe_every=3
)


def answered(
    outcome: Outcome = "ok", *, body: bytes = b"news", at: dt.datetime = NOON, **other: object
) -> Answer:
    step = Try(URL, outcome, at, retry_after_s=other.pop("retry_after_s", None))  # type: ignore[arg-type]
    return Answer(Ask(URL), (step,), URL, body=body if outcome == "ok" else b"", **other)  # type: ignore[arg-type]


def polled(*answers: Answer) -> Cursor:
    cursor = None
    for answer in answers:
        cursor = list_cursor(answer, cursor, OPTIONS)
    assert cursor
    return cursor


def test_a_list_never_asked_is_due():
    assert is_due(None, Poll(only_due=True), NOON)


@pytest.mark.parametrize(("wait", "due"), [(MINUTE, False), (-MINUTE, True), (0 * MINUTE, True)])
def test_a_scheduled_run_asks_what_is_due_and_a_person_asks_now(wait, due):
    cursor = Cursor(URL, next_poll_at=NOON + wait)
    assert is_due(cursor, Poll(only_due=True), NOON) is due
    assert is_due(cursor, Poll(only_due=False), NOON)


def test_validators_are_asked_with_verbatim():
    cursor = polled(answered(headers={"etag": 'W/"odd', "last-modified": "yesterday"}))
    ask = ask_for(URL, cursor, OPTIONS, "text/xml")
    assert (ask.etag, ask.last_modified, ask.accept) == ('W/"odd', "yesterday", "text/xml")


def test_other_options_ask_without_validators():
    cursor = polled(answered(headers={"etag": "1"}))
    other = OPTIONS.model_copy(update={"timezone": "Europe/Berlin"})
    assert not ask_for(URL, cursor, other).is_conditional


def test_after_some_304s_a_whole_body_is_asked_for():
    cursor = polled(answered(headers={"etag": "1"}))
    for _ in range(3):
        assert ask_for(URL, cursor, OPTIONS).is_conditional
        cursor = list_cursor(answered("not_modified"), cursor, OPTIONS)
    assert not ask_for(URL, cursor, OPTIONS).is_conditional
    cursor = list_cursor(answered(headers={"etag": "1"}), cursor, OPTIONS)
    assert ask_for(URL, cursor, OPTIONS).is_conditional


def test_a_304_that_lied_is_never_believed_again():
    cursor = polled(
        answered(headers={"etag": "1"}),
        answered("not_modified", at=NOON + HOUR),
        answered(body=b"other", headers={"etag": "1"}, at=NOON + 2 * HOUR),
        answered(body=b"other", headers={"etag": "1"}, at=NOON + 3 * HOUR),
        answered(body=b"third", headers={"etag": "2"}, at=NOON + 4 * HOUR),
    )
    assert cursor.unconfirmed == DISTRUSTED
    assert not ask_for(URL, cursor, OPTIONS).is_conditional


@pytest.mark.parametrize(("hour", "lied"), [("12:30:00", True), ("13:30:00", False)])
def test_a_body_dated_before_a_304_shows_that_it_lied(hour, lied):
    fresh = {"etag": "2", "last-modified": f"Sat, 14 Mar 2026 {hour} GMT"}
    cursor = polled(
        answered(headers={"etag": "1"}),
        answered("not_modified", at=NOON + HOUR),
        answered(body=b"other", headers=fresh, at=NOON + 2 * HOUR),
    )
    assert (cursor.unconfirmed == DISTRUSTED) is lied


def test_the_first_wait_is_the_floor():
    assert polled(answered()).next_poll_at == NOON + 5 * MINUTE


@pytest.mark.parametrize(
    ("stated", "wait"),
    [
        ({"max_age_s": 900.0}, 15 * MINUTE),
        ({"max_age_s": 1.0}, 5 * MINUTE),
        ({"max_age_s": 1e7}, DAY),
    ],
)
def test_max_age_is_kept_between_floor_and_ceiling(stated, wait):
    assert polled(answered(**stated)).next_poll_at == NOON + wait


def test_the_lists_own_ttl_is_kept():
    cursor = list_cursor(answered(), None, OPTIONS, ttl_s=3600)
    assert cursor.next_poll_at == NOON + HOUR


def test_a_list_that_changes_every_two_hours_is_asked_every_hour():
    bodies = enumerate((b"1", b"2", b"3"))
    cursor = polled(*(answered(body=body, at=NOON + 2 * n * HOUR) for n, body in bodies))
    assert cursor.interval_s == 7200
    assert cursor.next_poll_at == NOON + 5 * HOUR


def test_a_list_that_fell_silent_is_asked_less():
    changes = [answered(body=b"1"), answered(body=b"2", at=NOON + HOUR)]
    silent = [answered(body=b"2", at=NOON + HOUR * hours) for hours in (2, 11)]
    assert polled(*changes, *silent).next_poll_at == NOON + 16 * HOUR


def test_failures_slow_a_list_and_never_end_its_asking():
    waits = []
    cursor = None
    for _ in range(30):
        cursor = list_cursor(answered("http_error"), cursor, OPTIONS)
        waits.append(cursor.next_poll_at - NOON)
    assert waits[:3] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert waits[-1] == DAY
    assert cursor.failures == 30
    assert list_cursor(answered(), cursor, OPTIONS).failures == 0


def test_a_longer_retry_after_wins():
    cursor = list_cursor(answered("http_error", retry_after_s=3 * 86_400), None, OPTIONS)
    assert cursor.next_poll_at == NOON + 3 * DAY


def test_410_is_remembered_with_its_first_time():
    cursor = polled(answered(), answered("gone"), answered("gone", at=NOON + DAY))
    assert (cursor.gone_at, cursor.next_poll_at) == (NOON, NOON + 2 * DAY)
    assert list_cursor(answered(), cursor, OPTIONS).gone_at is None


def test_a_permanent_redirect_counts_where_two_polls_in_a_row_met_it():
    there = "https://new.example/feed"
    moved, failed = answered(permanent_url=there), answered("http_error", permanent_url=there)
    elsewhere = answered(permanent_url="https://other.example/feed")
    assert polled(moved).moved_to is None
    assert polled(moved, moved).moved_to == there
    assert polled(moved, moved, moved).moved_to == there
    assert polled(moved, elsewhere).moved_to is None
    assert polled(moved, answered(), moved).moved_to is None
    assert polled(moved, moved, answered()).moved_to is None
    assert polled(failed, failed).moved_to is None
    assert polled(moved, failed, moved).moved_to == there  # a failure says nothing of it


def test_a_suspicious_200_forgets_the_validators():
    cursor = polled(answered(headers={"etag": "1"}))
    cursor = list_cursor(answered(headers={"etag": "2"}), cursor, OPTIONS, is_suspicious=True)
    assert (cursor.etag, cursor.failures) == (None, 1)


@pytest.mark.parametrize(
    ("asked_after", "next_after"),
    [(0 * HOUR, HOUR), (2 * HOUR, 6 * HOUR), (7 * HOUR, DAY), (2 * DAY, 7 * DAY), (8 * DAY, None)],
)
def test_a_page_is_revisited_at_spans_after_it_was_first_seen(asked_after, next_after):
    cursor = page_cursor(answered(), None, OPTIONS, "{}")
    cursor = page_cursor(answered("not_modified", at=NOON + asked_after), cursor, OPTIONS, "{}")
    assert cursor.first_asked_at == NOON
    assert cursor.next_poll_at == (None if next_after is None else NOON + next_after)


def test_a_page_that_failed_is_tried_again_with_its_new_item():
    cursor = page_cursor(answered("timeout"), None, OPTIONS, "new")
    assert (cursor.item, cursor.failures, cursor.next_poll_at) == ("new", 1, NOON + 10 * MINUTE)


def test_every_request_is_a_fetch_and_the_last_carries_the_cursor():
    robots = Try("https://outlet.example/robots.txt", "http_error", NOON, 404)
    step = Try(URL, "redirected", NOON, 301)
    last = Try("https://new.example/feed", "ok", NOON, 200, 9, 1.5)
    answer = replace(answered(), tries=(robots, step, last))
    first, second, third = fetches_of(answer, Cursor(URL))
    assert (first.url, first.is_step, second.outcome) == (robots.url, True, "redirected")
    assert (third.url, third.bytes, third.cursor, third.is_step) == (URL, 9, Cursor(URL), False)


def test_a_body_that_is_not_what_was_promised_is_broken():
    (fetch,) = fetches_of(answered(), None, "the feed has no items")
    assert (fetch.outcome, fetch.error, fetch.is_failure) == (
        "broken", "the feed has no items", True,
    )  # fmt: skip


def test_headers_that_say_nothing_of_the_document_are_not_kept():
    headers = {"etag": "1", "set-cookie": "secret", "content-type": "text/html"}
    assert kept_headers(headers) == {"etag": "1", "content-type": "text/html"}


def test_a_list_that_never_changed_is_asked_less_and_less():
    cursor = polled(answered(), *(answered("not_modified", at=NOON + n * DAY) for n in (1, 20)))
    assert cursor.next_poll_at == NOON + 21 * DAY


@pytest.mark.parametrize(
    ("outcome", "status"), [("http_error", 404), ("gone", 410), ("disallowed", None)]
)
def test_a_page_that_is_refused_is_left_alone_after_its_revisits(outcome, status):
    def refused(at: dt.datetime) -> Answer:
        return Answer(Ask(URL), (Try(URL, outcome, at, status),), URL)

    cursor = page_cursor(refused(NOON), None, OPTIONS, "{}")
    assert cursor.next_poll_at == NOON + HOUR
    cursor = page_cursor(refused(NOON + 8 * DAY), cursor, OPTIONS, "{}")
    assert (cursor.next_poll_at, cursor.failures) == (None, 2)


def test_what_is_refused_is_told_with_a_url_of_bounded_length():
    fetch = refusal("gopher:" + "x" * 100_000, "not an http or https url")
    assert (fetch.url, fetch.outcome) == ("gopher:" + "x" * 1993, "refused")
    assert fetch.error == "not an http or https url"
    assert fetch.cursor is None


@pytest.mark.parametrize("kind", [api, feed, page, sitemap, warc])
def test_a_kind_that_is_given_no_session_closes_its_own(kind, outlet):
    outlet.serve("/", "[]")
    source = kind.Source(name="press", home=Path(), url=outlet.url("/list"), allow_private=True)
    with suppress(SourceError):
        list(source.read(None, {}))
    assert outlet.log
    patience = time.monotonic() + 10  # the outlet learns of it a moment later
    while outlet.open_connections and time.monotonic() < patience:
        outlet.ended.wait(0.01)
    assert outlet.open_connections == 0
