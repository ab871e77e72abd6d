"""One queue and one pace per registrable domain, shared by all threads of a session."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from requests.models import PreparedRequest
from urllib3.util import parse_url

from flows.sources._http.turnstiles import Turnstiles
from transforms.urls import registrable_domain

MAX_CRAWL_DELAY_S = 60.0
"""A robots.txt that asks for more gets this: it is a courtesy, no part of RFC 9309."""

MAX_SILENCES = 5
"""So many requests without an answer in a row, and a domain is given up for the run: a host that
has died would cost minutes for each of its pages."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes, as far as manners are concerned."""

    scheme: str
    host: str
    """In punycode and lower case."""
    port: int
    domain: str
    """What is paced and trusted as one; of an IP literal the host and port."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send a request to a domain, waited for."""

    place: Place
    gap_s: float
    not_before: float = 0.0
    """By the clock of the pace."""


class SessionClosedError(Exception):
    """The session was closed while somebody waited for it."""


@dataclass(slots=True)
class _Domain:
    is_busy: bool = False
    started_at: float = -math.inf
    held_until: float = -math.inf
    silences: int = 0
    """Requests in a row that got no answer, further tries aside."""


def place_of(request: PreparedRequest) -> Place:
    """Say where a request goes, by the url that is really sent."""
    scheme, _, host, port, *_ = parse_url(request.url or "")
    scheme, host = scheme or "", (host or "").lower()
    port = port or _PORTS.get(scheme, 0)
    name = registrable_domain(host.strip("[].") or host)
    # A name is of one owner; behind one address many may share a machine, told apart by port.
    is_literal = host.startswith("[") or host.rstrip(".").rpartition(".")[2].isdigit()
    return Place(scheme, host, port, f"{host}:{port}" if is_literal else name)


class Pace:
    """Who may send a request now, and how long the others wait.

    One request at a time to a domain, `Turn.gap_s` from start to start, and no more than
    `concurrency` at once over all. A domain that is held for longer than `max_hold_s` gives its
    turns at once: whoever has one must look at `held_s` and go without sending.

    Args:
        concurrency: of all domains.
        max_hold_s: seconds.
        clock: seconds.
        turnstiles: what keeps the same pace with other runs; None: there are none.
    """

    def __init__(
        self,
        concurrency: int,
        max_hold_s: float,
        clock: Callable[[], float] = time.monotonic,
        turnstiles: Turnstiles | None = None,
    ) -> None:
        self.changed = threading.Condition()
        """Guards all of it, and wakes those who wait for a turn."""
        self.now = clock
        self.is_closed = False
        self.kept_bytes = 0
        """Of the answers that no asker of the session has taken yet."""
        self._concurrency, self._max_hold_s = concurrency, max_hold_s
        self._turnstiles = turnstiles
        self._under_way = 0
        self._domains: defaultdict[str, _Domain] = defaultdict(_Domain)
        self._delays: dict[str, float] = {}

    def take(self, turn: Turn) -> float:
        """Take a turn if it can be had, and give 0; else the seconds until it is worth asking.

        Infinite seconds mean: not before someone else has given a turn back.
        """
        with self.changed:
            domain = self._domains[turn.place.domain]
            if domain.is_busy or self._under_way >= self._concurrency:
                return math.inf
            now = self.now()
            if domain.held_until - now <= self._max_hold_s:
                gap_s = max(turn.gap_s, self._delays.get(turn.place.host, 0.0))
                ready_at = max(domain.started_at + gap_s, domain.held_until, turn.not_before)
                wait_s = ready_at - now if ready_at > now else self._enter(turn.place, gap_s)
                if wait_s:
                    return wait_s
            domain.is_busy = True
            self._under_way += 1
            return 0.0

    def _enter(self, place: Place, gap_s: float) -> float:
        """Look whether other runs let a domain be asked; give the seconds to wait."""
        if self._turnstiles is None:
            return 0.0
        wait_s = self._turnstiles.enter(place.domain, gap_s)
        if wait_s > max(self._max_hold_s, gap_s):
            self._domains[place.domain].held_until = self.now() + wait_s
            return 0.0
        return wait_s

    def wait(self, turn: Turn) -> None:
        """Take a turn as soon as it can be had.

        Raises:
            SessionClosedError: meanwhile.
        """
        with self.changed:
            while not self.is_closed:
                wait_s = self.take(turn)
                if not wait_s:
                    return
                self.changed.wait(None if math.isinf(wait_s) else wait_s)
        self.check_open()

    def check_open(self) -> None:
        """Raise SessionClosedError where nobody may ask any more."""
        if self.is_closed:
            raise SessionClosedError("the session was closed")

    def start(self, place: Place) -> None:
        """Note that a request starts now; the gap to the next counts from here."""
        with self.changed:
            self._domains[place.domain].started_at = self.now()
            if self._turnstiles:
                self._turnstiles.start(place.domain)

    def give_back(self, turn: Turn) -> None:
        """End a turn."""
        with self.changed:
            self._domains[turn.place.domain].is_busy = False
            self._under_way -= 1
            if self._turnstiles:
                self._turnstiles.leave(turn.place.domain)
            self.changed.notify_all()

    def hold(self, place: Place, seconds: float) -> None:
        """Let nobody ask the domain for so long, as its Retry-After says."""
        with self.changed:
            domain = self._domains[place.domain]
            domain.held_until = max(domain.held_until, self.now() + seconds)
            if self._turnstiles:
                self._turnstiles.hold(place.domain, seconds)

    def held_s(self, place: Place) -> float:
        """Say for how long a domain must still be left alone where that is too long to wait."""
        with self.changed:
            left_s = self._domains[place.domain].held_until - self.now()
            return left_s if left_s > self._max_hold_s else 0.0

    def tell(self, place: Place, *, has_answered: bool) -> None:
        """Count the requests in a row that a domain did not answer."""
        with self.changed:
            domain = self._domains[place.domain]
            domain.silences = 0 if has_answered else domain.silences + 1

    def is_silent(self, place: Place) -> bool:
        """Say whether a domain is given up."""
        with self.changed:
            return self._domains[place.domain].silences >= MAX_SILENCES

    def slow(self, place: Place, gap_s: float) -> None:
        """Keep a longer gap before each request to a host, up to `MAX_CRAWL_DELAY_S`."""
        with self.changed:
            self._delays[place.host] = min(gap_s, MAX_CRAWL_DELAY_S)

    def close(self) -> None:
        """Wake all who wait, in vain."""
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()
