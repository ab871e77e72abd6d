"""What is remembered of one source: as it was, and as this run leaves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields

from flows.ingesting.rows import cursors_from
from flows.sources import Cursor, Document, Fetch, Source
from warehouse.batches import Batch
from warehouse.catalog import Lake

FIRST_DELAY = dt.timedelta(minutes=5)
LONGEST_DELAY = dt.timedelta(days=1)
"""Before a page is asked for again whose document no process could normalize; doubled each time."""
_COLUMNS = tuple(each.name for each in fields(Cursor))


class Cursors:
    """The cursors of one source in one run.

    Args:
        lake: an open warehouse.
        source: whose they are.
    """

    def __init__(self, lake: Lake, source: Source) -> None:
        self.known = cursors_from(lake, source.name)
        self._is_remote = source.is_remote
        self._stored = set(self.known)
        self._gave: dict[str, str | None] = {}
        """Origin -> the document it gave; None where it gave several."""
        self._spoiled: set[str] = set()
        """Origins of documents that were lost: they must be read again."""
        self._lists: set[str] = set()
        """Urls whose cursors came alone: whatever was lost, they have to name it again."""

    def gave(self, document: Document, document_id: str) -> None:
        """Note which document an origin gave."""
        if self._is_remote:
            self._gave[document.origin] = None if document.origin in self._gave else document_id

    def document_of(self, url: str) -> str | None:
        """Say which document a url gave in an earlier run."""
        cursor = self.known.get(url)
        return cursor.document_id if cursor else None

    def remember(self, cursor: Cursor, batch: Batch) -> None:
        """Keep the cursor of a list, once all that came before it is stored."""
        self._lists.add(cursor.url)
        self._put(_row(cursor), batch)

    def after(self, fetch: Fetch, batch: Batch) -> None:
        """Keep the cursor of a file or request, with the document it gave."""
        gave = None if fetch.is_step else self._gave.pop(fetch.url, None)
        if fetch.cursor is not None:
            row = _row(fetch.cursor)
            row["document_id"] = gave or fetch.cursor.document_id
            self._put(row, batch)

    def spoil(self, origin: str) -> None:
        """Let an origin be read again, as its document was lost."""
        self._spoiled.add(origin)

    def settle(self, batch: Batch) -> None:
        """Take out of a batch what must not be remembered, before it is committed."""
        for url in self._spoiled & batch.cursors.keys():
            self._delay(url, batch)
        # What was lost has to be named again, so no list may answer 304 next time.
        for url in self._lists & batch.cursors.keys() if self._spoiled else ():
            batch.cursors[url] = _without_validators(batch.cursors[url])

    def stored(self, batch: Batch) -> None:
        """Note what a batch has stored."""
        self._stored |= batch.cursors.keys()

    def _put(self, row: dict[str, object], batch: Batch) -> None:
        url = str(row["url"])
        batch.cursors[url] = row
        batch.replaces_cursors |= url in self._stored

    def _delay(self, url: str, batch: Batch) -> None:
        """Have a file read again in the next run, and a page later and later."""
        cursor = batch.cursors.pop(url)
        if not self._is_remote or cursor["first_asked_at"] is None:
            return
        before = self.known.get(url)
        failures = (before.failures if before else 0) + 1
        batch.cursors[url] = {
            **_without_validators(cursor),
            "document_id": before.document_id if before else None,
            "failures": failures,
            "next_poll_at": batch.now + min(FIRST_DELAY * 2**failures, LONGEST_DELAY),
        }


def _row(cursor: Cursor) -> dict[str, object]:
    """Make a row of a cursor: `asdict` goes down into each value, and takes ten times as long."""
    return {name: getattr(cursor, name) for name in _COLUMNS}


def _without_validators(cursor: Mapping[str, object]) -> dict[str, object]:
    return {**cursor, "etag": None, "last_modified": None, "body_digest": None}
