"""The upkeep flow: few large parts for many small ones, and nothing kept beyond its age."""

from __future__ import annotations

from typing import Any

import structlog
from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows import upkeep
from flows.tracking import failed, taken_by_server, tracked_run
from transforms.errors import IngestError
from warehouse.upkeep.maintain import Upkeep

log = structlog.get_logger("flows.maintain")


# An async flow: a sync one waits a second for its heartbeat thread when it ends.
@flow(name="maintain", persist_result=False)
async def maintain() -> Upkeep | State[Any]:
    """Merge small files, let go of old snapshots and files, and copy the catalog.

    No row changes, readers notice nothing, and a writer waits for a second or so at most.
    """
    try:
        with tracked_run() as settings:
            done = await upkeep.maintain(settings, _tell)
    except IngestError as error:
        return failed(error)
    if done.are_sums_anew:
        log.warning(upkeep.SUMS_ANEW)
    await acreate_table_artifact(
        table=upkeep.upkeep_rows(done),
        key="maintain-summary",
        description=f"Run {flow_run.name}: {upkeep.upkeep_sentence(done)}",
    )
    return done


def _tell(step: str) -> None:
    log.info("step", step=step)


async def tracked() -> Upkeep:
    """Run the flow where `PREFECT_API_URL` says, and give what came of it.

    Raises:
        IngestError: what failed the run, or the server does not take it.
    """
    return await taken_by_server(maintain(return_state=True), Upkeep)
