"""Placeholders in the url of an API: spans of time, and where in its list a page stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

Style = Literal["none", "page", "cursor", "link", "offset"]

_STARTS = ("start", "start_s", "start_day")
_MOMENTS = (*_STARTS, "end", "end_s", "end_day")
COUNTERS = ("page", "cursor", "offset")
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")


def placeholders(url: str) -> set[str]:
    """List the placeholders a url has, known or not."""
    return set(_PLACEHOLDER.findall(url))


def has_start(url: str) -> bool:
    """Say whether a url asks for a span of time."""
    return not placeholders(url).isdisjoint(_STARTS)


def complaint(url: str, style: Style) -> str | None:
    """Say what is wrong with the placeholders of a url; None where nothing is."""
    for name in sorted(placeholders(url)):
        if name not in _MOMENTS and name not in COUNTERS:
            return f"there is no placeholder {{{name}}}"
        if name in COUNTERS and name != style:
            return f"{{{name}}} needs paging.style = '{name}'"
    return None


def fill(url: str, values: Mapping[str, str]) -> str:
    """Put values, percent-encoded, in place of their placeholders; other braces stay."""
    return _PLACEHOLDER.sub(
        lambda found: quote(values[found[1]], safe="") if found[1] in values else found[0], url
    )


def moments(start: dt.datetime, end: dt.datetime) -> dict[str, str]:
    """Give the values of the placeholders for a half-open UTC span."""
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    last = end - dt.timedelta(microseconds=1)
    return {
        "start": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "start_s": str(int(start.timestamp())),
        "end_s": str(int(end.timestamp())),
        "start_day": f"{start:%Y-%m-%d}",
        "end_day": f"{last:%Y-%m-%d}",
    }
