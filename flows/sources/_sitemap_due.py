"""Which sitemaps a run asks, by what is remembered of them. Decisions only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.sources import Cursor
from flows.sources._schedule import Scheduled, is_list_due
from flows.sources._sitemap_items import is_settled
from flows.sources._sitemap_known import KnownSitemaps, is_site, robots_of, sitemaps_in
from transforms.urls import clean


@dataclass(frozen=True, slots=True)
class Place:
    """A sitemap, and how it was found."""

    url: str
    lastmod: str | None = None
    above: tuple[str, ...] = ()
    """The indexes that lead to it, cleaned, the first one first."""

    def chain(self) -> tuple[str, ...]:
        """Give the indexes, then the sitemap itself."""
        return (*self.above, clean(self.url) or self.url)


class DueSitemaps:
    """What is remembered of the sitemaps of a source, and which of them a run asks.

    Args:
        cursors: of the source.
        config: digest of its options.
        now: what is due is due by then.
        only_due: whether the run is a scheduled one.
    """

    def __init__(
        self, cursors: Mapping[str, Cursor], config: str, now: dt.datetime, *, only_due: bool
    ) -> None:
        self._cursors, self._config, self._now = cursors, config, now
        self._only_due = only_due
        self.known = KnownSitemaps(cursors)

    def sitemaps_of(self, address: str) -> list[str]:
        """Give the sitemaps of a site that was asked for them lately; a scheduled run only."""
        known = self._cursors.get(robots_of(address))
        return [] if self._is_due(known) else sitemaps_in(known)

    def below(self, place: Place) -> Iterator[Place]:
        """Give the sitemaps that an index named before."""
        above = place.chain()
        for url, lastmod in self.known.below(above[-1]):
            yield Place(url, lastmod, above)

    def includes(self, place: Place) -> bool:
        """Say whether a sitemap is to be asked."""
        cursor = self._cursors.get(place.url)
        if cursor is None:
            return True
        if not cursor.failures and cursor.config != self._config:
            return True  # read under other options, it may name other pages
        if cursor.failures or not place.above:
            return self._is_due(cursor)
        known = self.known.of(place.url)
        if place.lastmod and place.lastmod != known.get("lastmod"):
            return True
        is_read_whole = known.get("kind") == "urlset" and not known.get("is_cut_short")
        if is_read_whole and is_settled(place.lastmod, cursor.asked_at):
            return False
        return self._is_due(cursor)

    def schedule(self, address: str) -> Iterator[Scheduled]:
        """Say what of an address a scheduled run asks: itself, or a site, and all below it."""
        coming = [Place(address)]
        if is_site(address):
            site = self._cursors.get(robots_of(address))
            yield Scheduled(address, site, self._is_due(site))
            coming = [Place(url) for url in sitemaps_in(site)]
        met: set[str] = set()
        while coming:
            place = coming.pop(0)
            if place.chain()[-1] not in met:
                met.add(place.chain()[-1])
                yield Scheduled(place.url, self._cursors.get(place.url), self.includes(place))
                coming[:0] = self.below(place)

    def _is_due(self, cursor: Cursor | None) -> bool:
        return not self._only_due or is_list_due(cursor, self._now)
