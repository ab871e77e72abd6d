"""What the headers of an answer allow machines to do, beside what its page says of it.

Sources: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag (X-Robots-Tag),
https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/ (tdm-reservation).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from transforms.reading import Reading

ROBOTS, RESERVATION = "x-robots-tag", "tdm-reservation"
PERMISSIONS = (RESERVATION, ROBOTS)
"""The headers that say so, in lower case."""

_FOR_ROBOT = re.compile(r"(?!max-|unavailable_after\b)([\w*.-]+)\s*:\s*(.*)", re.DOTALL)
_END_OF_DATE = re.compile(r"\d{1,2}[ -]")
"""With a comma before it the rest of "Saturday, 20 Jun 2026"."""


def permissions_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Pick the headers that say what is allowed, names in lower case, in one order."""
    return {name: headers[name] for name in PERMISSIONS if headers.get(name)}


def add_permissions(reading: Reading, headers: str) -> None:
    """Add what headers say to what the page does; of two reservations the stricter counts.

    Args:
        reading: what the document says of itself; changed in place.
        headers: a JSON object, names in lower case.
    """
    said: dict[str, str] = permissions_of(json.loads(headers))
    directives = _directives(said.get(ROBOTS, ""))
    reading.robots = list(dict.fromkeys([*reading.robots, *directives]))
    stated = {part.strip() for part in said.get(RESERVATION, "").split(",")}
    if "1" in stated:
        reading.tdm_reserved = True
    elif "0" in stated and reading.tdm_reserved is None:
        reading.tdm_reserved = False


def _directives(line: str) -> Iterator[str]:
    """Yield the directives to all robots, those to one, whose name goes for all behind it, with it.

    Several headers of one name come as one line, a comma between them.
    """
    prefix = ""
    for part in _parts(line.lower()):
        named = _FOR_ROBOT.fullmatch(part)
        if named:
            prefix, part = "" if named[1] == "*" else f"{named[1]}: ", named[2]  # noqa: PLW2901
        if part:
            yield prefix + part


def _parts(line: str) -> list[str]:
    parts: list[str] = []
    for part in (" ".join(part.split()) for part in line.split(",")):
        if parts and parts[-1].startswith("unavailable_after") and _END_OF_DATE.match(part):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts
