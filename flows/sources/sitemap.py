"""Sitemaps: indexes, lists of urls and news sitemaps, with the pages they name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from flows.sources import Cursor, Poll, Reading, Scheduled, Window
from flows.sources._options import Pattern
from flows.sources._polling import session_of
from flows.sources._sitemap_due import DueSitemaps
from flows.sources._sitemap_visit import SitemapScope, Visit
from flows.sources._sitemaps import MAX_BYTES
from flows.sources._web_options import WebOptions


class Source(WebOptions, frozen=True):
    """The pages that the sitemaps at `url` or `urls` name, or those of a site's robots.txt.

    A page is asked for when it is new, or has another lastmod (title or date of news) than before.
    """

    kind: Literal["sitemap"] = Field(
        default="sitemap", description="Sitemaps, or a home page whose robots.txt names them."
    )
    max_bytes: int = Field(
        default=MAX_BYTES, ge=1, description="Bytes of one answer, decoded, at most."
    )
    include: list[Pattern] = Field(
        default_factory=list,
        description="Regular expressions: only pages whose url matches one of them are read.",
    )
    exclude: list[Pattern] = Field(
        default_factory=list,
        description="Regular expressions: pages whose url matches one of them are not read.",
    )
    max_depth: int = Field(
        default=3, ge=0, le=10, description="Indexes within indexes that are followed."
    )
    max_sitemaps: int = Field(
        default=1_000, ge=1, le=100_000, description="Sitemaps asked in one run, at most."
    )

    def schedule(self, cursors: Mapping[str, Cursor], now: dt.datetime) -> Iterator[Scheduled]:
        """Say what a scheduled run asks: a site is followed by its sitemaps, an index too."""
        due = DueSitemaps(cursors, self.config_digest(), now, only_due=True)
        for address in self.addresses():
            yield from due.schedule(address)

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the pages' documents, then what to remember of the sitemaps.

        What is remembered of a sitemap comes last: were it stored before the pages, a crash between
        would leave them unread. A window takes the pages published, else changed, within it; pages
        without a date are in none.

        Raises:
            ConfigError: as `check`.
            SourceError: none of the sitemaps could be read.
        """
        scope = SitemapScope(
            tuple(map(re.compile, self.include)),
            tuple(map(re.compile, self.exclude)),
            self.max_depth,
            self.max_sitemaps,
        )
        with session_of(poll) as session:
            yield from Visit(self, scope, window, cursors, session).read()
