"""Which lines of the article's block are its text, and which one before it is its lead."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from operator import or_

from transforms.html.body.marks import HEADINGS, LEAD, UNSEEN
from transforms.html.body.notes import is_note
from transforms.html.body.outline import Line, Outline
from transforms.page_phrases import is_boilerplate

LINK_SHARE = 0.8
"""Of a line that is a link, from which it leads elsewhere ..."""
LONG_LINK = 300
"""... unless it is as long as a paragraph."""
MIN_LEAD = 60
"""Characters of a lead; shorter lines below the headline name people, places and times."""
LEAD_LINKS = 0.3
LEAD_LEVELS = 3
"""Blocks up from a line whose names may call it a lead."""
MAX_CAPTION = 400
"""A longer text in a figure is no caption."""
MIN_REPEATED = 40
"""A line of this length that came before is a pull quote or a second layout of the same."""
MAX_LABEL = 60
"""A longer line within an element called "kicker" or so is a paragraph all the same."""
MAX_CELL = 120
"""A longer cell of a table is a block of its own."""

_OWN_WORDS = HEADINGS | {"pre"}
"""Elements whose spans are called after what they are: "headline", "comment" of code."""
_CELLS = frozenset({"td", "th", "dd"})
"""Where "30 min" is a fact."""
_ENDS = (".", "!", "?", "”", '."')
_OWN_IN_FIGURE = frozenset({"table", "pre", "blockquote"})


def choose_lines(outline: Outline, live: list[bool], container: int) -> list[str]:
    """Return the article's text, one block per line.

    Args:
        outline: of the page.
        live: which of its blocks are no noise.
        container: the block of the article.
    """
    within = _within(outline, container)
    figures = _in_figures(outline)
    tags, lines = outline.tags, outline.lines
    start = next(
        (at for at, line in enumerate(lines) if within[line.owner] and live[line.owner]), 0
    )
    chosen = _leads(outline, live, start)
    for line in lines[start:]:
        owner = line.owner
        is_caption = figures[owner] and line.chars < MAX_CAPTION
        if live[owner] and within[owner] and not is_caption and _says_something(line, tags[owner]):
            chosen.append(line)
    return as_rows(outline, _with_headings(outline, _once(chosen)))


def _within(outline: Outline, container: int) -> list[bool]:
    within = [False] * len(outline.tags)
    within[container] = True
    parents = outline.parents
    for block in range(container + 1, len(within)):
        within[block] = within[parents[block]]
    return within


def _in_figures(outline: Outline) -> list[bool]:
    """Tell which blocks are captions: what a figure holds but tables, code and quotes."""
    inside = [False] * len(outline.tags)
    for block in range(1, len(inside)):
        tag = outline.tags[block]
        around = inside[outline.parents[block]] and tag not in _OWN_IN_FIGURE
        inside[block] = around or tag == "figure"
    return inside


def _leads(outline: Outline, live: list[bool], start: int) -> list[Line]:
    """Return the paragraphs between the headline and the article's block."""
    before = outline.lines[:start]
    for heading in ("h1", "h2"):
        found = [at for at, line in enumerate(before) if outline.tags[line.owner] == heading]
        if found:
            after = before[found[-1] + 1 :]
            return [line for line in after if _is_lead(outline, live, line)]
    return []


def _is_lead(outline: Outline, live: list[bool], line: Line) -> bool:
    if line.chars < MIN_LEAD or line.link_chars > LEAD_LINKS * line.chars:
        return False
    block, named = line.owner, 0
    for _ in range(LEAD_LEVELS):
        if block > 0:
            named |= outline.marks[block]
            block = outline.parents[block]
    return live[line.owner] or bool(named & LEAD and not named & UNSEEN)


def _says_something(line: Line, tag: str) -> bool:
    if _is_label(line, tag):
        return False
    if line.link_chars > LINK_SHARE * line.chars and line.chars < LONG_LINK:
        return tag in HEADINGS
    return not (is_boilerplate(line.text) or (tag not in _CELLS and is_note(line.text, tag)))


def _is_label(line: Line, tag: str) -> bool:
    """Tell whether a short line is all of an element called "kicker" or so, and no sentence."""
    if line.noise_chars < line.chars or line.chars >= MAX_LABEL or tag in _OWN_WORDS:
        return False
    return not line.text.endswith(_ENDS)


def _once(lines: Iterable[Line]) -> list[Line]:
    seen: set[str] = set()
    kept = []
    for line in lines:
        if line.chars < MIN_REPEATED or line.text not in seen:
            kept.append(line)
            seen.add(line.text)
    return kept


def _with_headings(outline: Outline, lines: list[Line]) -> list[Line]:
    """Keep the headings that something follows, but not the article's own, which is its title."""
    kept: list[Line] = []
    for line in reversed(_without_headline(outline, lines)):
        if outline.tags[line.owner] not in HEADINGS or kept or line.chars >= MIN_LEAD:
            kept.append(line)
    return kept[::-1]


def _without_headline(outline: Outline, lines: list[Line]) -> list[Line]:
    """Leave out each h1 above the first paragraph, and what repeats the first of the page.

    The others are subheads of a page that numbers them so.
    """
    tags = outline.tags
    if not any(tags[line.owner] == "h1" for line in lines):
        return lines
    first = next(line.text for line in outline.lines if tags[line.owner] == "h1")
    paragraphs = (line.chars >= MIN_LEAD and tags[line.owner] not in HEADINGS for line in lines)
    begun = accumulate(paragraphs, or_)
    return [
        line
        for line, is_below in zip(lines, begun, strict=True)
        if tags[line.owner] != "h1" or (is_below and line.text != first)
    ]


def as_rows(outline: Outline, lines: list[Line]) -> list[str]:
    """Put the short cells of a table's row on one line."""
    texts: list[str] = []
    last = -1
    for line in lines:
        row = _row_of(outline, line)
        if row > 0 and row == last:
            texts[-1] = f"{texts[-1]} | {line.text}"
        else:
            texts.append(line.text)
        last = row
    return texts


def _row_of(outline: Outline, line: Line) -> int:
    """Return the index of the row a short cell is in, else -1."""
    if line.chars > MAX_CELL or outline.tags[line.owner] not in {"td", "th"}:
        return -1
    return outline.parents[line.owner]
