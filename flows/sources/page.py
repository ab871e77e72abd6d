"""Pages by their urls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from flows.sources import Cursor, Poll, Reading, Window
from flows.sources._pages import Named, read_pages
from flows.sources._readable import Witness
from flows.sources._web_options import WebOptions
from transforms.errors import SourceError


class Source(WebOptions, frozen=True):
    """The pages at `url` or `urls`, each an article of its own.

    A scheduled run asks for new ones, and for known ones at the times of `revisit`; a run that
    names the source asks for all of them, conditionally.
    """

    kind: Literal["page"] = Field(default="page", description="Pages by their urls.")

    def why_no_history(self) -> str | None:
        """Say why windows of the past cannot be read."""
        return "a page shows what it holds today, not what it held on another day"

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
        poll = poll or Poll()
        witness = Witness(self.name)
        named = (Named(url) for url in self.addresses())
        pages = read_pages(named, self, cursors, poll, asks_known=not poll.only_due)
        yield from witness.watch(pages)
        witness.testify()
