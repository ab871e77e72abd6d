"""What became of each window of a plan, and the sentences that say so."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.backfilling.plan import Action, Planned, name_of
from flows.backfilling.replay import ReplayCounts


@dataclass(frozen=True)
class WindowResult:
    """What became of one window of the plan."""

    source: str
    day: dt.date | None
    action: Action
    state: str
    """done, open or failed; skipped where another backfill had it."""
    reason: str | None = None
    documents: int = 0
    new: int = 0
    kept: int = 0
    rejected: int = 0
    seconds: float = 0.0

    @property
    def is_failure(self) -> bool:
        """Say whether it must be read again."""
        return self.state == "failed"

    def row(self) -> dict[str, object]:
        """Show it in a table."""
        return {
            "day": name_of(self.day),
            "source": self.source,
            "state": self.state,
            "documents": self.documents,
            "new": self.new,
            "kept": self.kept,
            "rejected": self.rejected,
            "seconds": round(self.seconds, 1),
            "reason": self.reason,
        }


def to_do(planned: Sequence[Planned]) -> list[Planned]:
    """Give the windows that will be read."""
    return [window for window in planned if window.action != "skip"]


def sentence(planned: Sequence[Planned]) -> str:
    """Say in one line what a plan comes to."""
    wanted = to_do(planned)
    requests = [window.requests for window in wanted if window.requests is not None]
    known = f", about {sum(requests)} requests" if any(requests) else ""
    unknown = len(wanted) - len(requests)
    more = f"; nothing tells how many requests {unknown} of them take" if unknown else ""
    return f"{len(wanted)} of {len(planned)} windows would run{known}{more}."


@dataclass(frozen=True)
class Backfilled:
    """What a backfill came to."""

    planned: list[Planned]
    results: list[WindowResult] = field(default_factory=list)
    changes: ReplayCounts | None = None
    """Of a replay that was only tried: what it would change."""
    remark: str | None = None
    """What else carrying it out would do."""

    @property
    def failures(self) -> list[WindowResult]:
        """The windows that must be read again."""
        return [result for result in self.results if result.is_failure]

    def sentence(self) -> str:
        """Say in one line what came of it."""
        if not self.results:
            return " ".join(filter(None, [sentence(self.planned), self.remark]))
        states = Counter(result.state for result in self.results)
        counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        kept, new = (sum(getattr(each, name) for each in self.results) for name in ("kept", "new"))
        return f"{len(self.results)} windows: {counted}; {new} new documents, {kept} articles kept."

    def complaint(self) -> str:
        """Say which windows failed and why, the first few of them."""
        named = [f"{each.source} {name_of(each.day)}: {each.reason}" for each in self.failures[:5]]
        more = f" and {len(self.failures) - 5} more" if len(self.failures) > 5 else ""
        plural = "s" if len(self.failures) > 1 else ""
        return f"{len(self.failures)} window{plural} failed: {'; '.join(named)}{more}"
