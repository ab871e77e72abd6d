"""From an item of a feed to its document, or to the page that is one."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Literal

from selectolax.lexbor import LexborHTMLParser

from flows.sources import Document, Window
from flows.sources._feeds import Feed, FeedItem
from flows.sources._http import Answer
from flows.sources._pages import Named
from transforms.identity import sha256_hex
from transforms.items import FEED_ITEM
from transforms.urls import clean

Way = Literal["auto", "page", "feed"]

FULL_TEXT_CHARS = 1_200
"""From so many characters of content on, an item is taken to carry its whole text: longer than any
teaser, shorter than most articles."""

REMEMBERED = 100
"""Items of a feed's first page by which the next run knows where it has been."""

_CUT = re.compile(r"(…|\.\.\.|\[…\]|\[\.\.\.\]|\[&hellip;\])\W*$")


def way_of(item: FeedItem, full_text: Way) -> Literal["page", "feed"]:
    """Say where the text of an item is to be taken from.

    An item without a link has nothing but itself.
    """
    if item.link is None:
        return "feed"
    if full_text != "auto":
        return full_text
    text = _plain(item.content or item.summary)
    return "feed" if len(text) >= FULL_TEXT_CHARS and not _CUT.search(text) else "page"


def is_within(window: Window | None, item: FeedItem) -> bool:
    """Say whether an item was published within the window; None is all time."""
    if window is None:
        return True
    if item.published is None:
        return False
    return window.start <= dt.datetime.fromisoformat(item.published) < window.end


def names_of(feed: Feed) -> list[str]:
    """Name the items of a feed as its cursor remembers them."""
    return [name_of(item) for item in feed.items[:REMEMBERED]]


def name_of(item: FeedItem) -> str:
    """Name an item by a few digits."""
    name = item.guid or item.link or item.title or ""
    return sha256_hex(name.encode("utf-8", "surrogatepass"))[:12]


def named_of(item: FeedItem, feed: str) -> Named:
    """Name the page of an item of a feed by its url, reduced to what identifies it."""
    said = {
        "guid": item.guid,
        "link": item.link,
        "title": item.title,
        "summary": _plain(item.summary) or None,
        "published": item.published_raw,
        "updated": item.updated,
        "authors": list(item.authors),
        "categories": list(item.categories),
        "language": item.language,
    }
    stamp = json.dumps([item.title, item.published, item.updated], ensure_ascii=False)
    kept = {key: value for key, value in said.items() if value}
    return Named(item.link or "", kept, stamp, named_by=feed)


def document_of(item: FeedItem, feed: Feed, answer: Answer) -> Document:
    """Make a document of an item that carries its text, written as JSON Feed 1.1 writes one.

    Source: https://www.jsonfeed.org/version/1.1/, "Items".
    """
    written = {
        "id": item.guid,
        "url": item.link,
        "title": item.title,
        "summary": _plain(item.summary) or None,
        "content_html": item.content or item.summary,
        "date_published": item.published_raw,
        "date_modified": item.updated,
        "authors": [{"name": name} for name in item.authors],
        "tags": list(item.categories),
        "language": item.language or feed.language,
        "image": item.image,
    }
    kept = {key: value for key, value in written.items() if value}
    payload = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    encoded = payload.encode("utf-8", "surrogatepass")
    named = (
        clean(item.link) if item.link else None
    ) or f"{answer.ask.url}#{item.guid or sha256_hex(encoded)}"
    return Document(
        url=named,
        origin=answer.ask.url,
        payload=encoded,
        media_type=FEED_ITEM,
        seen_at=answer.last.fetched_at,
        status=answer.last.status,
    )


def _plain(html: str | None) -> str:
    """Give the text of a piece of markup on one line."""
    if not html or ("<" not in html and "&" not in html):
        return " ".join((html or "").split())
    body = LexborHTMLParser(html.replace("\0", "")).body
    return " ".join(body.text(separator=" ").split()) if body else ""
