"""Finding what a site offers to be read by: its feeds and sitemaps, from any address of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from flows.sources import Answer, Ask, Terms, Web, list_kind
from transforms.errors import FetchError
from transforms.urls import clean, registrable_domain

FEED_TYPES = frozenset(
    {
        "application/rss+xml", "application/atom+xml", "application/rdf+xml",
        "application/feed+json",
    }
)  # fmt: skip
"""Source: RSS Board, "RSS Autodiscovery"; RFC 4287 section 7; JSON Feed 1.1, "Discovery"."""

USUAL_FEEDS = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")
"""Where feeds are on sites that do not name them."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PLAIN_WORDS = frozenset(
    {
        "", "all", "atom", "atom.xml", "default", "feed", "feed.json", "feed.xml", "feeds", "home",
        "index", "index.rdf", "index.rss", "index.xml", "main", "news", "rss", "rss.xml", "rss2",
        "xml",
    }
)  # fmt: skip
_ASIDE = re.compile(
    r"comment|kommentar|/(?:tag|category|author|search|topics?|podcasts?|videos?)/", re.IGNORECASE
)
_NEWS = re.compile(r"news|latest", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed or sitemap that a site names, or may have."""

    kind: Literal["feed", "sitemap"]
    url: str
    found: str
    """Where it is named, as a person would say."""
    title: str | None = None
    is_guess: bool = False
    """Nobody names it: it is where others are."""

    def row(self) -> dict[str, object]:
        """Describe it in one row."""
        return {"kind": self.kind, "url": self.url, "title": self.title, "found": self.found}


def with_scheme(url: str) -> str:
    """Read `news.example/x`, as people type it, as https."""
    if "://" in url or (_SCHEME.match(url) and not re.match(r"[^/]+:\d+(/|$)", url)):
        return url
    return f"https://{url}"


def offers(web: Web, url: str, terms: Terms) -> Iterator[Offer]:
    """Name what can be read of the site at a url, the best first; nothing is asked in advance.

    The url itself where it is a feed or a sitemap. Else the feeds that the page links to, the main
    one first, then the usual places of feeds, then the sitemaps that robots.txt names, else
    /sitemap.xml.

    Args:
        web: the session to ask in.
        url: of a feed, a sitemap or any page of a site.
        terms: how to ask.

    Raises:
        FetchError: the url gives no answer.
    """
    answer = web.get(Ask(url), terms)
    if answer.outcome != "ok":
        why = answer.last.error or answer.outcome.replace("_", " ")
        status = {"status": answer.last.status} if answer.last.status else {}
        raise FetchError(f"{url} cannot be read: {why}", **status)
    if kind := list_kind(answer):
        yield Offer(kind, url, "the address itself")
        return
    yield from _links_of(answer)
    for path in USUAL_FEEDS:
        place = urljoin(answer.final_url, path)
        yield Offer("feed", place, "a usual place of feeds", is_guess=True)
    yield from _sitemaps(web, answer.final_url, terms)


def _links_of(answer: Answer) -> list[Offer]:
    """List the feeds that a page links to, the site's main feed first."""
    found: dict[str, Offer] = {}
    for url, title in _alternates(answer):
        address = clean(url)
        if address is not None:
            found.setdefault(address, Offer("feed", url, "a link of the page", title))
    return sorted(found.values(), key=lambda offer: _distance(offer, answer.final_url))


def _alternates(answer: Answer) -> Iterator[tuple[str, str | None]]:
    try:
        parser = html.HTMLParser(encoding=answer.charset)
    except LookupError:  # a charset that is none
        parser = html.HTMLParser()
    try:
        page = html.document_fromstring(answer.body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):  # nothing in it
        return
    base = urljoin(answer.final_url, next(iter(page.xpath("//base/@href")), "").strip())
    for link in page.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").partition(";")[0].strip().lower()
        target = (link.get("href") or "").strip()
        if target and "alternate" in relations and media_type in FEED_TYPES:
            yield _joined(base, target), " ".join((link.get("title") or "").split()) or None


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:  # a bracket that is none
        return ""


def _distance(offer: Offer, page: str) -> tuple[bool, bool, int, int]:
    """Measure how unlike the main feed of a page's site a feed is.

    A feed of comments or of one topic is far, one of another domain too; then the words of its
    path count that neither the page's path has nor any feed may have.
    """
    here, there = urlsplit(page), urlsplit(offer.url)
    words, known = there.path.lower().split("/"), set(here.path.lower().split("/"))
    foreign = registrable_domain(there.hostname or "") != registrable_domain(here.hostname or "")
    aside = _ASIDE.search(f"{there.path}/?{there.query} {offer.title or ''}") is not None
    strange = sum(word not in known and word not in _PLAIN_WORDS for word in words)
    return aside, foreign, strange, len(words)


def _sitemaps(web: Web, page: str, terms: Terms) -> Iterator[Offer]:
    """Name the sitemaps of a site; those of news first, which are short and fresh."""
    named, _ = web.sitemaps_of(page, terms)
    for url in _news_first(named or []):
        yield Offer("sitemap", url, "robots.txt")
    if not named:
        place = urljoin(page, "/sitemap.xml")
        yield Offer("sitemap", place, "the usual place of sitemaps", is_guess=True)


def _news_first(urls: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(urls), key=lambda url: not _NEWS.search(urlsplit(url).path))
