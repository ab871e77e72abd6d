"""The backfill flow: past days, planned over what the warehouse holds; its parameters, a form."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field

from flows.backfilling.artifacts import Artifacts
from flows.backfilling.execution import Workers, backfill, carry_out, plan_only
from flows.backfilling.order import MAX_PARALLEL, Mode, Order, Policy
from flows.backfilling.results import Backfilled, WindowResult
from flows.ingest import find_copies
from flows.ingesting import run
from flows.ingesting.shared import Run
from flows.settings import Settings
from flows.sources import Source
from flows.tracking import failed, taken_by_server, tracked_run
from transforms.errors import IngestError


@task(task_run_name="{name} {day}", cache_policy=NO_CACHE, persist_result=False)
async def read_window(
    name: str, day: dt.date | None, source: Source, this: Run, order: Order
) -> WindowResult | State[Any]:
    """Read one day of one source, unless another backfill has it."""
    result = await this.readers.in_thread(carry_out, this, source, order, day)
    return Failed(message=str(result.reason), data=result) if result.is_failure else result


def _name_of_run() -> str:
    """Name a run by what it does, so that a plan is told from what carries it out."""
    asked: dict[str, Any] = flow_run.parameters
    first, last = asked["first_day"], asked["last_day"]
    days = f"{first}" if first == last else f"{first} to {last}"
    return f"{'plan: ' if asked['dry_run'] else ''}{asked['mode']} {days}"


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="backfill", flow_run_name=_name_of_run, persist_result=False)
async def backfill_flow(  # noqa: PLR0913 - a field of the form each
    first_day: dt.date,
    last_day: dt.date,
    sources: list[str] = [],  # noqa: B006 - the form shows it; nobody writes to it
    mode: Mode = "refetch",
    policy: Policy = "usual",
    undated: bool = False,
    newest_first: bool = True,
    parallel: Annotated[int, Field(ge=1, le=MAX_PARALLEL)] = 2,
    dry_run: bool = True,
) -> State[Any]:
    """Read past days again, one window for each day of each source.

    The plan says of every window what will happen and why. What is read whole is remembered in the
    warehouse, so a run that failed or was cancelled goes on where it ended: retry it, or start
    another. Under the policy "all" it begins again.

    Args:
        first_day: The first day to read.
        last_day: The last day to read, included; not later than today. Days are those of UTC.
        sources: Which sources to read; none chosen: all that are enabled.
        mode: "refetch" asks the source again. "replay" normalizes again what is stored, without
            any request.
        policy: "missing" reads what was never read whole, "failed" only what failed, "changed"
            what another normalizer has read and what failed, "all" everything. "usual" is
            "missing", and "changed" for a replay.
        undated: Replay the documents without a date, too, which are of no day.
        newest_first: Begin with the last day.
        parallel: How many windows are read at once, 1 to 16.
        dry_run: Show the plan and end: nothing is read, nothing is written. Switch it off to carry
            it out.
    """
    order = Order(first_day, last_day, mode, policy, newest_first, parallel, undated)
    try:
        with tracked_run() as settings:
            order.check(dt.datetime.now(dt.UTC).date())
            wanted = run.chosen(settings.sources, tuple(sources), settings.normalize.mode)
            done = await (_plan if dry_run else _carry_out)(settings, order, wanted)
    except IngestError as error:
        return failed(error)
    if done.failures:
        return Failed(message=done.complaint(), data=done)
    return Completed(message=done.sentence(), data=done)


async def _plan(settings: Settings, order: Order, sources: list[Source]) -> Backfilled:
    artifacts = Artifacts(str(flow_run.id), settings.warehouse, executes=False)
    done = await plan_only(settings, order, sources, artifacts.show_plan)
    if done.changes is not None:
        await artifacts.show_changes(done.changes)
    return done


async def _carry_out(settings: Settings, order: Order, sources: list[Source]) -> Backfilled:
    run_id = str(flow_run.id)
    artifacts = Artifacts(run_id, settings.warehouse, executes=True)
    try:
        with run.started(settings, run_id, at_once=order.parallel) as this:
            return await backfill(this, order, sources, _workers(this, order, artifacts))
    finally:
        await artifacts.close()


def _workers(this: Run, order: Order, artifacts: Artifacts) -> Workers:
    async def read(source: Source, day: dt.date | None) -> WindowResult:
        state: Any = await read_window(  # type: ignore[misc]
            source.name, day, source, this, order, return_state=True
        )
        outcome = await state.aresult(raise_on_failure=False)
        if isinstance(outcome, WindowResult):
            return outcome
        raise outcome

    return Workers(read, lambda: find_copies(this), artifacts.show_plan, artifacts.tell)


async def tracked(order: Order, names: list[str]) -> Backfilled:
    """Run the flow where `PREFECT_API_URL` says, and give what came of it.

    Raises:
        IngestError: what failed the run, or the server does not take it.
    """
    return await taken_by_server(
        backfill_flow(
            order.first_day,
            order.last_day,
            names,
            mode=order.mode,
            policy=order.policy,
            undated=order.undated,
            newest_first=order.newest_first,
            parallel=order.parallel,
            dry_run=False,
            return_state=True,
        ),
        Backfilled,
    )
