"""The session: one question to one answer, or many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import IO

from flows.sources._http.messages import Answer, Ask, Manners, Terms


class Web:
    """One session for all sources of a run: shared pace, robots.txt and connections."""

    def __init__(self, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()

    def get(self, ask: Ask, terms: Terms) -> Answer:
        """Ask once, politely, and give the whole answer; never raises for what the web does."""
        raise NotImplementedError

    def get_all(self, asks: Iterable[Ask], terms: Terms) -> Iterator[Answer]:
        """Ask many, several domains at once, and give the answers as they come, in any order.

        `asks` may be a generator; it is drawn from as places become free.
        """
        raise NotImplementedError

    def download(
        self, ask: Ask, terms: Terms, into: IO[bytes], *, offset: int = 0
    ) -> AbstractContextManager[Answer]:
        """Write a body of any size to a file, from a byte on, without decoding it."""
        raise NotImplementedError

    def close(self) -> None:
        """Let connections and threads go."""
