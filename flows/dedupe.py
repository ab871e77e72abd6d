"""The copies flow: pairs and clusters brought up to what the warehouse holds."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows import upkeep
from flows.tracking import failed, taken_by_server, tracked_run
from transforms.errors import IngestError
from warehouse.copies import CopiesCounts


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="dedupe", persist_result=False)
async def dedupe() -> CopiesCounts | State[Any]:
    """Find copies among all articles that were not compared yet.

    An ingest does so at its end; this is for what was stored otherwise, and it may be run at any
    time.
    """
    try:
        with tracked_run() as settings:
            counts = await upkeep.find_copies(settings, str(flow_run.id))
    except IngestError as error:
        return failed(error)
    await acreate_table_artifact(
        table=[upkeep.copies_row(counts)],
        key="dedupe-summary",
        description=f"Run {flow_run.name}: {upkeep.copies_sentence(counts)}",
    )
    return counts


async def tracked() -> CopiesCounts:
    """Run the flow where `PREFECT_API_URL` says, and give what came of it.

    Raises:
        IngestError: what failed the run, or the server does not take it.
    """
    return await taken_by_server(dedupe(return_state=True), CopiesCounts)
