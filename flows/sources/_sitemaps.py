"""Reading sitemaps: indexes, lists of urls with what is said of news, text files."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from lxml import etree

from transforms.errors import ParseError

MAX_ITEMS = 200_000
"""Four times what the protocol allows, for publishers who count badly."""
MAX_BYTES = 52_428_800
"""Of an inflated sitemap. Source: sitemaps.org, protocol."""
MAX_RATIO = 300
"""Inflated to deflated bytes: long lists of like urls reach 50, bombs 1,000."""

_RATIO_FROM_BYTES = 2**20  # less is no bomb, whatever its ratio
_MAX_MEMBERS = 1_000  # each is cut off the rest anew
_PIECE_BYTES = 16 * 1024
_MAX_TAGS = 20_000  # of one item, starts and ends: its tree is in memory
_MAX_URL_CHARS = 8_192
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff")  # markup, or UTF-16
_KINDS: dict[str, Literal["index", "urlset"]] = {"sitemapindex": "index", "urlset": "urlset"}
_ITEMS = {"index": "sitemap", "urlset": "url"}
# Source: W3C note "Date and Time Formats"; zones without a colon or none at all occur too.
_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?P<clock>[T ]\d\d:\d\d(?::\d\d)?)?)?)?"
    r"(?:(?<=:\d\d)(?:\.\d{1,9})?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SitemapItem:
    """What a sitemap says of one page, or an index of one sitemap."""

    loc: str
    lastmod: str | None = None
    """ "2026-03-14T09:15:00Z", or a day where no time is stated; None: not readable."""
    lastmod_raw: str | None = None
    news: dict[str, str] | None = None
    """title, published (as `lastmod`), published_raw, keywords, language, name: where stated."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One file, read."""

    kind: Literal["index", "urlset", "text"]
    items: tuple[SitemapItem, ...]
    fault: str | None = None
    """Why items after these could not be read."""


def parse_sitemap(body: bytes, *, url: str) -> Sitemap:
    """Read a sitemap of any form; what stands before a fault in it counts.

    Raises:
        ParseError: it is none, it declares entities, or inflates beyond `MAX_BYTES`.
    """
    content, fault = _inflate(body) if body.startswith(_GZIP) else (body, None)
    content = content.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not content:
        raise ParseError(fault or "the sitemap is empty")
    reader: _Markup | _Lines = _Markup(url) if content.startswith(_STARTS) else _Lines()
    items: list[SitemapItem] = []
    for item in reader.items(content):
        if len(items) == MAX_ITEMS:
            fault = f"the sitemap has more than {MAX_ITEMS} items"
            break
        items.append(item)
    return Sitemap(reader.kind, tuple(items), fault or reader.fault)


def stated_date(raw: str | None) -> str | None:
    """Write a date as "2026-03-14T09:15:00Z", or as its (first) day where it has no time."""
    match = _DATE.fullmatch((raw or "").strip())
    if not match:
        return None
    day = f"{match['year']}-{match['month'] or '01'}-{match['day'] or '01'}"
    zone = (match["zone"] or "Z").upper()
    try:
        if not match["clock"]:
            return dt.date.fromisoformat(day).isoformat()
        at = dt.datetime.fromisoformat(f"{day}T{match['clock'][1:]}{zone}").astimezone(dt.UTC)
    except (ValueError, OverflowError):  # a 14th month, a zone before the first year
        return None
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


class _Lines:
    """A text file, one url a line."""

    kind: Literal["text"] = "text"
    fault = None

    def items(self, content: bytes) -> Iterator[SitemapItem]:
        if not content[:8].lower().startswith((b"http://", b"https://")):
            raise ParseError("neither XML nor a list of urls came where a sitemap was promised")
        for line in re.finditer(rb"[^\r\n]+", content):
            location = line[0].strip().decode(errors="replace")
            if location and len(location) <= _MAX_URL_CHARS:
                yield SitemapItem(location)


class _Markup:
    """An XML sitemap, read piece by piece; nothing is expanded or fetched."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.kind: Literal["index", "urlset"] = "urlset"
        self.fault: str | None = None
        self._has_root = False
        self._tags = 0

    def items(self, content: bytes) -> Iterator[SitemapItem]:
        parser = etree.XMLPullParser(
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for start in range(0, len(content), _PIECE_BYTES):
                parser.feed(content[start : start + _PIECE_BYTES])
                yield from self._read(parser)
                if self._tags > _MAX_TAGS:
                    self.fault = f"more than {_MAX_TAGS} tags stand in or before one item"
                    return
            parser.close()
            yield from self._read(parser)  # a document of a few bytes is read at its end only
        except etree.XMLSyntaxError as error:
            yield from self._read(parser)  # what the piece held before the fault
            if not self._has_root:
                raise ParseError(f"the sitemap is no XML: {error.msg}") from error
            self.fault = f"the XML breaks off: {error.msg}"

    def _read(self, parser: etree.XMLPullParser) -> Iterator[SitemapItem]:
        for event, element in _events(parser):
            if not self._has_root:
                self.kind = _kind_of(element)
                self._has_root = True
            self._tags += 1
            if event == "end" and _name(element) == _ITEMS[self.kind]:
                item = _item(element, self._url)
                _forget(element)
                self._tags = 0
                if item:
                    yield item


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, etree._Element]]:
    """Give the events there are; a fault that comes after them was raised by `feed` already."""
    try:
        for event, element in parser.read_events():
            if isinstance(element, etree._Element):
                yield str(event), element
    except etree.XMLSyntaxError:
        return


def _kind_of(root: etree._Element) -> Literal["index", "urlset"]:
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise ParseError("the document declares entities, which no sitemap needs")
    name = _name(root)
    if name in _KINDS:
        return _KINDS[name]
    if name in {"rss", "feed", "rdf"}:
        raise ParseError('a feed came where a sitemap was promised: read it with kind = "feed"')
    if name in {"html", "head", "body"}:
        raise ParseError("an HTML page came where a sitemap was promised")
    raise ParseError(f"the document is no sitemap: its root is {name[:100]}")


def _item(element: etree._Element, url: str) -> SitemapItem | None:
    said: dict[str, str] = {}
    news = None
    for child in element:
        if _name(child) == "news":
            news = _news(child)
        elif text := _text(child):
            said.setdefault(_name(child), text)
    location = said.get("loc", "")
    if not location or len(location) > _MAX_URL_CHARS:
        return None
    raw = said.get("lastmod")
    return SitemapItem(_absolute(location, url), stated_date(raw), raw, news)


def _news(element: etree._Element) -> dict[str, str]:
    said = {_name(child): text for child in element.iter() if (text := _text(child))}
    stated = {
        "title": said.get("title"),
        "published": stated_date(said.get("publication_date")),
        "published_raw": said.get("publication_date"),
        "keywords": said.get("keywords"),
        "language": said.get("language"),
        "name": said.get("name"),
    }
    return {name: text for name, text in stated.items() if text}


def _absolute(location: str, url: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # told as refused by whoever asks for it


def _text(element: etree._Element) -> str:
    return " ".join((element.text or "").split())


def _name(element: etree._Element) -> str:
    """Give the local name in lower case: the namespace's versions do not matter."""
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _forget(element: etree._Element) -> None:
    """Free what is read: the tree would take ten times the document's size."""
    element.clear()
    parent = element.getparent()
    while parent is not None and len(parent) and parent[0] is not element:
        del parent[0]


def _inflate(body: bytes) -> tuple[bytes, str | None]:
    """Inflate all members of a gzip file; say what is wrong with its end."""
    most = min(MAX_BYTES, max(len(body) * MAX_RATIO, _RATIO_FROM_BYTES))
    content = bytearray()
    rest = body
    for _ in range(_MAX_MEMBERS):
        if not rest.startswith(_GZIP):
            return bytes(content), None
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(rest, most + 1 - len(content))
        except zlib.error as error:
            return bytes(content), f"the gzip file is damaged: {error}"
        if len(content) > most:
            raise ParseError(f"the gzip file inflates beyond {most} bytes")
        if not member.eof:
            return bytes(content), "the gzip file is truncated"
        rest = member.unused_data
    return bytes(content), f"the gzip file has more than {_MAX_MEMBERS} members"
