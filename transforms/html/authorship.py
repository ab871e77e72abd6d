"""Where a page shows its author: links to an author's page, and lines that look like bylines."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from transforms.authors import looks_like_name
from transforms.credits import BOTH, REPORTED
from transforms.html.nodes import Nodes
from transforms.html.parts import Parts
from transforms.html.shown import Shown

MAX_LINE_CHARS = 120
_MIN_LINE_CHARS = 12
MAX_LINES = 40
"""Lines looked at of one kind: a list of articles has one for each of them."""

_AUTHOR_FOLDER = re.compile(
    r"/(?:authors?|aut(?:or(?:e[ns]|[ei])?|eurs?)|contributors?|journalists?|reporters?|writers?"
    r"|columnist|redakteur|forfatter|periodista|giornalista|byline|by)/"
)
_PEOPLE_FOLDER = re.compile(r"/(?:people|staff|profile|team|editors|producers|person|user)/")
_BYLINE_WORDS = ("byline", "author")
_BYLINE_CLASS = re.compile(
    r"byline|author[-_]?name|(?:post|article|entry|article_)[-_]author|authors", re.IGNORECASE
)
_CREDITED_CLASSES = (
    "author", "autor", "auteur", "writer", "journalist", "redakt", "reporter", "contributor",
    "verfasser", "posted-by", "submitted-by", "username", "screenname", "zuozhe", " fn ",
    "editor-name", "signature", " writtenby ",
)  # fmt: skip
"""What an author's name may stand in.

Source: the patterns of trafilatura's metadata search, and names seen in themes of WordPress,
Drupal, TYPO3 and Arc.
"""
_CREDITED = {
    "id": _BYLINE_WORDS, "itemprop": ("author",), "data-testid": _BYLINE_WORDS,
    "data-component": ("byline",),
}  # fmt: skip
"""The same for other attributes."""

_BEGINNINGS = frozenset({
    cased
    for letters in (
        "by", "vo", "pa", "po", "da", "di", "do", "av", "af", "pr", "te", "au", "wr", "pu", "wo",
        "st", "sc", "ve", "ав", "те", "ha", "mu", "ya", "re", "pe", "sz", "ír", "sk", "fo", "tá",
        "ki", "συ", "γρ", "(r", "ph", "pi", "im", "il", "gr", "vi", "bi", "op", "in", "be", "ad",
        "co", "wi", "(a", "(c", "(w",
    )
    for cased in (letters, letters.title(), letters.upper())
} | {
    "记者", "記者", "本报", "本報", "本社", "本刊", "作者", "撰文", "文/", "文／", "文:", "文：",
    "来源", "來源", "（记", "（記", "(记", "(記", "기자", "글:",
})  # fmt: skip
"""The two letters that any of these begins with: looked at before the patterns."""
_STARTS = re.compile(
    r"(?:(?:written|posted|published|words|story|scritto|publié|publicado|veröffentlicht)\s+)?"
    r"(?:by|von|par|por|da|di|door|av|af|przez|oprac\.|opublikowano:[^:]{6,30}(?:\s\d\d:\d\d)?\W+autor:"
    r"|(?:words|texte?o?|testo|tekst|author|autor(?:in)?|auteur|автор|текст)\s*:)(?:\s|$)"
    r"|By(?-i:(?=[A-Z]))"
    rf"|\(?{REPORTED}\s|{BOTH}(?:\s+(?:by|von|par|por|av|af|door|di)\s|\s*:(?:\s|$))",
    re.IGNORECASE,
)
_HAN_NAME = "[\u4e00-\u9fff]{2,4}"
_LABELLED = re.compile(
    r"(?:haber|muhabir|yaz(?:ar|an)|redacción|reporter|penulis|szerző|írta|skribent|forfatter"
    r"|tác giả|kirjoittaja|συντάκτης|γράφει)\s*:(?:\s|$)"
    r"|(?:기자|글)\s*:\s*(?=\w)"
    r"|(?:(?:本[报報刊社网])?(?:记者|記者|作者|撰文)(?:\s*[:：／/]\s*|\s+)"
    r"|文\s*[:：／/]\s*|[(（][记記]者\s*)"
    rf"{_HAN_NAME}(?:[\s、，,]+{_HAN_NAME})*(?:\s+[报報]道)?[)）]?$"
    rf"|[記记]者\s*{_HAN_NAME}(?:、{_HAN_NAME})*\s*[／/]\s*{_HAN_NAME}[报報][道導导]$"
    r"|[来來]源\s*[:：]\s*\S{2,12}$"
    r"|[가-힣]{2,4}(?:[·,\s]+[가-힣]{2,4})*\s*(?:기자|특파원)(?:\s|$)",
    re.IGNORECASE,
)
"""In Chinese a whole line, for prose begins alike: "记者 从市政府获悉"; in Korean, names first."""
_MAX_LABEL_CHARS = 14
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


def read_credits(shown: Shown, parts: Parts) -> Credits:
    """Collect what the likely places say."""
    nodes = shown.nodes
    links = [at for at in nodes.having("rel") if "author" in nodes.get(at, "rel").split()]
    return Credits(
        _first_block(nodes, links, parts) or _linked(nodes, _AUTHOR_FOLDER, parts),
        _texts(nodes, _bylines(nodes), parts),
        spoken_lines(shown, parts),
    )


def read_weak_credits(nodes: Nodes, parts: Parts) -> WeakCredits:
    """Collect what the unlikely places say."""
    return WeakCredits(
        _linked(nodes, _PEOPLE_FOLDER, parts), _texts(nodes, _credited(nodes), parts)
    )


def _bylines(nodes: Nodes) -> list[int]:
    likely = nodes.called(*_BYLINE_WORDS)
    return [at for at in likely if _BYLINE_CLASS.search(nodes.get(at, "class"))]


def _credited(nodes: Nodes) -> list[int]:
    """Find the elements of which any name has to do with authors, in page order."""
    found = {*nodes.called(*_CREDITED_CLASSES), *nodes.tagged("author", "address")}
    for attribute, words in _CREDITED.items():
        for at in nodes.having(attribute):
            stated = nodes.get(at, attribute).lower()
            if any(word in stated for word in words):
                found.add(at)
    return sorted(found)


def _linked(nodes: Nodes, folder: re.Pattern[str], parts: Parts) -> list[str]:
    places = nodes.tagged("a")
    stated = [nodes.attributes[at].get("href") or "" for at in places]
    # All at once first: two of three pages have none.
    if not folder.search("\n".join(stated)):
        return []
    links = (at for at, href in zip(places, stated, strict=True) if folder.search(href))
    return _first_block(nodes, links, parts)


def _first_block(nodes: Nodes, links: Iterable[int], parts: Parts) -> list[str]:
    """Take the first match and those of the same block: the others belong to other articles."""
    texts: list[str] = []
    block: set[int] = set()
    for at in islice(links, MAX_LINES):
        text = _short_text(nodes, at, parts)
        if text:
            around = set(_blocks_around(nodes, at))
            block = block or around
            if around & block:
                texts.append(text)
    return texts


def _blocks_around(nodes: Nodes, at: int) -> Iterator[int]:
    parent = nodes.parents[at]
    yield parent
    if nodes.tags[parent] in _INLINE:
        yield nodes.parents[parent]


def _texts(nodes: Nodes, found: Iterable[int], parts: Parts) -> list[str]:
    some = islice(found, MAX_LINES)
    return [text for at in some if (text := _short_text(nodes, at, parts))]


def _short_text(nodes: Nodes, at: int, parts: Parts) -> str | None:
    text = None if parts.is_apart(at) else nodes.text_of(at)
    return text if text and len(text) <= MAX_LINE_CHARS else None


def spoken_lines(shown: Shown, parts: Parts) -> list[str]:
    """Return lines that begin like "By Ada Mercer"."""
    nodes = shown.nodes
    is_korean = any(nodes.get(at, "lang").startswith("ko") for at in nodes.tagged("html"))
    spoken = (
        nodes.parents[at]
        for at, line in zip(shown.places, shown.lines, strict=True)
        if (line[:2] in _BEGINNINGS or (is_korean and "기자" in line)) and _start_of(line)
    )
    return [line for at in islice(spoken, MAX_LINES) if (line := _line_around(nodes, at, parts))]


def _start_of(line: str) -> re.Match[str] | None:
    """Match what stands before the names; labels only where there is a mark of one."""
    start = _STARTS.match(line)
    if start or (line.isascii() and ":" not in line[:_MAX_LABEL_CHARS]):
        return start
    return _LABELLED.match(line)


def _line_around(nodes: Nodes, at: int, parts: Parts) -> str | None:
    """Return the text of an element, or of the one around it where it says no more than "By"."""
    text = nodes.text_of(at) or ""
    if len(text) < _MIN_LINE_CHARS and not _names_somebody(text):
        text = nodes.text_of(nodes.parents[at]) or ""
    is_line = 4 < len(text) <= MAX_LINE_CHARS and not _is_sentence(text)
    return _without_brackets(text) if is_line and not parts.is_apart(at) else None


def _without_brackets(text: str) -> str:
    return text[1:-1] if text[0] in "(（" and text[-1] in ")）" else text


def _names_somebody(text: str) -> bool:
    """Tell "By Ann Poe" from "By Ann" and "By author"."""
    start = _start_of(text)
    if start is None:
        return False
    name = text[start.end() :]
    return looks_like_name(name) if name else not text.isascii()


def _is_sentence(text: str) -> bool:
    """Tell "By following the tips below, you stay dry" from a byline: it goes on in lower case."""
    start = _start_of(text)
    return start is not None and text[start.end() :][:1].islower() and text.count(" ") > 5
