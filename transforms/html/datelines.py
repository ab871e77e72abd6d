"""Where a page prints its day: short lines with a year, and how likely each is the article's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from transforms.dates.clocks import has_clock, leading_clock
from transforms.dates.labels import CHANGED, PUBLISHED, says, split_change
from transforms.folding import fold
from transforms.html.nodes import TEXT, Nodes
from transforms.html.parts import PartsOfDates
from transforms.html.plain import tidy
from transforms.html.shown import Shown
from transforms.reading import Evidence

MAX_LINE_CHARS = 120
_MAX_LABEL_CHARS = 60
MAX_LINES = 200
"""Lists of dated links go on for thousands; an article's day is among the first."""

_DAY_AND_YEAR = re.compile(
    r"\d(?:[./-]\d{1,2}[./-]\d\d(?!\d)"
    r"|(?<!\d\d)\d?(?!\d)[^\d]{1,24}(?:\d{1,2}[^\d]{1,12})?\d{4}(?!\d)"
    r"|(?<!\d\d)\d{3}(?!\d)[^\d]{1,24}\d{1,2}(?!\d)"
    r"|\s?年\s?\d{1,2}\s?月\s?\d)"
)
"""With any digits, and with a time of day between them; one goes before all: 1.4 µs, not 4."""
_LEAD = re.compile(r"\s*(.{0,40}\d{4}[^\d]{0,10}?)(?:\s[-–—|]\s|\s?[:–—]\s|\s„)")
"""A dateline: "LOHBRUCK, 4. März 2024 - ", "4.3.2024 – "."""
_YEAR_OR_PAIR = re.compile(r"\d(?:\d{3}|[./-]\d|\s?年\s?\d)")
"""Far quicker, and met by few lines; years of an era have one digit: 令和8年3月10日."""
_WORDS_OF_CHANGE = re.compile(r"updat|modif|changed|edited|revis")
_WORDS_OF_PUBLISHING = re.compile(r"publi|posted|creat")
_WORDS_OF_TIME = re.compile(
    r"date|time(?!line)|publi|posted|byline|meta\b|author|stamp|datum|fecha"
)
_TIMES = ("time", "relative-time", "time-ago")
MANY_DATES = 2
_MAX_CLOCK_CHARS = len("um 14:05:09 Uhr (Europe/Berlin)")
_SEPARATORS, _DASHES = frozenset("|•·,/-–—"), frozenset("-–—")
_AROUND = " ()[]|•·,;/"
_SHORT_CLOCK = re.compile(r"\d:\d\d(?::\d\d)?")
"""What alone is rather how long a film is: 3:45."""
_LENGTH = re.compile(r"(?:mins?|minut\w*|secs?|seconds?|sek|мин)\b", re.IGNORECASE)
_PARTS = frozenset({"body", "main", "article", "section"})
_BESIDE_LEVELS = 2
_WORDS_OF_LENGTH = re.compile(r"duration|length|runtime|video|score|result")
_WORD = re.compile(r"[^\W_]+")
_WHOLE_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DIGIT = re.compile(r"\d")
_BEFORE_DIGITS = re.compile(r"\d.*$")
_MIN_HEADLINE_CHARS, _MAX_HEADINGS = 8, 20

# How much each says for a date, chosen and counted on the same 1,072 pages whose day is known;
# no weight changed by one moves more than 6 of the 305 pages that state no date. The first two
# by text nodes after the headline, the others before it.
_NEARNESS = ((range(11), 3.0), (range(11, 41), 2.0), (range(-6, 0), 1.5), (range(-15, -6), 0.5))
_NO_HEADLINE, _MARKED, _SAID_BY_MARKS, _SAID_BESIDE, _IN_MAIN = 1.0, 2.0, 1.0, 1.0, 0.5
_IN_OTHER, _IN_ASIDE, _IN_LINK, _LATE = -1.0, -2.0, -1.0, -1.0
_LATE_SHARE = 0.8
_NEAR_A_HEADLINE, _BESIDE_A_HEADLINE = 2.0, 1.5
_MARKED_LEVELS, _LINK_LEVELS = 3, 3


@dataclass(frozen=True, slots=True)
class DatedLine:
    """One line or element with a date, and what its place says of it."""

    raw: str
    """For machines where it is: the datetime attribute; else as printed."""
    printed: str
    """As a reader sees it."""
    evidence: Evidence
    weight: float
    """How likely its place is that of the article's date."""
    changed: bool
    """Whether marks or words say that it is the day of a change."""
    place: tuple[str, ...]
    """Tags and classes: lines of a list share theirs."""
    apart: bool = False
    """Whether it is not of the headline's own article: what it says of a change is of another."""


def dated_lines(shown: Shown) -> list[DatedLine]:
    """Return the elements and short lines with a date, in page order."""
    nodes = shown.nodes
    headline = _headline(nodes)
    heading_at = None if headline is None else shown.before(headline)
    around = PartsOfDates(nodes, headline)
    lines = []
    for at, printed in _dates(shown):
        position = shown.before(at) + (nodes.tags[at] == TEXT)
        near = _weight_near(None if heading_at is None else position - heading_at)
        if len(nodes.texts[at].strip()) <= MAX_LINE_CHARS or near >= _NEAR_A_HEADLINE:
            place = near + (_LATE if position > _LATE_SHARE * len(shown.lines) else 0)
            line = _line(around, at, printed, shown.text_before(at), place)
            lines += [line, *_change_within(line)]
    return lines


def _headline(nodes: Nodes) -> int | None:
    """Find the heading of which the page's title repeats most; else the first h1."""
    titles = [fold(title) for title in _titles(nodes)]
    longest, repeated = _MIN_HEADLINE_CHARS, None
    for heading in nodes.tagged("h1", "h2", "h3")[:_MAX_HEADINGS]:
        text = nodes.raw_text_of(heading)
        # Most headings are passed by their first word: to fold one takes ten times as long.
        first = _WORD.search(text)
        if first and any(first[0].lower() in title for title in titles):
            folded = fold(text)
            if len(folded) > longest and any(folded in title for title in titles):
                longest, repeated = len(folded), heading
    return repeated if repeated is not None else next(iter(nodes.tagged("h1")), None)


def _titles(nodes: Nodes) -> Iterator[str]:
    for at in nodes.tagged("title")[:1]:
        yield nodes.raw_text_of(at)
    stated = (at for at in nodes.tagged("meta") if nodes.get(at, "property") == "og:title")
    for at in islice(stated, 1):
        yield nodes.get(at, "content")


def _dates(shown: Shown) -> list[tuple[int, str]]:
    """Find where dates may be, and what is printed: elements of a time, and texts outside them."""
    nodes = shown.nodes
    times = [
        (at, nodes.raw_text_of(at), shown.before(nodes.inside(at).stop))
        for at in nodes.tagged(*_TIMES)
    ]
    dated = [
        (at, printed, following)
        for following, (at, line) in enumerate(zip(shown.places, shown.lines, strict=True), start=1)
        if _YEAR_OR_PAIR.search(_beginning(line))
        and nodes.tags[nodes.parents[at]] not in _TIMES
        and (printed := _dated(line))
    ]
    found = sorted([*times, *dated])[:MAX_LINES]
    return [(at, _with_clock(shown, at, printed, following)) for at, printed, following in found]


def _with_clock(shown: Shown, at: int, printed: str, following: int) -> str:
    """Add the time of day that is the next text, in an element of its own or after a break."""
    lines = shown.lines[following : following + 3]
    skipped = bool(lines) and lines[0] in _SEPARATORS
    clock, after = [*lines[skipped:], "", ""][:2]
    if not clock or len(clock) > _MAX_CLOCK_CHARS or leading_clock(clock) != clock:
        return printed
    if _SHORT_CLOCK.fullmatch(clock) or _LENGTH.match(after):
        return printed
    is_span = after[:1] in _DASHES or leading_clock(after[:_MAX_CLOCK_CHARS])
    if is_span or has_clock(printed) or not _is_beside(shown, at, following + skipped):
        return printed
    return f"{printed} {clock}"


def _is_beside(shown: Shown, at: int, following: int) -> bool:
    """Tell whether the next text is in the same small part of a page, and no length of a film."""
    nodes = shown.nodes
    clock_at = shown.places[following]
    around = list(islice(nodes.above(clock_at), _BESIDE_LEVELS))
    shared = set(around).intersection(islice(nodes.above(at), _BESIDE_LEVELS))
    return any(nodes.tags[part] not in _PARTS for part in shared) and not any(
        _WORDS_OF_LENGTH.search(nodes.marks(part)) for part in around
    )


def _beginning(line: str) -> str:
    """Return what of a text may hold a date: a paragraph can begin with one."""
    return line if len(line) <= 2 * MAX_LINE_CHARS else line[:_MAX_LABEL_CHARS]


def _dated(text: str) -> str:
    """Return a line with a date, or what stands before the dash of a paragraph that begins so."""
    lead = _LEAD.match(text)
    line = _of_lead(lead, text) if lead else text if len(text) <= 2 * MAX_LINE_CHARS else ""
    return line if _DAY_AND_YEAR.search(line) else ""


def _of_lead(lead: re.Match[str], text: str) -> str:
    """Return the dateline with the time behind its dash, where that is one and ends there."""
    rest = text[lead.end() :]
    if len(text) <= MAX_LINE_CHARS and _names_a_day(rest.lower()):
        return text
    clock = leading_clock(rest[: 2 * _MAX_CLOCK_CHARS])
    return text[: lead.end()] + clock if clock else lead[1]


def _names_a_day(text: str) -> bool:
    """Tell whether another day is said to be of publication or of a change."""
    labels = (says(PUBLISHED, text), says(CHANGED, text))
    return any(at is not None and _DAY_AND_YEAR.search(text, at) for at in labels)


def _line(around: PartsOfDates, at: int, text: str, before: str, place: float) -> DatedLine:
    nodes = around.nodes
    is_text = nodes.tags[at] == TEXT
    printed = tidy(text) or ""
    above = [*([] if is_text else [at]), *nodes.above(at)]
    marks = [nodes.marks(element) for element in above[:_MARKED_LEVELS]]
    label = before.strip().lower() if len(before) <= _MAX_LABEL_CHARS else ""
    return DatedLine(
        raw=nodes.get(at, "datetime").strip() or printed,
        printed=printed,
        evidence="text" if is_text else "time",
        weight=place
        + (_IN_OTHER if around.is_other(above) else _weight_of_marks(" ".join(marks)))
        + _weight_of_place(above, around)
        + (0 if says(PUBLISHED, label) is None else _SAID_BESIDE),
        changed=_is_change(printed.lower(), label, " ".join(marks[:2])),
        place=(*(nodes.tags[element] for element in above[:2]), *marks[:2]),
        apart=around.is_apart(above, is_near=place >= _BESIDE_A_HEADLINE),
    )


def _change_within(line: DatedLine) -> list[DatedLine]:
    """Return the second date of a line, where that is said to be of a change."""
    if line.changed or len(_WHOLE_YEAR.findall(line.printed)) < MANY_DATES:
        return []
    change = split_change(line.printed)[1].strip(_AROUND)
    place = (*line.place, "changed")
    return [replace(line, raw=change, printed=change, changed=True, place=place)] if change else []


def _weight_near(distance: int | None) -> float:
    if distance is None:
        return _NO_HEADLINE
    return next((weight for places, weight in _NEARNESS if distance in places), 0.0)


def _weight_of_marks(marks: str) -> float:
    timed, said = _WORDS_OF_TIME.search(marks), _WORDS_OF_PUBLISHING.search(marks)
    return (_MARKED if timed else 0) + (_SAID_BY_MARKS if said else 0)


def _weight_of_place(above: list[int], around: PartsOfDates) -> float:
    tags = [around.nodes.tags[element] for element in above]
    return (
        (_IN_MAIN if "article" in tags or "main" in tags else 0)
        + (_IN_LINK if "a" in tags[:_LINK_LEVELS] else 0)
        + (_IN_ASIDE if around.is_aside(above) else 0)
    )


def _is_change(printed: str, label: str, marks: str) -> bool:
    """Tell by the words in and right before a date, and on its element, what it is the day of."""
    published, change = split_change(printed)
    if change and _WHOLE_YEAR.search(published):
        return False
    words = (
        printed
        if len(_WHOLE_YEAR.findall(printed)) < MANY_DATES
        else _BEFORE_DIGITS.sub("", printed)
    )
    if says(PUBLISHED, words) is not None:
        return False
    if says(CHANGED, words) is not None:
        return True
    is_marked, is_other = (form.search(marks) for form in (_WORDS_OF_CHANGE, _WORDS_OF_PUBLISHING))
    if bool(is_marked) is not bool(is_other):
        return bool(is_marked)
    # What has a number is a date of its own.
    is_label = not _DIGIT.search(label) and says(PUBLISHED, label) is None
    return is_label and says(CHANGED, label) is not None
