"""The blocks of a page and the lines of text in them, from one pass over its nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from transforms.html.body.marks import NOISE, UNSEEN, listed, read_marks
from transforms.html.nodes import TEXT, Attributes, Nodes

_LEFT_OUT = listed(
    """
    annotation annotation-xml area audio button canvas col datalist dialog embed head iframe img
    input link map meta nav noembed noframes noscript object option param picture rp rt script
    select source style svg template textarea track video wbr xmp
    """
)
"""Elements that have no text, or none that is part of an article, whatever stands around them."""

_UNNAMED_INLINE = listed(
    """
    abbr acronym b bdi bdo big code data del dfn em i ins kbd mark math nobr q ruby s samp strike
    strong sub sup tt u var
    """
)
_NAMED_INLINE = frozenset({"cite", "font", "label", "small", "span", "time"})
"""Those whose names are read: names of links and of emphasis say little, and links are many."""
_IN_LINES = _NAMED_INLINE | {"a", "br"}
_NO_BLOCK = -1
_ROWS = re.compile(r"\n[^\S \t]*")
_INDENT = re.compile(r"[ \t]*")


@dataclass(slots=True)
class Line:
    """A run of text without a block or break inside."""

    owner: int
    """Index of the block it is directly in."""
    parts: list[str]
    link_chars: int = 0
    """Characters of it that are links."""
    noise_chars: int = 0
    """Characters in inline elements whose names call them noise."""
    text: str = ""
    """Its parts with single spaces; a row of code is indented as it was."""
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


def read_outline(nodes: Nodes) -> Outline:
    """Go over the nodes of a page once."""
    outline = Outline()
    if nodes.body is not None:
        _Walk(outline, nodes.attributes).over(nodes, nodes.body)
    lines = outline.lines
    for line in lines:
        line.text = _spaced("".join(line.parts))
        line.chars = len(line.text)
    if "pre" in outline.tags:
        _indent(outline)
    outline.lines = [line for line in lines if line.chars]
    return outline


def _indent(outline: Outline) -> None:
    """Indent the rows of code where they stand deeper than the first one.

    So the first lines of paragraphs, which some pages set as if typed, are not.
    """
    firsts: dict[int, str] = {}
    for line in outline.lines:
        found = _INDENT.match("".join(line.parts))
        if found and line.chars and outline.tags[line.owner] == "pre":
            first = firsts.setdefault(line.owner, found[0])
            if len(found[0]) > len(first) and found[0].startswith(first):
                line.text = found[0][len(first) :] + line.text


def _spaced(text: str) -> str:
    """Put single spaces between words; most texts have them, and to look takes half the time."""
    text = text.strip()
    return " ".join(text.split()) if "  " in text or not text.isprintable() else text


_Place = tuple[int, int, bool]
"""Where what is in an element goes: the block its text belongs to; what its elements are in, that
block or an inline element with marks; whether it is in a link."""


class _Walk:
    """One walk over the nodes, and the line being filled."""

    __slots__ = ("_attributes", "_blocks", "_line", "_lines", "_marks", "_owner", "_parents")

    def __init__(self, outline: Outline, attributes: list[Attributes]) -> None:
        self._attributes = attributes
        self._blocks, self._parents, self._marks = outline.tags, outline.parents, outline.marks
        self._lines = outline.lines
        self._line = Line(_NO_BLOCK, [])
        self._owner = _NO_BLOCK
        """The block of the line; none where the next text begins one."""

    def over(self, nodes: Nodes, body: int) -> None:
        """Take in all that is in the body. What is done for most nodes is done here: 1 ms less."""
        tags, parents, texts = nodes.tags, nodes.parents, nodes.texts
        blocks, attributes = self._blocks, self._attributes
        places: list[_Place | None] = [None] * len(tags)
        places[body] = (0, 0, False)
        for at in range(body + 1, len(tags)):
            place = places[parents[at]]
            if place is None:
                continue
            tag = tags[at]
            if tag == TEXT:
                text = texts[at]
                if place[0] == self._owner or not text.isspace():
                    self._text(text, place)
            elif tag in _UNNAMED_INLINE:
                places[at] = place
            elif tag in _IN_LINES:
                places[at] = self._in_line(at, tag, place)
            elif tag not in _LEFT_OUT:
                self._owner = _NO_BLOCK
                block, stated = len(blocks), attributes[at]
                blocks.append(tag)
                self._parents.append(place[1])
                self._marks.append(read_marks(tag, stated) if stated else 0)
                places[at] = (block, block, place[2])

    def _in_line(self, at: int, tag: str, place: _Place) -> _Place | None:
        block, inside, _ = place
        if tag == "a":
            return (block, inside, True)
        if tag == "br":
            self._owner = _NO_BLOCK
            return None
        attributes = self._attributes[at]
        marks = read_marks(tag, attributes) if attributes else 0
        return self._inline(tag, marks, place) if marks else place

    def _inline(self, tag: str, marks: int, place: _Place) -> _Place | None:
        if marks & UNSEEN:
            return None
        block, inside, in_link = place
        return (block, self._add(tag, marks, inside), in_link) if marks & NOISE else place

    def _text(self, text: str, place: _Place) -> None:
        block, inside, in_link = place
        if block != self._owner:
            self._begin(block)
        if inside != block:
            self._line.noise_chars += len(text.strip())
        if in_link:
            self._line.link_chars += len(text.strip())
        if "\n" in text and self._blocks[block] == "pre":
            self._rows(text)
        else:
            self._line.parts.append(text)

    def _begin(self, block: int) -> None:
        self._owner = block
        self._line = Line(block, [])
        self._lines.append(self._line)

    def _rows(self, text: str) -> None:
        """Begin a line for each row of preformatted text."""
        first, *rows = _ROWS.split(text)
        self._line.parts.append(first)
        for row in rows:
            self._begin(self._owner)
            self._line.parts.append(row)

    def _add(self, tag: str, marks: int, inside: int) -> int:
        self._blocks.append(tag)
        self._parents.append(inside)
        self._marks.append(marks)
        return len(self._blocks) - 1
