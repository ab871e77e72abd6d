"""The deployments: what a Prefect server knows of the flows, and when it runs them."""

from __future__ import annotations

import datetime as dt
import importlib
import os
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
    StateType,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Schedule as Times
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.callables import ParameterSchema

from flows.serving.wanted import Wanted
from flows.settings.schedules import NEVER, Schedule
from flows.sources import seconds
from transforms.errors import ConfigError

TAG = "wirelake"
"""On each deployment that is made here, so that those of settings that are gone are found."""
_ANCHOR = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
"""Spans are counted from here, so that a restart does not move the times."""
_DAY = (
    r"^\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)"
    r"|02-(0[1-9]|1\d|2\d))$"
)
"""A day there may be; whether a year has a 29 February is seen in the run."""
_ALIVE = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


class _Form(ParameterSchema):
    """Parameters of which the server takes no others."""

    additionalProperties: bool = False  # noqa: N815 - so it is called in a JSON schema


async def make(client: PrefectClient, want: Wanted, warehouse: Path) -> RunnerDeployment:
    """Make a deployment as the server is to know it; what was paused in the UI stays so.

    Raises:
        ConfigError: another warehouse, or a work pool, has one of this name on that server.
    """
    module, _, function = want.entrypoint.rpartition(".")
    flow = getattr(importlib.import_module(module), function)
    known = await _known(client, f"{flow.name}/{want.name}")
    _check_owner(known, warehouse)
    was_active = all(each.active for each in known.schedules) if known else True
    for each in known.schedules if known and want.schedule.when == NEVER else ():
        await client.delete_deployment_schedule(known.id, each.id)  # type: ignore[union-attr]
    strategy = ConcurrencyLimitStrategy("ENQUEUE" if want.waits else "CANCEL_NEW")
    made: RunnerDeployment = await flow.ato_deployment(
        want.name,
        schedules=_times(want.schedule, is_active=was_active),
        paused=known.paused if known else None,
        parameters=want.parameters,
        tags=[TAG, _tag_of(warehouse)],
        concurrency_limit=ConcurrencyLimitConfig(limit=want.at_once, collision_strategy=strategy),
        enforce_parameter_schema=True,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    form = made._parameter_openapi_schema
    _sharpen(form.properties, want)
    made._parameter_openapi_schema = _Form(**form.model_dump(), additionalProperties=False)
    return made


def _sharpen(form: dict[str, dict[str, Any]], want: Wanted) -> None:
    """Say in the schema of a form what no annotation can: its labels, and what is refused."""
    if want.choices:
        form["sources"]["items"]["enum"] = list(want.choices)
    if want.groups:
        form["group"]["enum"] = ["", *want.groups]
    else:
        form.pop("group", None)
    for name, field_schema in form.items():
        field_schema["title"] = name.replace("_", " ").capitalize()
        if field_schema.get("format") == "date":  # which the server takes for a remark
            field_schema["pattern"] = _DAY


def _tag_of(warehouse: Path) -> str:
    """Name the warehouse that a deployment works in: runs are done by whoever serves it."""
    return f"warehouse: {os.path.realpath(warehouse)}"


def _check_owner(known: DeploymentResponse | None, warehouse: Path) -> None:
    if known is None:
        return
    if known.work_pool_name:
        raise ConfigError(
            f"the server has a deployment '{known.name}' that runs in a work pool: delete it, or "
            "take another server with --port",
            work_pool=known.work_pool_name,
        )
    others = {tag for tag in known.tags if tag.startswith("warehouse: ")} - {_tag_of(warehouse)}
    if others:
        raise ConfigError(
            f"the server has the deployment '{known.name}' of another warehouse, and one server "
            "serves one: take another with --port, or delete it there",
            warehouse=min(others).removeprefix("warehouse: "),
        )


async def _known(client: PrefectClient, name: str) -> DeploymentResponse | None:
    try:
        return await client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None


def _times(schedule: Schedule, *, is_active: bool) -> list[Times]:
    if schedule.when == NEVER:
        return []
    if span_s := seconds(schedule.when):
        span = dt.timedelta(seconds=span_s)
        return [Times(interval=span, anchor_date=_ANCHOR, active=is_active, slug=TAG)]
    zone = schedule.timezone
    return [Times(cron=schedule.when, timezone=zone, active=is_active, slug=TAG)]


async def retire(client: PrefectClient, kept: set[UUID], warehouse: Path) -> None:
    """Delete the deployments that earlier settings made for this warehouse and these do not."""
    tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG, _tag_of(warehouse)]))
    for known in await client.read_deployments(deployment_filter=tagged):
        if known.id not in kept:
            await client.delete_deployment(known.id)


async def bury(client: PrefectClient, deployments: set[UUID]) -> None:
    """Tell the server that its runs in progress are dead, so that they hold up no other.

    Only where nothing can be running: the server itself was not.
    """
    dead = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(deployments)),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_ALIVE)),
    )
    for run in await client.read_flow_runs(flow_run_filter=dead):
        # Not forced: it is the rules of the server that free its place.
        await client.set_flow_run_state(
            run.id, Crashed(message="its server went down, and what ran it with that")
        )
