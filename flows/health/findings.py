"""What is found of the health of a warehouse: all that the page and the summary show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

State = Literal["failing", "late", "never read", "ok", "at rest"]


@dataclass(frozen=True)
class SourceState:
    """How one source fares."""

    source: str
    kind: str
    state: State
    articles: int
    copy_share: float
    """Of its articles, those shown elsewhere as a copy of another."""
    last_success: dt.datetime | None
    last_new_article: dt.datetime | None
    failures_in_a_row: int
    last_failure: str | None


@dataclass(frozen=True)
class Failure:
    """What went wrong with one source in one way, over the days shown."""

    outcome: str
    source: str
    requests: int
    last_at: dt.datetime
    last_error: str


@dataclass(frozen=True)
class ChainState:
    """A cluster that holds two texts unlike each other."""

    cluster_id: str
    texts: int
    links: int
    """Pairs from the one to the other."""
    containment: float
    """Which share of the smaller stands in the other."""
    title: str | None
    """Of the article shown for it."""


@dataclass(frozen=True)
class Windows:
    """The windows of one source."""

    source: str
    done: int
    open: int
    failed: int
    states: dict[dt.date, str]
    """Of the days the calendar shows."""
    reason: str | None
    """Why the last of those that failed did."""


@dataclass(frozen=True)
class Health:
    """All that the page shows."""

    at: dt.datetime
    warehouse: str
    articles: int
    copies: int
    undated: int
    days: list[dt.date]
    """The days of volume and copies: the last, or those up to the last with an article."""
    volume: dict[str, dict[dt.date, int]]
    """Source -> day -> articles; the source with most first."""
    copied: dict[dt.date, tuple[int, int]]
    """Day -> articles, and copies among them."""
    chains: list[ChainState]
    sources: list[SourceState]
    recent_days: list[dt.date]
    """The days of failures: always the last."""
    failures: list[Failure]
    failed: dict[str, dict[dt.date, int]]
    """Outcome -> day -> requests; the commonest first."""
    rejects: list[tuple[str, int]]
    """Reason and documents."""
    window_days: list[dt.date]
    windows: list[Windows]
    parts: int
    bytes: int

    @property
    def troubled(self) -> list[SourceState]:
        """The sources that are not well."""
        return [source for source in self.sources if source.state not in {"ok", "at rest"}]

    @property
    def failed_requests(self) -> int:
        """Requests and files that gave nothing, over the recent days."""
        return sum(failure.requests for failure in self.failures)
