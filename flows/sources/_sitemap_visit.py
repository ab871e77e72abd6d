"""One pass over the sitemaps of a source: which are asked, and which pages they name."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from flows.sources import Cursor, Fetch, Poll, Reading, Window
from flows.sources._http import Answer, Ask
from flows.sources._pages import Named, is_web, read_pages
from flows.sources._polling import ask_for, fetches_of, left_out, list_cursor, refusal, steps_of
from flows.sources._readable import Witness
from flows.sources._sitemap_due import DueSitemaps, Place
from flows.sources._sitemap_hosts import Hosts, host_of, verdicts_in
from flows.sources._sitemap_items import (
    is_before,
    is_within,
    kind_of,
    named_of,
    stamp_of,
)
from flows.sources._sitemap_known import is_site, site_cursor
from flows.sources._sitemaps import Sitemap, SitemapItem, parse_sitemap
from flows.sources._web_options import WebOptions
from transforms.errors import ParseError
from transforms.identity import sha256_hex
from transforms.urls import clean

ACCEPT = "application/xml,text/xml;q=0.9,application/gzip;q=0.8,text/plain;q=0.7,*/*;q=0.5"

_BATCH = 50_000
"""Pages named before they are asked for: a run over a great archive stays small in memory."""


@dataclass(frozen=True, slots=True)
class SitemapScope:
    """What of the sitemaps is taken."""

    include: tuple[re.Pattern[str], ...]
    exclude: tuple[re.Pattern[str], ...]
    max_depth: int
    max_sitemaps: int

    def take(self, url: str) -> bool:
        """Say whether a page is wanted."""
        if any(pattern.search(url) for pattern in self.exclude):
            return False
        return not self.include or any(pattern.search(url) for pattern in self.include)


class Visit:
    """One pass over the sitemaps of a source, each asked once."""

    def __init__(
        self,
        source: WebOptions,
        scope: SitemapScope,
        window: Window | None,
        cursors: Mapping[str, Cursor],
        poll: Poll,
    ) -> None:
        self._source, self._scope, self._window = source, scope, window
        self._cursors, self._poll = cursors, poll
        self._now = dt.datetime.now(dt.UTC)
        config, only_due = source.config_digest(), poll.only_due
        self._due = DueSitemaps(cursors, config, self._now, only_due=only_due)
        self._hosts = Hosts(source, poll, self._now)
        self._verdicts: dict[str, object] = {}
        """Sitemap -> other host -> its verdict, as written."""
        self._met: set[str] = set()
        self._asked = 0
        self._coming: deque[Place] = deque()
        self._named: list[Named] = []
        self._asked_pages: set[str] = set()
        self._remembered: list[Cursor] = []
        self._cut_short: set[str] = set()
        self._has_items = False

    def read(self) -> Iterator[Reading]:
        """Yield all of it.

        Raises:
            FetchError: none of the sitemaps could be read.
        """
        witness = Witness(self._source.name)
        for address in self._source.addresses():
            yield from self._begin(address)
        while self._coming:
            asks = list(self._asks())
            for answer in self._poll.web.get_all(asks, self._source.terms()):
                trouble = yield from self._read(answer)
                yield from witness.watch(fetches_of(answer, None, trouble))
                if len(self._named) >= _BATCH:
                    yield from self._pages(is_last=False)
        yield from self._pages(is_last=True)
        yield from self._cursors_of_lists()
        if not self._has_items:
            witness.testify()

    def _begin(self, address: str) -> Iterator[Reading]:
        """Find the sitemaps of an address: itself, or where it is a site, those of robots.txt."""
        places = [address]
        if is_site(address):
            known = [] if self._window else self._due.sitemaps_of(address)
            places = known or (yield from self._discover(address))
        for url in places:
            yield from self._add(Place(url))

    def _discover(self, address: str) -> Generator[Reading, None, list[str]]:
        named, tries = self._poll.web.sitemaps_of(address, self._source.terms())
        yield from steps_of(tries)
        usable = [url for url in named or () if is_web(url)] or [urljoin(address, "/sitemap.xml")]
        if named is not None and not self._window:
            self._remembered.append(site_cursor(address, usable, self._now))
        return usable

    def _add(self, place: Place) -> Iterator[Fetch]:
        """Queue a sitemap, or say why it is not asked."""
        url = clean(place.url) or place.url
        if url in self._met:
            return
        self._met.add(url)
        if len(place.above) > self._scope.max_depth:
            yield refusal(place.url, "nested deeper than max_depth")
        elif self._is_to_be_asked(place):
            self._asked += 1
            if self._asked <= self._scope.max_sitemaps:
                self._coming.append(place)
                return
            self._cut_short.update(place.above)
            if self._asked == self._scope.max_sitemaps + 1:
                why = "left out with all that follow: max_sitemaps"
                yield left_out(place.url, why, self._window)
        else:
            yield from self._add_known(place)

    def _add_known(self, place: Place) -> Iterator[Fetch]:
        """Queue the sitemaps that an index named before which says nothing now."""
        if self._window:
            return
        for below in self._due.below(place):
            yield from self._add(below)

    def _is_to_be_asked(self, place: Place) -> bool:
        if self._window:
            return not is_before(self._window, place.lastmod)
        return self._due.includes(place)

    def _asks(self) -> Iterator[Ask]:
        while self._coming:
            place = self._coming.popleft()
            cursor = None if self._window else self._cursors.get(place.url)
            yield replace(ask_for(place.url, cursor, self._source, ACCEPT), tag=place)

    def _read(self, answer: Answer) -> Generator[Reading, None, str | None]:
        """Take what a sitemap names; return what is wrong with it."""
        place: Place = answer.ask.tag  # type: ignore[assignment]
        sitemap, trouble = _parse(answer)
        if sitemap and sitemap.items:
            self._has_items = True
            take = self._children if sitemap.kind == "index" else self._name
            yield from take(place, sitemap, answer)
        else:
            yield from self._add_known(place)
        if not self._window:
            self._remember(answer, place, sitemap, trouble)
        return trouble

    def _children(self, place: Place, sitemap: Sitemap, answer: Answer) -> Iterator[Fetch]:
        above = place.chain()
        for url, item in (yield from self._allowed(place, sitemap.items, answer)):
            yield from self._add(Place(url, stamp_of(item), above))

    def _name(self, place: Place, sitemap: Sitemap, answer: Answer) -> Iterator[Fetch]:
        """Note the pages to be asked for."""
        wanted = (item for item in sitemap.items if is_within(self._window, item))
        by = place.chain()[-1]
        taken = (item for item in wanted if self._scope.take(clean(item.loc) or item.loc))
        for url, item in (yield from self._allowed(place, taken, answer)):
            self._named.append(named_of(url, item, by))

    def _allowed(
        self, place: Place, items: Iterable[SitemapItem], answer: Answer
    ) -> Generator[Fetch, None, list[tuple[str, SitemapItem]]]:
        """Give what a sitemap may name, by its url; tell of the rest, once for each new list."""
        before = self._cursors.get(place.url)
        is_new = not before or before.body_digest != sha256_hex(answer.body)
        usable: list[tuple[str, SitemapItem]] = []
        for item in items:
            url = clean(item.loc)
            if url and is_web(url):
                usable.append((url, item))
            elif is_new or self._window:
                yield refusal(item.loc, "not an http or https url")
        known = {} if self._window else verdicts_in(self._due.known.of(place.url).get("hosts", {}))
        urls = (url for url, _ in usable)
        found = yield from self._hosts.judge(urls, place.chain(), answer.final_url, known)
        if self._window and place.chain()[-1] in self._hosts.undecided:
            why = "whether it may speak for other hosts could not be read"
            yield left_out(place.url, why, self._window)
        written = {host: verdict.written() for host, verdict in found.verdicts.items()}
        self._verdicts[place.url] = written
        return [(url, item) for url, item in usable if host_of(url) not in found.barred]

    def _pages(self, *, is_last: bool) -> Iterator[Reading]:
        """Ask for the pages named so far; known ones that nobody names come with the last."""
        named = [page for page in self._named if page.url not in self._asked_pages]
        self._named = []
        if is_last:
            urls = self._cursors.keys() - self._asked_pages
        else:
            urls = self._cursors.keys() & {page.url for page in named}
        known = {url: cursor for url, cursor in self._cursors.items() if url in urls}
        self._asked_pages.update(page.url for page in named)
        is_window = self._window is not None
        yield from read_pages(named, self._source, known, self._poll, is_window=is_window)

    def _remember(
        self, answer: Answer, place: Place, sitemap: Sitemap | None, trouble: str | None
    ) -> None:
        known = self._cursors.get(place.url)
        is_suspicious = trouble is not None
        cursor = list_cursor(answer, known, self._source, is_suspicious=is_suspicious)
        before = self._due.known.of(place.url)
        said = {
            "index": place.above[-1] if place.above else None,
            "hosts": self._verdicts.get(place.url, before.get("hosts", {})),
            "kind": kind_of(sitemap) if sitemap else before.get("kind"),
            "lastmod": before.get("lastmod") if cursor.failures else place.lastmod,
        }
        self._remembered.append(replace(cursor, item=json.dumps(said, sort_keys=True)))

    def _cursors_of_lists(self) -> Iterator[Cursor]:
        """Give what to remember; what was not followed whole must name all again."""
        cut_short = self._cut_short | self._hosts.undecided
        for cursor in self._remembered:
            if clean(cursor.url) in cut_short:
                said = json.loads(cursor.item or "{}") | {"is_cut_short": True}
                item = json.dumps(said, sort_keys=True)
                yield replace(cursor, etag=None, last_modified=None, item=item)
            else:
                yield cursor


def _parse(answer: Answer) -> tuple[Sitemap | None, str | None]:
    """Read the sitemap of an answer, and say what is wrong with it."""
    if answer.outcome != "ok":
        return None, None
    try:
        sitemap = parse_sitemap(answer.body, url=answer.final_url)
    except ParseError as error:
        return None, error.message
    if not sitemap.items:
        return None, sitemap.fault or "the sitemap names nothing"
    return sitemap, sitemap.fault
