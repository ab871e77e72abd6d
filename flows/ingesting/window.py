"""One day of one source: what was read of it, and whether that is all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from flows.sources import Fetch, Window

DAY = dt.timedelta(days=1)
_TRANSIENT = frozenset({"unreachable", "timeout", "broken", "crashed", "unreadable"})
"""Outcomes that may be others next time, or once an operator has looked."""
_TRANSIENT_STATUS = frozenset({408, 425, 429})  # and 5xx

State = Literal["open", "done", "failed"]


def window_of(day: dt.date) -> Window:
    """Give the span of a UTC day."""
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    return Window(start, start + DAY)


def is_transient(fetch: Fetch) -> bool:
    """Say whether another reading may have better luck with what failed.

    A robots.txt that could not be read closes its host with the status it had.
    """
    status = fetch.status or 0
    if 300 <= status < 400:
        return False  # redirects that lead nowhere
    is_of_server = status >= 500 or status in _TRANSIENT_STATUS or fetch.retry_after_s is not None
    return is_of_server or fetch.outcome in _TRANSIENT


@dataclass
class WindowRead:
    """What one reading of a window has come to so far."""

    day: dt.date
    began_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    documents: set[str] = field(default_factory=set)
    """Ids of all documents it gave, stored before or not."""
    failures: list[Fetch] = field(default_factory=list)
    """Requests that another reading may have better luck with."""

    def note(self, fetch: Fetch) -> None:
        """Look at a request that failed."""
        if is_transient(fetch):
            self.failures.append(fetch)

    def row(self, *, outside: int, normalizer: str, stopped_by: str | None) -> dict[str, object]:
        """Make its row of `windows`.

        Args:
            outside: documents whose article is of another day.
            normalizer: that read them.
            stopped_by: why it could not be read to its end, if so.
        """
        state, reason = self.state(stopped_by)
        return {
            "day": self.day,
            "state": state,
            "reason": reason,
            "documents": len(self.documents),
            "outside": outside,
            "normalizer": normalizer,
            "updated_at": dt.datetime.now(dt.UTC),
        }

    def name_of(self, source: str) -> str:
        """Name the window among what a run did."""
        return f"{source} {self.day}"

    def state(self, stopped_by: str | None) -> tuple[State, str | None]:
        """Say whether it is read whole, and why not.

        Args:
            stopped_by: why it could not be read to its end, if so.
        """
        if stopped_by is not None:
            return "failed", stopped_by
        if self.failures:
            first = self.failures[0]
            why = first.error or (f"status {first.status}" if first.status else first.outcome)
            count = len(self.failures)
            many = f"{count} requests failed, first " if count > 1 else ""
            return "failed", f"{many}{first.url}: {why}"
        if self.began_at < window_of(self.day).end:  # its lists may have been read by then
            return "open", "the day has not ended"
        return "done", None
