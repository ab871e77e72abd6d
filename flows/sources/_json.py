"""Cutting the values out of JSON text of any length.

Own code, because a document is one value byte for byte, and because the streaming parser at hand
(ijson 3.6) takes all memory on 100 kB of "[", stops at NaN and at whole numbers over 64 bit, and
puts "?" for a lone surrogate. Only strings and brackets are looked at here: whether a value is
JSON is seen when it is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from transforms.errors import ParseError

_CHUNK_BYTES = 1 << 16
_NO_SPACE = re.compile(rb"[^ \t\r\n]")
_MARK = re.compile(rb'["\[\]{}]')
_STRING_MARK = re.compile(rb'["\\]')
_SCALAR_END = re.compile(rb"(?=[,:\[\]{}\s])")
_BYTE = re.compile(rb".", re.DOTALL)
# What needs no look at each mark, as far as it lies in the buffer (6 times faster on news).
_STRING_RUN = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_CONTAINER_RUN = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)


class Scanner:
    """Goes through JSON text in UTF-8 once, holding no more than one value of it.

    Args:
        stream: where the text comes from.
        max_bytes: a longer value is gone past, not held.
    """

    def __init__(self, stream: BinaryIO, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._buffer = b""
        self._at = 0
        self._before = 0
        self._kept: list[bytes] = []
        self._size = 0

    def descend(self, keys: list[str]) -> bool:
        """Go to the value under a path of keys; False where there is none.

        Raises:
            ParseError: the text ends, or is not JSON, before that.
        """
        return all(self._find_key(key) for key in keys)

    def rows(self) -> Iterator[bytes | None]:
        """Yield each element of the array here, or each object where they follow one another.

        None stands for a value over `max_bytes`.

        Raises:
            ParseError: there is neither, or the text ends before the value does.
        """
        if self._take(b"["):
            yield from self._elements()
        elif self._peek() == b"{":
            while self._peek() == b"{":
                yield self._value()
        else:
            raise self._error("neither an array nor an object begins")

    def _elements(self) -> Iterator[bytes | None]:
        while self._peek() != b"]":
            yield self._value()
            if not self._take(b","):
                break
        if not self._take(b"]"):
            raise self._error("an array is not closed")

    def end(self) -> None:
        """Make sure that nothing follows.

        Raises:
            ParseError: something does.
        """
        if self._peek():
            raise self._error("there is more text after the last value")

    def _find_key(self, wanted: str) -> bool:
        if not self._take(b"{"):
            return False
        while self._peek() == b'"':
            key = self._value()
            if not self._take(b":"):
                raise self._error("a key has no value")
            if key is not None and _text(key) == wanted:
                return True
            self._value()
            if not self._take(b","):
                return False
        return False

    def _value(self) -> bytes | None:
        first = self._peek()
        self._kept, self._size = [], 0
        if first == b'"':
            self._past(_MARK)
            self._string()
        elif first in (b"[", b"{"):
            self._container()
        else:
            self._past(_SCALAR_END, or_end=True)
            if not self._size:
                raise self._error("a value is missing")
        return b"".join(self._kept) if self._size <= self._max_bytes else None

    def _container(self) -> None:
        depth = 0
        while True:
            self._run(_CONTAINER_RUN)
            mark = self._past(_MARK)
            if mark == b'"':
                self._string()
                continue
            depth += 1 if mark in b"[{" else -1
            if not depth:
                return

    def _string(self) -> None:
        while True:
            self._run(_STRING_RUN)
            if self._past(_STRING_MARK) == b'"':
                return
            self._past(_BYTE)

    def _run(self, pattern: re.Pattern[bytes]) -> None:
        found = pattern.match(self._buffer, self._at)
        if found:
            self._keep(found.end())

    def _past(self, pattern: re.Pattern[bytes], *, or_end: bool = False) -> bytes:
        """Go past the next match, keeping what lies before it and the match."""
        while not (found := pattern.search(self._buffer, self._at)):
            self._keep(len(self._buffer))
            if not self._fill():
                if or_end:
                    return b""
                raise self._error("the text ends within a value")
        self._keep(found.end())
        return found[0]

    def _keep(self, end: int) -> None:
        self._size += end - self._at
        if self._size <= self._max_bytes:
            self._kept.append(self._buffer[self._at : end])
        else:
            self._kept.clear()
        self._at = end

    def _peek(self) -> bytes:
        """Return the next byte that is not white space, b"" at the end, and stay before it."""
        while not (found := _NO_SPACE.search(self._buffer, self._at)):
            if not self._fill():
                return b""
        self._at = found.start()
        return found[0]

    def _take(self, wanted: bytes) -> bool:
        found = self._peek() == wanted
        self._at += found
        return found

    def _fill(self) -> bool:
        self._before += len(self._buffer)
        self._buffer, self._at = self._stream.read(_CHUNK_BYTES), 0
        return bool(self._buffer)

    def _error(self, what: str) -> ParseError:
        return ParseError(f"{what} at byte {self._before + self._at}")


def _text(key: bytes) -> object:
    try:
        return json.loads(key)
    except ValueError:
        return None
