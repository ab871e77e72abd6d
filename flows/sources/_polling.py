"""From answers to what a source yields: fetches, cursors, when to ask again. Decisions only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime

from flows.sources import Cursor, Fetch, Outcome, Poll, Window
from flows.sources._http import PAGES, Answer, Ask, Try, Web
from flows.sources._schedule import is_list_due
from flows.sources._web_options import WebOptions, seconds
from transforms.identity import sha256_hex

DISTRUSTED = -1
"""`Cursor.unconfirmed` of a url whose 304 was caught lying: never asked conditionally again."""

_SLOWEST = 10  # doublings after failures; the ceiling comes long before
_UNSENT = frozenset({"disallowed", "refused"})
_URL_CHARS = 2000  # of a refused url, which may be anything
_KEPT_HEADERS = (
    "cache-control", "content-language", "content-type", "date", "etag", "expires",
    "last-modified", "link", "tdm-policy", "tdm-reservation", "x-robots-tag",
)  # fmt: skip


@contextmanager
def session_of(poll: Poll | None) -> Iterator[Poll]:
    """Say how to ask; who is not told asks everything now, in a session closed at the end."""
    if poll:
        yield poll
    else:
        with Web() as web:
            yield Poll(web=web)


def is_due(cursor: Cursor | None, poll: Poll, now: dt.datetime) -> bool:
    """Say whether a list is to be asked in this run."""
    return not poll.only_due or is_list_due(cursor, now)


def ask_for(url: str, cursor: Cursor | None, options: WebOptions, accept: str = PAGES) -> Ask:
    """Ask conditionally by what is remembered, but for a probe after `probe_every` 304s.

    Some servers answer 304 for ever, whatever has changed; only a whole body shows it.
    """
    if cursor is None or not 0 <= cursor.unconfirmed < options.probe_every:
        return Ask(url, accept=accept)
    if cursor.config not in (None, options.config_digest()):
        return Ask(url, accept=accept)  # read under other options, it may say other things
    return Ask(url, cursor.etag, cursor.last_modified, accept)


def list_cursor(
    answer: Answer,
    cursor: Cursor | None,
    options: WebOptions,
    *,
    ttl_s: float | None = None,
    is_suspicious: bool = False,
) -> Cursor:
    """Say what to remember of a list (feed, sitemap, api) after an answer, and when it is due.

    A list that changes rarely is asked rarely: half its observed interval, but not before the
    server's max-age and the list's own ttl, all between the floor and the ceiling. Failures double
    the wait and never end the asking; a longer Retry-After wins over everything.

    Args:
        answer: of whatever outcome.
        cursor: what was remembered before.
        options: of the source.
        ttl_s: what the list itself asks for (ttl, sy:updatePeriod, skipHours).
        is_suspicious: a 200 that is not the promised format, or empty: validators are forgotten.
    """
    now = answer.last.fetched_at
    known = cursor or Cursor(answer.ask.url)
    if answer.outcome not in ("ok", "not_modified") or is_suspicious:
        return _failed(answer, known, options, is_suspicious=is_suspicious)
    met = replace(_met(answer, known), config=options.config_digest())
    wait_s = max(ttl_s or 0, answer.max_age_s or 0, _rhythm_s(met, now))
    floor_s, ceiling_s = seconds(options.poll_floor), seconds(options.poll_ceiling)
    return replace(met, next_poll_at=_after(now, min(max(wait_s, floor_s), ceiling_s)))


def page_cursor(
    answer: Answer,
    cursor: Cursor | None,
    options: WebOptions,
    item: str | None,
    *,
    is_suspicious: bool = False,
) -> Cursor:
    """Say what to remember of a page after an answer, and when it is asked again.

    A page that was read is revisited at fixed spans after it was first seen, then left alone, and
    so is one that the server or robots.txt refuses; one that failed is tried again, ever more
    slowly.

    Args:
        answer: of whatever outcome.
        cursor: what was remembered before.
        options: of the source.
        item: what the list says of the page now, and its stamp, in one form.
        is_suspicious: a 200 without a page in it.
    """
    now = answer.last.fetched_at
    known = cursor or Cursor(answer.ask.url)
    known = replace(known, first_asked_at=known.first_asked_at or now, item=item)
    if _is_refusal(answer):
        failed = _failed(answer, known, options)
        asked_at = known.asked_at if answer.outcome in _UNSENT else now
        revisit_at = _next_revisit(failed, options, now)
        return replace(failed, asked_at=asked_at, next_poll_at=revisit_at)
    if answer.outcome not in ("ok", "not_modified") or is_suspicious:
        return _failed(answer, known, options, is_suspicious=is_suspicious)
    met = _met(answer, known)
    return replace(met, next_poll_at=_next_revisit(met, options, now))


def fetches_of(answer: Answer, cursor: Cursor | None, error: str | None = None) -> Iterator[Fetch]:
    """Give a `Fetch` per request it took; the last, under the url asked for, carries the cursor.

    Args:
        answer: of whatever outcome.
        cursor: what to remember; None: nothing.
        error: what was wrong with a body that came whole (outcome "broken" then).
    """
    yield from steps_of(answer.tries[:-1])
    last = answer.last
    outcome: Outcome = "broken" if error and answer.outcome == "ok" else answer.outcome
    fetch = _fetch(answer.ask.url, last, outcome, error or last.error)
    yield replace(fetch, cursor=cursor)


def steps_of(tries: Iterable[Try]) -> Iterator[Fetch]:
    """Give a `Fetch` for each request that was only a step on the way."""
    for step in tries:
        yield _fetch(step.url, step, step.outcome, step.error, is_step=True)


def left_out(url: str, why: str, window: Window | None) -> Fetch:
    """Tell of what another run may come to; a window without it is not whole."""
    refused = refusal(url, why)
    return replace(refused, outcome="broken") if window else refused


def refusal(url: str, why: str) -> Fetch:
    """Give the `Fetch` of what was named and is not asked for."""
    return Fetch(url[:_URL_CHARS], "refused", dt.datetime.now(dt.UTC), error=why)


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Pick the headers that matter for reading a document later."""
    return {name: headers[name] for name in _KEPT_HEADERS if name in headers}


def _fetch(
    url: str, step: Try, outcome: Outcome, error: str | None, *, is_step: bool = False
) -> Fetch:
    return Fetch(
        url=url,
        outcome=outcome,
        fetched_at=step.fetched_at,
        bytes=step.bytes,
        ms=step.ms,
        status=step.status,
        error=error,
        retry_after_s=step.retry_after_s,
        is_step=is_step,
    )


def _met(answer: Answer, known: Cursor) -> Cursor:
    """Take over what a good answer says."""
    now = answer.last.fetched_at
    there = answer.permanent_url
    met = replace(
        known,
        asked_at=now,
        failures=0,
        gone_at=None,
        moving_to=there,
        moved_to=there if there == known.moving_to else None,
    )
    if answer.outcome == "not_modified":
        return replace(met, unconfirmed=known.unconfirmed + 1)
    digest = sha256_hex(answer.body)
    is_changed = digest != known.body_digest
    is_caught = known.unconfirmed == DISTRUSTED or (is_changed and _has_lied(answer, known))
    return replace(
        met,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        body_digest=digest,
        unconfirmed=DISTRUSTED if is_caught else 0,
        interval_s=_interval_s(known, now) if is_changed else known.interval_s,
        changed_at=now if is_changed else known.changed_at,
    )


def _has_lied(answer: Answer, known: Cursor) -> bool:
    """Say whether another body shows that an earlier 304 was none.

    It does where the validators are still the same, or where the new body is dated before the
    moment at which the server said that nothing had changed.
    """
    if known.unconfirmed < 1:
        return False
    etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if (etag or modified) and (etag, modified) == (known.etag, known.last_modified):
        return True
    moment = _moment(modified)
    if moment is None or known.asked_at is None or known.changed_at is None:
        return False
    return known.changed_at < moment < known.asked_at


def _moment(value: str | None) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _interval_s(known: Cursor, now: dt.datetime) -> float | None:
    """Average the time between two changes, the latest one counting as much as all before."""
    if known.changed_at is None:
        return known.interval_s
    latest = (now - known.changed_at).total_seconds()
    return latest if known.interval_s is None else (known.interval_s + latest) / 2


def _rhythm_s(met: Cursor, now: dt.datetime) -> float:
    """Give half the interval of its changes; a list that has fallen silent is asked less."""
    if met.changed_at is None:
        return 0.0
    return max(met.interval_s or 0.0, (now - met.changed_at).total_seconds()) / 2


def _failed(
    answer: Answer, known: Cursor, options: WebOptions, *, is_suspicious: bool = False
) -> Cursor:
    now = answer.last.fetched_at
    failures = known.failures + 1
    floor_s, ceiling_s = seconds(options.poll_floor), seconds(options.poll_ceiling)
    wait_s = min(floor_s * 2 ** min(failures, _SLOWEST), ceiling_s)
    is_gone = answer.outcome == "gone"
    if is_gone:
        wait_s = ceiling_s
    if is_suspicious:
        known = replace(known, etag=None, last_modified=None, body_digest=None)
    return replace(
        known,
        asked_at=now,
        failures=failures,
        gone_at=(known.gone_at or now) if is_gone else known.gone_at,
        next_poll_at=_after(now, max(wait_s, answer.last.retry_after_s or 0)),
    )


def _is_refusal(answer: Answer) -> bool:
    """Say whether asking again soon has no point: 4xx but for 408, 425 and 429, or robots.txt."""
    status = answer.last.status or 0
    is_final = 400 <= status < 500 and status not in (408, 425, 429)
    return is_final or answer.outcome in _UNSENT


def _next_revisit(met: Cursor, options: WebOptions, now: dt.datetime) -> dt.datetime | None:
    first = met.first_asked_at or now
    coming = (_after(first, seconds(span)) for span in options.revisit)
    return min((moment for moment in coming if moment > now), default=None)


def _after(now: dt.datetime, wait_s: float) -> dt.datetime:
    return now + dt.timedelta(seconds=wait_s)
