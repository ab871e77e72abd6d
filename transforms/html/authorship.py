"""Where a page shows its author: links to an author's page, and lines that look like bylines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.html.elements import Element, Elements, Parts
from transforms.html.nodes import text_of

MAX_LINE_CHARS = 120
MAX_LINES = 40
"""Lines looked at of one kind: a list of articles has one for each of them."""

_AUTHOR_FOLDER = re.compile(
    r"/(?:authors?|aut(?:or(?:e[ns]|[ei])?|eurs?)|contributors?|journalists?|reporters?|writers?"
    r"|columnist|redakteur|forfatter|periodista|giornalista|byline|by)/"
)
_PEOPLE_FOLDER = re.compile(r"/(?:people|staff|profile|team|editors|producers|person|user)/")
_BYLINE_CLASS = re.compile(
    r"byline|author[-_]?name|(?:post|article|entry|article_)[-_]author|authors", re.IGNORECASE
)
_CREDITED = ", ".join((
    '[class*="author" i]', '[id*="author" i]', '[itemprop*="author" i]', '[class*="autor" i]',
    '[class*="auteur" i]', '[class*="writer" i]', '[class*="journalist" i]', '[class*="redakt" i]',
    '[class*="reporter" i]', '[class*="contributor" i]', '[data-testid*="author" i]',
    '[data-component*="byline" i]', '[data-testid*="byline" i]', '[id*="byline" i]',
    '[class*="verfasser" i]', '[class*="posted-by" i]', '[class*="submitted-by" i]',
    '[class*="username" i]', '[class*="screenname" i]', '[class*="zuozhe" i]', '[class~="fn"]',
    '[class*="editor-name" i]', '[class*="signature" i]', '[class~="writtenby" i]',
    '[class~="cb-author"]', "author", "address",
))  # fmt: skip
"""What an author's name may stand in.

Source: the patterns of trafilatura's metadata search, and names seen in themes of WordPress,
Drupal, TYPO3 and Arc.
"""

_BEGINNINGS = frozenset({
    "by", "vo", "pa", "po", "da", "di", "do", "av", "af", "pr", "te", "au", "wr", "pu", "wo", "st",
    "sc", "ve", "ав",
})  # fmt: skip
_STARTS = re.compile(
    r"(?:(?:written|posted|published|words|story|scritto|publié|publicado|veröffentlicht)\s+)?"
    r"(?:by|von|par|por|da|di|door|av|af|przez"
    r"|(?:texte?o?|testo|tekst|author|autor(?:in)?|auteur|автор|текст)\s*:)(?:\s|$)"
    r"|By(?-i:(?=[A-Z]))",
    re.IGNORECASE,
)
_INLINE = frozenset({"span", "li", "strong", "b", "em", "i"})


class Credits(NamedTuple):
    """Lines that may name an author, with less certainty the further down."""

    links: list[str]
    """Texts of the first links to an author's page, with those beside it."""
    lines: list[str]
    """Short lines of a class that tells of a byline."""
    spoken: list[str]
    """Lines that begin like "By Ada Mercer"."""


class WeakCredits(NamedTuple):
    """The same where a page has none of these."""

    people: list[str]
    """Texts of links to a page of people, who may be authors."""
    lines: list[str]
    """Short lines of any class that has to do with authors."""


def read_credits(tree: LexborHTMLParser, elements: Elements) -> Credits:
    """Collect what the likely places say."""
    links = [element for element in elements.all if "author" in element.get("rel").split()]
    return Credits(
        _first_block(links, elements.parts) or _linked(elements, _AUTHOR_FOLDER),
        _texts((el.node for el in elements.all if _BYLINE_CLASS.search(el.get("class"))), elements),
        spoken_lines(tree, elements.parts),
    )


def read_weak_credits(tree: LexborHTMLParser, elements: Elements) -> WeakCredits:
    """Collect what the unlikely places say. It costs 1 ms, half as much as all other evidence."""
    lines = _texts(tree.css(_CREDITED), elements)
    return WeakCredits(_linked(elements, _PEOPLE_FOLDER), lines)


def _linked(elements: Elements, folder: re.Pattern[str]) -> list[str]:
    links = (link for link in elements.tagged("a") if folder.search(link.get("href")))
    return _first_block(links, elements.parts)


def _first_block(links: Iterable[Element], parts: Parts) -> list[str]:
    """Take the first match and those of the same block: the others belong to other articles."""
    texts: list[str] = []
    block: set[int] = set()
    for node, _ in islice(links, MAX_LINES):
        text = _short_text(node, parts)
        if text:
            around = {parent.mem_id for parent in _blocks_around(node)}
            block = block or around
            if around & block:
                texts.append(text)
    return texts


def _blocks_around(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    if parent is not None:
        yield parent
        if parent.parent is not None and parent.tag in _INLINE:
            yield parent.parent


def _texts(nodes: Iterable[LexborNode], elements: Elements) -> list[str]:
    some = islice(nodes, MAX_LINES)
    return [text for node in some if (text := _short_text(node, elements.parts))]


def _short_text(node: LexborNode, parts: Parts) -> str | None:
    text = None if parts.is_apart(node) else text_of(node)
    return text if text and len(text) <= MAX_LINE_CHARS else None


def spoken_lines(tree: LexborHTMLParser, parts: Parts) -> list[str]:
    """Return lines that begin like "By Ada Mercer"."""
    return [
        line for node in islice(_spoken(tree), MAX_LINES) if (line := _line_around(node, parts))
    ]


def _spoken(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Yield the elements of which a text begins a byline.

    Two letters are looked at before the pattern: a page has hundreds of texts.
    """
    for node in tree.body.traverse(include_text=True) if tree.body is not None else ():
        if node.is_text_node:
            start = (node.text_content or "")[:80].lstrip()
            is_likely = start[:2].lower() in _BEGINNINGS and _STARTS.match(start)
            if is_likely and node.parent is not None:
                yield node.parent


def _line_around(node: LexborNode, parts: Parts) -> str | None:
    """Return the text of an element, or of the one around it where it says no more than "By"."""
    text = text_of(node) or ""
    if len(text) < 12 and node.parent is not None:
        text = text_of(node.parent) or ""
    is_line = 4 < len(text) <= MAX_LINE_CHARS and not _is_sentence(text)
    return text if is_line and not parts.is_apart(node) else None


def _is_sentence(text: str) -> bool:
    """Tell "By following the tips below, you stay dry" from a byline: it goes on in lower case."""
    start = _STARTS.match(text)
    return start is not None and text[start.end() :][:1].islower() and text.count(" ") > 5
