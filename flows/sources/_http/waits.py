"""How long to wait: Retry-After, freshness, backoff. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_tz

_DAY_S = 86_400.0
LONGEST_RETRY_S = 7 * _DAY_S
"""A server that asks for more is asked again after this."""
_LONGEST_AGE_S = 2.0**31
"""Source: RFC 9111 section 1.2.2."""
_LONGEST_FIELD_CHARS = 1000
_MOST_DOUBLINGS = 30

_DELTA = re.compile(r"[0-9]+")
_SHORT_YEAR = re.compile(r"[A-Za-z]{3}-[0-9]{2}\b(?!:)")
_DIRECTIVE = re.compile(
    r"""([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?"""
)


def retry_after_s(value: str | None, now: dt.datetime) -> float | None:
    """Read Retry-After, seconds or a date; the past is 0, what cannot be read None.

    Source: RFC 9110 section 10.2.3.
    """
    if value is None:
        return None
    seconds = _delta_s(value)
    if seconds is None:
        at = _http_date(value, now)
        if at is None:
            return None
        seconds = (at - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_S)


def max_age_s(headers: Mapping[str, str], fetched_at: dt.datetime) -> float | None:
    """Say how long an answer stays fresh from now on; None where the server does not say.

    As a private cache sees it: s-maxage does not count. An Expires that is no date is the past,
    a max-age that is no number says nothing.

    Source: RFC 9111 sections 4.2.1, 4.2.3 and 5.3.

    Args:
        headers: names in lower case, or a mapping that does not care.
        fetched_at: stands in for a missing Date.
    """
    directives = _directives(headers.get("cache-control", ""))
    # With a list of fields, no-cache speaks of these fields only.
    if "no-store" in directives or directives.get("no-cache") == "":
        return 0.0
    lifetime_s: float | None
    if "max-age" in directives:
        lifetime_s = _delta_s(directives["max-age"])
    else:
        lifetime_s = _until_expiry_s(headers, fetched_at)
    if lifetime_s is None:
        return None
    age_s = _delta_s(headers.get("age", "")) or 0.0
    return min(max(lifetime_s - age_s, 0.0), _LONGEST_AGE_S)


def backoff_s(attempt: int, first_s: float, jitter: float) -> float:
    """Say how long to wait before a further try: full jitter under a doubling bound.

    Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.

    Args:
        attempt: further tries made before this one, from 0.
        first_s: bound of the first wait.
        jitter: a random number from 0 to 1.
    """
    bound_s = first_s * 2.0 ** min(max(attempt, 0), _MOST_DOUBLINGS)
    return jitter * min(bound_s, LONGEST_RETRY_S)


def _until_expiry_s(headers: Mapping[str, str], fetched_at: dt.datetime) -> float | None:
    expires = headers.get("expires")
    if expires is None:
        return None
    until = _http_date(expires, fetched_at)
    if until is None:
        return 0.0
    since = _http_date(headers.get("date", ""), fetched_at) or fetched_at
    return (until - since).total_seconds()


def _directives(value: str) -> dict[str, str]:
    """Read Cache-Control; the first of equal names counts (RFC 9111 section 4.2.1)."""
    found: dict[str, str] = {}
    for name, quoted, bare in _DIRECTIVE.findall(value[:_LONGEST_FIELD_CHARS]):
        found.setdefault(name.lower(), quoted or bare)
    return found


def _delta_s(value: str) -> float | None:
    digits = value.strip(" \t")
    if not _DELTA.fullmatch(digits):
        return None
    # Ten digits are centuries; more would only be slow to read.
    significant = digits.lstrip("0") or "0"
    return _LONGEST_AGE_S if len(significant) > 10 else min(float(significant), _LONGEST_AGE_S)


def _http_date(value: str, now: dt.datetime) -> dt.datetime | None:
    """Read any of the three forms of an HTTP date (RFC 9110 section 5.6.7)."""
    if len(value) > _LONGEST_FIELD_CHARS:
        return None
    try:
        parts = parsedate_tz(value)
        if parts is None:
            return None
        year, month, day, hour, minute, second = parts[:6]
        if _SHORT_YEAR.search(value):
            year = _full_year(year % 100, now)
        # A leap second is a second late.
        at = dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=dt.UTC)
        return at - dt.timedelta(seconds=parts[9] or 0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _full_year(short: int, now: dt.datetime) -> int:
    """Give the year that ends in these digits and is at most 50 years ahead."""
    year = now.year // 100 * 100 + short
    return year - 100 if year > now.year + 50 else year
