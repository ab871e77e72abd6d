"""Reading the dates and the rhythm a feed states."""

from __future__ import annotations

import datetime as dt
import re

from transforms.dates import parse_moment

_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,\s*(?=\d)")
_SHORT_YEAR = re.compile(r"^(\d{1,2}[ -][A-Za-z]{3,9}[ -])(\d{2})(?=\s|$)")
_MIDNIGHT = re.compile(r"([T ])24:00(:00)?(?!\d)")
_LEAP_SECOND = re.compile(r"(:[0-5]\d):60(?!\d)")

_DAY_S = 86_400.0
_PERIODS = {
    "hourly": 3600.0,
    "daily": _DAY_S,
    "weekly": 7 * _DAY_S,
    "monthly": 30 * _DAY_S,
    "yearly": 365 * _DAY_S,
}
"""Seconds. Source: RSS 1.0 module Syndication, updatePeriod."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def stated_moment(raw: str | None, language: str | None = None) -> str | None:
    """Write a date of a feed as "2026-03-14T09:15:00Z"; None where it cannot be read.

    A weekday is not believed, 24:00 is the next day's start, and a date without a zone is UTC.
    """
    if not raw:
        return None
    printed = _SHORT_YEAR.sub(_with_century, _WEEKDAY.sub("", raw.strip()))
    printed, next_day = _MIDNIGHT.subn(r"\g<1>00:00\2", printed)
    printed = _LEAP_SECOND.sub(r"\1:59", printed)
    moment = parse_moment(printed, evidence="feed", language=language)
    if moment is None:
        return None
    at = moment.at + dt.timedelta(days=bool(next_day))
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _with_century(match: re.Match[str]) -> str:
    # Source: RFC 5322 section 4.3: 00 to 49 are of this century, 50 to 99 of the last.
    return f"{match[1]}{'20' if match[2] < '50' else '19'}{match[2]}"


def stated_ttl(ttl: str | None, period: str | None, frequency: str | None) -> float | None:
    """Read how long a feed stays the same: its ttl in minutes, else its update period."""
    minutes = _positive(ttl)
    if minutes:
        return 60 * minutes
    seconds = _PERIODS.get((period or "").strip().lower())
    return seconds / (_positive(frequency) or 1) if seconds else None


def _positive(raw: str | None) -> float | None:
    digits = (raw or "").strip()
    # Ten digits are 19,000 years of minutes: what is longer is no ttl.
    return float(digits) or None if digits.isdecimal() and len(digits) <= 10 else None


def stated_hours(raw: list[str]) -> frozenset[int]:
    """Read the hours (UTC) a feed is not asked in; RSS 0.91 writes midnight as 24."""
    hours = (int(hour) for hour in map(str.strip, raw) if hour.isdecimal() and len(hour) <= 2)
    return frozenset(hour % 24 for hour in hours if hour <= 24)


def stated_days(raw: list[str]) -> frozenset[str]:
    """Read the weekdays (English, "Monday") a feed is not asked on."""
    return frozenset(_DAYS) & {day.strip().capitalize() for day in raw}
