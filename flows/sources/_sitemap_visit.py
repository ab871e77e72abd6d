"""One pass over the sitemaps of a source: which are asked, and which pages they name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from flows.sources import Cursor, Fetch, Poll, Reading, Window
from flows.sources._http import Answer, Ask
from flows.sources._pages import Named
from flows.sources._polling import ask_for, fetches_of, is_due, list_cursor, steps_of
from flows.sources._sitemaps import Entry, Sitemap, parse_sitemap
from flows.sources._web_options import seconds
from transforms.errors import ParseError

if TYPE_CHECKING:
    from flows.sources.sitemap import Source

ACCEPT = "application/xml,text/xml,application/gzip;q=0.9,text/plain;q=0.8,*/*;q=0.5"
MAX_FOREIGN_HOSTS = 50
"""Hosts besides its own whose robots.txt a sitemap may make us ask for."""


class Visit:
    """The lists of one run; `pages` are known once `lists` is through."""

    def __init__(
        self,
        source: Source,
        window: Window | None,
        cursors: Mapping[str, Cursor],
        poll: Poll,
        now: dt.datetime,
    ) -> None:
        self._source, self._window, self._cursors, self._poll = source, window, cursors, poll
        self._now = now
        self._terms = source.terms()
        self._met: set[str] = set()
        self._found: list[tuple[str, Entry]] = []
        """(sitemap, entry) of the pages named."""
        self._named_by: dict[str, frozenset[str]] = {}
        """Foreign host -> the sitemaps its robots.txt names."""
        self.remembered: list[Cursor] = []
        self.steps: list[Fetch] = []
        """Requests for robots.txt of other hosts."""

    def lists(self) -> Iterator[Reading]:
        """Ask for the sitemaps that are due, level by level of their indexes."""
        lastmods: dict[str, str | None] = dict.fromkeys(self._roots())
        yield from self._handed_over()
        lastmods |= dict.fromkeys(self._known_children(list(lastmods)))
        for _ in range(self._source.max_depth):
            asks = [self._ask(url, lastmod) for url, lastmod in lastmods.items()]
            lastmods = {}
            for answer in self._poll.web.get_all(asks, self._terms):
                lastmods |= yield from self._read(answer)

    def pages(self) -> Iterator[Named]:
        """Name the pages that are wanted, hosts that do not point here left out."""
        for sitemap, entry in self._found:
            if self._is_wanted(entry) and self._may_name(sitemap, entry.loc):
                yield _named(entry)

    def _handed_over(self) -> Iterator[Fetch]:
        while self.steps:
            yield self.steps.pop(0)

    def _roots(self) -> Iterator[str]:
        for address in self._source.addresses():
            path = urlsplit(address).path
            found = [address]
            if path in ("", "/", "/robots.txt"):
                found = self._sitemaps_of(address) or [urljoin(address, "/sitemap.xml")]
            for url in found:
                if self._is_to_be_asked(url, None):
                    yield url

    def _known_children(self, roots: list[str]) -> Iterator[str]:
        """Name what indexes gave before: they may answer 304, and then name nothing.

        Those with a `lastmod` in their index wait for it to change.
        """
        hosts = {urlsplit(url).netloc for url in self._source.addresses()}
        for url, cursor in self._cursors.items():
            is_list = cursor.first_asked_at is None and cursor.item is None
            is_ours = urlsplit(url).netloc in hosts and url not in roots
            if is_list and is_ours and not self._window and self._is_to_be_asked(url, None):
                yield url

    def _is_to_be_asked(self, url: str, lastmod: str | None) -> bool:
        """Say whether a sitemap is due, and was not asked yet; it counts as asked then."""
        cursor = self._cursors.get(url)
        if url in self._met or len(self._met) >= self._source.max_sitemaps:
            return False
        if self._window is None:
            is_same = cursor is not None and lastmod is not None and cursor.item == lastmod
            if (is_same and cursor and not cursor.failures) or not self._is_due(cursor, lastmod):
                return False
        self._met.add(url)
        return True

    def _is_due(self, cursor: Cursor | None, lastmod: str | None) -> bool:
        is_touched = cursor is not None and lastmod is not None and cursor.item != lastmod
        return is_touched or is_due(cursor, self._poll, self._now)

    def _ask(self, url: str, lastmod: str | None) -> Ask:
        ask = Ask(url, accept=ACCEPT)
        if self._window is None:
            ask = ask_for(url, self._cursors.get(url), self._source, ACCEPT)
        return replace(ask, tag=lastmod)

    def _read(self, answer: Answer) -> Generator[Reading, None, dict[str, str | None]]:
        """Yield the fetches of a sitemap; return the children to be asked, with their lastmod."""
        sitemap, trouble = _parse(answer)
        children: dict[str, str | None] = {}
        for entry in sitemap.entries if sitemap else ():
            if sitemap and sitemap.kind == "index":
                if self._is_child_wanted(answer.ask.url, entry):
                    children[entry.loc] = entry.lastmod_raw
            else:
                self._found.append((answer.ask.url, entry))
        if self._window is None:
            cursor = list_cursor(
                answer,
                self._cursors.get(answer.ask.url),
                self._source,
                is_suspicious=sitemap is None and trouble is not None,
            )
            self.remembered.append(replace(cursor, item=_text(answer.ask.tag)))
        yield from fetches_of(answer, None, trouble)
        yield from self._handed_over()
        return children

    def _is_child_wanted(self, index: str, entry: Entry) -> bool:
        changed = _moment(entry.lastmod)
        if self._window and changed and changed < self._window.start:
            return False
        return self._may_name(index, entry.loc) and self._is_to_be_asked(
            entry.loc, entry.lastmod_raw
        )

    def _is_wanted(self, entry: Entry) -> bool:
        if self._source.include and not _matches(self._source.include, entry.loc):
            return False
        if _matches(self._source.exclude, entry.loc):
            return False
        at = _moment((entry.news or {}).get("published")) or _moment(entry.lastmod)
        if self._window:
            return at is not None and self._window.start <= at < self._window.end
        oldest = self._source.max_age
        return not (oldest and at) or at > self._now - dt.timedelta(seconds=seconds(oldest))

    def _may_name(self, sitemap: str, loc: str) -> bool:
        """Say whether a sitemap may name a url: of its host, or of one whose robots.txt names it.

        Source: https://www.sitemaps.org/protocol.html#sitemaps_cross_submits.
        """
        host = urlsplit(loc).netloc
        if host == urlsplit(sitemap).netloc:
            return True
        if host not in self._named_by:
            if len(self._named_by) >= MAX_FOREIGN_HOSTS:
                return False
            self._named_by[host] = frozenset(self._sitemaps_of(loc))
        return sitemap in self._named_by[host]

    def _sitemaps_of(self, url: str) -> list[str]:
        found, tries = self._poll.web.sitemaps_of(url, self._terms)
        self.steps += steps_of(tries)
        return found


def _parse(answer: Answer) -> tuple[Sitemap | None, str | None]:
    """Read the sitemap of an answer; else say what is wrong with it, None where there is none."""
    if answer.outcome != "ok":
        return None, None
    try:
        sitemap = parse_sitemap(answer.body, url=answer.final_url)
    except ParseError as error:
        return None, error.message
    if not sitemap.entries:
        return None, "the sitemap names nothing"
    return sitemap, sitemap.fault


def _named(entry: Entry) -> Named:
    news = entry.news or {}
    keywords = [word.strip() for word in news.get("keywords", "").split(",") if word.strip()]
    said = {"loc": entry.loc, "lastmod": entry.lastmod_raw, **news, "keywords": keywords}
    announced = " ".join(filter(None, (news.get("title"), news.get("published"))))
    stamp = entry.lastmod_raw or announced or None
    return Named(entry.loc, {key: value for key, value in said.items() if value}, stamp)


def _moment(stated: str | None) -> dt.datetime | None:
    """Read what the parser wrote: a moment, or a day, which is its midnight in UTC."""
    if stated is None:
        return None
    moment = dt.datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _matches(patterns: list[str], url: str) -> bool:
    return any(re.search(pattern, url) for pattern in patterns)


def _text(tag: object) -> str | None:
    return tag if isinstance(tag, str) else None
