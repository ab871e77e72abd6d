"""Many trips at once: a queue per domain, workers for whatever is ready, answers as they come."""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from flows.sources._http.messages import Answer, Ask
from flows.sources._http.pace import Pace, Turn
from flows.sources._http.trips import Trip

LOOK_AHEAD = 5_000
"""Asks drawn and not answered: among so many, a slow domain leaves work for the others."""
_MAX_KEPT_BYTES = 64 * 2**20
_MAX_KEPT_ANSWERS = 1_000
"""Answers that nobody has taken yet: bytes of the whole session, answers of one crawl; beyond
either, no further errand is started."""
_STALLED_S = 0.5
_END_S = 5.0


@dataclass(slots=True)
class _Errand:
    trip: Trip[Answer]
    turn: Turn
    is_new: bool = True
    """Whether it has had no turn yet; later it may hold what others wait for."""


@dataclass(slots=True)
class _Queue:
    """The errands to one domain."""

    ready: deque[_Errand] = field(default_factory=deque)
    later: list[tuple[float, int, _Errand]] = field(default_factory=list)
    is_listed: bool = False
    """Whether the schedule names it."""

    def promote(self, now: float) -> None:
        """Put what has waited long enough in front."""
        while self.later and self.later[0][0] <= now:
            self.ready.appendleft(heapq.heappop(self.later)[2])


class Crawl:
    """Answers many asks, at most one at a time per domain.

    The asks are drawn in the thread that takes the answers. What guards the pace guards all here.
    """

    def __init__(self, pace: Pace, max_workers: int, plan: Callable[[Ask], Trip[Answer]]) -> None:
        self._pace, self._max_workers, self._plan = pace, max_workers, plan
        self._changed = pace.changed
        self._queues: dict[str, _Queue] = {}
        self._schedule: list[tuple[float, int, str]] = []
        self._count = 0
        self._outstanding = 0
        self._answers: deque[Answer] = deque()
        self._kept_bytes = 0
        self._workers: list[threading.Thread] = []
        self._domains: set[str] = set()
        self._is_over = False
        self._failure: Exception | None = None

    def answers(self, asks: Iterable[Ask]) -> Iterator[Answer]:
        """Give the answers as they come; closing the iterator ends all work."""
        coming = iter(asks)
        is_drawn = False
        try:
            while True:
                has_drawn = False
                if not is_drawn and self._outstanding < LOOK_AHEAD:
                    ask = next(coming, None)
                    is_drawn, has_drawn = ask is None, ask is not None
                    if ask is not None:
                        self._begin(ask)
                answer = self._next_answer(may_wait=not has_drawn)
                if answer is not None:
                    yield answer
                elif is_drawn and not self._outstanding:
                    return
        finally:
            self._end()

    def _begin(self, ask: Ask) -> None:
        trip = self._plan(ask)
        self._outstanding += 1
        try:
            errand = _Errand(trip, next(trip))
        except StopIteration as done:
            self._keep(done.value)
            return
        with self._changed:
            self._add(errand)
            if len(self._workers) < min(self._max_workers, len(self._domains)):
                worker = threading.Thread(target=self._work, name="wirelake-web", daemon=True)
                self._workers.append(worker)
                worker.start()

    def _next_answer(self, *, may_wait: bool) -> Answer | None:
        with self._changed:
            while may_wait and self._outstanding and not self._answers:
                if self._failure:
                    raise self._failure
                self._pace.check_open()
                self._changed.wait()
            if not self._answers:
                return None
            answer = self._answers.popleft()
            self._outstanding -= 1
            self._count_bytes(-len(answer.body))
            self._changed.notify_all()
            return answer

    def _keep(self, answer: Answer) -> None:
        with self._changed:
            if self._is_over:
                return
            self._answers.append(answer)
            self._count_bytes(len(answer.body))
            self._changed.notify_all()

    def _count_bytes(self, more: int) -> None:
        self._kept_bytes += more
        self._pace.kept_bytes += more

    def _add(self, errand: _Errand) -> None:
        """Queue an errand: a new one last, one under way first or when its time comes."""
        domain = errand.turn.place.domain
        self._domains.add(domain)
        queue = self._queues.setdefault(domain, _Queue())
        if errand.turn.not_before > self._pace.now():
            self._count += 1
            heapq.heappush(queue.later, (errand.turn.not_before, self._count, errand))
        elif errand.is_new:
            queue.ready.append(errand)
        else:
            queue.ready.appendleft(errand)
        self._list(domain, 0.0)
        self._changed.notify_all()

    def _list(self, domain: str, ready_at: float) -> None:
        """Have a domain looked at, at a time."""
        queue = self._queues[domain]
        if not queue.is_listed:
            queue.is_listed = True
            self._count += 1
            heapq.heappush(self._schedule, (ready_at, self._count, domain))

    def _work(self) -> None:
        while errand := self._pick():
            try:
                self._advance(errand)
            except Exception as error:  # noqa: BLE001 - whoever takes the answers raises it
                with self._changed:
                    self._failure = error
                    self._is_over = True
                    self._changed.notify_all()

    def _advance(self, errand: _Errand) -> None:
        turn = errand.turn
        errand.is_new = False
        try:
            errand.turn = next(errand.trip)
        except StopIteration as done:
            self._keep(done.value)
        else:
            with self._changed:
                if self._is_over:
                    errand.trip.close()
                else:
                    self._add(errand)
        finally:
            with self._changed:
                self._pace.give_back(turn)
                if turn.place.domain in self._queues:
                    self._list(turn.place.domain, 0.0)

    def _pick(self) -> _Errand | None:
        """Wait for an errand whose turn has come, and take the turn; None: all is over."""
        with self._changed:
            while not (self._is_over or self._pace.is_closed):
                errand, wait_s = self._find()
                if errand:
                    return errand
                self._changed.wait(None if math.isinf(wait_s) else wait_s)
            return None

    def _find(self) -> tuple[_Errand | None, float]:
        """Take the first turn there is, or say how long there is none."""
        busy: list[str] = []
        found, wait_s = None, math.inf
        while self._schedule and not found:
            now = self._pace.now()
            if (wait_s := self._schedule[0][0] - now) > 0:
                break
            domain = heapq.heappop(self._schedule)[2]
            self._queues[domain].is_listed = False
            found, wait_s = self._try(domain, now)
            if math.isinf(wait_s):
                busy.append(domain)
            elif wait_s:
                self._list(domain, now + wait_s)
        for domain in busy:
            self._list(domain, 0.0)
        return found, wait_s

    def _try(self, domain: str, now: float) -> tuple[_Errand | None, float]:
        queue = self._queues[domain]
        queue.promote(now)
        if not queue.ready:
            if queue.later:
                return None, queue.later[0][0] - now
            del self._queues[domain]
            return None, 0.0
        if queue.ready[0].is_new and self._is_full():
            return None, _STALLED_S if queue.later else math.inf
        wait_s = self._pace.take(queue.ready[0].turn)
        return (None, wait_s) if wait_s else (queue.ready.popleft(), 0.0)

    def _is_full(self) -> bool:
        # One that keeps nothing goes on, whatever the others keep: it may be what they wait for.
        is_heavy = self._kept_bytes > 0 and self._pace.kept_bytes > _MAX_KEPT_BYTES
        return is_heavy or len(self._answers) >= _MAX_KEPT_ANSWERS

    def _end(self) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        until = time.monotonic() + _END_S
        for worker in self._workers:
            worker.join(max(until - time.monotonic(), 0.0))
        with self._changed:
            for queue in self._queues.values():
                for errand in (*queue.ready, *(later[2] for later in queue.later)):
                    errand.trip.close()
            self._queues.clear()
            self._count_bytes(-self._kept_bytes)
            self._answers.clear()
            self._changed.notify_all()
