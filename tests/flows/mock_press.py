"""An invented press: outlets on several loopback addresses with feeds, sitemaps and pages."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field

from local_outlet import Outlet, Reply, Request

_WORDS = """
harbour lamp ferry council breakwater storm orchard bridge library museum baker pilot buoy tide
market school garden tower choir archive river signal engine carpenter festival road parliament
budget winter harvest railway island village doctor teacher painter fisherman morning evening
built repaired opened closed measured painted carried praised debated counted planned restored
"""
WORDS = _WORDS.split()


@dataclass(frozen=True)
class Size:
    """How large a press is."""

    hosts: int
    feeds: int
    sitemaps: int
    in_feeds: int
    """Pages that the feeds name."""
    in_sitemaps: int

    @property
    def pages(self) -> int:
        return self.in_feeds + self.in_sitemaps


@dataclass
class Press:
    """Outlets that share out feeds, sitemaps and pages among them; `revise` and `edit` change."""

    outlets: list[Outlet]
    size: Size
    title_of: Counter[int] = field(default_factory=Counter)
    """Page -> how often its list has announced a change."""
    text_of: Counter[int] = field(default_factory=Counter)
    """Page -> how often its text has changed."""

    def __post_init__(self) -> None:
        for host, outlet in enumerate(self.outlets):
            outlet.serve("/robots.txt", "User-agent: *\nDisallow: /private/\n")
            for path in ("/feed", "/map", "/page"):
                outlet.serve(path, lambda request, host=host: self._reply(request, host))

    def feed_urls(self) -> list[str]:
        return [self._url(number, f"/feed?n={number}") for number in range(self.size.feeds)]

    def sitemap_urls(self) -> list[str]:
        return [self._url(number, f"/map?n={number}") for number in range(self.size.sitemaps)]

    def requests(self) -> list[Request]:
        return [request for outlet in self.outlets for request in outlet.log]

    def forget_requests(self) -> None:
        for outlet in self.outlets:
            outlet.log.clear()

    def revise(self, pages: range) -> None:
        """Change pages, and say so in the feeds."""
        self.title_of.update(pages)
        self.text_of.update(pages)

    def edit(self, pages: range) -> None:
        """Change pages without a word."""
        self.text_of.update(pages)

    def _url(self, number: int, path: str) -> str:
        return self.outlets[number % len(self.outlets)].url(path)

    def _reply(self, request: Request, host: int) -> Reply:
        what, _, number = request.path.partition("?n=")
        body = {"/feed": self._feed, "/map": self._map, "/page": self._page}[what](int(number))
        etag = f'"{hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()}"'
        kind = "text/html; charset=utf-8" if what == "/page" else "application/xml"
        headers = {"ETag": etag, "Content-Type": kind}
        if request.headers["If-None-Match"] == etag:
            return 304, headers, b""
        return 200, headers, body.encode()

    def _feed(self, number: int) -> str:
        items = "".join(
            f"<item><title>{self._title(page)}</title><guid>page-{page}</guid>"
            f"<link>{self._url(page, f'/page?n={page}')}</link>"
            "<pubDate>Sat, 14 Mar 2026 12:00:00 GMT</pubDate></item>"
            for page in range(number, self.size.in_feeds, self.size.feeds)
        )
        return f'<rss version="2.0"><channel><title>Press</title>{items}</channel></rss>'

    def _map(self, number: int) -> str:
        pages = range(self.size.in_feeds + number, self.size.pages, self.size.sitemaps)
        # A sitemap names pages of its own host only, as the protocol has it.
        host = self.outlets[number % len(self.outlets)]
        locations = "".join(
            f"<url><loc>{host.url(f'/page?n={page}')}</loc><lastmod>2026-03-14</lastmod></url>"
            for page in pages
        )
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        return f'<?xml version="1.0"?><urlset {space}>{locations}</urlset>'

    def _title(self, page: int) -> str:
        again = f", revised {self.title_of[page]}" if self.title_of[page] else ""
        return f"Lamp number {page} lights the {WORDS[page % len(WORDS)]}{again}"

    def _page(self, page: int) -> str:
        choose = random.Random(f"{page} {self.text_of[page]}")
        paragraphs = "".join(
            f"<p>{' '.join(choose.choices(WORDS, k=30)).capitalize()}.</p>" for _ in range(9)
        )
        return (
            f"<!doctype html><html lang='en'><head><title>{self._title(page)}</title>"
            '<meta property="article:published_time" content="2026-03-14T12:00:00Z"></head>'
            f"<body><article><h1>{self._title(page)}</h1>{paragraphs}</article></body></html>"
        )
