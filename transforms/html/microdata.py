"""Properties within the body of a page: microdata, and RDFa where it occurs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from transforms.html.nodes import Nodes
from transforms.html.parts import Parts

_NAME_ENDS = re.compile(r"[:/#]")
_ARTICLE_TYPES = re.compile(
    r"(?:Article|Posting|Page|CreativeWork|Report|Review|Recipe|HowTo|Blog|WebSite|Thing)/?$"
)
"""Of items whose properties are the page's; those of a person or a picture are its own."""

_LINKED = frozenset({"image", "thumbnailUrl"})
"""Properties that are addresses, whatever text stands in their element."""
NAMES = _LINKED | {
    "articleSection", "author", "copyrightHolder", "dateModified", "datePublished", "headline",
    "inLanguage", "isAccessibleForFree", "keywords",
}  # fmt: skip
"""Those that a page is asked for; the others, the whole body among them, are not looked up."""

MAX_PROPS = 2_000
MAX_INSIDE = 500
"""Nodes within an item, among which its name or address is looked for."""


@dataclass(frozen=True, slots=True)
class Prop:
    """One property by its name without prefix or namespace."""

    name: str
    value: str


def read_props(nodes: Nodes, parts: Parts) -> list[Prop]:
    """Read the properties of the article or the page, microdata before RDFa."""
    microdata = _own(nodes, parts, "itemprop", _Items(nodes, "itemscope", "itemtype"))
    rdfa = _own(nodes, parts, "property", _Items(nodes, "typeof", "typeof"))
    both = chain(_props(nodes, microdata, "itemprop"), _props(nodes, rdfa, "property"))
    return list(islice(both, MAX_PROPS))


def prefixed(nodes: Nodes) -> Iterator[tuple[str, str]]:
    """Yield RDFa properties stated by content, such as `dc:date`, by their whole name."""
    for at in nodes.having("property"):
        if nodes.tags[at] != "meta" and nodes.get(at, "content"):
            for name in dict.fromkeys(nodes.get(at, "property").lower().split()):
                yield name, nodes.get(at, "content")


class _Items:
    """Tells whether the item around an element is the article, the page or none."""

    def __init__(self, nodes: Nodes, scope: str, kind: str) -> None:
        self._nodes, self._scope, self._kind = nodes, scope, kind
        self._is_own: dict[int, bool] = {}

    def is_own(self, at: int) -> bool:
        """Look for the innermost item around a node; remembers the way."""
        passed: list[int] = []
        answer = True
        for above in self._nodes.above(at):
            if above in self._is_own:
                answer = self._is_own[above]
                break
            passed.append(above)
            attributes = self._nodes.attributes[above]
            kind = attributes.get(self._kind)
            if kind and self._scope in attributes:
                answer = _ARTICLE_TYPES.search(kind.split()[0]) is not None
                break
        self._is_own |= dict.fromkeys(passed, answer)
        return answer


def _own(nodes: Nodes, parts: Parts, attribute: str, items: _Items) -> list[int]:
    return [
        at
        for at in nodes.having(attribute)
        if not (attribute == "property" and nodes.tags[at] == "meta")
        and items.is_own(at)
        and not parts.is_apart(at)
    ]


def _props(nodes: Nodes, found: Iterable[int], attribute: str) -> Iterator[Prop]:
    for at in found:
        stated = (_NAME_ENDS.split(name)[-1] for name in nodes.get(at, attribute).split())
        # A name written again says nothing, and to read its value again may take long.
        for name in dict.fromkeys(local for local in stated if local in NAMES):
            if value := _value(nodes, at, name):
                yield Prop(name, value)


def _value(nodes: Nodes, at: int, name: str) -> str | None:
    """Read a property by the rules of microdata; of an item, its name or address.

    Source: https://html.spec.whatwg.org/multipage/microdata.html#values
    """
    attributes = nodes.attributes[at]
    for stated in ("content", "datetime"):
        if attributes.get(stated):
            return attributes[stated]
    if name in _LINKED:
        return _address(nodes, at)
    if "itemscope" in attributes or "typeof" in attributes:
        named = next((inner for inner in _inside(nodes, at) if _is_name(nodes, inner)), None)
        return _stated(nodes, named) if named is not None else nodes.text_of(at)
    return nodes.text_of(at) or attributes.get("src") or attributes.get("href")


def _inside(nodes: Nodes, at: int) -> range:
    return nodes.inside(at)[:MAX_INSIDE]


def _is_name(nodes: Nodes, at: int) -> bool:
    attributes = nodes.attributes[at]
    if "name" in (attributes.get("itemprop") or "").split() and "itemscope" not in attributes:
        return True
    return (attributes.get("property") or "").endswith("name")


def _address(nodes: Nodes, at: int) -> str | None:
    inner = next((inside for inside in _inside(nodes, at) if _is_linked(nodes, inside)), None)
    for attributes in (nodes.attributes[at], nodes.attributes[inner] if inner is not None else {}):
        for name in ("resource", "src", "href", "content"):
            if attributes.get(name):
                return attributes[name]
    return None


def _is_linked(nodes: Nodes, at: int) -> bool:
    tag, attributes = nodes.tags[at], nodes.attributes[at]
    if (tag == "img" and "src" in attributes) or (tag == "a" and "href" in attributes):
        return True
    props = (attributes.get("itemprop") or "").split()
    return (
        "url" in props
        or "contentUrl" in props
        or (attributes.get("property") or "").endswith("url")
    )


def _stated(nodes: Nodes, at: int) -> str | None:
    return nodes.get(at, "content") or nodes.text_of(at)
