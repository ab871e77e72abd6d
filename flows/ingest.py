"""The scheduled flow: sources -> documents -> articles -> partitions, then copies."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows import run
from flows.pipeline import Counts, Run, ingest_source
from flows.settings import load
from flows.sources import Source
from transforms.errors import IngestError, SourceError
from warehouse.copies import CopiesCounts


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
    return await asyncio.to_thread(ingest_source, this, source)


@task(cache_policy=NO_CACHE, persist_result=False)
async def find_copies(this: Run) -> CopiesCounts:
    """Bring pairs and clusters up to what the warehouse holds."""
    return await asyncio.to_thread(run.dedupe, this)


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="ingest", persist_result=False)
async def ingest(
    sources: list[str] | None = None,
    settings_file: Path | None = None,
    warehouse: Path | None = None,
    sources_file: Path | None = None,
) -> run.Summary:
    """Read article sources into the warehouse and find copies among them.

    Args:
        sources: names of the sources to read; none: all that are enabled.
        settings_file: wirelake.toml; none: the one in the working folder.
        warehouse: folder of the warehouse, in place of the setting.
        sources_file: the sources file, in place of the setting.
    """
    settings = load(settings_file, warehouse=warehouse, sources=sources_file)
    wanted = run.chosen(settings.sources, tuple(sources or ()))
    with run.started(settings, str(flow_run.id)) as this:
        counts = [await _counted(source, this) for source in wanted]
        summary = run.Summary(this.run_id, counts, await find_copies(this))
    await acreate_table_artifact(
        table=summary.rows(),
        key="ingest-summary",
        description=f"## Run {summary.run_id}\n\n{summary.sentence()}",
    )
    if summary.is_failure:
        raise SourceError("no source could be read", sources=len(counts))
    return summary


async def _counted(source: Source, this: Run) -> Counts:
    """Run the task of one source; its failure is a line of the summary."""
    state = await ingest_one(source.name, source, this, return_state=True)
    outcome = await state.aresult(raise_on_failure=False)
    return outcome if isinstance(outcome, Counts) else Counts(source.name, error=str(outcome))
