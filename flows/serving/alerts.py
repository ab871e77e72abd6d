"""The automations that `wirelake serve --with-alerts` makes: what an operator is to hear of."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events import (
    AutomationCore,
    ChangeFlowRunState,
    DoNothing,
    EventTrigger,
    Posture,
    SendNotification,
)
from prefect.events.actions import ActionTypes
from prefect.exceptions import ObjectNotFound

from flows.ingest import STALE_EVENT
from flows.serving.deployments import TAG
from transforms.errors import ConfigError

Labels = dict[str, str | list[str]]

HEARTBEAT_S = 30
"""The shortest that Prefect takes."""
SILENCE = dt.timedelta(seconds=4 * HEARTBEAT_S)
"""Without a heartbeat a run has died: a busy machine may lose one or two of them."""
_RUNS: Labels = {"prefect.resource.id": "prefect.flow-run.*"}
_OURS: Labels = {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}
_HEARTBEAT = "prefect.flow-run.heartbeat"
_ENDS = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}
_RUN_TEXT = (
    "{{ flow_run.name }} of {{ flow.name }} is {{ flow_run.state.name }}: "
    "{{ flow_run.state.message }}"
)


async def make_alerts(client: PrefectClient, block: str | None) -> None:
    """Make the automations, or bring them up to date; their actions are left as they are.

    Args:
        client: of the server.
        block: "type/name" of the notification block that a message is sent by; None: the server
            only notes in its feed of events that they fired.

    Raises:
        ConfigError: there is no such block.
    """
    block_id = await _block_id(client, block) if block else None
    for wanted in (_failed(block_id), _stale(block_id), _silent()):
        known = next(iter(await client.read_automations_by_name(wanted.name)), None)
        if known is None:
            await client.create_automation(wanted)
            continue
        if block is None:
            wanted.actions = known.actions
        wanted.enabled = known.enabled
        await client.update_automation(known.id, wanted)


def _failed(block: UUID | None) -> AutomationCore:
    return AutomationCore(
        name="wirelake: a run failed",
        description="A run that failed, or whose process died.",
        trigger=EventTrigger(
            expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
            match=_RUNS,
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
        ),
        actions=[_told(block, "wirelake: a run failed", _RUN_TEXT)],
    )


def _stale(block: UUID | None) -> AutomationCore:
    return AutomationCore(
        name="wirelake: a source is stale",
        description="A source that was asked again and has given nothing for too long.",
        trigger=EventTrigger(
            expect={STALE_EVENT},
            match={"prefect.resource.id": "wirelake.source.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
        ),
        actions=[
            _told(
                block,
                "wirelake: a source is stale",
                "{{ event.payload.source }}: "
                "last read {{ event.payload.last_success or 'never' }}, "
                "{{ event.payload.failures }} failures in a row: {{ event.payload.why }}",
            )
        ],
    )


def _silent() -> AutomationCore:
    return AutomationCore(
        name="wirelake: a run gives no sign of life",
        description="A run whose process has died without a word is marked as crashed.",
        trigger=EventTrigger(
            after={_HEARTBEAT},
            expect={_HEARTBEAT, *_ENDS},
            match=_RUNS,
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(
                name="Crashed",
                state=StateType.CRASHED,
                message="its process gave no sign of life",
                force=False,
            )
        ],
    )


def _told(block: UUID | None, subject: str, body: str) -> ActionTypes:
    if block is None:
        return DoNothing()
    return SendNotification(block_document_id=block, subject=subject, body=body)


async def _block_id(client: PrefectClient, block: str) -> UUID:
    kind, _, name = block.partition("/")
    try:
        return (await client.read_block_document_by_name(name, kind)).id
    except ObjectNotFound as error:
        raise ConfigError(
            "there is no such notification block: make it in the UI under Blocks", block=block
        ) from error
