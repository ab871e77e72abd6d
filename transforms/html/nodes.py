"""Small readings of the lexbor tree: the text of an element, and whose part it is."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

MAX_ANCESTORS = 60
"""Steps up from a node; deeper than this no page says whose part it is."""

_TAG = re.compile(r"<[^<>]{1,500}>")
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|blockquote)\s*>|<br\s*/?>", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\ufeff\ufffe\uffff]")

_APART = frozenset({"br", "div", "h2", "li", "p", "small", "span", "td"})
_ASIDE = frozenset({"aside", "nav", "footer"})
_OTHER = re.compile(
    r"related|comment|sidebar|footer|recommend|teaser|widget|popular|trending|most-?read"
    r"|latest|more-?(?:from|news|stories)|promo|carousel|read-?(?:more|next)|next-?post",
    re.IGNORECASE,
)

_BUILDER = "elementor-widget"
_BUILDER_MARKS = re.compile(r"elementor-widget[\w-]*")
"""What a page builder calls every element, the headline too."""


def tidy(raw: str | None) -> str | None:
    """Make one clean line of a stated value: no tags, entities, controls or double spaces."""
    if not raw:
        return None
    text = raw
    for _ in range(2):
        # Twice: some systems escape what is escaped already (&amp;quot;).
        text = html.unescape(text) if "&" in text else text
    text = _CONTROL.sub("", _TAG.sub(" ", text) if "<" in text else text)
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip()) or None


def without_tags(raw: str) -> str:
    """Return a stated body as plain text, one block per line, NFC."""
    text = _BLOCK_END.sub("\n", html.unescape(raw)) if "<" in raw or "&" in raw else raw
    lines = (tidy(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def text_of(node: LexborNode) -> str | None:
    """Return the text of an element as one line, a space where a block or break begins."""
    pieces = (
        (part.text_content or "") if part.is_text_node else " " * (part.tag in _APART)
        for part in node.traverse(include_text=True)
    )
    return tidy("".join(pieces))


def marks_of(node: LexborNode) -> str:
    """Return class, id and itemprop of an element, in lower case."""
    attributes = node.attributes
    return " ".join(attributes.get(name) or "" for name in ("class", "id", "itemprop")).lower()


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements around a node, the innermost first."""
    above = node.parent
    for _ in range(MAX_ANCESTORS):
        if above is None:
            return
        yield above
        above = above.parent


def is_aside(element: LexborNode) -> bool:
    """Tell whether an element is a side column, a comment or a place of other articles."""
    marks = marks_of(element)
    if _BUILDER in marks:
        marks = _BUILDER_MARKS.sub("", marks)
    return element.tag in _ASIDE or _OTHER.search(marks) is not None


def is_elsewhere(node: LexborNode) -> bool:
    """Tell whether a node belongs to a side column, a comment or another article."""
    return any(is_aside(above) for above in ancestors(node) if above.tag not in {"html", "body"})
