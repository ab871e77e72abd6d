"""The blocks of a page and the lines of text in them, from one walk over the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.html.body.marks import NOISE, UNSEEN, read_marks


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_LEFT_OUT = _words(
    """
    annotation annotation-xml area audio button canvas col datalist dialog embed head iframe img
    input link map meta nav noembed noframes noscript object option param picture rp rt script
    select source style svg template textarea track video wbr xmp
    """
)
"""Elements that have no text, or none that is part of an article, whatever stands around them."""

_INLINE = _words(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math nobr q
    ruby s samp small span strike strong sub sup time tt u var
    """
)
_NAMED_INLINE = frozenset({"cite", "font", "label", "small", "span", "time"})
"""Those whose names are read: names of links and of emphasis say little, and links are many."""
_ROWS = re.compile(r"\n\s*")


@dataclass(slots=True)
class Line:
    """A run of text without a block or break inside."""

    owner: int
    """Index of the block it is directly in."""
    parts: list[str]
    link_chars: int = 0
    """Characters of it that are links."""
    text: str = ""
    """Its parts with single spaces."""
    chars: int = 0
    prose: int = 0
    """Those of them that count as prose, once `scoring` has weighed it."""


@dataclass(slots=True)
class Outline:
    """The blocks of a page in page order, parallel lists by index; 0 is the body."""

    tags: list[str] = field(default_factory=lambda: ["body"])
    parents: list[int] = field(default_factory=lambda: [-1])
    marks: list[int] = field(default_factory=lambda: [0])
    lines: list[Line] = field(default_factory=list)
    elements: int = 1
    """All that were walked over, inline ones too."""


def read_outline(tree: LexborHTMLParser) -> Outline:
    """Walk over a tree once, without a call per level: pages may be nested as deep as they like."""
    outline = Outline()
    if tree.body is not None:
        _Walk(outline).over(tree.body)
    lines = outline.lines
    for line in lines:
        line.text = " ".join("".join(line.parts).split())
        line.chars = len(line.text)
    outline.lines = [line for line in lines if line.chars]
    return outline


_Place = tuple[LexborNode, int, int, bool]
"""An element on the way down, and what was so before it: block, element around, within a link."""


class _Walk:
    """One walk: where it stands, and the line being filled."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.line: Line | None = None
        self.block = 0
        """The block text goes to."""
        self.inside = 0
        """The element that what comes next is in; an inline one where it is marked."""
        self.in_link = False

    def over(self, body: LexborNode) -> None:
        above: list[_Place] = []
        node = body.first_child
        while node is not None or above:
            if node is None:
                last, self.block, self.inside, self.in_link = above.pop()
                node = last.next
            elif (tag := node.tag) == "-text":
                self._text(node.text_content or "")
                node = node.next
            else:
                node = self._past(node, tag or "-", above)

    def _past(self, node: LexborNode, tag: str, above: list[_Place]) -> LexborNode | None:
        """Take in an element and return what comes next: inside it, or beside."""
        here = (node, self.block, self.inside, self.in_link)
        child = node.first_child if self._enters(node, tag) else None
        if child is not None:
            above.append(here)
            return child
        _, self.block, self.inside, self.in_link = here
        return node.next

    def _enters(self, node: LexborNode, tag: str) -> bool:
        """Take in an element and tell whether to go on inside it."""
        if tag == "br":
            self.line = None
            return False
        if tag in _LEFT_OUT or tag[0] == "-":
            return False
        self.outline.elements += 1
        if tag in _INLINE:
            self.in_link = self.in_link or tag == "a"
            return tag not in _NAMED_INLINE or self._inline(node, tag)
        attributes = node.attributes
        marks = read_marks(tag, attributes) if attributes else 0
        self.line = None
        self.inside = self.block = self._add(tag, marks)
        return True

    def _text(self, text: str) -> None:
        line = self.line
        if line is None or line.owner != self.block:
            if text.isspace():
                return
            line = self.line = Line(self.block, [])
            self.outline.lines.append(line)
        if self.in_link:
            line.link_chars += len(text.strip())
        if "\n" in text and self.outline.tags[self.block] == "pre":
            self._rows(line, text)
        else:
            line.parts.append(text)

    def _rows(self, line: Line, text: str) -> None:
        """Begin a line for each row of preformatted text."""
        first, *rows = _ROWS.split(text)
        line.parts.append(first)
        for row in rows:
            self.line = Line(self.block, [row])
            self.outline.lines.append(self.line)

    def _inline(self, node: LexborNode, tag: str) -> bool:
        attributes = node.attributes
        marks = read_marks(tag, attributes) if attributes else 0
        if marks & UNSEEN:
            return False
        if marks & NOISE:
            self.inside = self._add(tag, marks)
        return True

    def _add(self, tag: str, marks: int) -> int:
        outline = self.outline
        outline.tags.append(tag)
        outline.parents.append(self.inside)
        outline.marks.append(marks)
        return len(outline.tags) - 1
