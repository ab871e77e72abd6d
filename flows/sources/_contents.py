"""What a file holds: one document, a document per row, or a zip of such files."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import quote

from flows.sources import Document, Fetch, Outcome, Window
from flows.sources._names import is_hidden, is_readable, quoted, suffix_of
from flows.sources._rows import READERS, Refusal, Row, RowOptions
from flows.sources._streams import (
    FAILURES,
    explain,
    gunzip,
    is_disk_trouble,
    open_member,
    read_document,
    spooled,
)
from transforms.errors import ParseError
from transforms.fields import record_id
from transforms.identity import sha256_hex
from transforms.reading import Profile

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".eml": "message/rfc822",
}
ROW_TYPE = "application/json"

# What RFC 3986 lets stand in a fragment besides letters and digits.
_FRAGMENT = "!$&'()*+,;=:@/?-._~"


@dataclass(slots=True)
class Tally:
    """What went wrong within one file without ending it."""

    refused: int = 0
    told: int = 0
    """Those of them that are a `Fetch` of their own."""
    given: int = 0
    """Those of them that were given all the same, without a value."""
    first: str = ""
    partly: bool = False
    """The window left something of it out."""

    @property
    def lost(self) -> int:
        """Say how many gave nothing, and are told of by this tally alone."""
        return self.refused - self.told - self.given

    def add(self, place: str, why: str, *, is_told: bool = False, is_given: bool = False) -> None:
        """Count one row or member that could not be given, or not whole."""
        self.refused += 1
        self.told += is_told
        self.given += is_given
        self.first = self.first or f"{place}: {why}"

    def sentence(self) -> str | None:
        """Say how many there were, and what was wrong with the first."""
        return (
            f"{self.refused} could not be read, the first at {self.first}" if self.first else None
        )


@dataclass(frozen=True, slots=True)
class Content:
    """Where some bytes stand, and how they are to be read."""

    name: str
    """Of the file or member: its extension says what it holds."""
    url: str
    origin: str
    seen_at: dt.datetime
    options: RowOptions
    profile: Profile


def read_zip(
    stream: io.BufferedReader, content: Content, window: Window | None, tally: Tally
) -> Iterator[Document | Fetch]:
    """Yield the documents of the members in the order of their names.

    A member that cannot be read is a `Fetch` of its own, and the others go on.
    """
    with zipfile.ZipFile(stream) as archive:
        members = sorted(archive.infolist(), key=lambda info: (info.filename, info.header_offset))
        for member in members:
            if not _is_wanted(member):
                continue
            inner = _member_content(member, content)
            if not is_within(window, inner.seen_at):
                tally.partly = True
                continue
            try:
                yield from _read_member(archive, member, inner, tally)
            except FAILURES as error:
                if is_disk_trouble(error):
                    raise
                outcome, why = explain(error)
                tally.add(member.filename, why, is_told=True)
                yield _fetch(inner.url, outcome, why)


def read_content(
    stream: io.BufferedReader, content: Content, tally: Tally
) -> Iterator[Document | Fetch]:
    """Yield the document or the rows of a file that is no zip."""
    suffix, packed = suffix_of(content.name)
    with ExitStack() as opened:
        if packed:
            stream = opened.enter_context(gunzip(stream))
        if suffix in MEDIA_TYPES:
            yield _document(content, content.url, read_document(stream), MEDIA_TYPES[suffix])
            return
        if suffix == ".parquet" and (packed or content.url != content.origin):
            stream = opened.enter_context(spooled(stream))
        for row in READERS[suffix](stream, content.options):
            if isinstance(row, Row):
                yield _row_document(row, content)
            else:
                yield from _refuse(row, content, tally)


def is_within(window: Window | None, moment: dt.datetime) -> bool:
    """Say whether a moment lies in the window; None is all time."""
    return window is None or window.start <= moment < window.end


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    return not member.is_dir() and not is_hidden(member.filename) and is_readable(member.filename)


def _member_content(member: zipfile.ZipInfo, content: Content) -> Content:
    url = f"{content.url}!/{quoted(member.filename)}"
    # A zip has no zone; a clock that never ran (month 0) leaves the time of the zip itself.
    try:
        seen_at = dt.datetime(*member.date_time, tzinfo=dt.UTC)
    except ValueError:
        seen_at = content.seen_at
    return replace(content, name=member.filename, url=url, seen_at=seen_at)


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, content: Content, tally: Tally
) -> Iterator[Document | Fetch]:
    if member.flag_bits & 1:
        raise ParseError("encrypted")
    if suffix_of(member.filename)[0] == ".zip":
        raise ParseError("a zip within a zip is not opened")
    with open_member(archive, member) as stream:
        yield from read_content(stream, content, tally)


def _row_document(row: Row, content: Content) -> Document:
    url = f"{content.url}#{quote(row_id(row.payload, content.profile), safe=_FRAGMENT)}"
    return _document(content, url, row.payload, ROW_TYPE)


def _document(content: Content, url: str, payload: bytes, media_type: str) -> Document:
    # Rows are UTF-8 by now, so the option says nothing of them.
    charset = None if media_type == ROW_TYPE else content.options.encoding
    return Document(
        url=url,
        origin=content.origin,
        payload=payload,
        media_type=media_type,
        seen_at=content.seen_at,
        charset=charset,
    )


def row_id(payload: bytes, profile: Profile) -> str:
    """Name a row by its id, else by a digest that white space and the order of keys leave alone."""
    try:
        row = json.loads(payload)
        if isinstance(row, dict) and (named := record_id(row, profile)):
            return named
        canonical = json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except (ValueError, RecursionError):
        return sha256_hex(payload)
    return sha256_hex(canonical.encode("utf-8", "surrogatepass"))


def _refuse(row: Refusal, content: Content, tally: Tally) -> Iterator[Fetch]:
    if row.too_large:
        yield _fetch(f"{content.url}#{row.place.replace(' ', '=')}", "too_large", row.why)
    inner = content.url.removeprefix(content.origin).removeprefix("!/")
    tally.add(f"{inner} {row.place}".strip(), row.why, is_told=row.too_large)


def _fetch(url: str, outcome: Outcome, error: str) -> Fetch:
    return Fetch(url, outcome, dt.datetime.now(dt.UTC), error=error)
