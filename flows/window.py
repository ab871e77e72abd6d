"""One day of one source: what was read of it, and whether that is all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from flows.sources import Fetch, Window

DAY = dt.timedelta(days=1)
TRANSIENT = frozenset({"unreachable", "timeout", "broken", "crashed"})
"""Outcomes that may be others next time; so may be a status of 429 or 5xx."""

State = Literal["open", "done", "failed"]


def window_of(day: dt.date) -> Window:
    """Give the span of a UTC day."""
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    return Window(start, start + DAY)


@dataclass
class WindowRead:
    """What one reading of a window has come to so far."""

    day: dt.date
    documents: set[str] = field(default_factory=set)
    """Ids of all documents it gave, stored before or not."""
    failures: list[Fetch] = field(default_factory=list)
    """Requests that another reading may have better luck with."""

    def note(self, fetch: Fetch) -> None:
        """Look at a request that failed."""
        is_transient = fetch.outcome in TRANSIENT or (fetch.status or 0) >= 500
        if is_transient or fetch.status == 429:
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
        if stopped_by:
            return "failed", stopped_by
        if self.failures:
            first = self.failures[0]
            why = f"{first.url}: {first.error or first.outcome}"
            return "failed", f"{len(self.failures)} requests failed, first {why}"
        if dt.datetime.now(dt.UTC) < window_of(self.day).end:
            return "open", "the day has not ended"
        return "done", None
