"""JSON over HTTP: lists of records, page after page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from pydantic import Field

from flows.sources import Cursor, Poll, Reading, Window
from flows.sources._api_options import ApiOptions
from flows.sources._api_records import MAPPED
from flows.sources._api_visit import Visit
from flows.sources._pages import read_pages
from flows.sources._placeholders import has_start
from flows.sources._polling import session_of
from flows.sources._readable import Witness
from transforms.errors import SourceError
from transforms.reading import Profile


class Source(ApiOptions, frozen=True):
    """The records of a JSON API at `url` or `urls`: each is a document, or names the page that is.

    A url may have {start}, {start_s}, {start_day}, {end}, {end_s} and {end_day}: ISO 8601, seconds
    since 1970, and days, {end_day} being the last day asked for; and {page}, {offset} or {cursor}
    by the style of `paging`.
    """

    kind: Literal["api"] = Field(default="api", description="JSON over HTTP.")

    def profile(self) -> Profile:
        """Say what reading its documents needs of the options, the mapping among them."""
        mapped = tuple((column, f"{MAPPED}.{column}") for column in sorted(self.fields))
        return replace(super().profile(), fields=mapped)

    def why_no_history(self) -> str | None:
        """Say in a sentence why windows of the past cannot be read; None where they can."""
        if all(has_start(url) for url in self.addresses()):
            return None
        return "its url has no {start}, {start_s} or {start_day}, by which to ask for the past"

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the records' documents or their pages', each list's `Cursor` after all of its own.

        Lists are read to their end: an API does not promise that what is new comes first. A list
        of which a page fails is read anew next time; one that a limit cuts short is gone on with,
        or where the url has a start, asked for the same span again.

        Raises:
            ConfigError: as `check`.
            SourceError: nothing could be read, or a window where the url has no start.
        """
        if window is not None and (why := self.why_no_history()):
            raise SourceError(why, source=self.name)
        witness = Witness(self.name)
        with session_of(poll) as session:
            visit = Visit(self, window, cursors, session)
            yield from witness.watch(visit.lists())
            if self.full_text == "page":
                is_window = window is not None
                pages = read_pages(visit.named, self, cursors, session, is_window=is_window)
                yield from witness.watch(pages)
                # Were it stored before the pages, a crash would leave them unread.
                yield from visit.remembered
        witness.testify()
