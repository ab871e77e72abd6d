"""One pass over the sitemaps of a source: which are asked, and which pages they name."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from flows.sources import Cursor, Fetch, Poll, Reading, Window
from flows.sources._http import Answer, Ask
from flows.sources._pages import Named, read_pages
from flows.sources._polling import ask_for, fetches_of, is_due, list_cursor, steps_of
from flows.sources._readable import Witness
from flows.sources._sitemap_entries import (
    is_before,
    is_settled,
    is_web,
    is_within,
    kind_of,
    named_of,
    stamp_of,
)
from flows.sources._sitemap_hosts import Hosts, is_read
from flows.sources._sitemap_memory import Memory, is_site, robots_of, site_cursor, sitemaps_in
from flows.sources._sitemaps import Sitemap, parse_sitemap
from flows.sources._web_options import WebOptions
from transforms.errors import ParseError
from transforms.urls import clean

ACCEPT = "application/xml,text/xml;q=0.9,application/gzip;q=0.8,text/plain;q=0.7,*/*;q=0.5"

_BATCH = 50_000
"""Pages named before they are asked for: a run over a great archive stays small in memory."""


@dataclass(frozen=True, slots=True)
class Limits:
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


@dataclass(frozen=True, slots=True)
class _Place:
    """A sitemap to be asked, and how it was found."""

    url: str
    lastmod: str | None = None
    above: tuple[str, ...] = ()
    """The indexes that lead to it, cleaned, the first one first."""


class Visit:
    """One pass over the sitemaps of a source, each asked once."""

    def __init__(
        self,
        source: WebOptions,
        limits: Limits,
        window: Window | None,
        cursors: Mapping[str, Cursor],
        poll: Poll,
    ) -> None:
        self._source, self._limits, self._window = source, limits, window
        self._cursors, self._poll = cursors, poll
        self._now = dt.datetime.now(dt.UTC)
        self._memory = Memory(cursors)
        self._hosts = Hosts(source, poll)
        self._met: set[str] = set()
        self._asked = 0
        self._coming: deque[_Place] = deque()
        self._named: list[Named] = []
        self._asked_pages: set[str] = set()
        self._remembered: list[Cursor] = []
        self._cut_short: set[str] = set()
        self._has_entries = False

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
        if not self._has_entries:
            witness.testify()

    def _begin(self, address: str) -> Iterator[Reading]:
        """Find the sitemaps of an address: itself, or where it is a site, those of robots.txt."""
        places = [address]
        if is_site(address):
            places = self._known_sitemaps(address) or (yield from self._discover(address))
        for url in places:
            yield from self._add(_Place(url))

    def _known_sitemaps(self, address: str) -> list[str]:
        """Give the sitemaps of a site that was asked for them lately; a scheduled run only."""
        known = self._cursors.get(robots_of(address))
        if self._window or not known or is_due(known, self._poll, self._now):
            return []
        return sitemaps_in(known)

    def _discover(self, address: str) -> Generator[Reading, None, list[str]]:
        named, tries = self._poll.web.sitemaps_of(address, self._source.terms())
        yield from steps_of(tries)
        usable = [url for url in named if is_web(url)] or [urljoin(address, "/sitemap.xml")]
        if is_read(named, tries) and not self._window:
            self._remembered.append(site_cursor(address, usable, self._now))
        return usable

    def _add(self, place: _Place) -> Iterator[Fetch]:
        """Queue a sitemap, or say why it is not asked."""
        url = clean(place.url) or place.url
        if url in self._met:
            return
        self._met.add(url)
        if len(place.above) > self._limits.max_depth:
            yield self._refusal(place.url, "nested deeper than max_depth")
        elif self._is_to_be_asked(place):
            self._asked += 1
            if self._asked <= self._limits.max_sitemaps:
                self._coming.append(place)
                return
            self._cut_short.update(place.above)
            if self._asked == self._limits.max_sitemaps + 1:
                yield self._refusal(place.url, "left out with all that follow: max_sitemaps")
        else:
            yield from self._add_known(place)

    def _add_known(self, place: _Place) -> Iterator[Fetch]:
        """Queue the sitemaps that an index named before which says nothing now."""
        if self._window:
            return
        above = _chain(place)
        for url, lastmod in self._memory.below(above[-1]):
            yield from self._add(_Place(url, lastmod, above))

    def _is_to_be_asked(self, place: _Place) -> bool:
        if self._window:
            return not is_before(self._window, place.lastmod)
        cursor = self._cursors.get(place.url)
        if cursor is None:
            return True
        if not cursor.failures and cursor.config != self._source.config_digest():
            return True  # read under other options, it may name other pages
        if cursor.failures or not place.above:
            return is_due(cursor, self._poll, self._now)
        known = self._memory.of(place.url)
        if place.lastmod and place.lastmod != known.get("lastmod"):
            return True
        is_read_whole = known.get("kind") == "urlset" and not known.get("is_cut_short")
        if is_read_whole and is_settled(place.lastmod, cursor.asked_at):
            return False
        return is_due(cursor, self._poll, self._now)

    def _asks(self) -> Iterator[Ask]:
        while self._coming:
            place = self._coming.popleft()
            cursor = None if self._window else self._cursors.get(place.url)
            yield replace(ask_for(place.url, cursor, self._source, ACCEPT), tag=place)

    def _read(self, answer: Answer) -> Generator[Reading, None, str | None]:
        """Take what a sitemap names; return what is wrong with it."""
        place: _Place = answer.ask.tag  # type: ignore[assignment]
        sitemap, trouble = _parse(answer)
        if sitemap and sitemap.entries:
            self._has_entries = True
            if sitemap.kind == "index":
                yield from self._children(place, sitemap, answer.final_url)
            else:
                yield from self._name(place, sitemap, answer.final_url)
        else:
            yield from self._add_known(place)
        if not self._window:
            self._remember(answer, place, sitemap, trouble)
        return trouble

    def _children(self, place: _Place, sitemap: Sitemap, served_by: str) -> Iterator[Fetch]:
        above = _chain(place)
        for entry in sitemap.entries:
            if not is_web(entry.loc):
                yield self._refusal(entry.loc, "not an http or https url")
                continue
            url = clean(entry.loc) or entry.loc
            if (yield from self._hosts.allow(url, above, served_by)):
                yield from self._add(_Place(url, stamp_of(entry), above))

    def _name(self, place: _Place, sitemap: Sitemap, served_by: str) -> Iterator[Fetch]:
        """Note the pages to be asked for."""
        chain = _chain(place)
        for entry in sitemap.entries:
            url = clean(entry.loc) or entry.loc
            if not self._limits.take(url) or not is_within(self._window, entry):
                continue
            if not is_web(url) or (yield from self._hosts.allow(url, chain, served_by)):
                self._named.append(named_of(url, entry))

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
        self, answer: Answer, place: _Place, sitemap: Sitemap | None, trouble: str | None
    ) -> None:
        known = self._cursors.get(place.url)
        is_suspicious = trouble is not None
        cursor = list_cursor(answer, known, self._source, is_suspicious=is_suspicious)
        before = self._memory.of(place.url)
        said = {
            "index": place.above[-1] if place.above else None,
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

    def _refusal(self, url: str, why: str) -> Fetch:
        return Fetch(url[:2000], "refused", self._now, error=why)


def _parse(answer: Answer) -> tuple[Sitemap | None, str | None]:
    """Read the sitemap of an answer, and say what is wrong with it."""
    if answer.outcome != "ok":
        return None, None
    try:
        sitemap = parse_sitemap(answer.body, url=answer.final_url)
    except ParseError as error:
        return None, error.message
    if not sitemap.entries:
        return None, sitemap.fault or "the sitemap names nothing"
    return sitemap, sitemap.fault


def _chain(place: _Place) -> tuple[str, ...]:
    return (*place.above, clean(place.url) or place.url)
