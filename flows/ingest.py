"""The scheduled flow: sources -> documents -> articles -> partitions, then copies."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog
from prefect import flow, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.health.stale import Stale, stale
from flows.ingesting import run
from flows.ingesting.counts import Counts
from flows.ingesting.groups import sources_of
from flows.ingesting.pipeline import ingest_source
from flows.ingesting.shared import Run
from flows.markdown import verbatim_rows
from flows.sources import Source
from flows.tracking import failed, taken_by_server, tracked_run
from transforms.errors import ContractError, IngestError, WarehouseError
from warehouse.copies.step import CopiesCounts

log = structlog.get_logger("flows.ingest")

STALE_EVENT = "wirelake.source.stale"


async def _is_retryable(_task: object, _run: object, state: State[Any]) -> bool:
    error = await state.aresult(raise_on_failure=False)
    return isinstance(error, IngestError) and error.retryable


@task(
    task_run_name="{name}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=5,
    retry_condition_fn=_is_retryable,
)
async def ingest_one(name: str, source: Source, this: Run) -> Counts:
    """Read one source to its end and commit what is new."""
    return await this.readers.in_thread(ingest_source, this, source)


@task(task_run_name="find copies", cache_policy=NO_CACHE, persist_result=False)
async def find_copies(this: Run) -> CopiesCounts:
    """Bring pairs and clusters up to what the warehouse holds."""
    return await this.readers.in_thread(run.find_copies, this)


def _name_of_run() -> str:
    """Name a run by what it reads."""
    asked: dict[str, Any] = flow_run.parameters
    if asked["sources"]:
        return ", ".join(asked["sources"])
    what = asked["group"] or "all sources"
    return f"{what}: what is due" if asked["only_due"] else what


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="ingest", flow_run_name=_name_of_run, persist_result=False)
async def ingest(
    sources: list[str] = [],  # noqa: B006 - the form shows it; nobody writes to it
    only_due: bool = True,
    group: str = "",
) -> State[Any]:
    """Read article sources into the warehouse and find copies among them.

    Args:
        sources: Which sources to read; none chosen: those of the group, or all that are enabled.
        only_due: Ask only those lists and pages that are due; else all of them, now.
        group: A group of the schedules in the settings, where no sources are chosen.
    """
    try:
        with tracked_run() as settings:
            mode = settings.normalize.mode
            named = run.chosen(settings.sources, tuple(sources), mode) if sources else None
            wanted = named or sources_of(settings, group)
            with run.started(settings, str(flow_run.id), only_due=only_due) as this:
                summary = await _read(this, wanted)
    except IngestError as error:
        return failed(error)
    await _show(summary)
    if summary.is_failure:
        return Failed(message="no source could be read", data=summary)
    return Completed(message=summary.sentence(), data=summary)


async def _read(this: Run, sources: list[Source]) -> run.Summary:
    since = dt.datetime.now(dt.UTC)
    counts = await this.readers.each(sources, partial(_counted, this))
    summary = run.Summary(this.run_id, counts, await find_copies(this))
    await _tell_stale(this, sources, since)
    return summary


async def _counted(this: Run, source: Source) -> Counts:
    """Run the task of one source; its failure is a line of the summary."""
    try:
        return await ingest_one(source.name, source, this)
    except (WarehouseError, ContractError):
        raise  # concerns every source
    except Exception as error:  # noqa: BLE001 - the next source may be sound
        return run.failed(this, source.name, error)


async def _tell_stale(this: Run, sources: list[Source], since: dt.datetime) -> None:
    """Emit an event for each source that has given nothing for too long.

    What the run has read is stored by then, so a look that fails does not fail it.
    """

    def look() -> list[Stale]:
        with this.lake.another() as lake:
            return stale(lake, sources, since, dt.datetime.now(dt.UTC))

    try:
        found = await this.readers.in_thread(look)
    except WarehouseError as error:
        log.warning("not looked for stale sources", error=str(error))
        return
    for each in found:
        emit_event(
            STALE_EVENT,
            {"prefect.resource.id": f"wirelake.source.{each.source}", "name": each.source},
            payload=asdict(each),
        )


async def _show(summary: run.Summary) -> None:
    await acreate_table_artifact(
        table=verbatim_rows(summary.rows()),
        key="ingest-summary",
        description=f"Run {flow_run.name}: {summary.sentence()}",
    )


async def tracked(names: list[str]) -> run.Summary:
    """Run the flow where `PREFECT_API_URL` says, and give what came of it.

    Args:
        names: of the sources to read now; empty: what is due of all.

    Raises:
        IngestError: what failed the run, or the server does not take it.
    """
    started = ingest(names, only_due=not names, return_state=True)
    return await taken_by_server(started, run.Summary)
