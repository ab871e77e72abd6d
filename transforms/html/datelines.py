"""Where a page prints its day: short lines with a year, and how likely each is the article's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.dates.labels import CHANGED, PUBLISHED, says
from transforms.folding import fold
from transforms.html.nodes import ancestors, is_aside, marks_of, tidy
from transforms.reading import Evidence

MAX_LINE_CHARS = 120
_MAX_LABEL_CHARS = 60
MAX_LINES = 200
"""Lists of dated links go on for thousands; an article's day is among the first."""

_DAY_AND_YEAR = re.compile(
    r"(?<!\d)\d{1,2}(?!\d)[^\d]{1,24}(?:\d{1,2}[^\d]{1,12})?\d{4}(?!\d)"
    r"|(?<!\d)\d{4}(?!\d)[^\d]{1,24}\d{1,2}(?!\d)|\d[./-]\d{1,2}[./-]\d\d(?!\d)"
)
"""With any digits, and with a time of day between them."""
_LEAD = re.compile(r"\s*(.{0,40}\d{4}[^\d]{0,10}?)(?:\s[-–—|]\s|\s?[:–—]\s|\s„)")
"""A dateline: "LOHBRUCK, 4. März 2024 - ", "4.3.2024 – "."""
_YEAR_OR_PAIR = re.compile(r"\d(?:\d{3}|[./-]\d)")
"""Far quicker, and met by few lines."""
_WORDS_OF_CHANGE = re.compile(r"updat|modif|changed|edited|revis")
_WORDS_OF_PUBLISHING = re.compile(r"publi|posted|creat")
_WORDS_OF_TIME = re.compile(
    r"date|time(?!line)|publi|posted|byline|meta\b|author|stamp|datum|fecha"
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "option", "textarea", "code"})
_TIMES = frozenset({"time", "relative-time", "time-ago"})
MANY_DATES = 2
_WHOLE_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_BEFORE_DIGITS = re.compile(r"\d.*$")
_MIN_HEADLINE_CHARS, _MAX_HEADINGS = 8, 20

# How much each says for a date, chosen and counted on the same 1,072 pages whose day is known;
# no weight changed by one moves more than 6 of the 305 pages that state no date. The first two
# by text nodes after the headline, the others before it.
_NEARNESS = ((range(11), 3.0), (range(11, 41), 2.0), (range(-6, 0), 1.5), (range(-15, -6), 0.5))
_NO_HEADLINE, _MARKED, _SAID_BY_MARKS, _SAID_BESIDE, _IN_MAIN = 1.0, 2.0, 1.0, 1.0, 0.5
_IN_ASIDE, _IN_LINK, _LATE = -2.0, -1.0, -1.0
_LATE_SHARE = 0.8
_NEAR_A_HEADLINE = 2.0
_MARKED_LEVELS, _LINK_LEVELS = 3, 3

_Found = tuple[LexborNode, int, str, str]
"""A node with a date, its position, its line, and the text before it."""


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


def dated_lines(tree: LexborHTMLParser) -> list[DatedLine]:
    """Return the elements and short lines with a date, in page order."""
    if tree.body is None:
        return []
    headline = _headline(tree)
    around = _Around(headline)
    found, heading_at, total = _positions(tree.body, headline)
    lines = []
    for node, position, printed, before in found:
        near = _weight_near(None if heading_at is None else position - heading_at)
        if len(node.text_content or "") <= MAX_LINE_CHARS or near >= _NEAR_A_HEADLINE:
            place = near + (_LATE if position > _LATE_SHARE * total else 0)
            lines.append(_line(node, printed, before, place, around))
    return lines


class _Around:
    """Whose part elements are; what holds the headline is the article's, whatever its name."""

    def __init__(self, headline: LexborNode | None) -> None:
        self._asides = {} if headline is None else dict.fromkeys(map(_id, ancestors(headline)), 0)

    def asides(self, elements: list[LexborNode]) -> int:
        """Count the elements that are asides."""
        return sum(map(self._is_aside, elements))

    def _is_aside(self, element: LexborNode) -> int:
        key = _id(element)
        if key not in self._asides:
            self._asides[key] = int(element.tag not in {"html", "body"} and is_aside(element))
        return self._asides[key]


def _id(node: LexborNode) -> int:
    return node.mem_id


def _headline(tree: LexborHTMLParser) -> LexborNode | None:
    """Find the heading of which the page's title repeats most; else the first h1."""
    titles = [fold(title) for title in _titles(tree)]
    longest, repeated = _MIN_HEADLINE_CHARS, None
    for heading in tree.css("h1, h2, h3")[:_MAX_HEADINGS]:
        text = fold(heading.text())
        if len(text) > longest and any(text in title for title in titles):
            longest, repeated = len(text), heading
    return repeated if repeated is not None else tree.css_first("h1")


def _titles(tree: LexborHTMLParser) -> Iterator[str]:
    title, stated = tree.css_first("title"), tree.css_first('meta[property="og:title"]')
    if title is not None:
        yield title.text()
    if stated is not None:
        yield stated.attributes.get("content") or ""


def _positions(
    body: LexborNode, headline: LexborNode | None
) -> tuple[list[_Found], int | None, int]:
    """Walk the page: nodes with a date, the position of the headline, and the last one."""
    found: list[_Found] = []
    heading_at: int | None = None
    position, text = 0, ""
    for node in body.traverse(include_text=True, skip_empty=True):
        tag = node.tag
        if tag == "-text":
            inside = _tag_around(node)
            if inside in _UNSEEN:
                continue
            position, before, text = position + 1, text, node.text_content or ""
            if inside not in _TIMES and (printed := _dated(text)):
                found.append((node, position, printed, before))
        elif tag in _TIMES:
            found.append((node, position, node.text(), text))
        elif headline is not None and heading_at is None and node.mem_id == headline.mem_id:
            heading_at = position
    return found[:MAX_LINES], heading_at, position


def _tag_around(text: LexborNode) -> str:
    parent = text.parent
    return (parent.tag or "") if parent is not None else ""


def _dated(text: str) -> str:
    """Return a line with a date, or what stands before the dash of a paragraph that begins so."""
    short = len(text) <= 2 * MAX_LINE_CHARS
    if not _YEAR_OR_PAIR.search(text if short else text[:_MAX_LABEL_CHARS]):
        return ""
    lead = _LEAD.match(text)
    line = lead[1] if lead else text if short else ""
    return line if _DAY_AND_YEAR.search(line) else ""


def _line(node: LexborNode, text: str, before: str, place: float, around: _Around) -> DatedLine:
    printed = tidy(text) or ""
    above = [*([] if node.is_text_node else [node]), *ancestors(node)]
    marks = [marks_of(element) for element in above[:_MARKED_LEVELS]]
    label = before.strip().lower() if len(before) <= _MAX_LABEL_CHARS else ""
    stated = None if node.is_text_node else node.attributes.get("datetime")
    return DatedLine(
        raw=(stated or "").strip() or printed,
        printed=printed,
        evidence="text" if node.is_text_node else "time",
        weight=place
        + _weight_of_marks(" ".join(marks))
        + _weight_of_place(above, around)
        + (0 if says(PUBLISHED, label) is None else _SAID_BESIDE),
        changed=_is_change(printed.lower(), label, " ".join(marks[:2])),
        place=(*(element.tag or "" for element in above[:2]), *marks[:2]),
    )


def _weight_near(distance: int | None) -> float:
    if distance is None:
        return _NO_HEADLINE
    return next((weight for places, weight in _NEARNESS if distance in places), 0.0)


def _weight_of_marks(marks: str) -> float:
    timed, said = _WORDS_OF_TIME.search(marks), _WORDS_OF_PUBLISHING.search(marks)
    return (_MARKED if timed else 0) + (_SAID_BY_MARKS if said else 0)


def _weight_of_place(above: list[LexborNode], around: _Around) -> float:
    tags = [element.tag for element in above]
    return (
        (_IN_MAIN if "article" in tags or "main" in tags else 0)
        + (_IN_LINK if "a" in tags[:_LINK_LEVELS] else 0)
        + (_IN_ASIDE if around.asides(above) else 0)
    )


def _is_change(printed: str, label: str, marks: str) -> bool:
    """Tell by the words in and right before a date, and on its element, what it is the day of."""
    words = (
        printed
        if len(_WHOLE_YEAR.findall(printed)) < MANY_DATES
        else _BEFORE_DIGITS.sub("", printed)
    )
    if says(PUBLISHED, words) is not None:
        return False
    if says(CHANGED, words) is not None:
        return True
    if _WORDS_OF_CHANGE.search(marks) and not _WORDS_OF_PUBLISHING.search(marks):
        return True
    return says(CHANGED, label) is not None and says(PUBLISHED, label) is None
