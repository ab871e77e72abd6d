"""Where a page shows its author: links to an author's page, and lines like "By Ada Mercer"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.html.nodes import is_elsewhere, text_of

MAX_LINE_CHARS = 120

_FOLDERS = (
    "author", "authors", "autor", "autoren", "auteur", "auteurs", "people", "staff", "profile",
    "by", "contributor", "contributors", "team", "editors", "producers", "writers",
    "journalist", "reporter",
)  # fmt: skip
_CLASS_PARTS = (
    "byline", "author-name", "author_name", "authorname", "post-author", "article-author",
    "entry-author", "article__author", "authors",
)  # fmt: skip
_LINKS = ", ".join(f'a[href*="/{folder}/"]' for folder in _FOLDERS)
_CLASSES = ", ".join(f'[class*="{part}" i]' for part in _CLASS_PARTS)
_STARTS = re.compile(
    r"^\s*(?:(?:written|posted|words|story)\s+)?(?:by|von|par|por|(?:text|author|autor(?:in)?):)"
    r"(?:\s|$)",
    re.IGNORECASE,
)
_INLINE = frozenset({"span", "li", "strong", "b", "em", "i"})


def linked_authors(tree: LexborHTMLParser) -> list[str]:
    """Return the texts of the first links to an author's page, with those beside it."""
    return _first_block(tree, '[rel~="author"]') or _first_block(tree, _LINKS)


def author_lines(tree: LexborHTMLParser) -> list[str]:
    """Return short lines that name an author, those of a telling class first."""
    return [*_classed(tree), *_spoken(tree)]


def _first_block(tree: LexborHTMLParser, selector: str) -> list[str]:
    """Take the first match and those of the same block: the others belong to other articles."""
    texts: list[str] = []
    block: set[int] = set()
    for node in tree.css(selector):
        text = _short_text(node)
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


def _classed(tree: LexborHTMLParser) -> Iterator[str]:
    return (text for node in tree.css(_CLASSES) if (text := _short_text(node)))


def _spoken(tree: LexborHTMLParser) -> Iterator[str]:
    """Yield lines that begin like "By Ada Mercer"."""
    if tree.body is None:
        return
    for node in tree.body.traverse(include_text=True):
        if node.is_text_node and _STARTS.match(node.text_content or "") and node.parent is not None:
            line = _line_around(node.parent)
            if line and not is_elsewhere(node):
                yield line


def _line_around(node: LexborNode) -> str | None:
    """Return the text of an element, or of the one around it where it says no more than "By"."""
    text = text_of(node) or ""
    if len(text) < 12 and node.parent is not None:
        text = text_of(node.parent) or ""
    return text if 4 < len(text) <= MAX_LINE_CHARS else None


def _short_text(node: LexborNode) -> str | None:
    text = text_of(node)
    return text if text and len(text) <= MAX_LINE_CHARS and not is_elsewhere(node) else None
