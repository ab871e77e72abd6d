"""A body within its caps and its deadline, decoded."""

from __future__ import annotations

import contextlib
import http.client
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import requests
import urllib3.exceptions

from flows.sources._http.encodings import undo
from flows.sources._http.failures import BodyError, explain

__all__ = [
    "MAX_ENCODINGS",
    "MAX_RATIO",
    "Body",
    "BodyError",
    "copy_body",
    "read_body",
    "read_start",
]

_STEP_BYTES = 64 * 2**10
"""Read at once, at most."""
MAX_RATIO = 200
"""Decoded bytes per byte of the wire. Pages and sitemaps stay under 50, even those made of one
template; deflate alone reaches 1032, the others far more."""
_RATIO_FROM_BYTES = 2**20
"""Less than this is no bomb, whatever its ratio."""
MAX_ENCODINGS = 3

_FAILURES = (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError)
# What http.client and its buffers raise where the watch closed them between two lines.
_CLOSED_UNDERNEATH = (ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Body:
    """A whole body."""

    data: bytes
    """Decoded."""
    wire_bytes: int
    """As it came, without the framing of chunks."""


def read_body(response: requests.Response, *, max_bytes: int, deadline: float) -> Body:
    """Read and decode the body of a response that was asked for with `stream=True`.

    At no time is more held than `max_bytes` and a few small steps. After an error the connection
    is closed.

    Args:
        response: none of its body read yet.
        max_bytes: of the body, decoded and as it comes.
        deadline: by `time.monotonic()`; holds however slowly or fast the bytes come.

    Raises:
        BodyError: too large, broken or late.
    """
    wire = _Wire(response.raw, deadline, max_bytes)
    into = io.BytesIO()
    with _closing_on_error(response), _watched(response.raw, deadline):
        for piece in _decoded(wire, response):
            into.write(piece)
    return Body(into.getvalue(), wire.count)


def read_start(response: requests.Response, *, max_bytes: int, deadline: float) -> Body:
    """Read and decode the start of a body as `read_body` does, and let go of the rest.

    Raises:
        BodyError: broken, late or a bomb.
    """
    wire = _Wire(response.raw, deadline, None)
    into = io.BytesIO()
    with _closing_on_error(response), _watched(response.raw, deadline):
        for piece in _decoded(wire, response):
            into.write(piece)
            if into.tell() > max_bytes:
                response.close()
                break
    return Body(into.getvalue(), wire.count)


def copy_body(response: requests.Response, into: IO[bytes], *, deadline: float) -> int:
    """Copy a body of any size to a file as it comes, not decoded; give its bytes.

    Args:
        response: as for `read_body`.
        into: open for writing; what came before an error stays in it.
        deadline: by `time.monotonic()`.

    Raises:
        BodyError: broken or late.
        OSError: the file cannot be written.
    """
    wire = _Wire(response.raw, deadline, None)
    with _closing_on_error(response), _watched(response.raw, deadline):
        for piece in wire.pieces():
            into.write(piece)
    return wire.count


class _Wire:
    """The body as it comes, counted and timed."""

    def __init__(self, raw: Any, deadline: float, max_bytes: int | None) -> None:
        self._raw = raw
        self._deadline = deadline
        self._max_bytes = max_bytes
        self.count = 0

    def pieces(self) -> Iterator[bytes]:
        self._check_size(self._raw.length_remaining or 0)
        while piece := self._read():
            self.count += len(piece)
            self._check_size(self.count)
            yield piece

    def capped(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Let decoded pieces through while they are within the bounds."""
        decoded = 0
        for piece in pieces:
            decoded += len(piece)
            self._check_size(decoded)
            if decoded > _RATIO_FROM_BYTES and decoded > self.count * MAX_RATIO:
                raise BodyError("too_large", f"the body expands to over {MAX_RATIO} times its size")
            self._check_time()
            yield piece

    def _read(self) -> bytes:
        self._check_time()
        try:
            # Not `read`, which waits until there is as much as was asked for; not `stream`,
            # which takes a line of a chunk's size of any length.
            piece: bytes | None = self._raw.read1(_STEP_BYTES, decode_content=False)
        except _FAILURES as error:
            self._check_time()
            raise BodyError(*explain(error)) from error
        except _CLOSED_UNDERNEATH as error:
            self._check_time()
            raise BodyError("broken", "the body is not framed as HTTP frames it") from error
        # What the watch cut off may look like a body's end.
        self._check_time()
        return piece or b""

    def _check_time(self) -> None:
        if time.monotonic() >= self._deadline:
            raise BodyError("timeout", "the body did not come in the time of a whole request")

    def _check_size(self, size: int) -> None:
        if self._max_bytes is not None and size > self._max_bytes:
            raise BodyError("too_large", f"the body has more than {self._max_bytes} bytes")


@contextlib.contextmanager
def _closing_on_error(response: requests.Response) -> Iterator[None]:
    try:
        yield
    except BaseException:
        response.close()
        raise


@contextlib.contextmanager
def _watched(raw: Any, deadline: float) -> Iterator[None]:
    """Cut the connection at the deadline.

    Looking at the clock between two reads is not enough: http.client reads the lines that frame
    chunks, and trailers without end, within one.
    """
    watch = threading.Timer(max(deadline - time.monotonic(), 0.0), _cut, [raw])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        # A cut under way is over before the connection can be anyone else's.
        watch.join()


def _cut(raw: Any) -> None:
    # Shutting down ends a read under way. Closing ends the next one where bytes still wait.
    with contextlib.suppress(*_FAILURES, *_CLOSED_UNDERNEATH, RuntimeError):
        raw.shutdown()
    with contextlib.suppress(*_FAILURES, *_CLOSED_UNDERNEATH):
        raw.close()


def _decoded(wire: _Wire, response: requests.Response) -> Iterator[bytes]:
    """Undo the encodings, the last one first; what each gives is held to the bounds."""
    names = response.headers.get("Content-Encoding", "").lower().split(",")
    encodings = [name for part in names if (name := part.strip()) not in ("", "identity")]
    if len(encodings) > MAX_ENCODINGS:
        raise BodyError("broken", f"the body is encoded more than {MAX_ENCODINGS} times")
    pieces = wire.pieces()
    for encoding in reversed(encodings):
        pieces = wire.capped(undo(encoding, pieces))
    return pieces
