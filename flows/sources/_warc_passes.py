"""One pass over the archives that a source names, one by one or by listings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urljoin

from flows.sources import Cursor, Fetch, Outcome, Poll, Reading
from flows.sources._files import Found, look_up
from flows.sources._http import Answer, Ask
from flows.sources._names import quoted
from flows.sources._polling import ask_for, fetches_of, is_due, list_cursor, refusal
from flows.sources._streams import FAILURES, TooLargeError, explain
from flows.sources._warc import Wanted
from flows.sources._warc_files import is_listing
from flows.sources._warc_listings import Listing, address_of, choose, file_of, parse_listing
from flows.sources._warc_visits import FileVisit, WebVisit, is_finished
from flows.sources._web_options import WebOptions

_ACCEPT = "text/plain,application/gzip;q=0.9,*/*;q=0.5"
_MAX_TOLD = 20
"""Bad lines of one listing that have a `Fetch` of their own; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ArchiveScope:
    """What of the archives is taken."""

    wanted: Wanted
    max_archive_bytes: int
    base: str | None
    """Url that the paths of a listing start from; None: the root of its host."""


class FilePass:
    """One pass over archives on the disk."""

    def __init__(self, options: WebOptions, wanted: Wanted, known: Mapping[str, Cursor]) -> None:
        self._options, self._wanted, self._known = options, wanted, known

    def read(self, archives: Iterable[Found]) -> Iterator[Reading]:
        """Yield the readings of each."""
        for found in archives:
            url = f"file:{quoted(found.name)}"
            visit = FileVisit(url, self._options, self._wanted, found)
            yield from visit.read(self._known.get(url))

    def read_listing(self, path: Path, folder: Path) -> Iterator[Reading]:
        """Yield the `Fetch` of a listing, then the readings of the archives it names."""
        url, now = f"file:{quoted(path.name)}", dt.datetime.now(dt.UTC)
        max_bytes = self._options.max_bytes
        try:
            with path.open("rb") as stream:
                body = stream.read(max_bytes + 1)
            if len(body) > max_bytes:
                raise TooLargeError(f"more than {max_bytes} bytes")
            listing = parse_listing(body, max_bytes, file_of)
        except FAILURES as error:
            outcome, why = explain(error)
            yield Fetch(url, outcome, now, error=why)
            return
        outcome = "ok" if listing.archives else "broken"
        yield Fetch(url, outcome, now, len(body), error=listing.sentence())
        yield from _refusals(listing)
        names = listing.archives
        if self._wanted.window:
            names = tuple(choose(names, self._wanted.window))
        yield from self.read(look_up(folder, name) for name in names)


@dataclass(slots=True)
class _Listed:
    """A listing of the web that was asked."""

    cursor: Cursor
    """To be remembered once all that it names was looked at."""
    is_unread: bool = False
    """An archive of it could not be read to its end: it must name it again."""


class WebPass:
    """One pass over archives on the web, each asked once.

    An archive that a listing names never changes: once it was read to its end it is not asked
    again, be it due or not, until the options that it was read under change. One that failed is
    tried again, ever more slowly, as long as its listing names it.
    """

    def __init__(
        self, options: WebOptions, scope: ArchiveScope, known: Mapping[str, Cursor], poll: Poll
    ) -> None:
        self._options, self._scope, self._known, self._poll = options, scope, known, poll
        self._window = scope.wanted.window
        self._config = options.config_digest()
        self._now = dt.datetime.now(dt.UTC)
        self._named: dict[str, _Listed | None] = {}
        """Archives in order, and which listing named them first."""
        self._listed: list[_Listed] = []

    def read(self) -> Iterator[Reading]:
        """Yield all of it; a window asks without conditions and for what it needs only."""
        for address in self._options.addresses():
            if not is_listing(address):
                self._named.setdefault(address, None)
            elif self._is_to_be_asked(self._known.get(address)):
                yield from self._read_listing(address)
        for url in self._chosen():
            yield from self._read_archive(url, self._named[url])
        # Were it stored before the archives, a crash would leave them unread.
        for listed in self._listed:
            is_whole = not listed.is_unread
            cursor = listed.cursor
            yield cursor if is_whole else replace(cursor, etag=None, last_modified=None)

    def _is_to_be_asked(self, cursor: Cursor | None) -> bool:
        if cursor is None or is_due(cursor, self._poll, self._now):
            return True
        return not cursor.failures and not self._is_read_alike(cursor)

    def _is_read_alike(self, cursor: Cursor) -> bool:
        """Say whether a listing was read under the options and the base there are now."""
        return (cursor.config, cursor.item) == (self._config, self._scope.base)

    def _read_listing(self, address: str) -> Iterator[Reading]:
        cursor = self._known.get(address)
        ask = Ask(address, accept=_ACCEPT)
        if cursor and self._is_read_alike(cursor):
            ask = ask_for(address, cursor, self._options, _ACCEPT)
        answer = self._poll.web.get(ask, self._options.terms())
        listing, outcome, told = self._parse(answer)
        for fetch in fetches_of(answer, None):
            is_last = not fetch.is_step
            yield replace(fetch, outcome=outcome, error=told) if is_last else fetch
        yield from _refusals(listing)
        if self._window:
            listed = _Listed(Cursor(address))
        else:
            is_suspicious = answer.outcome == "ok" and outcome != "ok"
            met = list_cursor(answer, cursor, self._options, is_suspicious=is_suspicious)
            listed = _Listed(replace(met, item=self._scope.base))
            self._listed.append(listed)
        for url in listing.archives:
            self._named.setdefault(url, listed)

    def _parse(self, answer: Answer) -> tuple[Listing, Outcome, str | None]:
        """Read the listing of an answer, and say what it came to."""
        if answer.outcome != "ok":
            return Listing(()), answer.outcome, answer.last.error
        base = self._scope.base or urljoin(answer.final_url, "/")
        try:
            listing = parse_listing(
                answer.body, self._options.max_bytes, lambda line: address_of(line, base)
            )
        except FAILURES as error:
            return Listing(()), *explain(error)
        return listing, "ok" if listing.archives else "broken", listing.sentence()

    def _chosen(self) -> list[str]:
        if self._window is None:
            return list(self._named)
        # Of all listings together: the last archive of one may hold the start of the window.
        needed = set(choose([url for url, listed in self._named.items() if listed], self._window))
        return [url for url, listed in self._named.items() if listed is None or url in needed]

    def _read_archive(self, url: str, listed: _Listed | None) -> Iterator[Reading]:
        cursor = self._known.get(url)
        if listed and cursor and is_finished(cursor, self._config):
            return
        is_waiting = cursor is not None and (listed is None or cursor.failures > 0)
        if is_waiting and not is_due(cursor, self._poll, dt.datetime.now(dt.UTC)):
            if listed:
                listed.is_unread = True
            return
        visit = WebVisit(url, self._options, self._scope.wanted, self._scope.max_archive_bytes)
        for reading in visit.read(cursor, self._poll):
            if listed and isinstance(reading, Fetch) and not reading.is_step:
                listed.is_unread |= reading.is_failure
            yield reading


def _refusals(listing: Listing) -> Iterator[Fetch]:
    """Give the lines that name no archive, as far as they are told one by one."""
    for line, why in listing.bad[:_MAX_TOLD]:
        yield refusal(quote(line[:2000], safe="/:?#[]@!$&'()*+,;=%~"), why)
