"""What one WARC record says: of which kind it is, when it was made, and its body, decoded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from fastwarc.warc import WarcRecord, WarcRecordType

from flows.sources._http import BodyError, undo
from flows.sources._polling import kept_headers
from flows.sources._streams import TooLargeError
from transforms.errors import ParseError
from transforms.permissions import PERMISSIONS

# Less precise than a second, as WARC 1.1 allows. Source: W3C, Date and Time Formats.
_COARSE_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)Z)?)?)?")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
# A body that does not begin so was decoded by whoever wrote it down, its headers left as they were.
_CODED = {
    "chunked": _CHUNK_SIZE,
    "gzip": re.compile(rb"\x1f\x8b"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "deflate": re.compile(rb"(?!\s*<)(?s:.)"),
    "br": re.compile(rb"(?!\s*<)(?s:.)"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is said of a record's body."""

    media_type: str
    charset: str | None
    codings: list[str] = field(default_factory=list)
    """In the order they are to be undone."""
    status: int | None = None
    is_conversion: bool = False
    """A text made of another record's body, as in the WET archives of Common Crawl."""
    headers: dict[str, str] = field(default_factory=dict)


class PassedOverError(Exception):
    """A record that is no document, for an everyday reason."""


def skip(record: WarcRecord) -> None:
    """Go to the end of a record.

    Raises:
        OSError: the archive ends within it.
    """
    record.consume()
    if record.reader.tell() < record.content_length:
        raise OSError("the archive ends within the record")


def said(record: WarcRecord) -> Sent | None:
    """Say what a record's body is; None for records that hold no document by their type.

    Raises:
        ParseError: it is no HTTP response.
        PassedOverError: it is none that can be a document.
    """
    if record.record_type == WarcRecordType.revisit:
        raise PassedOverError("as revisit")
    if record.record_type in (WarcRecordType.resource, WarcRecordType.conversion):
        is_conversion = record.record_type == WarcRecordType.conversion
        stated = _content_type(record.headers.get("Content-Type"))
        return Sent(*stated, is_conversion=is_conversion)
    if record.record_type != WarcRecordType.response:
        return None
    if not record.is_http:
        raise PassedOverError("without an http url")
    try:
        record.parse_http(quirks_mode=True)
    except OSError as error:
        raise ParseError("no HTTP headers") from error
    if record.http_headers is None or record.http_headers.status_code is None:
        raise ParseError("no HTTP status")
    headers = _joined(record.http_headers.items())
    codings = f"{headers.get('content-encoding', '')},{headers.get('transfer-encoding', '')}"
    return Sent(
        *_content_type(headers.get("content-type")),
        [name.strip().lower().removeprefix("x-") for name in codings.split(",")][::-1],
        record.http_headers.status_code,
        headers=kept_headers(headers),
    )


def _joined(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Put the lines of a header that is a list into one (RFC 9110 section 5.3); else the last."""
    headers: dict[str, str] = {}
    for name, value in ((name.lower(), value) for name, value in lines):
        is_more = name in PERMISSIONS and name in headers
        headers[name] = f"{headers[name]}, {value}" if is_more else value
    return headers


def _content_type(value: str | None) -> tuple[str, str | None]:
    media_type, *parameters = (value or "").split(";")
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), charset.strip(" \"'").lower() or None
    return media_type.strip().lower(), None


def seen_at(record: WarcRecord) -> dt.datetime:
    """Say when it was made.

    Raises:
        ParseError: it says no date.
    """
    try:
        if record.record_date:
            return record.record_date.astimezone(dt.UTC)
        coarse = _COARSE_DATE.fullmatch(record.headers.get("WARC-Date") or "")
        year, month, day, hour, minute = map(int, coarse.groups("01")) if coarse else [0] * 5
        clock = (hour, minute) if coarse and coarse[4] else (0, 0)
        return dt.datetime(year, month, day, *clock, tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ParseError("no date") from error


def body(record: WarcRecord, sent: Sent, max_bytes: int) -> bytes:
    """Read the body, decoded.

    Raises:
        OSError: the archive ends within it.
        ParseError: it is not coded as its headers say.
        TooLargeError: it is larger than `max_bytes`.
    """
    if record.content_length > max_bytes:
        skip(record)
        raise TooLargeError(f"more than {max_bytes} bytes")
    payload: bytes = record.reader.read(-1)
    if len(payload) < record.content_length:
        raise OSError("the archive ends within the record")
    return _decoded(payload, sent.codings, max_bytes)


def _decoded(body: bytes, codings: list[str], max_bytes: int) -> bytes:
    """Undo what was done to a body on its way.

    Source: RFC 9110 section 8.4.1 and RFC 9112 section 7.
    """
    for coding in codings:
        begins = _CODED.get(coding)
        if coding in ("", "identity") or (begins and not begins.match(body)):
            continue
        body = _dechunk(body) if coding == "chunked" else _unpack(coding, body, max_bytes)
    return body


def _unpack(coding: str, body: bytes, max_bytes: int) -> bytes:
    unpacked = bytearray()
    try:
        for piece in undo(coding, iter((body,))):
            unpacked += piece
            if len(unpacked) > max_bytes:
                raise TooLargeError(f"more than {max_bytes} bytes")
    except BodyError as error:
        raise ParseError(error.message) from error
    return bytes(unpacked)


def _dechunk(body: bytes) -> bytes:
    pieces: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        start, length = size.end(), int(size[1], 16)
        if not length:
            return b"".join(pieces)
        pieces.append(body[start : start + length])
        at = start + length
        at += 2 if body.startswith(b"\r\n", at) else 1
    raise ParseError("the last chunk is missing")
