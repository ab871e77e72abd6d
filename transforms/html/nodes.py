"""The nodes of a page in page order, as parallel lists: read from the tree once.

Some thirty questions are asked of a page. Each asked of the tree is a walk that makes an object of
every node again; on lists they cost a third of it, 2 ms a page instead of 6.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.html.limits import MAX_DEPTH, MAX_ELEMENTS, count_signs, is_beyond
from transforms.html.plain import tidy

MAX_ANCESTORS = 60
"""Steps up from a node; deeper than this no page says whose part it is."""

MAX_LINE_NODES, MAX_LINE_CHARS = 2_000, 100_000
"""What holds more is no line: of elements within each other each would tell half of a page."""

_FEW_INSIDE = 300
"""So many nodes within an element are looked through; to know the ends of 2,400 takes 0.2 ms."""
MAX_STEPS = 1_000_000
"""From each node up to the root, one after the other: 400,000 on the deepest of 1,532 pages."""

Attributes = dict[str, str | None]

_LINKED_DATA = 'script[type*="ld+json" i]'
_PASSED_OVER = frozenset({"-comment", "nav", "noscript", "script", "style", "svg", "template"})
_BREADCRUMBS = '[class*="breadcrumb" i], [aria-label*="breadcrumb" i], [itemtype*="Breadcrumb"]'
_MAX_TRAILS = 10
TEXT = "-text"
"""The tag of a text."""
_NONE: Attributes = {}
_ASKED = (
    "class", "data-component", "data-paywall", "data-testid", "id", "itemprop", "itemtype",
    "property", "rel",
)  # fmt: skip
# Source: the HTML Standard, 15.3, what browsers show as blocks, list items and parts of tables; and
# what stands in the head.
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "link", "main", "menu",
    "meta", "nav", "ol", "option", "p", "pre", "script", "section", "style", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
})  # fmt: skip
_APART = dict.fromkeys([*_BLOCKS, "small", "span"], " ")
_MAX_NODES = 4 * MAX_ELEMENTS
"""Where as many are, too many are elements: with one come two texts at most, but for comments."""


@dataclass
class Nodes:
    """A page: at one index of every list is one node, an element or a text.

    Left out is what says nothing of the article and is two nodes of five: comments, scripts,
    styles, drawings, navigation but for breadcrumbs, and the space between blocks.
    """

    tags: list[str] = field(default_factory=list)
    """Of elements in lower case; else `TEXT`."""
    parents: list[int] = field(default_factory=list)
    """Index of the element around; 0 for the root, which is the first."""
    attributes: list[Attributes] = field(default_factory=list)
    """Empty for what is no element."""
    texts: list[str] = field(default_factory=list)
    """Empty for what is no text."""
    scripts: list[str] = field(default_factory=list)
    """What stands in the scripts of linked data."""
    is_too_large: bool = False
    """Over `MAX_ELEMENTS`, `MAX_DEPTH` or what `is_beyond`; all that is beyond may be missing."""

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where the elements of each tag are."""
        places = defaultdict(list)
        for at, tag in enumerate(self.tags):
            places[tag].append(at)
        return places

    @cached_property
    def body(self) -> int | None:
        """Where the body begins."""
        return next(iter(self.tagged("body")), None)

    @cached_property
    def _carriers(self) -> dict[str, list[int]]:
        """The elements with each attribute that is asked for."""
        carriers: dict[str, list[int]] = {name: [] for name in _ASKED}
        for at, attributes in enumerate(self.attributes):
            if attributes:
                for name in attributes:
                    if name in carriers:
                        carriers[name].append(at)
        return carriers

    @cached_property
    def _called(self) -> dict[str, list[int]]:
        """The elements of each class, which is in lower case and between spaces."""
        attributes = self.attributes
        called: dict[str, list[int]] = defaultdict(list)
        for at in self.having("class"):
            called[f" {attributes[at]['class'] or ''} ".lower()].append(at)
        return called

    @cached_property
    def _ends(self) -> list[int]:
        """Where what is within each node ends.

        Looked for at each question, items within each other cost the square of a page.
        """
        parents = self.parents
        ends = list(range(1, len(parents) + 1))
        for at in range(len(ends) - 1, 0, -1):
            around = parents[at]
            if ends[at] > ends[around]:
                ends[around] = ends[at]
        return ends

    @cached_property
    def _names(self) -> str:
        return "".join(self._called)

    @property
    def is_laborious(self) -> bool:
        """Say whether a reader that goes up from each node goes more than `MAX_STEPS`."""
        if len(self.parents) * MAX_DEPTH <= MAX_STEPS:
            return False
        depths = [0]
        for around in self.parents[1:]:
            depths.append(depths[around] + 1)
        return sum(depths) > MAX_STEPS

    def tagged(self, *tags: str) -> list[int]:
        """Return the elements of these tags, in page order."""
        if len(tags) == 1:
            return self._places.get(tags[0], [])
        return sorted(at for tag in tags for at in self._places.get(tag, ()))

    def having(self, attribute: str) -> list[int]:
        """Return the elements with an attribute.

        Args:
            attribute: one of those that are asked for; another is a KeyError.
        """
        return self._carriers[attribute]

    def called(self, *words: str) -> list[int]:
        """Return the elements with any of the words in their classes.

        Args:
            words: in lower case; a whole class is one between two spaces.
        """
        known = [word for word in words if word in self._names]
        found = {names for word in known for names in self._called if word in names}
        return sorted(at for names in found for at in self._called[names])

    def get(self, at: int, attribute: str) -> str:
        """Return an attribute; empty where it is missing or has no value."""
        return self.attributes[at].get(attribute) or ""

    def marks(self, at: int) -> str:
        """Return class, id and itemprop of an element, in lower case."""
        of = self.attributes[at]
        return f"{of.get('class') or ''} {of.get('id') or ''} {of.get('itemprop') or ''}".lower()

    def above(self, at: int) -> Iterator[int]:
        """Yield the elements around a node, the innermost first, `MAX_ANCESTORS` at most."""
        for _ in range(MAX_ANCESTORS):
            if at == 0:
                return
            at = self.parents[at]
            yield at

    def inside(self, at: int) -> range:
        """Return where the nodes within an element are."""
        parents, end = self.parents, at + 1
        last = min(len(parents), at + _FEW_INSIDE)
        while end < last and parents[end] >= at:
            end += 1
        return range(at + 1, end if end < last or last == len(parents) else self._ends[at])

    def raw_text_of(self, at: int) -> str:
        """Return all text within an element, as it stands."""
        inside = self.inside(at)
        return "".join(self.texts[inside.start : inside.stop])

    def text_of(self, at: int) -> str | None:
        """Return the text of a node as one line, spaces between blocks; None of much or nothing."""
        tags, parents, texts = self.tags, self.parents, self.texts
        if tags[at] == TEXT:
            return tidy(texts[at])
        if len(inside := self.inside(at)) > MAX_LINE_NODES:
            return None
        pieces, last = list[str](), at
        for part in inside:
            if parents[part] < parents[last] and self._leaves_block(last, part):
                pieces.append(" ")
            pieces.append(texts[part] or _APART.get(tags[part], ""))
            last = part
        line = "".join(pieces)
        return tidy(line) if len(line) <= MAX_LINE_CHARS else None

    def _leaves_block(self, last: int, part: int) -> bool:
        """Tell whether a block ends between a node and the next one."""
        around = self.parents[part]
        for above in self.above(last):
            if above == around or self.tags[above] in _BLOCKS:
                return above != around
        return False


def parse(markup: str | bytes) -> Nodes:
    """Parse a page with lexbor, by the rules browsers keep.

    Args:
        markup: the whole page; bytes in UTF-8.
    """
    raw = markup if isinstance(markup, bytes) else markup.encode(errors="replace")
    if is_beyond(raw):
        return Nodes(is_too_large=True)
    tree = LexborHTMLParser(markup)
    nodes = Nodes(scripts=[script.text() for script in tree.css(_LINKED_DATA)])
    nodes.is_too_large = _has_too_many(raw, tree) or not _read(tree, nodes)
    return nodes


def _has_too_many(markup: bytes, tree: LexborHTMLParser) -> bool:
    """Count all elements, of what is passed over, too: others, who are asked, do not pass it over.

    One by one only where there may be as many: the shortest takes three letters.
    """
    if len(markup) <= 3 * MAX_ELEMENTS or tree.root is None:
        return False
    if count_signs(markup) <= MAX_ELEMENTS:
        return False
    every = tree.root.traverse(include_text=False)
    return next(islice(every, MAX_ELEMENTS, None), None) is not None


def _read(tree: LexborHTMLParser, nodes: Nodes) -> bool:
    """Go down and along the tree, filling the lists; stop and say so where it is too large.

    The object of a node lives only as long as it is looked at: to keep them takes twice as long.
    """
    tags, parents, texts, attributes = nodes.tags, nodes.parents, nodes.texts, nodes.attributes
    trails = _trails(tree)
    above: list[tuple[LexborNode | None, int]] = []
    node, around = tree.root, 0
    while node is not None or above:
        if node is None:
            node, around = above.pop()
            continue
        after = node.next
        # Half of the nodes are texts: to ask for that takes a third as long as for a name.
        if node.is_text_node:
            text = node.text_content or ""
            # Space that says nothing: a block begins right before or behind it.
            if not text.isspace() or not (
                tags[-1] in _BLOCKS or (after is not None and after.tag in _BLOCKS)
            ):
                tags.append(TEXT)
                parents.append(around)
                texts.append(text)
                attributes.append(_NONE)
        elif (tag := node.tag or "") not in _PASSED_OVER or node.mem_id in trails:
            tags.append(tag)
            parents.append(around)
            texts.append("")
            attributes.append(node.attributes)
            if len(above) >= MAX_DEPTH or len(tags) > _MAX_NODES:
                return False
            inner = node.first_child
            if inner is not None:
                above.append((after, around))
                around, after = len(tags) - 1, inner
        node = after
    return len(tags) <= MAX_ELEMENTS or sum(tag != TEXT for tag in tags) <= MAX_ELEMENTS


def _trails(tree: LexborHTMLParser) -> frozenset[int]:
    """Find the navigation that leads to this page, its breadcrumbs, by the address of the element.

    The first few of them: others are those of comments and teasers.
    """
    found: set[int] = set()
    for crumbs in tree.css(_BREADCRUMBS)[:_MAX_TRAILS]:
        around: LexborNode | None = crumbs
        for _ in range(MAX_ANCESTORS):
            if around is None:
                break
            found.add(around.mem_id)
            around = around.parent
    return frozenset(found)
