"""Parsing feeds: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed. Bytes in, items out.

fastfeedparser reads first; feedparser reads what it fails at or sees fewer items in. Both give
the same `FeedItem`. Nothing is fetched, and no declared entity is expanded.
"""

from __future__ import annotations

from dataclasses import replace

from flows.sources._feed_drafts import Feed, FeedItem
from flows.sources._feed_facts import Facts, read_facts
from flows.sources._feed_json import parse_json_feed
from flows.sources._feed_parsers import parse_with_fast, parse_with_feedparser
from flows.sources._feed_xml import Prepared, prepare
from transforms.encodings import decode
from transforms.errors import ParseError

__all__ = ["Feed", "FeedItem", "parse_feed"]


def parse_feed(body: bytes, *, url: str, media_type: str = "", charset: str | None = None) -> Feed:
    """Read a feed, items in its own order; the bytes decide what it is, not the media type.

    Args:
        body: decoded from its Content-Encoding.
        url: where it came from; relative links are resolved against it.
        media_type: as declared; names what came in an error.
        charset: as declared outside of the body.

    Raises:
        ParseError: it is no feed: an HTML page, nothing, cut before the first item, other JSON.
    """
    text = decode(body, declared=charset, html=True).text
    if text is None:
        raise ParseError(f"the body is no text{_declared(media_type)}")
    if not text.strip():
        raise ParseError("the body is empty")
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return parse_json_feed(text.lstrip("\ufeff"), url)
    return _parse_xml(prepare(text), url)


def _declared(media_type: str) -> str:
    return f", declared as {media_type}" if media_type else ""


def _parse_xml(prepared: Prepared, url: str) -> Feed:
    facts = read_facts(prepared, url) or Facts(Feed(()), is_damaged=True)
    items = parse_with_fast(prepared, facts) or ()
    if facts.is_damaged or len(items) < max(prepared.item_count, 1):
        other = parse_with_feedparser(prepared, url, facts.feed.language)
        items = max(items, other, key=_richness)
    if not items and prepared.item_count:
        raise ParseError("the feed is damaged: none of its items can be read")
    return replace(facts.feed, items=items)


def _richness(items: tuple[FeedItem, ...]) -> tuple[int, int]:
    """Count the items, then what tells them apart."""
    told = (fact for item in items for fact in (item.link, item.guid, item.title, item.published))
    return len(items), sum(fact is not None for fact in told)
