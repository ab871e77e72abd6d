"""Reading sitemaps: bytes in, entries out; no network.

Source: https://www.sitemaps.org/protocol.html; news extension: Google's sitemap-news/0.9.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from transforms.errors import ParseError

MAX_UNPACKED_BYTES = 64 * 2**20
"""Of a gzip file; the protocol allows 50 MB."""
MAX_ENTRIES = 200_000
"""Of one sitemap; the protocol allows 50,000."""

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_WEB = re.compile(r"https?://\S+")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")
_NEWS = ("title", "publication_date", "keywords", "language", "name")


@dataclass(frozen=True, slots=True)
class Entry:
    """One location, with what the sitemap says of it."""

    loc: str
    lastmod: str | None = None
    """As it stands."""
    title: str | None = None
    published: str | None = None
    """publication_date of the news extension, as it stands."""
    keywords: tuple[str, ...] = ()
    language: str | None = None
    publication: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one sitemap holds."""

    kind: Literal["index", "urlset", "text"]
    entries: tuple[Entry, ...]
    trouble: str | None = None
    """Where the file breaks off: the entries before that are given."""


def parse_sitemap(body: bytes, *, url: str) -> Sitemap:
    """Read a sitemap, an index of sitemaps or a list of urls, packed or not.

    Args:
        body: as the server gave it.
        url: where it stood, for the sentence of the error.

    Raises:
        ParseError: it is none of them.
    """
    body = _unpacked(body, url)
    stripped = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not stripped:
        raise ParseError("the sitemap is empty", url=url)
    # Without its zeros UTF-16 reads as what it is written in.
    if _ENTITY.search(stripped[:65_536].replace(b"\0", b"")):
        raise ParseError("the sitemap declares entities, which none needs", url=url)
    if stripped.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _parse_xml(stripped, url)
    return _parse_text(stripped, url)


def moment_of(stated: str | None) -> dt.datetime | None:
    """Read a W3C date and time of any precision, UTC; None where it is none.

    A year, month or day is its first moment; without a zone it is UTC.

    Source: https://www.w3.org/TR/NOTE-datetime.
    """
    text = (stated or "").strip()
    if partial := _PARTIAL.fullmatch(text):
        text = f"{partial[1]}-{partial[2] or '01'}-01"
    try:
        moment = dt.datetime.fromisoformat(text)
        at = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return at.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpacking = zlib.decompressobj(wbits=31)
        unpacked = unpacking.decompress(body, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise ParseError("the sitemap is no whole gzip file", url=url) from error
    if unpacking.unconsumed_tail:
        raise ParseError(f"the sitemap unpacks to over {MAX_UNPACKED_BYTES} bytes", url=url)
    return unpacked


def _parse_text(body: bytes, url: str) -> Sitemap:
    lines = [line.strip() for line in body.decode("utf-8", "replace").splitlines()]
    found = tuple(Entry(line) for line in lines if _WEB.fullmatch(line))
    if not found or len(found) < len([line for line in lines if line]) / 2:
        raise ParseError("this is no sitemap: neither XML nor a list of urls", url=url)
    return Sitemap("text", found[:MAX_ENTRIES])


def _parse_xml(body: bytes, url: str) -> Sitemap:
    steps = etree.iterparse(
        io.BytesIO(body),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    root = ""
    entries: list[Entry] = []
    try:
        for event, element in steps:
            name = _local(element.tag)
            if not root:
                root = _kind(name, url)
            if event == "end" and name in ("url", "sitemap"):
                entries += _entries(element)
                _let_go(element)
            if len(entries) >= MAX_ENTRIES:
                break
    except etree.XMLSyntaxError as error:
        if not entries:
            raise ParseError(f"the sitemap is not XML: {error.msg}", url=url) from error
        return Sitemap(_KINDS[root], tuple(entries), f"it breaks off: {error.msg}")
    return Sitemap(_KINDS[root], tuple(entries))


_KINDS: dict[str, Literal["index", "urlset"]] = {"sitemapindex": "index", "urlset": "urlset"}


def _kind(root: str, url: str) -> str:
    if root in _KINDS:
        return root
    if root in ("rss", "feed", "RDF"):
        raise ParseError('this is a feed, no sitemap: set kind = "feed"', url=url)
    raise ParseError(f"this is no sitemap but <{root[:40]}>", url=url)


def _entries(element: etree._Element) -> Iterator[Entry]:
    said: dict[str, str] = {}
    for child in element.iter():
        name = _local(child.tag)
        if child.text and (name in ("loc", "lastmod") or name in _NEWS):
            said.setdefault(name, " ".join(child.text.split()))
    loc = said.get("loc")
    if loc:
        keywords = (word.strip() for word in said.get("keywords", "").split(","))
        yield Entry(
            loc,
            said.get("lastmod"),
            said.get("title"),
            said.get("publication_date"),
            tuple(word for word in keywords if word),
            said.get("language"),
            said.get("name"),
        )


def _local(tag: object) -> str:
    # A comment's tag is a function.
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _let_go(element: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
