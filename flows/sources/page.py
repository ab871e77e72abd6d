"""Pages by their urls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from flows.sources import Cursor, Poll, Reading, Scheduled, Window
from flows.sources._pages import Named, read_pages
from flows.sources._polling import session_of
from flows.sources._readable import Witness
from flows.sources._schedule import is_page_due
from flows.sources._web_options import WebOptions
from transforms.errors import SourceError
from transforms.urls import clean


class Source(WebOptions, frozen=True):
    """The pages at `url` or `urls`, each an article of its own.

    A scheduled run asks for new ones, and for known ones at the times of `revisit`; a run that
    names the source asks for all of them, conditionally.
    """

    kind: Literal["page"] = Field(default="page", description="Pages by their urls.")

    def why_no_history(self) -> str | None:
        """Say why windows of the past cannot be read."""
        return "a page shows what it holds today, not what it held on another day"

    def schedule(self, cursors: Mapping[str, Cursor], now: dt.datetime) -> Iterator[Scheduled]:
        """Say which pages a scheduled run asks."""
        for url in self.addresses():
            cursor = cursors.get(clean(url) or url)
            yield Scheduled(url, cursor, is_page_due(cursor, now))

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the pages' documents, each page's `Fetch` after its own.

        Raises:
            ConfigError: as `check`.
            SourceError: none of the pages could be read, or a window is asked for.
        """
        if window is not None:
            raise SourceError(self.why_no_history() or "", source=self.name)
        witness = Witness(self.name)
        named = [Named(url) for url in self.addresses()]
        with session_of(poll) as session:
            asks_known = not session.only_due
            pages = read_pages(named, self, cursors, session, asks_known=asks_known)
            yield from witness.watch(pages)
        witness.testify()
