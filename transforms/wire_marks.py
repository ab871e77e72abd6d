"""What a wire writes around a story for its machines and desks, and is no part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_MARKS = 5
"""Lines above a story, or below it."""

# Source: IPTC 7901 for ZCZC and NNNN; the others as agencies and press offices print them.
_ABOVE = re.compile(
    r"ZCZC\b.*"
    r"|[a-z]{1,3}\d{3,5}(?: [a-z]{1,4}\d{0,5}){0,3}"  # a category and number: "r0412 bc eu"
    r"|(?:BC|AM|PM|XX)-(?:\w+--.*|[A-Z0-9/ .,()-]+)"  # a slug: "BC-EU--Ferry Strike, 2nd Ld"
    r"|(?:URGENT|BULLETIN|FLASH|EILMELDUNG|ALERT|URGENTE)\s*[:!*]*"
    r"|\(?(?:EDS|EDITORS|ADVISORY|Redaktionshinweis)\b[:.].*"
    r"|(?:STRICTLY )?EMBARGO(?:ED)?\b.*|NOT FOR (?:PUBLICATION|RELEASE)\b.*"
    r"|FOR IMMEDIATE RELEASE\b.*|SPERRFRIST\b.*|(?:PRESS|NEWS) RELEASE:?|PRESSEMITTEILUNG:?"
)
_BELOW = re.compile(
    r"(?=[^#]*+##)[#*=_ -]++|-+ ?30 ?-+|NNNN\b.*"
    r"|[-–— (*/]*(?:ENDS?|ENDE|FIN|FINE|MORE|MTF)[-–— )*/]*"
    r"|-0-|-o0o-|xxx+|\*{3,}"
)


def without_wire_marks(lines: Sequence[str]) -> list[str]:
    """Leave out the marks above and below a story; a text of nothing else stays as it is.

    Args:
        lines: tidied; empty ones between blocks.
    """
    start, end = _past(lines, _ABOVE), len(lines) - _past(lines[::-1], _BELOW)
    return list(lines[start:end]) if start < end else list(lines)


def _past(lines: Sequence[str], mark: re.Pattern[str]) -> int:
    past = seen = 0
    for place, line in enumerate(lines):
        if not line:
            continue
        if seen == MAX_MARKS or not mark.fullmatch(line):
            break
        seen += 1
        past = place + 1
    while 0 < past < len(lines) and not lines[past]:
        past += 1
    return past
