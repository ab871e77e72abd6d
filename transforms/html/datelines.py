"""Where a page prints its day without saying so in the markup: short lines near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.html.nodes import is_elsewhere, marks_of, tidy

MAX_LINE_CHARS = 80
LINES_BEFORE, LINES_AFTER = 12, 40
"""Lines around the h1 looked at; further down the dates are other articles'."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d\s?年")
_CHANGED = re.compile(
    r"updat|modif|edited|revis|stand:|aktualisiert|geändert|mis à jour|actualizad|aggiornat"
    r"|copyright|©|更新",
    re.IGNORECASE,
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "option", "textarea"})


def dated_lines(tree: LexborHTMLParser) -> list[str]:
    """Return the short lines with a year around the first h1, those after it first."""
    before: list[LexborNode] = []
    after: list[LexborNode] = []
    seen_heading = False
    for node in _nodes(tree):
        if node.tag == "h1":
            seen_heading = True
        elif node.is_text_node and seen_heading:
            after.append(node)
        elif node.is_text_node:
            before = [*before[1 - LINES_BEFORE :], node]
        if len(after) >= LINES_AFTER:
            break
    near = [*after, *before] if seen_heading else []
    return [line for node in near if (line := _dated(node))]


def _nodes(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Yield elements and the texts a reader sees."""
    if tree.body is None:
        return
    for node in tree.body.traverse(include_text=True, skip_empty=True):
        if not node.is_text_node or (node.parent is not None and node.parent.tag not in _UNSEEN):
            yield node


def _dated(node: LexborNode) -> str | None:
    line = tidy(node.text_content) or ""
    if not _YEAR.search(line) or len(line) > MAX_LINE_CHARS or is_elsewhere(node):
        return None
    return None if _CHANGED.search(_context(node) or line) else line


def _context(node: LexborNode) -> str | None:
    """Return the class of the element, and the line it is a part of where that is short."""
    element = node.parent
    if element is None or element.parent is None:
        return None
    around = tidy(element.parent.text()) or ""
    return f"{marks_of(element)} {around if len(around) <= MAX_LINE_CHARS else node.text_content}"
