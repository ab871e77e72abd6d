"""One archive, on the disk or on the web: read whole, read on from where it was left, or known."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from typing import IO, cast

from flows.sources import Cursor, Document, Fetch, Outcome, Poll, Reading
from flows.sources._files import Found, Stamp
from flows.sources._http import Answer, Ask, Try
from flows.sources._http import Outcome as WebOutcome
from flows.sources._polling import fetches_of, list_cursor
from flows.sources._streams import FAILURES, explain
from flows.sources._warc import Archive, Mark, RecordTally, Wanted
from flows.sources._web_options import WebOptions, seconds

_ACCEPT = "application/warc,application/gzip;q=0.9,*/*;q=0.8"
_MOST_RESUMED = 3


class _Visit:
    """One archive, read once."""

    def __init__(self, url: str, options: WebOptions, wanted: Wanted) -> None:
        self._url = url
        self._options = options
        self._wanted = wanted
        self._config = options.config_digest()
        self._tally = RecordTally()
        self._ms = 0.0

    def _contents(
        self, stream: BufferedReader, start: int, here: Cursor
    ) -> Iterator[Document | Fetch | Cursor]:
        """Yield what is in it from a byte on; marks become cursors.

        Args:
            stream: of the archive.
            start: byte.
            here: by what it is known again.
        """
        archive = Archive(stream, self._url, self._wanted, self._tally)
        for step in self._timed(archive.read(start)):
            if not isinstance(step, Mark):
                yield step
            elif self._wanted.window is None:
                yield replace(here, position=step.position)

    def _timed(self, steps: Iterator[Document | Fetch | Mark]) -> Iterator[Document | Fetch | Mark]:
        """Count the time of reading, without what is done with the documents in between."""
        while True:
            began = time.perf_counter()
            step = next(steps, None)
            self._ms += (time.perf_counter() - began) * 1000
            if step is None:
                return
            yield step

    def _is_readable(self) -> bool:
        """Say whether it was an archive after all; only after it was read from its start."""
        return self._tally.records > 0


class FileVisit(_Visit):
    """An archive on the disk."""

    def __init__(self, url: str, options: WebOptions, wanted: Wanted, found: Found) -> None:
        super().__init__(url, options, wanted)
        self._found = found

    def read(self, cursor: Cursor | None) -> Iterator[Reading]:
        """Yield its documents, or what is left of them, then its `Fetch`."""
        stamp = self._found.stamp
        if stamp is None:
            yield self._fetch("unreadable", self._found.trouble)
            return
        start = 0
        if cursor and stamp.is_known(cursor, self._config):
            if cursor.position is None:
                yield self._fetch("known")
                return
            start = cursor.position
        yield from self._read(stamp, stamp.remembered(self._url, self._config), start)

    def _read(self, stamp: Stamp, here: Cursor, start: int) -> Iterator[Reading]:
        try:
            with self._found.path.open("rb") as stream:
                yield from self._contents(stream, start, here)
                changed = Stamp.of(os.fstat(stream.fileno())) != stamp
        except FAILURES as error:
            yield self._fetch(*explain(error), size=stamp.size)
            return
        if changed:
            yield self._fetch("broken", "changed while it was read", size=stamp.size)
        elif start or self._is_readable():
            whole = self._fetch("ok", self._tally.sentence(), size=stamp.size, cursor=here)
            yield replace(whole, lost=self._tally.broken)
        else:
            yield self._fetch("broken", self._tally.sentence() or "no records", size=stamp.size)

    def _fetch(
        self,
        outcome: Outcome,
        error: str | None = None,
        *,
        size: int = 0,
        cursor: Cursor | None = None,
    ) -> Fetch:
        now = dt.datetime.now(dt.UTC)
        cursor = None if self._wanted.window else cursor
        return Fetch(self._url, outcome, now, size, self._ms, error=error, cursor=cursor)


class WebVisit(_Visit):
    """An archive on the web."""

    def __init__(self, url: str, options: WebOptions, wanted: Wanted, max_bytes: int) -> None:
        super().__init__(url, options, wanted)
        self._max_bytes = max_bytes

    def read(self, cursor: Cursor | None, poll: Poll) -> Iterator[Reading]:
        """Yield its documents, or what is left of them, then the `Fetch` of each request."""
        # Half an archive must be had again to be read to its end, whatever its server says.
        ask = Ask(self._url, accept=_ACCEPT)
        if cursor and is_finished(cursor, self._config):
            ask = replace(ask, etag=cursor.etag, last_modified=cursor.last_modified)
            if not ask.is_conditional:
                # Archives do not change, and to look would be to download it all again.
                yield Fetch(self._url, "known", dt.datetime.now(dt.UTC))
                return
        with tempfile.TemporaryFile() as file:
            answer = self._download(ask, poll, file)
            if answer.outcome == "ok":
                file.flush()
                yield from self._read(cast(BufferedReader, file), answer, cursor)
            else:
                yield from fetches_of(answer, self._remember(answer, cursor))

    def _download(self, ask: Ask, poll: Poll, file: IO[bytes]) -> Answer:
        terms = self._options.terms()
        capped = _Capped(file, self._max_bytes, time.monotonic() + terms.total_s)
        into = cast(IO[bytes], capped)
        try:
            with poll.web.download(ask, terms, into) as answer:
                whole = answer
            for _ in range(_MOST_RESUMED):
                rest, offset = _rest_of(whole), file.tell()
                if rest is None or not offset:
                    break
                with poll.web.download(rest, terms, into, offset=offset) as part:
                    whole = _joined(whole, part)
        except _NoEndError as error:
            return _failed(ask, error.outcome, str(error))
        except OSError as error:
            return _failed(ask, "broken", f"cannot be written to the disk: {error.strerror}")
        return whole

    def _read(
        self, stream: BufferedReader, answer: Answer, cursor: Cursor | None
    ) -> Iterator[Reading]:
        here = replace(
            cursor or Cursor(self._url),
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            size=os.fstat(stream.fileno()).st_size,
            config=self._config,
            next_poll_at=None,
        )
        is_same = cursor is not None and _mark_of(cursor) == _mark_of(here)
        start = (here.position or 0) if is_same else 0
        yield from self._contents(stream, start, here)
        is_broken = not (start or self._is_readable())
        met = replace(here, position=None)
        remembered = self._remember(answer, met, is_suspicious=is_broken)
        *steps, last = fetches_of(answer, remembered)
        yield from steps
        told = self._tally.sentence() or ("no records" if is_broken else None)
        if is_broken:
            yield replace(last, outcome="broken", error=told)
        else:
            yield replace(last, outcome="ok", error=told, lost=self._tally.broken)

    def _remember(
        self, answer: Answer, cursor: Cursor | None, *, is_suspicious: bool = False
    ) -> Cursor | None:
        if self._wanted.window:
            return None
        met = list_cursor(answer, cursor, self._options, is_suspicious=is_suspicious)
        if not met.failures:
            ceiling = dt.timedelta(seconds=seconds(self._options.poll_ceiling))
            met = replace(met, next_poll_at=answer.last.fetched_at + ceiling)
        return met


def is_finished(cursor: Cursor, config: str) -> bool:
    """Say whether an archive of the web was read to its end under these options.

    Only then its cursor has the digest of an answer.
    """
    is_whole = cursor.position is None and cursor.body_digest is not None
    return is_whole and cursor.config == config


def _mark_of(cursor: Cursor) -> tuple[object, ...]:
    """Say by what an archive of the web is known again."""
    return cursor.size, cursor.config, cursor.etag, cursor.last_modified


def _rest_of(answer: Answer) -> Ask | None:
    """Ask for what is missing of a body that broke off, where it is sure to be of the same."""
    is_cut = answer.last.status in (200, 206) and answer.outcome in ("broken", "timeout")
    etag = answer.headers.get("etag", "")
    modified = answer.headers.get("last-modified")
    strong = etag if etag and not etag.startswith("W/") else None
    if not is_cut or not (strong or modified):
        return None
    return replace(answer.ask, etag=strong, last_modified=modified)


def _joined(first: Answer, part: Answer) -> Answer:
    """Make one answer of what came at first and what came later."""
    is_anew = part.last.status == 200
    headers = part.headers if is_anew else {**first.headers, **part.headers}
    return replace(part, ask=first.ask, tries=(*first.tries, *part.tries), headers=headers)


def _failed(ask: Ask, outcome: WebOutcome, why: str) -> Answer:
    return Answer(ask, (Try(ask.url, outcome, dt.datetime.now(dt.UTC), error=why),), ask.url)


class _NoEndError(Exception):
    """More bytes or more time than an archive may take."""

    def __init__(self, outcome: WebOutcome, why: str) -> None:
        super().__init__(why)
        self.outcome = outcome


class _Capped:
    """A file that takes so much and for so long: a download has no bounds of its own."""

    def __init__(self, file: IO[bytes], max_bytes: int, deadline: float) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self._deadline = deadline
        self.seek = file.seek
        self.truncate = file.truncate

    def write(self, piece: bytes) -> int:
        if self._file.tell() + len(piece) > self._max_bytes:
            raise _NoEndError("too_large", f"more than {self._max_bytes} bytes")
        if time.monotonic() > self._deadline:
            raise _NoEndError("timeout", "the archive did not come in the time of a whole request")
        return self._file.write(piece)
