"""What is remembered of sitemaps beside the usual, in the items of their cursors."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from flows.sources import Cursor

_SITE_AGAIN = dt.timedelta(days=1)
"""A scheduled run asks a site no sooner which sitemaps it has. Source: RFC 9309 section 2.4."""


class KnownSitemaps:
    """What cursors keep of sitemaps: their index, their kind, their lastmod, a site's sitemaps.

    An index that answers 304 names nothing, yet what it named before may have changed.
    """

    def __init__(self, cursors: Mapping[str, Cursor]) -> None:
        self._known: dict[str, dict[str, Any]] = {}
        self._below: dict[str, list[str]] = {}
        for url, cursor in cursors.items():
            if cursor.item and cursor.first_asked_at is None:  # not a page's
                self._known[url] = json.loads(cursor.item)
                if index := self._known[url].get("index"):
                    self._below.setdefault(index, []).append(url)

    def of(self, url: str) -> dict[str, Any]:
        """Give it; empty where nothing is known."""
        return self._known.get(url, {})

    def below(self, index: str) -> Iterator[tuple[str, str | None]]:
        """Give the sitemaps that an index named, each with its lastmod."""
        for url in self._below.get(index, ()):
            yield url, self._known[url].get("lastmod")


def is_site(address: str) -> bool:
    """Say whether it is a home page or robots.txt, which names the sitemaps."""
    return urlsplit(address).path in ("", "/", "/robots.txt")


def robots_of(address: str) -> str:
    """Say under which url the sitemaps of a site are remembered: its home is also a page."""
    return urljoin(address, "/robots.txt")


def site_cursor(address: str, sitemaps: Sequence[str], now: dt.datetime) -> Cursor:
    """Say what to remember of a site whose robots.txt was read."""
    item = json.dumps({"sitemaps": list(sitemaps)})
    return Cursor(robots_of(address), next_poll_at=now + _SITE_AGAIN, asked_at=now, item=item)


def sitemaps_in(cursor: Cursor | None) -> list[str]:
    """Give the sitemaps of a site, from what is remembered of it."""
    found: list[str] = json.loads(cursor.item or "{}").get("sitemaps", []) if cursor else []
    return found
