"""Listings of archives: what they name, and what of it a window needs.

A listing is a text, packed with gzip or not, with an archive a line: a path, or an http(s) url.
Decisions only: nothing is asked here.

Source: Common Crawl publishes such for each crawl and each month of news, as `warc.paths.gz`.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import cast
from urllib.parse import urljoin, urlsplit

from flows.sources import Window
from flows.sources._streams import TooLargeError, gunzip
from flows.sources._warc_files import EXTENSIONS
from transforms.errors import ParseError
from transforms.urls import clean

MAX_LINES = 200_000
"""Archives of one listing. Source: commoncrawl.org, a main crawl has up to 100,000."""

_MAX_LINE_CHARS = 8_192
_GZIP = b"\x1f\x8b"
# Prefix-Timestamp-Serial, the time in UTC at which the file was begun. With another number before
# the serial several files are open at once; with two times the first is that of a whole segment.
# Source: StormCrawler, WARCFileNameFormat, which Common Crawl's news-crawl names its archives by.
_BEGUN = re.compile(r"(?<!-\d{14})-(\d{14})-\d+\.warc(?:\.gz|\.zst)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """What one listing names."""

    archives: tuple[str, ...]
    """Each once, in order."""
    bad: tuple[tuple[str, str], ...] = ()
    """Lines that name none, and why."""
    fault: str | None = None
    """Why lines after these were not read."""

    def sentence(self) -> str | None:
        """Say how much of it could not be taken."""
        told = [f"lines that name no archive: {len(self.bad)}"] if self.bad else []
        return "; ".join([*told, *filter(None, [self.fault])]) or None


def parse_listing(body: bytes, max_bytes: int, resolve: Callable[[str], str]) -> Listing:
    """Read a listing.

    Args:
        body: packed or not, whatever its name says.
        max_bytes: unpacked.
        resolve: gives the archive that a line names; a ValueError says why there is none.

    Raises:
        ParseError: it is none, or names nothing.
        TooLargeError: it is larger than `max_bytes`.
        EOFError, OSError, zlib.error: it cannot be unpacked.
    """
    content = _unpack(body, max_bytes)
    if content.lstrip()[:1] == b"<":
        raise ParseError("HTML or XML came where a listing of archives was promised")
    archives: dict[str, None] = {}
    bad: list[tuple[str, str]] = []
    fault = None
    for number, line in enumerate(_lines(content)):
        if number == MAX_LINES:
            fault = f"only the first {MAX_LINES} lines were read"
            break
        try:
            _look_at(line)
            archives[resolve(line)] = None
        except ValueError as error:
            bad.append((line, str(error)))
    if not (archives or bad):
        raise ParseError("the listing names nothing")
    return Listing(tuple(archives), tuple(bad), fault)


def address_of(line: str, base: str) -> str:
    """Give the cleaned url that a line names.

    Args:
        line: a path, or an http(s) url.
        base: where paths start.

    Raises:
        ValueError: it is not a usable one.
    """
    url = clean(urljoin(f"{base.rstrip('/')}/", line))
    if url is None:
        raise ValueError("no url can be made of the line")
    return url


def file_of(line: str) -> str:
    """Give the name of the file that a line names.

    Raises:
        ValueError: it is a url.
    """
    if urlsplit(line).scheme:
        raise ValueError("a listing on the disk names files on the disk")
    return PurePosixPath(line).as_posix()


def choose(archives: Sequence[str], window: Window) -> list[str]:
    """Choose the archives that can hold records of a window, by the times in their names.

    One file is written at a time, and what is in it was captured after it was begun and before the
    next one was: from the last that was begun by the start of the window, up to those begun before
    its end. An archive without such a time may hold anything.
    """
    begun = {archive: _begun_at(archive) for archive in archives}
    by_start = [at for at in begun.values() if at and at <= window.start]
    first = max(by_start, default=None)
    return [
        archive
        for archive, at in begun.items()
        if at is None or ((first is None or at >= first) and at < window.end)
    ]


def _begun_at(archive: str) -> dt.datetime | None:
    found = _BEGUN.search(archive.partition("?")[0].rpartition("/")[2])
    try:
        return dt.datetime.strptime(f"{found[1]}+0000", "%Y%m%d%H%M%S%z") if found else None
    except ValueError:  # a 14th month
        return None


def _unpack(body: bytes, max_bytes: int) -> bytes:
    content = body
    if body.startswith(_GZIP):
        with gunzip(cast(io.BufferedReader, io.BytesIO(body))) as stream:
            content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise TooLargeError(f"more than {max_bytes} bytes")
    return content


def _lines(content: bytes) -> Iterator[str]:
    for line in io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", errors="replace"):
        if name := line.strip():
            yield name


def _look_at(line: str) -> None:
    """Look whether a line can name an archive.

    Raises:
        ValueError: it cannot; the message says why.
    """
    if len(line) > _MAX_LINE_CHARS:
        raise ValueError("the line is too long")
    if not line.isprintable():
        raise ValueError("the line has control characters")
    try:
        parts = urlsplit(line)
    except ValueError:
        raise ValueError("the line is a malformed url") from None
    if parts.scheme not in ("", "http", "https"):
        raise ValueError("only paths and http or https urls are taken")
    if not parts.path.lower().endswith(EXTENSIONS):
        raise ValueError(f"the name ends in none of {', '.join(EXTENSIONS)}")
