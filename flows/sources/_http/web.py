"""The session: one question to one answer, or many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

from flows.sources._http.crawl import Crawl
from flows.sources._http.downloads import copy_to, range_headers
from flows.sources._http.memory import Memory
from flows.sources._http.messages import Answer, Ask, Manners, Terms, Try
from flows.sources._http.pace import Pace, Turn
from flows.sources._http.robots import RobotsCache
from flows.sources._http.shelf import Shelf
from flows.sources._http.trips import Trip, Trips, conditions
from flows.sources._http.turnstiles import Turnstiles
from flows.sources._http.wire import Receive, Wire, read_whole

_T = TypeVar("_T")


class Web:
    """One session for all sources of a run: shared pace, robots.txt and connections.

    Args:
        manners: towards all hosts.
        remembers: answer a question that was answered before without asking it again.
        home: a folder for what the sessions that are given it share, also those of other runs:
            each robots.txt and the pace; None: this session keeps to itself.
    """

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        remembers: bool = False,
        home: Path | None = None,
    ) -> None:
        self.manners = manners or Manners()
        self._memory = Memory() if remembers else None
        self._pace = Pace(
            self.manners.concurrency,
            self.manners.max_wait_s,
            turnstiles=Turnstiles(home / "pace") if home else None,
        )
        self._wire = Wire(self.manners)
        ttl_s = self.manners.robots_ttl_s
        robots = RobotsCache(ttl_s, self._pace.now, Shelf(home / "robots", ttl_s) if home else None)
        self._trips = Trips(self.manners, self._pace, self._wire, robots)

    def get(self, ask: Ask, terms: Terms) -> Answer:
        """Ask once, politely, and give the whole answer; never raises for what the web does."""
        return self._travel(self._plan(ask, terms))

    def get_all(self, asks: Iterable[Ask], terms: Terms) -> Iterator[Answer]:
        """Ask many, several domains at once, and give the answers as they come, in any order.

        `asks` may be a generator; it is drawn from as places become free, in the thread that takes
        the answers. Closing the iterator ends all that is under way.
        """
        crawl = Crawl(self._pace, self.manners.concurrency, lambda ask: self._plan(ask, terms))
        return crawl.answers(asks)

    def download(
        self, ask: Ask, terms: Terms, into: IO[bytes], *, offset: int = 0
    ) -> AbstractContextManager[Answer]:
        """Write a body of any size to a file, from a byte on, without decoding it.

        The ETag of the ask guards the rest of a body (If-Range), it does not make the ask
        conditional. The answer's body is empty. Status 206: the rest was written at `offset`;
        200: the whole was, from the start. After a failure the file keeps what came, to go on from.
        """
        headers = ({} if offset else conditions(ask)) | range_headers(ask, offset)
        trip = self._trips.to_answer(ask, terms, headers, copy_to(into, offset))
        return nullcontext(self._travel(trip))

    def sitemaps_of(self, url: str, terms: Terms) -> tuple[list[str] | None, tuple[Try, ...]]:
        """Give the sitemaps that robots.txt of a url's host names, and the requests it took.

        None where it could not be read, so that nobody knows what it names.
        """
        rules, tries = self._travel(self._trips.to_rules(url, terms))
        return None if rules.closed_by else rules.sitemaps(), tries

    def stop(self) -> None:
        """End what is asked or waited for now: whoever asked gets a SessionClosedError."""
        self._pace.close()
        self._wire.cut()

    def close(self) -> None:
        """Let connections and threads go."""
        self._pace.close()
        self._wire.close()
        if self._memory:
            self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _plan(self, ask: Ask, terms: Terms) -> Trip[Answer]:
        receive = read_whole(terms.max_bytes)
        if self._memory is None:
            return self._trips.to_answer(ask, terms, conditions(ask), receive)
        return self._remembered(self._memory, ask, terms, receive)

    def _remembered(self, memory: Memory, ask: Ask, terms: Terms, receive: Receive) -> Trip[Answer]:
        if known := memory.recall(ask, terms):
            return known
        trip = self._trips.to_answer(ask, terms, conditions(ask), receive)
        try:
            yield next(trip)
        except StopIteration as refused:
            answer: Answer = refused.value
            return answer
        if known := memory.recall(ask, terms):  # another source was in the queue before it
            trip.close()
            return known
        answer = yield from trip
        memory.keep(answer, terms)
        return answer

    def _travel(self, trip: Trip[_T]) -> _T:
        """Make a trip in this thread."""
        turn: Turn | None = None
        try:
            while True:
                try:
                    coming = next(trip)
                finally:
                    if turn:
                        self._pace.give_back(turn)
                        turn = None
                self._pace.wait(coming)
                turn = coming
        except StopIteration as done:
            result: _T = done.value
            return result
        finally:
            trip.close()
