"""How the health page and its summary say things: key figures, ages, shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flows.health.findings import Health

Mood = Literal["good", "poor", "bad", ""]

_UNITS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("day", 86_400), ("hour", 3_600))
_STALE = dt.timedelta(days=2)
_BYTES = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


@dataclass(frozen=True)
class Figure:
    """One number worth knowing."""

    name: str
    value: str
    note: str
    mood: Mood = ""
    """Whether it is as it should be; empty where nobody can say."""


def figures(health: Health) -> list[Figure]:
    """Give the key figures of a warehouse, what matters most first."""
    distinct = health.articles - health.copies
    troubled, failed = len(health.troubled), sum(each.failed for each in health.windows)
    awake = sum(each.state != "at rest" for each in health.sources)
    newest = max((s.last_new_article for s in health.sources if s.last_new_article), default=None)
    is_stale = newest is None or health.at - newest > _STALE
    copy_share = health.copies / health.articles if health.articles else 0.0
    return [
        Figure("Articles", f"{distinct:,}", f"and {health.copies:,} copies of them"),
        Figure(
            "Last new article", ago(newest, health.at), "stored", "poor" if is_stale else "good"
        ),
        Figure(
            "Sources",
            f"{awake - troubled} of {awake} well",
            f"{troubled} to look at" if troubled else "none to look at",
            "bad" if troubled else "good",
        ),
        Figure(
            "Copies",
            share(copy_share),
            f"of all articles, chains: {len(health.chains):,}"
            if health.chains
            else "of all articles",
            "poor" if health.chains else "",
        ),
        Figure(
            "Failures",
            f"{health.failed_requests:,}",
            f"requests and files, last {len(health.recent_days)} days",
            "" if health.failures else "good",
        ),
        Figure(
            "Windows",
            f"{failed:,} failed",
            f"{sum(each.open for each in health.windows):,} open, "
            f"{sum(each.done for each in health.windows):,} done",
            "bad" if failed else "good",
        ),
        Figure("Undated", f"{health.undated:,}", "articles without a day"),
        Figure("On the disk", size(health.bytes), f"in {health.parts:,} parts"),
    ]


def ago(at: dt.datetime | None, now: dt.datetime) -> str:
    """Say how long ago something was, as coarsely as one would."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    for unit, length in _UNITS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return f"{int(seconds // 60)} min ago" if seconds >= 60 else "just now"


def share(of_all: float) -> str:
    """Write a share as per cent; one that is not nothing never reads 0 %."""
    return "under 1 %" if 0 < of_all < 0.01 else f"{of_all * 100:.0f} %"


def size(count: int) -> str:
    """Write a number of bytes."""
    for unit, length in _BYTES:
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{count} bytes"


def span(days: Sequence[dt.date]) -> str:
    """Name the first and the last of some days."""
    return f"{day_text(days[0])} to {day_text(days[-1])}"


def day_text(day: dt.date) -> str:
    """Write a day."""
    return f"{day.day} {day:%B %Y}"


def when(at: dt.datetime) -> str:
    """Write a day and a time of it."""
    return f"{day_text(at.date())}, {at:%H:%M} UTC"
