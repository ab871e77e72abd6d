"""Reading WARC archives: the documents among the records, and what could not be read.

Packed archives have a gzip member (or zstd frame) per record, as ISO 28500 recommends: a broken
one costs itself only. One member around all records is read too, up to its first broken byte, and
from its start each time.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader

from fastwarc.warc import ArchiveIterator, WarcRecord

from flows.sources import Document, Fetch, Window
from flows.sources._contents import is_within
from flows.sources._streams import TooLargeError, explain, is_disk_trouble
from flows.sources._warc_records import PassedOverError, Sent, body, said, seen_at, skip
from transforms.errors import ParseError
from transforms.urls import clean

DOCUMENTS_PER_MARK = 200
"""A run that is killed reads at most so many documents again."""

_BLOCK_BYTES = 1 << 18
# How a record, or the member it is packed in, begins (RFC 1952, RFC 8878, ISO 28500).
_GZIP, _ZSTD, _PLAIN = rb"\x1f\x8b\x08", rb"\x28\xb5\x2f\xfd", rb"(?m:^)WARC/1\."
_STARTS = {b"\x1f\x8b": _GZIP, b"\x28\xb5": _ZSTD, b"WA": _PLAIN}
_ANY_START = b"|".join(_STARTS.values())
_START_BYTES = 7
_LENGTH = re.compile(r"\s*[0-9]{1,18}\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records of an archive are documents."""

    media_types: frozenset[str]
    include: tuple[re.Pattern[str], ...]
    """The url has one of these; none: any url will do."""
    exclude: tuple[re.Pattern[str], ...]
    max_bytes: int
    """Of a body, decoded."""
    window: Window | None = None

    def takes_url(self, url: str) -> bool:
        """Say whether documents of this url are wanted."""
        return (not self.include or any(one.search(url) for one in self.include)) and not any(
            one.search(url) for one in self.exclude
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything that begins before this byte has been given."""

    position: int


@dataclass(slots=True)
class RecordTally:
    """What was met within one archive besides documents."""

    records: int = 0
    broken: int = 0
    first: str = ""
    passed_over: Counter[str] = field(default_factory=Counter)

    def add(self, place: str, why: str) -> None:
        """Count a place where nothing, or no whole document, could be read."""
        self.broken += 1
        self.first = self.first or f"{place}: {why}"

    def sentence(self) -> str | None:
        """Say how much could not be read, what was wrong first, and what was passed over."""
        told = []
        if self.broken:
            told.append(f"{self.broken} could not be read, the first {self.first}")
        if self.passed_over:
            counts = sorted(self.passed_over.items())
            told.append("passed over: " + ", ".join(f"{count} {what}" for what, count in counts))
        return "; ".join(told) or None


class Archive:
    """One archive on disk, read once."""

    def __init__(
        self, stream: BufferedReader, origin: str, wanted: Wanted, tally: RecordTally
    ) -> None:
        self._stream = stream
        self._origin = origin
        self._wanted = wanted
        self._tally = tally
        self._pattern = re.compile(_STARTS.get(self._peek(0)[:2], _ANY_START))
        self._last = 0
        self._place = ""
        """Where a failure would be."""
        self._unmarked = 0

    def read(self, start: int = 0) -> Iterator[Document | Fetch | Mark]:
        """Yield the documents from a byte on; a body that is too large is a `Fetch` of its own.

        Never raises for what the bytes are: where they are broken it goes on at the next record.

        Args:
            start: byte at which a record begins, as a `Mark` said.

        Raises:
            OSError: the disk cannot be read.
        """
        position: int | None = start
        while position is not None:
            before = self._tally.records
            self._last, self._place = position, f"at byte {position}"
            self._stream.seek(position)
            try:
                yield from self._read_records()
            except OSError as error:
                if is_disk_trouble(error):
                    raise
                # A start where nothing is read lies within what is counted already.
                if self._tally.records > before or position == start:
                    self._tally.add(self._place, explain(error)[1])
                position = self._next_start(self._last + 1)
            else:
                return

    def _read_records(self) -> Iterator[Document | Fetch | Mark]:
        for record in ArchiveIterator(self._stream, parse_http=False):
            self._tally.records += 1
            self._last = record.stream_pos
            self._place = f"at byte {self._last}"
            if not _LENGTH.fullmatch(record.headers.get("Content-Length") or ""):
                raise OSError("no length")
            if self._unmarked >= DOCUMENTS_PER_MARK and self._begins_at(self._last):
                yield Mark(self._last)
                self._unmarked = 0
            if (step := self._read_record(record)) is not None:
                self._unmarked += 1
                yield step
            skip(record)
            self._place = f"behind the record at byte {self._last}"

    def _read_record(self, record: WarcRecord) -> Document | Fetch | None:
        url = (record.headers.get("WARC-Target-URI") or "").strip(" <>")
        try:
            return self._document(record, url)
        except PassedOverError as reason:
            self._tally.passed_over[str(reason)] += 1
        except ParseError as error:
            self._tally.add(self._place, error.message)
        except TooLargeError as error:
            return Fetch(url, "too_large", dt.datetime.now(dt.UTC), error=str(error))
        return None

    def _document(self, record: WarcRecord, url: str) -> Document | None:
        sent = said(record)
        if sent is None:
            return None
        self._look_at(url, sent)
        moment = seen_at(record)
        if not is_within(self._wanted.window, moment):
            return None
        return Document(
            url=url,
            origin=self._origin,
            payload=body(record, sent, self._wanted.max_bytes),
            media_type=sent.media_type,
            seen_at=moment,
            charset=sent.charset,
            status=sent.status,
            headers=sent.headers,
        )

    def _look_at(self, url: str, sent: Sent) -> None:
        if sent.status not in (None, 200):
            raise PassedOverError("of another status")
        is_text = sent.is_conversion and sent.media_type == "text/plain"
        if not is_text and sent.media_type not in self._wanted.media_types:
            raise PassedOverError("of another media type")
        if url.startswith("file:") or clean(url) is None:
            raise PassedOverError("without an http url")
        if not self._wanted.takes_url(url):
            raise PassedOverError("of a url that is not wanted")

    def _peek(self, position: int, size: int = _START_BYTES) -> bytes:
        return os.pread(self._stream.fileno(), size, position)

    def _begins_at(self, position: int) -> bool:
        # Within one member around all records, positions mean nothing.
        return self._pattern.match(self._peek(position)) is not None

    def _next_start(self, position: int) -> int | None:
        while block := self._peek(position, _BLOCK_BYTES):
            if found := self._pattern.search(block):
                return position + found.start()
            position += max(len(block) - _START_BYTES, 1)
        return None
