"""Where a page shows its author: links to an author's page, and lines that look like bylines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.html.nodes import ancestors, marks_of, text_of

MAX_LINE_CHARS = 120
MAX_LINES = 40
"""Lines looked at of one kind: a list of articles has one for each of them."""

_AUTHOR_FOLDERS = (
    "author", "authors", "autor", "autoren", "auteur", "auteurs", "autores", "autore", "autori",
    "contributor", "contributors", "journalist", "journalists", "reporter", "reporters", "writers",
    "writer", "columnist", "redakteur", "forfatter", "periodista", "giornalista", "byline", "by",
)  # fmt: skip
_PEOPLE_FOLDERS = ("people", "staff", "profile", "team", "editors", "producers", "person", "user")
_CLASS_PARTS = (
    "byline", "author-name", "author_name", "authorname", "post-author", "article-author",
    "entry-author", "article__author", "authors",
)  # fmt: skip
_BROAD = (
    '[class*="author" i]', '[id*="author" i]', '[itemprop*="author" i]', '[class*="autor" i]',
    '[class*="auteur" i]', '[class*="writer" i]', '[class*="journalist" i]', '[class*="redakt" i]',
    '[class*="reporter" i]', '[class*="contributor" i]', '[data-testid*="author" i]',
    '[data-component*="byline" i]', '[data-testid*="byline" i]', '[id*="byline" i]',
    '[class*="verfasser" i]', '[class*="posted-by" i]', '[class*="submitted-by" i]',
    '[class*="username" i]', '[class*="screenname" i]', '[class*="zuozhe" i]', '[class~="fn"]',
    '[class*="editor-name" i]', '[class*="signature" i]', '[class~="writtenby" i]',
    '[class~="cb-author"]', "author", "address",
)  # fmt: skip
"""What an author's name may stand in.

Source: the patterns of trafilatura's metadata search, and names seen in themes of WordPress,
Drupal, TYPO3 and Arc.
"""


def _links_to(folders: Iterable[str]) -> str:
    return ", ".join(f'a[href*="/{folder}/"]' for folder in folders)


_AUTHOR_LINKS = _links_to(_AUTHOR_FOLDERS)
_PEOPLE_LINKS = _links_to(_PEOPLE_FOLDERS)
_CLASSES = ", ".join(f'[class*="{part}" i]' for part in _CLASS_PARTS)
_BROADLY = ", ".join(_BROAD)

_FIRST_LETTERS = frozenset("bBvVpPwWsStTaAdDаАтТ")  # noqa: RUF001
_STARTS = re.compile(
    r"\s*(?:(?:written|posted|published|words|story|scritto|publié|publicado|veröffentlicht)\s+)?"
    r"(?:by|von|par|por|da|di|door|av|af|przez"
    r"|(?:texte?o?|testo|tekst|author|autor(?:in)?|auteur|автор|текст)\s*:)(?:\s|$)"
    r"|By(?-i:(?=[A-Z]))",
    re.IGNORECASE,
)
_INLINE = frozenset({"span", "li", "strong", "b", "em", "i"})
_ASIDE = frozenset({"aside", "nav"})
_OTHER = re.compile(
    r"related|comment|sidebar|recommend|teaser|popular|trending|most-?read|latest"
    r"|more-?(?:from|news|stories|articles|posts)|(?<!author-)promo|carousel|read-?(?:more|next)|next-?post"
    r"|widget(?!-container|-wrap)|(?:^|\s|site-|page-)footer|newsletter|(?<!v)card|slider"
)
_OWN = re.compile(r"author|byline|entry-meta|post-meta|vcard")


class Parts:
    """Tells of each element of one page whether it belongs to the article or to something else."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        heading = tree.css_first("h1")
        around = ancestors(heading) if heading is not None else ()
        # What holds the heading is the article's, whatever it is called.
        self._apart = {node.mem_id: False for node in around}

    def is_apart(self, node: LexborNode) -> bool:
        """Tell whether a node belongs to a side column, a comment or another article."""
        above: list[int] = []
        answer = False
        for parent in ancestors(node):
            key = parent.mem_id
            if key in self._apart or parent.tag == "body":
                answer = self._apart.get(key, False)
                break
            above.append(key)
            if _is_other(parent):
                answer = True
                break
        self._apart |= dict.fromkeys(above, answer)
        return answer


def _is_other(node: LexborNode) -> bool:
    if node.tag == "footer":
        return node.parent is None or node.parent.tag != "article"
    marks = marks_of(node)
    return node.tag in _ASIDE or bool(_OTHER.search(marks) and not _OWN.search(marks))


def linked_authors(tree: LexborHTMLParser, parts: Parts) -> list[str]:
    """Return the texts of the first links to an author's page, with those beside it."""
    return _first_block(tree, '[rel~="author"]', parts) or _first_block(tree, _AUTHOR_LINKS, parts)


def linked_people(tree: LexborHTMLParser, parts: Parts) -> list[str]:
    """Return the texts of the first links to a page of people, who may be authors."""
    return _first_block(tree, _PEOPLE_LINKS, parts)


def classed_lines(tree: LexborHTMLParser, parts: Parts) -> list[str]:
    """Return short lines of a class that tells of a byline."""
    return list(_classed(tree, _CLASSES, parts))


def credited_lines(tree: LexborHTMLParser, parts: Parts) -> list[str]:
    """Return short lines of any class that has to do with authors."""
    return list(_classed(tree, _BROADLY, parts))


def may_credit(tree: LexborHTMLParser) -> bool:
    """Tell whether anything on a page, wherever it stands, is marked as an author's name."""
    return tree.css_matches(_BROADLY)


def _first_block(tree: LexborHTMLParser, selector: str, parts: Parts) -> list[str]:
    """Take the first match and those of the same block: the others belong to other articles."""
    texts: list[str] = []
    block: set[int] = set()
    for node in tree.css(selector)[:MAX_LINES]:
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


def _classed(tree: LexborHTMLParser, selector: str, parts: Parts) -> Iterator[str]:
    nodes = tree.css(selector)[:MAX_LINES]
    return (text for node in nodes if (text := _short_text(node, parts)))


def spoken_lines(tree: LexborHTMLParser, parts: Parts) -> list[str]:
    """Return lines that begin like "By Ada Mercer"."""
    return [line for node in _spoken(tree) if (line := _line_around(node, parts))]


def _spoken(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Yield the elements of which a text begins a byline.

    The first letter is looked at before the pattern: that is most of the time saved.
    """
    for node in tree.body.traverse(include_text=True) if tree.body is not None else ():
        if node.is_text_node:
            start = (node.text_content or "").lstrip()[:24]
            if start[:1] in _FIRST_LETTERS and _STARTS.match(start) and node.parent is not None:
                yield node.parent


def _line_around(node: LexborNode, parts: Parts) -> str | None:
    """Return the text of an element, or of the one around it where it says no more than "By"."""
    text = text_of(node) or ""
    if len(text) < 12 and node.parent is not None:
        text = text_of(node.parent) or ""
    return text if 4 < len(text) <= MAX_LINE_CHARS and not parts.is_apart(node) else None


def _short_text(node: LexborNode, parts: Parts) -> str | None:
    if parts.is_apart(node):
        return None
    text = text_of(node)
    return text if text and len(text) <= MAX_LINE_CHARS else None
