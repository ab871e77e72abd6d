"""The lines above a text that are none of it: who wrote it, and when."""

from __future__ import annotations

import datetime as dt
import re

from transforms.agencies import is_agency
from transforms.dates import find_printed_day
from transforms.dates.labels import CHANGED, PUBLISHED, says
from transforms.folding import fold
from transforms.reading import Reading

MAX_LINES = 6
"""Lines of a text that may be its head, a standfirst among them."""
MAX_CHARS = 120
"""A longer line is a paragraph."""
MAX_DATE_CHARS = 80
_MAX_AGENCY_CHARS = 40
_MORE_CHARS = 8
"""Signs around a name, which are folded away."""

_DATED = re.compile(r"\d(?:\d{3}|[./-]\d|\s?年\s?\d)")
_WITH = re.compile(r"^[(\[]?\s*(?:(?:with|avec|mit|con|com|met|med|via)\s+)?(.+?)\s*[)\]]?$")
_FEW_LETTERS, _LABELLED_LETTERS = 12, 32
"""Of the zone and the weekday beside a date, and of what else is said where it is labelled."""


def without_head(reading: Reading, language: str | None) -> str | None:
    """Return the text without the lines of its head that say what is read already.

    That is the byline, the name of an author or an agency alone, and the day of publication or of a
    change: which of them a page prints within its text depends on its frame.

    Args:
        reading: with text, people and dates.
        language: of the page as stated.
    """
    text = reading.text or ""
    lines = text.split("\n", MAX_LINES)
    printed = [reading.byline or "", *reading.authors]
    names = {fold(name) for name in printed} - {""}
    longest = max(map(len, printed))
    days = {moment.day for moment in (reading.published, reading.modified) if moment}
    kept = [
        line
        for line in lines[:MAX_LINES]
        if len(line) > MAX_CHARS
        or not (
            (len(line) <= longest + _MORE_CHARS and fold(line) in names)
            or _is_of_agency(line)
            or _is_of_day(line, days, language)
        )
    ]
    if len(kept) == len(lines[:MAX_LINES]):
        return reading.text
    return "\n".join([*kept, *lines[MAX_LINES:]]) or reading.text


def _is_of_agency(line: str) -> bool:
    found = _WITH.match(line) if len(line) <= _MAX_AGENCY_CHARS else None
    return found is not None and is_agency(found[1])


def _is_of_day(line: str, days: set[dt.date], language: str | None) -> bool:
    """Tell whether a line is one of the days, with its time, its label and little else."""
    if len(line) > MAX_DATE_CHARS or not _DATED.search(line):
        return False
    day = find_printed_day(line, language=language)
    if day is None or day.date not in days:
        return False
    around = f"{day.before} {day.after}".lower()
    is_labelled = says(PUBLISHED, around) is not None or says(CHANGED, around) is not None
    letters = sum(map(str.isalpha, around))
    return letters <= (_LABELLED_LETTERS if is_labelled else _FEW_LETTERS)
