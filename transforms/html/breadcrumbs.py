"""The trail of breadcrumbs above a headline: Home > Harbour > Bridges."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from transforms.html.elements import Element, Elements
from transforms.html.nodes import text_of

MAX_CRUMB_CHARS = 60


def read_breadcrumbs(elements: Elements) -> list[str]:
    """Return the texts of the first trail, those of its links or of its items."""
    for element in elements.all:
        if _is_trail(element):
            trail = _crumbs(element.node, "a") or _crumbs(element.node, "li")
            if trail:
                return trail
    return []


def _is_trail(element: Element) -> bool:
    return "breadcrumb" in element.get("class").lower() or (
        "BreadcrumbList" in element.get("itemtype")
    )


def _crumbs(node: LexborNode, tag: str) -> list[str]:
    texts = (text_of(part) for part in node.css(tag))
    return list(dict.fromkeys(text for text in texts if text and len(text) <= MAX_CRUMB_CHARS))
