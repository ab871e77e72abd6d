"""What was answered in this run: two sources that name one page ask for it once."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace

import zstandard

from flows.sources._http.messages import Answer, Ask, Terms

MAX_BYTES = 2**30
"""Of the temporary file, packed: what comes after that is asked for again."""


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    """Without its body."""
    offset: int
    size: int


class Memory:
    """Good answers by url and terms, their bodies packed in a temporary file."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: dict[Hashable, _Kept] = {}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the session
        self._end = 0
        self._lock = threading.Lock()

    def recall(self, ask: Ask, terms: Terms) -> Answer | None:
        """Give the answer that the same question had, as one request that took no time."""
        with self._lock:
            kept = self._kept.get(_key(ask, terms))
            if kept is None or _has_secrets(terms):
                return None
            try:
                self._file.seek(kept.offset)
                packed = self._file.read(kept.size)
            except OSError:
                return None
        body = zstandard.decompress(packed)
        return replace(kept.answer, ask=ask, body=body)

    def keep(self, answer: Answer, terms: Terms) -> None:
        """Keep an answer, where it is good and there is room."""
        if answer.outcome != "ok" or _has_secrets(terms):
            return
        packed = zstandard.compress(answer.body, 1)
        bare = replace(answer, body=b"", tries=(replace(answer.last, bytes=0, ms=0.0),))
        with self._lock:
            if self._file.closed or self._end + len(packed) > self._max_bytes:
                return
            try:
                self._file.seek(self._end)
                self._file.write(packed)
                self._file.flush()
            except OSError:  # a full disk: what is not remembered is asked for again
                self._max_bytes = 0
                return
            self._kept[_key(answer.ask, terms)] = _Kept(bare, self._end, len(packed))
            self._end += len(packed)

    def close(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._file.close()


def _key(ask: Ask, terms: Terms) -> Hashable:
    return (ask.url, ask.accept, terms.max_bytes, terms.proxy, terms.allow_private)


def _has_secrets(terms: Terms) -> bool:
    """Say whether a server may show this asker what it shows nobody else."""
    return bool(terms.headers or terms.query or terms.cookies or terms.auth or terms.bearer)
