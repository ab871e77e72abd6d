"""Which of the dates a page prints is the article's, and where it is truer than the stated one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, partial

from transforms.dates import find_printed_day
from transforms.dates.labels import PUBLISHED, says
from transforms.html.datelines import DatedLine
from transforms.reading import Evidence, Moment

Parse = Callable[[str, Evidence], Moment | None]

MIN_WEIGHT, LIKELY_WEIGHT, SURE_WEIGHT = 1.0, 4.0, 5.5
"""From which on a printed date is taken, one of a change beside one of publication, and one
against a stated one. Of changes that weigh 4 and more 162 of 185 are of the day that the page
states for machines, and of the others 14 of 34.
"""

# With those of `transforms.html.datelines`: what the line itself says. Of prose around a date
# more letters are printed than of labels and weekdays.
_SAID, _ELEMENT, _ALONE, _BYLINE, _AMONG_WORDS, _IN_PROSE = 2.0, 2.0, 2.0, 1.0, -0.5, -2.0
_MOST_OF_WORDS = _SAID + max(_ELEMENT, _ALONE)
_FEW_LETTERS, _MANY_LETTERS = 12, 40
_IN_LIST, _LIST_DAYS = -2.0, 3
_SEPARATORS = frozenset("|•·")

_RESET_DAYS = 2
_IN_UTC = re.compile(r"\d\s?(?:Z|[+-]00:?00|GMT|UTC)$", re.IGNORECASE)
_ZONES = (dt.timedelta(hours=-12), dt.timedelta(hours=14))
_ZONE_STEP = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Printed:
    """A date as printed, and how sure it is the article's."""

    moment: Moment
    weight: float


def likeliest(
    lines: list[DatedLine], parse: Parse, *, changed: bool = False, least: float = MIN_WEIGHT
) -> Printed | None:
    """Find the printed date that is most likely the article's, the first of several alike.

    Args:
        lines: in page order.
        parse: reads one.
        changed: look among those that are said to be of a change instead of the others.
        least: the weight it must have; only lines that may reach it are read, and those of their
            lists.
    """
    read = cache(partial(_moment, parse=parse))
    weight_of_list = cache(partial(_weight_of_list, lines, read))
    found: Printed | None = None
    for line in lines:
        if line.changed is changed and _may_be(line, found, least) and (moment := read(line)):
            weight = line.weight + _weight_of_words(line) + weight_of_list(line.place)
            if weight >= least and (found is None or weight > found.weight):
                found = Printed(moment, weight)
    return found


def corrected(stated: Moment, printed: Printed, others: Iterable[Moment]) -> Moment:
    """Correct a stated moment by the printed one where that is surely truer.

    Two cases, counted on 1,072 pages with a known day. A printed day that lies before the stated
    one by two and more: publishing systems state the day of the last rebuild, or of a move to
    another system (the printed day was right on 10 of 10). And a moment stated in UTC whose day
    is another where it was printed: the moment stays, with the printed day as `published_date`,
    if the printed clock or a further value bears that out (on 5 of 8; the rest is a matter of
    words). A printed day after the stated one is of a change, whatever it is called (9 of 19).
    """
    if printed.weight < SURE_WEIGHT or stated.evidence in {"url", "microdata"}:
        return stated
    moment, apart = printed.moment, stated.day - printed.moment.day
    if abs(apart.days) == 1 and _IN_UTC.search(stated.raw):
        same_day = any(other.day == moment.day for other in others)
        agrees = same_day or _is_same_moment(stated, moment)
        return replace(stated, day=moment.day) if agrees else stated
    swapped = (moment.day.month, moment.day.day) == (stated.day.day, stated.day.month)
    return moment if apart.days >= _RESET_DAYS and not swapped else stated


def _moment(line: DatedLine, parse: Parse) -> Moment | None:
    """Read what is there for machines; as printed where that is nothing, or no time of its day."""
    moment = parse(line.raw, line.evidence)
    if line.printed == line.raw or (moment and moment.precision != "day"):
        return moment
    printed = parse(line.printed, line.evidence)
    if moment is None or (printed and printed.precision != "day" and printed.day == moment.day):
        return printed
    return moment


def _may_be(line: DatedLine, found: Printed | None, least: float) -> bool:
    """Tell whether a line can be likelier than one before: half of them are not read for that."""
    most = line.weight + _MOST_OF_WORDS
    return most >= least and (found is None or most > found.weight)


def _weight_of_list(
    lines: list[DatedLine], read: Callable[[DatedLine], Moment | None], place: tuple[str, ...]
) -> float:
    """Weigh a place: its lines are a list where they print several days."""
    alike = [line for line in lines if line.place == place]
    if len(alike) < _LIST_DAYS:
        return 0
    days = {moment.day for line in alike if (moment := read(line))}
    return _IN_LIST if len(days) >= _LIST_DAYS else 0


def _weight_of_words(line: DatedLine) -> float:
    if line.evidence == "time":
        return _ELEMENT + (0 if says(PUBLISHED, line.printed.lower()) is None else _SAID)
    day = find_printed_day(line.printed)
    around = f"{day.before} {day.after}".strip() if day else line.printed.lower()
    letters = sum(map(str.isalpha, around))
    said = 0 if says(PUBLISHED, around) is None else _SAID
    if letters <= _FEW_LETTERS:
        return said + _ALONE
    if letters > _MANY_LETTERS:
        return said + _IN_PROSE
    byline = around.startswith("by ") or not _SEPARATORS.isdisjoint(around)
    return said + (_BYLINE if byline else _AMONG_WORDS)


def _is_same_moment(stated: Moment, printed: Moment) -> bool:
    """Tell whether a printed clock shows the stated moment in some zone of the world."""
    if printed.precision == "day" or printed.tz_known:
        return printed.tz_known and printed.precision != "day" and printed.at == stated.at
    apart = printed.at.replace(second=0) - stated.at.replace(second=0, microsecond=0)
    return _ZONES[0] <= apart <= _ZONES[1] and not apart % _ZONE_STEP
