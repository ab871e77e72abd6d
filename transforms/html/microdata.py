"""Properties within the body of a page: microdata, and RDFa where it occurs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from transforms.html.elements import Element, Elements
from transforms.html.nodes import ancestors, text_of

_NAME_ENDS = re.compile(r"[:/#]")
_ARTICLE_TYPES = re.compile(
    r"(?:Article|Posting|Page|CreativeWork|Report|Review|Recipe|HowTo|Blog|WebSite|Thing)/?$"
)
"""Of items whose properties are the page's; those of a person or a picture are its own."""

_LINKED = frozenset({"image", "url", "thumbnailUrl", "contentUrl", "logo"})
"""Properties that are addresses, whatever text stands in their element."""


@dataclass(frozen=True, slots=True)
class Prop:
    """One property by its name without prefix or namespace."""

    name: str
    value: str


def read_props(elements: Elements) -> list[Prop]:
    """Read the properties of the article or the page, microdata before RDFa."""
    microdata = _own(elements, "itemprop", _Items("itemscope", "itemtype"))
    rdfa = _own(elements, "property", _Items("typeof", "typeof"))
    return [*_props(microdata, "itemprop"), *_props(rdfa, "property")]


def prefixed(elements: Elements) -> Iterator[tuple[str, str]]:
    """Yield RDFa properties stated by content, such as `dc:date`, by their whole name."""
    for element in elements.with_attribute("property"):
        if element.node.tag != "meta" and element.get("content"):
            for name in element.get("property").split():
                yield name.lower(), element.get("content")


class _Items:
    """Tells whether the item around an element is the article, the page or none."""

    def __init__(self, scope: str, kind: str) -> None:
        self._scope, self._kind = scope, kind
        self._is_own: dict[int, bool] = {}

    def is_own(self, node: LexborNode) -> bool:
        """Look for the innermost item around a node; remembers the way."""
        above: list[int] = []
        answer = True
        for parent in ancestors(node):
            key = parent.mem_id
            if key in self._is_own:
                answer = self._is_own[key]
                break
            above.append(key)
            attributes = parent.attributes
            kind = attributes.get(self._kind)
            if self._scope in attributes and kind:
                answer = _ARTICLE_TYPES.search(kind.split()[0]) is not None
                break
        self._is_own |= dict.fromkeys(above, answer)
        return answer


def _own(elements: Elements, attribute: str, items: _Items) -> list[Element]:
    return [
        element
        for element in elements.with_attribute(attribute)
        if not (attribute == "property" and element.node.tag == "meta")
        and items.is_own(element.node)
        and not elements.parts.is_apart(element.node)
    ]


def _props(found: Iterable[Element], attribute: str) -> Iterator[Prop]:
    for element in found:
        for name in element.get(attribute).split():
            local = _NAME_ENDS.split(name)[-1]
            value = _value(element, local)
            if value:
                yield Prop(local, value)


def _value(element: Element, name: str) -> str | None:
    """Read a property by the rules of microdata; of an item, its name or address.

    Source: https://html.spec.whatwg.org/multipage/microdata.html#values
    """
    node, attributes = element
    for stated in ("content", "datetime"):
        if attributes.get(stated):
            return attributes[stated]
    if name in _LINKED:
        return _address(element)
    if "itemscope" in attributes or "typeof" in attributes:
        named = node.css_first('[itemprop~="name"]:not([itemscope]), [property$="name"]')
        return _stated(named) if named is not None else text_of(node)
    return text_of(node) or attributes.get("src") or attributes.get("href")


def _address(element: Element) -> str | None:
    inner = element.node.css_first(
        '[itemprop~="url"], [itemprop~="contentUrl"], [property$="url"], img[src], a[href]'
    )
    for attributes in (element.attributes, inner.attributes if inner is not None else {}):
        for name in ("resource", "src", "href", "content"):
            if attributes.get(name):
                return attributes[name]
    return None


def _stated(node: LexborNode) -> str | None:
    return node.attributes.get("content") or text_of(node)
