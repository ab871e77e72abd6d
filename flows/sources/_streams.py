"""Streams of bytes: unpacked, in UTF-8, never read beyond what one document may have."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import cast

import pyarrow as pa

from flows.sources import Outcome
from transforms.encodings import codec_of, is_plain
from transforms.errors import ParseError

MAX_DOCUMENT_BYTES = 32 * 1024 * 1024
"""Of one document, unpacked."""
BLOCK_BYTES = 256 * 1024
MAX_SPOOLED_BYTES = 2 * 1024 * 1024 * 1024
"""Of a packed Parquet file: it is read from its end, so it is unpacked to disk before."""

_CHUNK_BYTES = 1 << 16
_SAMPLE_BYTES = 1 << 18
"""Of what begins with the first character beyond ASCII: by it an encoding is told."""

# The longer mark first: that of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TooLargeError(Exception):
    """More bytes than one document may have."""


FAILURES: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    UnicodeError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    pa.ArrowException,
    ParseError,
    TooLargeError,
)
"""What reading a file of any content may raise; anything else is our bug."""


def explain(error: Exception) -> tuple[Outcome, str]:
    """Say in a sentence why a file could not be read to its end."""
    if is_disk_trouble(error):
        return "unreadable", f"cannot be read: {cast(OSError, error).strerror}"
    if isinstance(error, TooLargeError):
        return "too_large", str(error)
    if isinstance(error, ParseError):
        return "broken", error.message
    if isinstance(error, EOFError):
        return "broken", "the packed bytes end too early"
    return "broken", " ".join(str(error).split())[:200] or type(error).__name__


def is_disk_trouble(error: Exception) -> bool:
    """Tell the system's errors from what gzip, bz2 and pyarrow raise on bad content."""
    return isinstance(error, OSError) and error.errno is not None


def read_document(stream: io.BufferedReader) -> bytes:
    """Read to the end.

    Raises:
        TooLargeError: that is more than `MAX_DOCUMENT_BYTES`.
    """
    payload = bytearray()
    # Asking for all of it at once maps 32 MiB for every page, four times the cost of reading it.
    while block := stream.read(BLOCK_BYTES):
        payload += block
        if len(payload) > MAX_DOCUMENT_BYTES:
            raise TooLargeError("more than 32 MiB")
    return bytes(payload)


def gunzip(stream: io.BufferedReader) -> io.BufferedReader:
    """Unpack while reading; closing it leaves `stream` open."""
    return _buffered(gzip.GzipFile(fileobj=stream, mode="rb"))


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> io.BufferedReader:
    """Unpack a zip member while reading; its name is not used on the disk."""
    return _buffered(archive.open(member))


@contextlib.contextmanager
def spooled(stream: io.BufferedReader) -> Iterator[io.BufferedReader]:
    """Copy to an unnamed temporary file, for a reader that must seek.

    Raises:
        TooLargeError: there are more than `MAX_SPOOLED_BYTES`.
    """
    with tempfile.TemporaryFile() as file:
        while piece := stream.read(_CHUNK_BYTES):
            file.write(piece)
            if file.tell() > MAX_SPOOLED_BYTES:
                raise TooLargeError("more than 2 GiB unpacked")
        file.seek(0)
        yield cast(io.BufferedReader, file)


def as_utf8(stream: io.BufferedReader, encoding: str | None) -> io.BufferedReader:
    """Read text of another encoding as UTF-8, without a byte order mark.

    Bytes that are not in the encoding come through as they are. A byte order mark wins over
    `encoding`; with neither the bytes are looked at, and are UTF-8 where they do not tell.
    """
    head = stream.peek(4)[:4]
    if head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
        return stream
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    name = marked or encoding
    if name and codecs.lookup(name).name == "utf-8":
        return stream
    recoded = _Recoded(stream, name) if name else _LookedAt(stream)
    return io.BufferedReader(recoded, 4 * _CHUNK_BYTES)


class _Recoded(io.RawIOBase):
    """Text of another encoding, in UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str | None) -> None:
        # Not a TextIOWrapper, which would close the stream with itself.
        self._stream = stream
        self._decoder = _decoder(encoding) if encoding else None
        """None: it is UTF-8, or has been so far."""
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        more = True
        while more and not self._left:
            data = self._read()
            more = bool(data)
            self._left = _in_utf8(self._decoder, data) if self._decoder else data
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def _read(self) -> bytes:
        return self._stream.read(_CHUNK_BYTES)


class _LookedAt(_Recoded):
    """Text of which nobody says how it is encoded, in UTF-8.

    It is all one as long as it is ASCII; where that ends, the next bytes are looked at.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        super().__init__(stream, None)
        self._is_told = False
        self._is_start = True

    def _read(self) -> bytes:
        data = super()._read()
        if not self._is_told and not is_plain(data):
            self._is_told = True
            data += self._stream.read(_SAMPLE_BYTES)
            codec = codec_of(data, is_start=self._is_start)
            self._decoder = _decoder(codec) if codec else None
        self._is_start = False
        return data


def _in_utf8(decoder: codecs.IncrementalDecoder, data: bytes) -> bytes:
    return decoder.decode(data, final=not data).encode("utf-8", "surrogateescape")


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder(encoding)("surrogateescape")


def _buffered(stream: object) -> io.BufferedReader:
    # The readers of gzip and zipfile are buffered by type, but slow line by line.
    return io.BufferedReader(cast(io.RawIOBase, stream), _CHUNK_BYTES)
