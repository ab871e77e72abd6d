"""Sitemaps: indexes, urlsets, news sitemaps and lists of urls, with the pages they name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from flows.sources import Cursor, Poll, Reading, Window
from flows.sources._pages import read_pages
from flows.sources._readable import Witness
from flows.sources._sitemap_visit import Visit
from flows.sources._web_options import Span, WebOptions


def _are_patterns(patterns: list[str]) -> list[str]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"'{pattern[:80]}' is no regular expression: {error}") from None
    return patterns


Patterns = Annotated[list[str], AfterValidator(_are_patterns)]


class Source(WebOptions, frozen=True):
    """The pages that the sitemaps at `url` or `urls` name.

    The address of a site is good enough: its robots.txt says where the sitemaps are. A page is
    asked for when it is new, or its `lastmod` is another one. Pages on another host are taken only
    where the robots.txt of that host names the sitemap.
    """

    kind: Literal["sitemap"] = Field(default="sitemap", description="Sitemaps and their indexes.")
    include: Patterns = Field(
        default_factory=list,
        description="Regular expressions: pages whose url matches none are passed over.",
    )
    exclude: Patterns = Field(
        default_factory=list,
        description="Regular expressions: pages whose url matches one are passed over.",
    )
    max_age: Span | None = Field(
        default=None,
        description="Pages dated longer ago, as 30d, are left to backfills; else all are read.",
    )
    max_depth: int = Field(default=3, ge=1, le=10, description="Indexes within indexes, at most.")
    max_sitemaps: int = Field(
        default=1_000, ge=1, le=50_000, description="Sitemaps asked for in a run, at most."
    )

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the pages' documents, then what to remember of the sitemaps.

        A window takes the pages whose publication date, else `lastmod`, lies within it.

        Raises:
            ConfigError: as `check`.
            FetchError: none of the sitemaps could be read.
        """
        poll = poll or Poll()
        visit = Visit(self, window, cursors, poll, dt.datetime.now(dt.UTC))
        witness = Witness(self.name)
        yield from witness.watch(visit.lists())
        yield from read_pages(visit.pages(), self, cursors, poll, is_window=window is not None)
        yield from visit.steps
        yield from visit.remembered
        witness.testify()
