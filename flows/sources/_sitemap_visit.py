"""One pass over the sitemaps of a source: which are asked, and which pages they name."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from flows.sources import Cursor, Fetch, Poll, Reading, Window
from flows.sources._http import Answer, Ask, Try
from flows.sources._pages import Named, read_pages
from flows.sources._polling import ask_for, fetches_of, is_due, list_cursor
from flows.sources._readable import Witness
from flows.sources._sitemaps import Entry, Sitemap, parse_sitemap
from flows.sources._web_options import WebOptions
from transforms.errors import ParseError
from transforms.urls import clean, registrable_domain

ACCEPT = "application/xml,text/xml;q=0.9,application/gzip;q=0.8,text/plain;q=0.7,*/*;q=0.5"

_BATCH = 50_000
"""Pages named before they are asked for: a run over a great archive stays small in memory."""
_MAX_HOSTS = 100
"""Other hosts whose robots.txt is asked in one run; the pages of further ones are left out."""
_DAY = dt.timedelta(days=1)


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
        self._memory = _Memory(cursors)
        self._hosts = _Hosts(source, poll)
        self._met: set[str] = set()
        self._asked = 0
        self._coming: deque[_Place] = deque()
        self._named: list[Named] = []
        self._asked_pages: set[str] = set()
        self._remembered: list[Cursor] = []
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
        yield from self._remembered
        if not self._has_entries:
            witness.testify()

    def _begin(self, address: str) -> Iterator[Reading]:
        """Find the sitemaps of an address: itself, or where it is a site, those of robots.txt."""
        if urlsplit(address).path not in ("", "/", "/robots.txt"):
            yield from self._add(_Place(address))
            return
        named, tries = self._poll.web.sitemaps_of(address, self._source.terms())
        yield from _steps(tries)
        usable = [url for url in named if _is_web(url)]
        for url in usable or [urljoin(address, "/sitemap.xml")]:
            yield from self._add(_Place(url))

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
            elif self._asked == self._limits.max_sitemaps + 1:
                yield self._refusal(place.url, "left out with all that follow: max_sitemaps")
        else:
            yield from self._add_known(place)

    def _add_known(self, place: _Place) -> Iterator[Fetch]:
        """Queue the sitemaps that an index named before which says nothing now."""
        above = (*place.above, clean(place.url) or place.url)
        for url, lastmod in self._memory.below(above[-1]):
            yield from self._add(_Place(url, lastmod, above))

    def _is_to_be_asked(self, place: _Place) -> bool:
        if self._window:
            return not _is_before(self._window, place.lastmod)
        cursor = self._cursors.get(place.url)
        if cursor is None or cursor.config != self._source.config_digest():
            return True
        if cursor.failures or not place.above:
            return is_due(cursor, self._poll, self._now)
        known = self._memory.of(place.url)
        if place.lastmod and place.lastmod != known.get("lastmod"):
            return True
        if known.get("kind") == "urlset" and _is_settled(place.lastmod, cursor):
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
                yield from self._children(place, sitemap)
            else:
                yield from self._name(place, sitemap.entries)
        elif answer.outcome != "ok":
            yield from self._add_known(place)
        if not self._window:
            self._remember(answer, place, sitemap, trouble)
        return trouble

    def _children(self, place: _Place, sitemap: Sitemap) -> Iterator[Fetch]:
        above = (*place.above, clean(place.url) or place.url)
        for entry in sitemap.entries:
            if not _is_web(entry.loc):
                yield self._refusal(entry.loc, "not an http or https url")
                continue
            url = clean(entry.loc) or entry.loc
            if (yield from self._hosts.allow(url, above)):
                yield from self._add(_Place(url, entry.lastmod or entry.lastmod_raw, above))

    def _name(self, place: _Place, entries: Iterable[Entry]) -> Iterator[Fetch]:
        """Note the pages to be asked for."""
        chain = (*place.above, clean(place.url) or place.url)
        for entry in entries:
            url = clean(entry.loc) or entry.loc
            if not self._limits.take(url) or not _is_within(self._window, entry):
                continue
            if not _is_web(url) or (yield from self._hosts.allow(url, chain)):
                self._named.append(_named(url, entry))

    def _pages(self, *, is_last: bool) -> Iterator[Reading]:
        """Ask for the pages named so far; known ones that nobody names come with the last."""
        named = [page for page in self._named if page.url not in self._asked_pages]
        self._named = []
        if is_last:
            known = {u: c for u, c in self._cursors.items() if u not in self._asked_pages}
        else:
            known = {page.url: c for page in named if (c := self._cursors.get(page.url))}
        self._asked_pages.update(page.url for page in named)
        is_window = self._window is not None
        yield from read_pages(named, self._source, known, self._poll, is_window=is_window)

    def _remember(
        self, answer: Answer, place: _Place, sitemap: Sitemap | None, trouble: str | None
    ) -> None:
        known = self._cursors.get(place.url)
        is_suspicious = trouble is not None
        cursor = list_cursor(answer, known, self._source, is_suspicious=is_suspicious)
        if not cursor.failures:
            kind = _kind(sitemap) if sitemap else self._memory.of(place.url).get("kind")
            said = {
                "index": place.above[-1] if place.above else None,
                "kind": kind,
                "lastmod": place.lastmod,
            }
            cursor = replace(cursor, item=json.dumps(said, sort_keys=True))
        self._remembered.append(cursor)

    def _refusal(self, url: str, why: str) -> Fetch:
        return Fetch(url[:2000], "refused", self._now, error=why)


class _Memory:
    """What the cursors of sitemaps keep beside the usual: their index, their kind, their lastmod.

    An index that answers 304 names nothing, yet what it named before may have changed.
    """

    def __init__(self, cursors: Mapping[str, Cursor]) -> None:
        self._known: dict[str, dict[str, str | None]] = {}
        self._below: dict[str, list[str]] = {}
        for url, cursor in cursors.items():
            if cursor.item and cursor.first_asked_at is None:  # not a page's
                self._known[url] = json.loads(cursor.item)
                if index := self._known[url].get("index"):
                    self._below.setdefault(index, []).append(url)

    def of(self, url: str) -> dict[str, str | None]:
        return self._known.get(url, {})

    def below(self, index: str) -> Iterator[tuple[str, str | None]]:
        for url in self._below.get(index, ()):
            yield url, self._known[url].get("lastmod")


class _Hosts:
    """Whether a sitemap may speak for other hosts: where their robots.txt names it.

    Source: sitemaps.org, protocol, "Sitemaps & Cross Submits".
    """

    def __init__(self, source: WebOptions, poll: Poll) -> None:
        self._source, self._poll = source, poll
        self._named_by: dict[str, frozenset[str]] = {}
        self._told: set[tuple[str, str]] = set()

    def allow(self, url: str, chain: tuple[str, ...]) -> Generator[Fetch, None, bool]:
        """Say whether a location counts; yield the requests that took, and the first refusal.

        Args:
            url: cleaned.
            chain: the sitemap it stands in, after the indexes that lead there.
        """
        if _owner(url) == _owner(chain[-1]):
            return True
        host = "{0.scheme}://{0.netloc}/".format(urlsplit(url))
        if host not in self._named_by:
            yield from self._ask(host)
        if not self._named_by[host].isdisjoint(chain):
            return True
        if (host, chain[-1]) not in self._told:
            self._told.add((host, chain[-1]))
            now = dt.datetime.now(dt.UTC)
            why = f"robots.txt of this host does not name {chain[-1]}, which speaks for it"
            yield Fetch(url[:2000], "refused", now, error=why)
        return False

    def _ask(self, host: str) -> Iterator[Fetch]:
        if len(self._named_by) >= _MAX_HOSTS:
            self._named_by[host] = frozenset()
            return
        named, tries = self._poll.web.sitemaps_of(host, self._source.terms())
        self._named_by[host] = frozenset(clean(url) or url for url in named)
        yield from _steps(tries)


def _steps(tries: Iterable[Try]) -> Iterator[Fetch]:
    for step in tries:
        yield Fetch(
            step.url,
            step.outcome,
            step.fetched_at,
            step.bytes,
            step.ms,
            step.status,
            step.error,
            step.retry_after_s,
            is_step=True,
        )


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


def _kind(sitemap: Sitemap) -> str:
    return "news" if any(entry.news for entry in sitemap.entries) else sitemap.kind


def _named(url: str, entry: Entry) -> Named:
    news = entry.news or {}
    words = [word.strip() for word in news.get("keywords", "").split(",")]
    said: dict[str, object] = {
        "loc": entry.loc,
        "lastmod": entry.lastmod,
        "title": news.get("title"),
        "published": news.get("published"),
        "keywords": [word for word in words if word],
        "language": news.get("language"),
    }
    about_news = " ".join(news[name] for name in ("published", "title") if name in news)
    stamp = entry.lastmod or entry.lastmod_raw or about_news or None
    return Named(url, {name: value for name, value in said.items() if value}, stamp)


def _is_web(url: str) -> bool:
    return not url.startswith("file:") and clean(url) is not None


def _owner(url: str) -> str:
    return registrable_domain(urlsplit(url).hostname or "")


def _is_within(window: Window | None, entry: Entry) -> bool:
    if window is None:
        return True
    stated = (entry.news or {}).get("published") or entry.lastmod
    return stated is not None and window.start <= _moment(stated) < window.end


def _is_before(window: Window, lastmod: str | None) -> bool:
    """Say whether nothing can have changed in the window or after; a day ends with itself."""
    try:
        return lastmod is not None and _moment(lastmod) + _DAY <= window.start
    except ValueError:
        return False


def _is_settled(lastmod: str | None, cursor: Cursor) -> bool:
    """Say whether an equal lastmod means an equal sitemap: a day that was over when it was asked.

    Not before the day has ended in every zone.
    """
    if lastmod is None or cursor.asked_at is None:
        return False
    try:
        return "T" in lastmod or _moment(lastmod) + 2 * _DAY <= cursor.asked_at
    except ValueError:
        return False


def _moment(stated: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
