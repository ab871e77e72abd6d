"""A backfill as plain functions: its plan from what the warehouse holds, then window by window.

What has been read is known from the table `windows`, so a backfill that was stopped, retried or
submitted twice goes on where the data ends.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import time
from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog

from flows.backfilling.facts import look_again, look_up
from flows.backfilling.order import Order
from flows.backfilling.plan import Planned, decide, make_plan
from flows.backfilling.replay import ReplayCounts, replay_window
from flows.backfilling.results import Backfilled, WindowResult, to_do
from flows.ingesting.counts import Counts
from flows.ingesting.failures import why
from flows.ingesting.pipeline import ingest_source
from flows.ingesting.run import Tick, chosen, find_copies, looking, started
from flows.ingesting.shared import Run
from flows.ingesting.window import WindowRead
from flows.settings import Settings
from flows.sources import Source
from transforms.errors import ContractError, WarehouseError
from warehouse.catalog import Lake, exists
from warehouse.tables import SCHEMA_VERSION
from warehouse.windows import claim

log = structlog.get_logger("flows.backfilling.execution")


async def each_window(
    windows: Sequence[Planned],
    parallel: int,
    read: Callable[[Planned], Awaitable[WindowResult]],
    tell: Callable[[WindowResult], Awaitable[None]],
    bulky: Container[str] = (),
) -> list[WindowResult]:
    """Read windows, the first first, a few at once; a slot that is free takes the next one.

    Args:
        windows: to be read.
        parallel: slots.
        read: one of them.
        tell: is told of each that ended.
        bulky: sources that keep all processes busy: one window of theirs is read at a time.
    """
    waiting, results, under_way = list(windows), list[WindowResult](), list[Planned]()

    def next_window() -> Planned | None:
        is_taken = any(each.source in bulky for each in under_way)
        free = (each for each in waiting if not (is_taken and each.source in bulky))
        return next(free, None)

    async def fill_slot() -> None:
        while window := next_window():  # where none is free, whoever has the lane takes the rest
            waiting.remove(window)
            under_way.append(window)
            results.append(await read(window))
            under_way.remove(window)
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
            now = decide(order, (source.name, day), look_again(lake, order, source, day))
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
        error = why(failure)
        log.error("failed", source=source.name, day=str(day), error=error)  # noqa: TRY400
    counts = run.done.get(window.name_of(source.name)) or Counts(source.name)  # it may not begin
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


async def _say_nothing(_: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Workers:
    """Who does the parts of a backfill, and who is told of them: tracked or not."""

    read: Callable[[Source, dt.date | None], Awaitable[WindowResult]]
    find_copies: Callable[[], Awaitable[object]]
    show_plan: Callable[[list[Planned]], Awaitable[None]] = _say_nothing
    tell: Callable[[WindowResult], Awaitable[None]] = _say_nothing


async def backfill(
    run: Run, order: Order, sources: Sequence[Source], workers: Workers
) -> Backfilled:
    """Plan and carry out.

    Args:
        run: started.
        order: what is asked for, checked.
        sources: to be read.
        workers: who does it and who is told.
    """
    by_name = {source.name: source for source in sources}
    planned = await run.readers.in_thread(_plan, run.lake, order, sources)
    await workers.show_plan(planned)

    async def read(window: Planned) -> WindowResult:
        return await workers.read(by_name[window.source], window.day)

    bulky = {source.name for source in sources if source.is_bulky}
    results = await each_window(to_do(planned), order.parallel, read, workers.tell, bulky)
    if results:
        await workers.find_copies()
    return Backfilled(planned, results)


async def plan_only(
    settings: Settings,
    order: Order,
    sources: Sequence[Source],
    show_plan: Callable[[list[Planned]], Awaitable[None]] = _say_nothing,
) -> Backfilled:
    """Plan, and of a replay say what it would change; nothing is written, not even a warehouse.

    Args:
        settings: in force.
        order: what is asked for, checked.
        sources: to be read.
        show_plan: is told of it.

    Raises:
        WarehouseError: the warehouse cannot be read, or is of a newer schema.
    """
    if not exists(settings.warehouse):
        planned = _plan(None, order, sources)
        await show_plan(planned)
        return Backfilled(planned)
    with looking(settings, secrets.token_hex(8)) as run:
        planned = await run.readers.in_thread(_plan, run.lake, order, sources)
        await show_plan(planned)
        remark, changes = _upgrade(run.lake), None
        if order.mode == "replay":
            changes = await run.readers.in_thread(_tried, run, sources, to_do(planned))
        return Backfilled(planned, changes=changes, remark=remark)


def _plan(lake: Lake | None, order: Order, sources: Sequence[Source]) -> list[Planned]:
    names = [source.name for source in sources]
    return make_plan(order, names, look_up(lake, order, sources))


def _tried(run: Run, sources: Sequence[Source], windows: Sequence[Planned]) -> ReplayCounts:
    """Add up what replaying some windows would change, as they come."""
    by_name = {source.name: source for source in sources}
    changes = ReplayCounts()
    for window in windows:
        if run.stopping.is_set():
            break
        changes.add(replay_window(run, by_name[window.source], window.day, applies=False))
    return changes


def _upgrade(lake: Lake) -> str | None:
    found = int(lake.meta("schema_version"))
    if found == SCHEMA_VERSION:
        return None
    return f"It would first upgrade the warehouse from schema {found} to {SCHEMA_VERSION}."


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
    if not executes:
        return await plan_only(settings, order, sources)
    with started(settings, secrets.token_hex(8), at_once=order.parallel) as run:

        async def read(source: Source, day: dt.date | None) -> WindowResult:
            tick_source = partial(tick, source.name)
            return await run.readers.in_thread(carry_out, run, source, order, day, tick_source)

        async def compare() -> object:
            return await run.readers.in_thread(find_copies, run)

        return await backfill(run, order, sources, Workers(read, compare))
