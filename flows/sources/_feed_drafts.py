"""What a feed and its items are, and how a parser's findings become one form."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flows.sources._feed_times import stated_moment


@dataclass(frozen=True, slots=True)
class FeedItem:
    """What a feed says of one document."""

    link: str | None
    """Absolute, http(s)."""
    guid: str | None
    title: str | None
    """Plain text on one line."""
    summary: str | None
    """As given: HTML or text."""
    content: str | None
    """The whole text where the feed has it, as given: HTML or text."""
    published: str | None
    """UTC, "2026-03-14T09:15:00Z"; None where nothing readable is stated."""
    published_raw: str | None
    updated: str | None
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    language: str | None
    """Of the item, as stated on it or around it (xml:lang, dc:language)."""
    image: str | None
    """Absolute, as given."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as read; one without items is a feed all the same."""

    items: tuple[FeedItem, ...]
    title: str | None = None
    home: str | None = None
    language: str | None = None
    next_url: str | None = None
    """Where older items are (RFC 5005 `next`, `prev-archive`; JSON Feed `next_url`)."""
    ttl_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    """UTC."""
    skip_days: frozenset[str] = frozenset()
    """English names."""
    version: str = ""
    """As "rss2.0", "atom1.0", "json1.1"."""


@dataclass(slots=True)
class Draft:
    """What one parser found of one item, as the feed writes it."""

    base: str
    """What its links are relative to."""
    link: str | None = None
    guid: str | None = None
    guid_is_link: bool = True
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    language: str | None = None
    image: str | None = None

    def item(self, feed_language: str | None) -> FeedItem:
        """Bring it to its one form."""
        language = tidy(self.language)
        spoken = language or feed_language
        guid = tidy(self.guid)
        link = absolute(self.base, self.link)
        if link is None and guid and self.guid_is_link and is_web(guid):
            link = absolute(self.base, guid)
        return FeedItem(
            link=link,
            guid=guid,
            title=plain(self.title),
            summary=_filled(self.summary),
            content=_filled(self.content),
            published=stated_moment(self.published, spoken),
            published_raw=tidy(self.published),
            updated=stated_moment(self.updated, spoken),
            authors=_distinct(plain(_name(author)) for author in self.authors),
            categories=_distinct(plain(category) for category in self.categories),
            language=language,
            image=absolute(self.base, self.image),
        )


_BLANKS = re.compile(r"[\t\n\r]+")
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|</?(?:a|abbr|acronym|address|article|b|bdi|bdo|big|blockquote|body|br|center|cite"
    r"|code|dd|del|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|html|i|img|ins"
    r"|kbd|li|main|mark|nobr|ol|p|pre|q|rp|rt|ruby|s|samp|section|small|span|strike|strong|sub|sup"
    r"|table|tbody|td|th|time|tr|tt|u|ul|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)
"""Markup of the names HTML has for text: "the <video> element" stays a title."""
_BLOCK = re.compile(r"</?(?:br|p|div|li|h[1-6])\b", re.IGNORECASE)
_ENDLESS = re.compile(r"&#(?:[0-9]{40,}|[xX][0-9a-fA-F]{40,});?")
"""Numbers that are no character's; Python refuses to read those of 4,300 digits."""
_MAX_NAME_CHARS = 300
_MAIL_FIRST = re.compile(r"[^\s()<>]+@[^\s()<>]+\s*\(([^()]+)\)")
_MAIL_LAST = re.compile(r"([^<>]+)<[^<>@\s]+@[^<>\s]+>")


def plain(markup: str | None) -> str | None:
    """Read a title or name as plain text: without tags, entities decoded, on one line.

    Escaped twice by mistake, it is unescaped twice; tags that then appear are taken out only in
    pairs, since a title may speak of one.
    """
    if not markup:
        return None
    text = _unescaped(_without_markup(markup))
    again = _unescaped(text) if "&" in text else text
    return tidy(_without_markup(again) if "</" in again else again)


def _unescaped(text: str) -> str:
    return html.unescape(_ENDLESS.sub("", text))


def _without_markup(text: str) -> str:
    return _MARKUP.sub(lambda tag: " " if _BLOCK.match(tag[0]) else "", text)


def tidy(text: str | None) -> str | None:
    """Put a text on one line; None where nothing is left."""
    return " ".join(text.split()) or None if text else None


def _filled(text: str | None) -> str | None:
    return text.strip() or None if text else None


def _name(author: str) -> str:
    """Find the name in "mail (Name)" and "Name <mail>"."""
    stated = author.strip()[:_MAX_NAME_CHARS]
    match = _MAIL_FIRST.fullmatch(stated) or _MAIL_LAST.fullmatch(stated)
    return match[1] if match else stated


def _distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def is_web(url: str) -> bool:
    """Say whether it is an absolute address of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that is no IPv6 address
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.netloc)


def absolute(base: str, link: str | None) -> str | None:
    """Resolve a link of a feed; None where it leads nowhere on the web."""
    if not link or not link.strip():
        return None
    # Escaped twice by mistake, and wrapped by editors that break long lines.
    mended = _BLANKS.sub("", link.strip().replace("&amp;", "&")).replace(" ", "%20")
    try:
        url = urljoin(base, mended)
    except ValueError:
        return None
    return url if is_web(url) else None
