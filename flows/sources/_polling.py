"""From answers to what a source yields: fetches, cursors, when to ask again. Decisions only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from flows.sources import Cursor, Fetch, Poll
from flows.sources._http import Answer, Ask
from flows.sources._web_options import WebOptions


def is_due(cursor: Cursor | None, poll: Poll, now: dt.datetime) -> bool:
    """Say whether a list is to be asked in this run."""
    raise NotImplementedError


def ask_for(url: str, cursor: Cursor | None, options: WebOptions, accept: str) -> Ask:
    """Ask conditionally by what is remembered, but for a probe after `probe_every` 304s."""
    raise NotImplementedError


def list_cursor(
    answer: Answer, cursor: Cursor | None, options: WebOptions, *, ttl_s: float | None = None,
    is_suspicious: bool = False,
) -> Cursor:
    """Say what to remember of a list (feed, sitemap, api) after an answer, and when it is due.

    Args:
        answer: of whatever outcome.
        cursor: what was remembered before.
        options: of the source.
        ttl_s: what the list itself asks for (ttl, sy:updatePeriod, skipHours).
        is_suspicious: a 200 that is not the promised format, or empty: validators are forgotten.
    """
    raise NotImplementedError


def fetches_of(answer: Answer, cursor: Cursor | None, error: str | None = None) -> Iterator[Fetch]:
    """Give a `Fetch` per request it took; the last, under the url asked for, carries the cursor.

    Args:
        answer: of whatever outcome.
        cursor: what to remember; None: nothing.
        error: what was wrong with a body that came whole (outcome "broken" then).
    """
    raise NotImplementedError


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Pick the headers that matter for reading a document later."""
    raise NotImplementedError
