"""The copies flow: pairs and clusters brought up to what the warehouse holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows import upkeep
from flows.tracking import failed, taken_by_server, tracked_run
from flows.upkeep import Deduped
from transforms.errors import IngestError
from warehouse.copies.comparing import Tell

TOLD_S = 5.0
"""Between two lines of the log that say how far it is."""

log = structlog.get_logger("flows.dedupe")


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="dedupe", persist_result=False)
async def dedupe(rebuild: bool = False) -> Deduped | State[Any]:
    """Find copies among all articles that were not compared yet.

    An ingest does so at its end; this is for what was stored otherwise, and it may be run at any
    time.

    Args:
        rebuild: Compare all articles anew and put what is found in the place of what is stored, at
            once; until then, and where it is cancelled, all is as it was. Minutes for a hundred
            thousand articles.
    """
    try:
        with tracked_run() as settings:
            async with _logged() as tell:
                done = await upkeep.find_copies(
                    settings, str(flow_run.id), rebuild=rebuild, tell=tell
                )
    except IngestError as error:
        return failed(error)
    await acreate_table_artifact(
        table=[done.row()],
        key="dedupe-summary",
        description=f"Run {flow_run.name}: {done.sentence()}",
    )
    return done


@asynccontextmanager
async def _logged() -> AsyncIterator[Tell]:
    """Log how far a step is, every few seconds."""
    said: list[tuple[str, int, int]] = []

    async def log_last() -> None:
        while True:
            await asyncio.sleep(TOLD_S)
            if said:
                doing, done, total = said.pop()
                said.clear()
                log.info("at work", doing=doing, done=done, total=total)

    telling = asyncio.create_task(log_last())
    try:
        yield lambda *words: said.append(words)
    finally:
        telling.cancel()


async def tracked(*, rebuild: bool = False) -> Deduped:
    """Run the flow where `PREFECT_API_URL` says, and give what came of it.

    Raises:
        IngestError: what failed the run, or the server does not take it.
    """
    return await taken_by_server(dedupe(rebuild, return_state=True), Deduped)
