"""The report flow: how the warehouse fares, as a page and beside the run."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State

from flows.health.file import write_page
from flows.health.summary import summary
from flows.tracking import failed, tracked_run
from transforms.errors import IngestError


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="report", persist_result=False)
async def report() -> State[Any] | None:
    """Write how the warehouse fares: volume, copies, freshness, failures, windows.

    The page is report.html in the folder of the warehouse; its tables are an artifact of the run.
    Nothing of the warehouse is changed.
    """
    try:
        with tracked_run() as settings:
            health, path = await asyncio.to_thread(write_page, settings.warehouse)
    except IngestError as error:
        return failed(error)
    await acreate_markdown_artifact(
        summary(health), key="health", description=f"The page with charts is {path}"
    )
    return None
