"""A backfill as plain functions: its plan from what the warehouse holds, then window by window.

What has been read is known from the table `windows`, so a backfill that was stopped, retried or
submitted twice goes on where the data ends.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from flows.backfilling.facts import decide_again, plan
from flows.backfilling.plan import Action, Order, Planned, name_of
from flows.backfilling.replay import ReplayCounts, replay_window, sum_of
from flows.ingesting.pipeline import Run, ingest_source
from flows.ingesting.run import Tick, chosen, find_copies, started
from flows.ingesting.window import WindowRead
from flows.settings import Settings
from flows.sources import Source
from transforms.errors import ContractError, WarehouseError
from warehouse.catalog import exists
from warehouse.windows import claim

log = structlog.get_logger("flows.backfilling.execution")


@dataclass(frozen=True)
class WindowResult:
    """What became of one window of the plan."""

    source: str
    day: dt.date | None
    action: Action
    state: str
    """done, open or failed; skipped where another backfill had it."""
    reason: str | None = None
    documents: int = 0
    new: int = 0
    kept: int = 0
    rejected: int = 0
    seconds: float = 0.0

    @property
    def is_failure(self) -> bool:
        """Say whether it must be read again."""
        return self.state == "failed"

    def row(self) -> dict[str, object]:
        """Show it in a table."""
        return {
            "day": name_of(self.day),
            "source": self.source,
            "state": self.state,
            "documents": self.documents,
            "new": self.new,
            "kept": self.kept,
            "rejected": self.rejected,
            "seconds": round(self.seconds, 1),
            "reason": self.reason,
        }


def to_do(planned: Sequence[Planned]) -> list[Planned]:
    """Give the windows that will be read."""
    return [window for window in planned if window.action != "skip"]


def sentence(planned: Sequence[Planned]) -> str:
    """Say in one line what a plan comes to."""
    wanted = to_do(planned)
    requests = [window.requests for window in wanted if window.requests is not None]
    known = f", about {sum(requests)} requests" if any(requests) else ""
    unknown = len(wanted) - len(requests)
    more = f"; nothing tells how many requests {unknown} of them take" if unknown else ""
    return f"{len(wanted)} of {len(planned)} windows would run{known}{more}."


async def each_window(
    windows: Sequence[Planned],
    parallel: int,
    read: Callable[[Planned], Awaitable[WindowResult]],
    tell: Callable[[WindowResult], Awaitable[None]],
) -> list[WindowResult]:
    """Read windows in their order, a few at once; a slot that is free takes the next one.

    Args:
        windows: to be read.
        parallel: slots.
        read: one of them.
        tell: is told of each that ended.
    """
    waiting, results = deque(windows), list[WindowResult]()

    async def fill_slot() -> None:
        while waiting:
            results.append(await read(waiting.popleft()))
            await tell(results[-1])

    slots = [asyncio.create_task(fill_slot()) for _ in range(min(parallel, len(windows)))]
    try:
        await asyncio.gather(*slots)
    finally:
        waiting.clear()
        for slot in slots:
            slot.cancel()
    return results


def carry_out(
    run: Run,
    source: Source,
    order: Order,
    day: dt.date | None,
    tick: Callable[[int], None] = lambda documents: None,
) -> WindowResult:
    """Read one window, unless another backfill has it or has just read it.

    Raises:
        WarehouseError, ContractError: the warehouse cannot be written; it concerns all windows.
    """
    started = time.monotonic()
    with claim(run.lake.root, source.name, day) as is_ours:
        if not is_ours:
            why = "another backfill is reading it"
            return WindowResult(source.name, day, "skip", "skipped", why)
        with run.lake.another() as lake:
            now = decide_again(lake, order, source, day)
        if now.action == "skip":
            return WindowResult(source.name, day, "skip", "skipped", f"meanwhile: {now.why}")
        if day is None or now.action == "replay":
            result = _replayed(run, source, day)
        else:
            result = _refetched(run, source, day, tick)
    return replace(result, seconds=time.monotonic() - started)


def _refetched(run: Run, source: Source, day: dt.date, tick: Callable[[int], None]) -> WindowResult:
    window, error = WindowRead(day), None
    try:
        ingest_source(run, source, tick, window)
    except (WarehouseError, ContractError):
        raise
    except Exception as failure:  # noqa: BLE001 - the next window may be sound
        error = str(failure)
        log.error("failed", source=source.name, day=str(day), error=error)  # noqa: TRY400
    counts = run.done[window.name_of(source.name)]
    state, reason = window.state(error)
    if run.stopping.is_set():
        state, reason = "open", "stopped"
    return WindowResult(
        source.name, day, "refetch", state, reason,
        documents=counts.seen, new=counts.new, kept=counts.kept, rejected=counts.rejected,
    )  # fmt: skip


def _replayed(run: Run, source: Source, day: dt.date | None) -> WindowResult:
    counts = replay_window(run, source, day, applies=True)
    state, reason = "done", None
    if counts.lost:
        why = f"documents that could not be normalized: {counts.lost}, first {counts.why_lost}"
        state, reason = "failed", why
    if run.stopping.is_set():
        state, reason = "open", "stopped"
    return WindowResult(
        source.name, day, "replay", state, reason,
        documents=counts.documents, kept=counts.kept, rejected=counts.rejected,
    )  # fmt: skip


@dataclass(frozen=True)
class Backfilled:
    """What a backfill came to."""

    planned: list[Planned]
    results: list[WindowResult] = field(default_factory=list)
    changes: ReplayCounts | None = None
    """Of a replay that was only tried: what it would change."""

    @property
    def failures(self) -> list[WindowResult]:
        """The windows that must be read again."""
        return [result for result in self.results if result.is_failure]

    def sentence(self) -> str:
        """Say in one line what came of it."""
        if not self.results:
            return sentence(self.planned)
        states = Counter(result.state for result in self.results)
        counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        kept, new = (sum(getattr(each, name) for each in self.results) for name in ("kept", "new"))
        return f"{len(self.results)} windows: {counted}; {new} new documents, {kept} articles kept."

    def complaint(self) -> str:
        """Say which windows failed and why, the first few of them."""
        named = [f"{each.source} {name_of(each.day)}: {each.reason}" for each in self.failures[:5]]
        more = f" and {len(self.failures) - 5} more" if len(self.failures) > 5 else ""
        plural = "s" if len(self.failures) > 1 else ""
        return f"{len(self.failures)} window{plural} failed: {'; '.join(named)}{more}"


def try_replay(run: Run, source: Source, day: dt.date | None) -> ReplayCounts:
    """Say what replaying a window would change; nothing is written."""
    return replay_window(run, source, day, applies=False)


async def _say_nothing(_: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Hands:
    """Who does the parts of a backfill, and who is told of them: tracked or not."""

    read: Callable[[Source, dt.date | None], Awaitable[WindowResult]]
    find_copies: Callable[[], Awaitable[object]]
    show_plan: Callable[[list[Planned]], Awaitable[None]] = _say_nothing
    tell: Callable[[WindowResult], Awaitable[None]] = _say_nothing


async def backfill(
    run: Run, order: Order, sources: Sequence[Source], hands: Hands, *, executes: bool
) -> Backfilled:
    """Plan, and where it is wanted carry out.

    Args:
        run: started.
        order: what is asked for, checked.
        sources: to be read.
        hands: what does it and who is told.
        executes: else the plan is all, and of a replay what it would change.
    """
    by_name = {source.name: source for source in sources}
    planned = await run.readers.in_thread(plan, run.lake, order, sources)
    await hands.show_plan(planned)
    wanted = to_do(planned)
    if not executes:
        if order.mode == "refetch":
            return Backfilled(planned)
        tried = [
            await run.readers.in_thread(try_replay, run, by_name[each.source], each.day)
            for each in wanted
        ]
        return Backfilled(planned, changes=sum_of(tried))

    async def read(window: Planned) -> WindowResult:
        return await hands.read(by_name[window.source], window.day)

    results = await each_window(wanted, order.parallel, read, hands.tell)
    if results:
        await hands.find_copies()
    return Backfilled(planned, results)


async def untracked(
    settings: Settings, names: tuple[str, ...], order: Order, tick: Tick, *, executes: bool
) -> Backfilled:
    """Do a backfill without a Prefect server.

    Args:
        settings: in force.
        names: of sources; empty for all that are enabled.
        order: checked.
        tick: told of each source how many more documents were seen.
        executes: else the plan is all, and nothing is written.

    Raises:
        ConfigError: before anything was written.
        WarehouseError: the warehouse cannot be made, read or written.
    """
    sources = chosen(settings.sources, names, settings.normalize.mode)
    if not executes and not exists(settings.warehouse):
        return Backfilled(plan(None, order, sources))
    with started(settings, secrets.token_hex(8)) as run:

        async def read(source: Source, day: dt.date | None) -> WindowResult:
            tick_source = partial(tick, source.name)
            return await run.readers.in_thread(carry_out, run, source, order, day, tick_source)

        async def compare() -> object:
            return await run.readers.in_thread(find_copies, run)

        return await backfill(run, order, sources, Hands(read, compare), executes=executes)
