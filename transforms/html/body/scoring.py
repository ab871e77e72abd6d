"""Which blocks of a page are noise, and which one holds the article."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.html.body.marks import BODY, CONTENT, HEADINGS, NOISE, STRONG, UNSEEN
from transforms.html.body.outline import Line, Outline
from transforms.words import has_spaceless

_NO_PARAGRAPH = HEADINGS | {"figcaption", "dt", "th"}
_NO_VERSE = _NO_PARAGRAPH | {"li", "option", "tr"}
_NOISE_TAGS = frozenset({"address", "aside", "fieldset", "figcaption", "footer", "form", "menu"})
_LISTS = frozenset({"div", "dl", "ol", "section", "table", "ul"})
_NO_CONTAINER = HEADINGS | {
    "blockquote", "dd", "dl", "li", "ol", "p", "pre", "span", "a", "td", "tr", "ul",
}  # fmt: skip

MIN_PARAGRAPH, MIN_BLOCK, MIN_ITEM = 25, 60, 20
"""Characters from which a p, another block, and a list item count as prose."""
MIN_VERSE = 250
"""Characters from which the short lines of one block do together: verses, text with breaks."""
NOISE_LIMIT = 0.4
"""Share of the page's prose up to which a block named as noise is taken for it.

Names lie: a page in a form, an article of class "modal".
"""
MIN_LEFT = 200
"""A strong name is believed where this much prose remains: comments outweigh short articles."""
CONTENT_SHARE = 0.2
"""A block with this share of the prose that is also named as content is no noise."""
ENOUGH_LEFT = 0.3
"""With less than this share of the prose left, only the strong names are believed, or none."""
LINK_SHARE = 0.6
"""Of the characters of a list that are links, from which it is navigation ..."""
LIST_PROSE = 400
"""... unless it has this much prose."""
CONTAINER_SHARE = 0.75
"""A block that holds this share of its parent's prose is looked into; the article is where none
does."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Characters at or below each block, by its index."""

    prose: list[int]
    chars: list[int]
    links: list[int]


def live_blocks(outline: Outline) -> tuple[list[bool], list[int]]:
    """Tell which blocks are no noise, and how much prose is at or below each."""
    _weigh(outline)
    every = _sums(outline)
    live = _without_noise(outline, every, NOISE)
    left = _prose_of(outline, live)
    if left[0] >= ENOUGH_LEFT * every.prose[0]:
        return live, left
    sure = _without_noise(outline, every, STRONG)
    more = _prose_of(outline, sure)
    if left[0] < ENOUGH_LEFT * more[0]:
        live, left = sure, more
    if left[0] < min(MIN_LEFT, ENOUGH_LEFT * every.prose[0]):
        live = _without_noise(outline, every, 0)
        left = _prose_of(outline, live)
    return live, left


def surely_live_blocks(outline: Outline) -> tuple[list[bool], list[int]]:
    """Tell the same where only strong names are believed."""
    live = _without_noise(outline, _sums(outline), STRONG)
    return live, _prose_of(outline, live)


def _sums(outline: Outline) -> Sums:
    """Add up what the lines of all blocks hold, from the innermost block outwards."""
    prose, chars, links = ([0] * len(outline.tags) for _ in range(3))
    for line in outline.lines:
        owner = line.owner
        prose[owner] += line.prose
        chars[owner] += line.chars
        links[owner] += min(line.link_chars, line.chars)
    parents = outline.parents
    for block in range(len(parents) - 1, 0, -1):
        if chars[block]:
            parent = parents[block]
            prose[parent] += prose[block]
            chars[parent] += chars[block]
            links[parent] += links[block]
    return Sums(prose, chars, links)


def _prose_of(outline: Outline, live: list[bool]) -> list[int]:
    """Add up the prose of live blocks alone; few of them have any."""
    prose = [0] * len(outline.tags)
    for line in outline.lines:
        if line.prose and live[line.owner]:
            prose[line.owner] += line.prose
    parents = outline.parents
    for block in range(len(parents) - 1, 0, -1):
        if prose[block]:
            prose[parents[block]] += prose[block]
    return prose


def container(outline: Outline, live: list[bool], prose: list[int]) -> int:
    """Find the innermost block that still holds nearly all of the prose around it."""
    heaviest: dict[int, int] = {}
    for block in range(1, len(outline.parents)):
        if prose[block] and live[block]:
            parent = outline.parents[block]
            if parent not in heaviest or prose[block] > prose[heaviest[parent]]:
                heaviest[parent] = block
    found = 0
    while found in heaviest:
        inner = heaviest[found]
        if prose[inner] < CONTAINER_SHARE * prose[found]:
            break
        if outline.tags[inner] in _NO_CONTAINER:
            break
        found = inner
    return found


def _weigh(outline: Outline) -> None:
    """Set how much of each line is prose."""
    short: dict[int, list[Line]] = {}
    for line in outline.lines:
        tag = outline.tags[line.owner]
        line.prose = _prose(line, tag)
        if not (line.prose or line.link_chars or tag in _NO_VERSE):
            short.setdefault(line.owner, []).append(line)
    for lines in short.values():
        if sum(line.chars for line in lines) >= MIN_VERSE:
            for line in lines:
                line.prose = line.chars


def _prose(line: Line, tag: str) -> int:
    """Return the characters of a line that read like prose, 0 for a label or a link."""
    if line.link_chars > 0.5 * line.chars or tag in _NO_PARAGRAPH:
        return 0
    # A sign of Chinese or Japanese says as much as two letters, which matters to short lines.
    weight = line.chars
    if weight < MIN_BLOCK and not line.text.isascii() and has_spaceless(line.text):
        weight *= 2
    if tag == "p":
        return line.chars if weight >= MIN_PARAGRAPH else 0
    if weight >= MIN_BLOCK:
        return line.chars
    return line.chars // 2 if tag == "li" and weight > MIN_ITEM else 0


def _without_noise(outline: Outline, every: Sums, names: int) -> list[bool]:
    live = [True] * len(outline.tags)
    for block in range(1, len(live)):
        live[block] = live[outline.parents[block]] and not (
            _is_noise(outline, every, block, names) or _is_links(outline, every, block)
        )
    return live


def _is_noise(outline: Outline, every: Sums, block: int, names: int) -> bool:
    tag, marks = outline.tags[block], outline.marks[block]
    named = marks & names and not marks & BODY
    if not (named or marks & UNSEEN or tag in _NOISE_TAGS):
        return False
    prose, whole = every.prose[block], every.prose[0]
    if marks & (CONTENT | BODY) and prose > CONTENT_SHARE * whole:
        return False
    if tag == "footer" or (named and marks & STRONG and not marks & CONTENT):
        return prose <= whole - min(MIN_LEFT, NOISE_LIMIT * whole)
    return prose <= NOISE_LIMIT * whole


def _is_links(outline: Outline, every: Sums, block: int) -> bool:
    """Tell whether a block is a list of links."""
    if outline.tags[block] not in _LISTS or every.prose[block] >= LIST_PROSE:
        return False
    return every.links[block] > LINK_SHARE * every.chars[block] > 0
