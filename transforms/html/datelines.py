"""Where a page prints its day: short lines with a year, and how likely each is the article's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.dates.labels import CHANGED, PUBLISHED, says
from transforms.dates.scripts import plain
from transforms.folding import fold
from transforms.html.nodes import ancestors, is_aside, marks_of, tidy
from transforms.reading import Evidence

MAX_LINE_CHARS = 120
MAX_CONTEXT_CHARS = 160
MAX_LINES = 200
"""Lists of dated links go on for thousands; an article's day is among the first."""

_YEAR = re.compile(r"(?<!\d)(?:1[34]|19|20|2[45])\d\d(?!\d)|\d\s?年|\d[./-]\d{1,2}[./-]\d\d(?!\d)")
_WORDS_OF_CHANGE = re.compile(r"updat|modif|changed|edited|revis")
_WORDS_OF_PUBLISHING = re.compile(r"publi|posted|creat")
_WORDS_OF_TIME = re.compile(
    r"date|time(?!line)|publi|posted|byline|meta\b|author|stamp|datum|fecha"
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "option", "textarea", "code"})
_TIMES = frozenset({"time", "relative-time", "time-ago"})
MANY_DATES = 2
_DIGIT = re.compile(r"\d")
_AFTER_DIGITS, _BEFORE_DIGITS = re.compile(r"^.*\d"), re.compile(r"\d.*$")
_MIN_HEADLINE_CHARS = 8

# How much each says for a date, as found on one half of 1,072 pages whose day is known and
# confirmed on the other; no weight changed by one moves more than 6 of the 305 pages that
# state no date. The first two by text nodes after the headline, the others before it.
_NEARNESS = ((range(11), 3.0), (range(11, 41), 2.0), (range(-6, 0), 1.5), (range(-15, -6), 0.5))
_NO_HEADLINE, _MARKED, _SAID_BY_MARKS, _SAID_BESIDE, _IN_MAIN = 1.0, 2.0, 1.0, 1.0, 0.5
_IN_ASIDE, _IN_LINK, _LATE = -2.0, -1.0, -1.0
_LATE_SHARE = 0.8
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


def dated_lines(tree: LexborHTMLParser) -> list[DatedLine]:
    """Return the elements and short lines with a date, in page order."""
    if tree.body is None:
        return []
    headline = _headline(tree)
    around = _Around(headline)
    nodes, heading_at, total = _positions(tree.body, headline)
    lines = []
    for position, node in nodes:
        distance = None if heading_at is None else position - heading_at
        place = _weight_near(distance) + (_LATE if position > _LATE_SHARE * total else 0)
        lines.append(_line(node, place, around))
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
    """Find the heading that the page's title repeats; else the first h1."""
    titles = [fold(title) for title in _titles(tree)]
    headings = tree.css("h1") + tree.css("h2, h3")
    for heading in headings:
        text = fold(heading.text())
        if len(text) > _MIN_HEADLINE_CHARS and any(text in title for title in titles):
            return heading
    return headings[0] if headings and headings[0].tag == "h1" else None


def _titles(tree: LexborHTMLParser) -> Iterator[str]:
    title, stated = tree.css_first("title"), tree.css_first('meta[property="og:title"]')
    if title is not None:
        yield title.text()
    if stated is not None:
        yield stated.attributes.get("content") or ""


def _positions(
    body: LexborNode, headline: LexborNode | None
) -> tuple[list[tuple[int, LexborNode]], int | None, int]:
    """Walk the page: nodes with a date by position, that of the headline, and the last one."""
    found: list[tuple[int, LexborNode]] = []
    heading_at: int | None = None
    position = 0
    for node in body.traverse(include_text=True, skip_empty=True):
        tag = node.tag
        if tag == "-text":
            parent = node.parent
            inside = parent.tag if parent is not None else ""
            if inside in _UNSEEN:
                continue
            position += 1
            if inside not in _TIMES and len(found) < MAX_LINES and _is_dated(node):
                found.append((position, node))
        elif tag in _TIMES and len(found) < MAX_LINES:
            found.append((position, node))
        elif headline is not None and heading_at is None and node.mem_id == headline.mem_id:
            heading_at = position
    return found, heading_at, position


def _is_dated(node: LexborNode) -> bool:
    text = node.text_content or ""
    if len(text) > 2 * MAX_LINE_CHARS or not _DIGIT.search(text):
        return False
    return _YEAR.search(plain(text)) is not None


def _line(node: LexborNode, place: float, around: _Around) -> DatedLine:
    printed = tidy(node.text_content if node.is_text_node else node.text()) or ""
    above = [*([] if node.is_text_node else [node]), *ancestors(node)]
    marks = [marks_of(element) for element in above[:_MARKED_LEVELS]]
    context = _context(above, printed)
    stated = None if node.is_text_node else node.attributes.get("datetime")
    return DatedLine(
        raw=(stated or "").strip() or printed,
        printed=printed,
        evidence="text" if node.is_text_node else "time",
        weight=place
        + _weight_of_marks(" ".join(marks))
        + _weight_of_place(above, around)
        + (0 if says(PUBLISHED, context) is None else _SAID_BESIDE),
        changed=_is_change(printed.lower(), context, " ".join(marks[:2])),
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


def _context(above: list[LexborNode], printed: str) -> str:
    """Return the line this one is a part of, where that is short, in lower case."""
    text = tidy(above[1].text()) if len(above) > 1 else None
    return (text if text and len(text) <= MAX_CONTEXT_CHARS else printed).lower()


def _is_change(printed: str, context: str, marks: str) -> bool:
    """Tell by the words in and right before a date, and on its element, what it is the day of."""
    words = printed if len(_YEAR.findall(printed)) < MANY_DATES else _BEFORE_DIGITS.sub("", printed)
    before = _AFTER_DIGITS.sub("", context[: max(context.find(printed), 0)])
    if says(PUBLISHED, words) is not None:
        return False
    if says(CHANGED, words) is not None:
        return True
    if _WORDS_OF_CHANGE.search(marks) and not _WORDS_OF_PUBLISHING.search(marks):
        return True
    return says(CHANGED, before) is not None and says(PUBLISHED, before) is None
