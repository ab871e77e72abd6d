"""The encodings of a body, undone in small steps."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from flows.sources._http.failures import BodyError

_STEP_BYTES = 64 * 2**10
"""Of what is decoded, at once."""
_ZSTD_STEP_BYTES = 64
"""Given to the zstd decoder at once: it cannot be told when to stop writing, and four bytes may
stand for a block of 128 KiB."""
_ZSTD_WINDOW_BYTES = 8 * 2**20
"""Source: RFC 9659, the largest window of Content-Encoding: zstd."""


def undo(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decode a body piece by piece; no piece is much larger than 2 MiB, some are empty.

    Nothing at all decodes to nothing. What follows the last member is read and left alone.

    Args:
        name: as Content-Encoding has it, in lower case.
        pieces: of the encoded body.

    Raises:
        BodyError: not decodable, cut off, or an encoding that is not known.
    """
    encoding = _ENCODINGS.get(name)
    if encoding is None:
        raise BodyError("broken", f"the body's encoding is not known: {name[:40]!r}")
    try:
        yield from _members(encoding, pieces)
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
        raise BodyError("broken", f"the body is not whole, or not {name}") from error


class _Member(Protocol):
    """One compressed stream out of several that may follow each other."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def feed(self, data: bytes) -> Iterator[bytes]: ...


class _Deflated:
    def __init__(self, window_bits: int) -> None:
        self._decoder = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            piece = self._decoder.decompress(data, _STEP_BYTES)
            yield piece
            data = self._decoder.unconsumed_tail
            # A full step may have left more inside, with nothing of the input.
            if self._decoder.eof or (not data and len(piece) < _STEP_BYTES):
                return


class _Brotli:
    unused_data = b""

    def __init__(self) -> None:
        self._decoder = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._decoder.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        piece = self._decoder.process(data, output_buffer_limit=_STEP_BYTES)
        while piece or not self._decoder.can_accept_more_data():
            yield piece
            if self._decoder.is_finished():
                return
            piece = self._decoder.process(b"", output_buffer_limit=_STEP_BYTES)


class _Zstandard:
    def __init__(self) -> None:
        decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
        self._decoder = decoder.decompressobj()
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_STEP_BYTES):
            end = start + _ZSTD_STEP_BYTES
            yield self._decoder.decompress(data[start:end])
            if self._decoder.eof:
                self.unused_data = self._decoder.unused_data + data[end:]
                return


def _gzip(head: bytes) -> _Member | None:
    return _Deflated(31) if head[:2] == b"\x1f\x8b" else None


def _deflate(head: bytes) -> _Member | None:
    # Promised is the zlib format; some send the bare stream. Source: RFC 1950 section 2.2.
    is_zlib = head[0] & 0x8F == 0x08 and int.from_bytes(head[:2], "big") % 31 == 0
    return _Deflated(15 if is_zlib else -15)


def _brotli(_: bytes) -> _Member | None:
    return _Brotli()


def _zstd(head: bytes) -> _Member | None:
    # Source: RFC 8878 sections 3.1.1 and 3.1.2, frames and frames to be passed over.
    number = int.from_bytes(head[:4], "little")
    return _Zstandard() if number == 0xFD2FB528 or number >> 4 == 0x184D2A5 else None


@dataclass(frozen=True, slots=True)
class _Encoding:
    begin: Callable[[bytes], _Member | None]
    head_bytes: int
    """What `begin` must see to know a member."""
    has_members: bool


_ENCODINGS = {
    "gzip": _Encoding(_gzip, 2, has_members=True),
    "x-gzip": _Encoding(_gzip, 2, has_members=True),
    "deflate": _Encoding(_deflate, 2, has_members=False),
    "br": _Encoding(_brotli, 1, has_members=False),
    "zstd": _Encoding(_zstd, 4, has_members=True),
}


def _members(encoding: _Encoding, pieces: Iterator[bytes]) -> Iterator[bytes]:
    head, is_first = b"", True
    while True:
        head = _filled(head, pieces, encoding.head_bytes)
        member = encoding.begin(head) if len(head) >= encoding.head_bytes else None
        if member is None and head and is_first:
            raise EOFError
        if member is None:
            break
        head = yield from _member(member, head, pieces)
        is_first = False
        if not encoding.has_members:
            break
    for _ in pieces:
        pass


def _member(
    member: _Member, data: bytes | None, pieces: Iterator[bytes]
) -> Generator[bytes, None, bytes]:
    """Decode one member and return what follows it."""
    while data is not None:
        yield from member.feed(data)
        if member.eof:
            return member.unused_data
        data = next(pieces, None)
    raise EOFError


def _filled(head: bytes, pieces: Iterator[bytes], size: int) -> bytes:
    while len(head) < size and (piece := next(pieces, None)) is not None:
        head += piece
    return head
