"""The backfill flow: past days, planned over what the warehouse holds; its parameters, a form."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed
from pydantic import Field

from flows import logs, run
from flows.backfill_artifacts import Board
from flows.backfilling import Backfilled, Hands, WindowResult, backfill, carry_out
from flows.ingest import find_copies, taken_by_server
from flows.pipeline import Run
from flows.plan import MAX_PARALLEL, Mode, Order, Policy
from flows.server_log import logged_to_server
from flows.settings import load
from flows.sources import Source
from transforms.errors import IngestError


@task(task_run_name="{name} {day}", cache_policy=NO_CACHE, persist_result=False)
async def read_window(
    name: str, day: dt.date, source: Source, this: Run, order: Order
) -> WindowResult | State[Any]:
    """Read one day of one source, unless another backfill has it."""
    result = await this.readers.in_thread(carry_out, this, source, order, day)
    return Failed(message=str(result.reason), data=result) if result.is_failure else result


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="backfill", flow_run_name="{mode} {first_day} to {last_day}", persist_result=False)
async def backfill_flow(  # noqa: PLR0913 - a field of the form each
    first_day: dt.date,
    last_day: dt.date,
    sources: list[str] = [],  # noqa: B006 - the form shows it; nobody writes to it
    mode: Mode = "refetch",
    policy: Policy = "missing",
    newest_first: bool = True,
    parallel: Annotated[int, Field(ge=1, le=MAX_PARALLEL)] = 2,
    dry_run: bool = True,
) -> Backfilled | State[Any]:
    """Read past days again, one window for each day of each source.

    The plan says of every window what will happen and why. What is read whole is remembered in the
    warehouse, so a run that failed or was cancelled goes on where it ended: retry it, or start
    another.

    Args:
        first_day: The first day to read, in UTC.
        last_day: The last day to read, included. Not later than today.
        sources: Which sources to read; none chosen: all that are enabled.
        mode: "refetch" asks the source again. "replay" normalizes what is stored again, without
            any request.
        policy: "missing" reads what was never read whole, "failed" only what failed, "changed"
            what an older normalizer has read, "all" everything.
        newest_first: Read the last day first.
        parallel: Windows that are read at once, 1 to 16.
        dry_run: Only show the plan; nothing is read or written.
    """
    order = Order(first_day, last_day, mode, policy, newest_first, parallel)
    try:
        order.check(dt.datetime.now(dt.UTC).date())
        settings = load()
        wanted = run.chosen(settings.sources, tuple(sources))
        logs.configure(settings.log.level, settings.log.format)
        board = Board(order, str(flow_run.name), settings.warehouse)
        with logged_to_server(), run.started(settings, str(flow_run.id)) as this:
            hands = _hands(this, order, board)
            done = await backfill(this, order, wanted, hands, executes=not dry_run)
            await board.close(this, done)
    except IngestError as error:
        # Returned, not raised: Prefect would print a traceback around the sentence.
        return Failed(message=str(error), data=error)
    return Failed(message=done.complaint(), data=done) if done.failures else done


def _hands(this: Run, order: Order, board: Board) -> Hands:
    async def read(source: Source, day: dt.date) -> WindowResult:
        state: Any = await read_window(  # type: ignore[misc]
            source.name, day, source, this, order, return_state=True
        )
        outcome = await state.aresult(raise_on_failure=False)
        if isinstance(outcome, WindowResult):
            return outcome
        raise outcome

    return Hands(read, lambda: find_copies(this), board.show_plan, board.tell)


async def tracked(order: Order, names: list[str]) -> Backfilled:
    """Run the flow where `PREFECT_API_URL` says, and give what came of it.

    Raises:
        IngestError: what failed the run, or the server does not take it.
    """
    outcome = await taken_by_server(
        backfill_flow(
            order.first_day,
            order.last_day,
            names,
            mode=order.mode,
            policy=order.policy,
            newest_first=order.newest_first,
            parallel=order.parallel,
            dry_run=False,
            return_state=True,
        )
    )
    if isinstance(outcome, Backfilled):
        return outcome
    raise outcome
