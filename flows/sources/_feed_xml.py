"""Mending the text of an XML feed before a parser sees it.

Every parser gets the same UTF-8 document without a DOCTYPE: what declares entities is refused,
the entities of HTML become characters, stray ampersands are escaped, a feed that breaks off ends
after its last whole item, and the usual prefixes are declared. So nothing is expanded or fetched,
and both parsers read the same.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from transforms.errors import ParseError

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
"""What the usual prefixes stand for. Source: the specifications of these modules."""

_MAX_ITEMS = 50_000
_MAX_TAGS = 1_000_000
"""A tree takes about 100 bytes a tag: 16 MiB of empty elements would take 500 MB."""
_HEAD_CHARS = 16 * 1024
_HEAD = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE(?:[^\[>]*\[.*?\]\s*>|[^>]*>)|<(?P<name>[A-Za-z][\w:.-]*)",
    re.DOTALL | re.IGNORECASE,
)
_ROOTS = frozenset({"rss", "feed", "rdf"})
_PAGES = frozenset({"html", "head", "body", "title", "meta", "script"})
_OTHERS = frozenset({"opml", "urlset", "sitemapindex", "svg"})
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:\#(?P<code>\d{1,7}|[xX][0-9a-fA-F]{1,6});"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?",
    re.DOTALL,
)
_NUMBERED = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
_MAX_DIGITS = 40
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CLOSE = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready for any parser."""

    body: bytes
    """UTF-8, from the declaration to the end of the root."""
    root: str
    """Local name of the root in lower case: rss, feed or rdf."""
    item_count: int
    """How many items begin in it, as far as the text shows."""


def prepare(text: str) -> Prepared:
    """Mend a decoded feed.

    Raises:
        ParseError: it is no XML feed, declares entities, breaks off before a whole item, or has
            more items or tags than memory is kept for.
    """
    start, name = _find_root(text)
    rest = _NUMBERED.sub(_if_character, CONTROLS.sub("", text[start:]))
    rest = _REFERENCE.sub(_resolved, _up_to_its_end(rest, name))
    rest = rest[: len(name) + 1] + _declarations(rest, name) + rest[len(name) + 1 :]
    body = f'<?xml version="1.0" encoding="utf-8"?>\n{rest}'.encode(errors="replace")
    return Prepared(body, _local(name), _count_items(_HIDDEN.sub("", rest)))


def _count_items(markup: str) -> int:
    count = sum(1 for _ in _START.finditer(markup))
    if count > _MAX_ITEMS or markup.count("<") > _MAX_TAGS:
        raise ParseError(f"the feed has more than {_MAX_ITEMS} items or {_MAX_TAGS} tags")
    return count


def _find_root(text: str) -> tuple[int, str]:
    for token in _HEAD.finditer(text, 0, _HEAD_CHARS):
        name = token["name"]
        if name and _local(name) in _ROOTS:
            if "<!entity" in text[: token.start()].lower():
                raise ParseError("the document declares entities, which no feed needs")
            return token.start(), name
        if name and _local(name) in _PAGES:
            raise ParseError("an HTML page came where a feed was promised")
        if name and _local(name) in _OTHERS:
            raise ParseError(f"the document is no feed: its root is {name}")
    raise ParseError("the document is no feed: no rss, feed or RDF element begins it")


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _up_to_its_end(text: str, name: str) -> str:
    """Cut what follows the root; a root that is not closed ends after its last whole item."""
    end = f"</{name}"
    at = text.rfind(end)
    if at >= 0:
        return f"{text[:at]}{end}>"
    if re.match(rf"<{re.escape(name)}(?:\s[^<>]*)?/>", text):
        return text
    ends = [match.end() for match in _CLOSE.finditer(_blanked(text))]
    if not ends:
        raise ParseError("the feed breaks off before its first whole item ends")
    channel = "</channel>" if _local(name) == "rss" else ""
    return f"{text[: ends[-1]]}{channel}{end}>"


def _blanked(text: str) -> str:
    """Blank what is hidden from the markup, keeping every place."""
    return _HIDDEN.sub(lambda hidden: " " * len(hidden[0]), text)


def _resolved(match: re.Match[str]) -> str:
    if match["code"]:
        return _character(match[0])
    name = match["name"]
    if name in _PREDEFINED or match[0][0] == "<":
        return match[0]
    if name and (character := html.unescape(match[0])) != match[0]:
        return html.escape(character)
    return "&amp;" + match[0][1:]


def _character(reference: str) -> str:
    """Read a numeric reference as browsers do: &#146; is an apostrophe."""
    return html.escape(CONTROLS.sub("", html.unescape(reference)))


def _if_character(match: re.Match[str]) -> str:
    """Drop the numbers of no character wherever they stand: libxml2 lets surrogates through."""
    is_one = len(match[0]) < _MAX_DIGITS and html.unescape(match[0]) not in ("", "\ufffd")
    return match[0] if is_one else ""


def _declarations(text: str, name: str) -> str:
    """Declare the usual prefixes that are used and declared nowhere."""
    missing = [
        f' xmlns:{prefix}="{uri}"'
        for prefix, uri in NAMESPACES.items()
        if f"<{prefix}:" in text and f"xmlns:{prefix}=" not in text
    ]
    tag = text[: text.find(">") + 1]
    if name == "feed" and "xmlns=" not in tag:
        missing.append(f' xmlns="{NAMESPACES["atom"]}"')
    return "".join(missing)
