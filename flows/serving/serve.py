"""`wirelake serve`: a server, the deployments and a runner in one process to live with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import structlog
from prefect import get_client
from prefect.deployments.runner import DeploymentApplyError
from prefect.exceptions import PrefectException, PrefectHTTPStatusError
from prefect.runner import Runner

from flows.server import START_S, LocalServer, is_answering
from flows.serving.alerts import HEARTBEAT_S, make_alerts
from flows.serving.deployments import bury, make, retire
from flows.serving.signals import StopSignals
from flows.serving.wanted import Wanted, wanted
from flows.settings import Settings
from transforms.errors import ConfigError, IngestError

LOOK_S = 0.2
FOLLOW_S = 2.0
"""Between two looks at the sources file."""
WATCH_S = 5.0
"""Between two looks whether the server is there."""
MISSED = 4
"""Looks in a row, after which it is gone; a runner gives up some ten seconds later."""

log = structlog.get_logger("flows.serving.serve")


@dataclass(frozen=True)
class Wish:
    """What is asked of `serve`."""

    settings: Settings
    url: str
    """Of the server's API."""
    alerts: bool = False
    block: str | None = None
    """Type and name of a notification block."""


async def serve(
    wish: Wish,
    server: LocalServer | None,
    signals: StopSignals,
    tell: Callable[[list[Wanted]], None],
) -> None:
    """Make the deployments and run them until a signal comes.

    Args:
        wish: what is asked for.
        server: that was started for this, not ready yet; None: one answers already.
        signals: that end it.
        tell: is told of the deployments once they run.

    Raises:
        IngestError: the server or the runner ended, or something is refused.
    """
    stopping = signals.in_loop()
    try:
        if not await _is_up(server, stopping):
            return
        # Schedules go on while nobody runs them: what was missed is made good by one run. Without
        # a limit, for all runs that are late must ask for their place before the first gives it up.
        runner = Runner(
            "wirelake", pause_on_shutdown=False, heartbeat_seconds=HEARTBEAT_S, limit=None
        )
        made = await _deploy(wish, runner, is_first=server is not None)
        await _run(wish, runner, server, signals, lambda: tell(made))
    except PrefectHTTPStatusError as error:
        answer = f"{error.response.status_code} {error.response.reason_phrase}"
        raise IngestError(
            "the Prefect server refuses it", url=error.request.url, answer=answer
        ) from error
    except (PrefectException, DeploymentApplyError, httpx.HTTPError) as error:
        raise IngestError(f"the Prefect server does not do it: {error}", url=wish.url) from error


async def _is_up(server: LocalServer | None, stopping: asyncio.Event) -> bool:
    """Wait for the server, unless a signal comes first."""
    waited_s = 0.0
    while server and not await asyncio.to_thread(server.is_ready):
        if stopping.is_set():
            return False
        if waited_s > START_S:
            raise IngestError("the Prefect server does not answer", log=server.log)
        await asyncio.sleep(LOOK_S)
        waited_s += LOOK_S
    return not stopping.is_set()


async def _deploy(wish: Wish, runner: Runner, *, is_first: bool) -> list[Wanted]:
    """Create or update the deployments, and delete those that are wanted no more."""
    planned = wanted(wish.settings)
    ids: set[UUID] = set()
    async with get_client() as client:
        for want in planned:
            ids.add(await runner.aadd_deployment(await make(client, want)))
        await retire(client, ids)
        if is_first:
            await bury(client, ids)
        if wish.alerts:
            await make_alerts(client, wish.block)
    return planned


async def _run(
    wish: Wish,
    runner: Runner,
    server: LocalServer | None,
    signals: StopSignals,
    tell: Callable[[], None],
) -> None:
    """Run until a signal comes or something fails, then let the runs in progress commit."""
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # in which the runner takes SIGTERM to itself
    stopping = signals.in_loop()
    while not (runner.started or running.done()):
        await asyncio.sleep(LOOK_S)
    tell()
    watching: list[Coroutine[Any, Any, Any]] = [
        stopping.wait(),
        _follow(wish, runner),
        _watch(wish.url, server),
    ]
    tasks = [running, *map(asyncio.create_task, watching)]
    ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    failure = next((task.exception() for task in ended if task.exception()), None)
    if failure is None and runner.started:
        await runner.astop()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if isinstance(failure, IngestError):
        raise failure
    if failure:
        raise IngestError(f"the runner has ended: {failure}") from failure


async def _follow(wish: Wish, runner: Runner) -> None:
    """Bring the deployments up to date when the sources file changes."""
    path = wish.settings.sources
    seen = path.stat().st_mtime_ns
    while True:
        await asyncio.sleep(FOLLOW_S)
        try:
            if (now := path.stat().st_mtime_ns) != seen:
                seen = now
                await _deploy(wish, runner, is_first=False)
        except (ConfigError, OSError) as error:
            log.warning("the deployments stay as they are", error=str(error))


async def _watch(url: str, server: LocalServer | None) -> None:
    """Fail when the server has gone."""
    missed = 0
    while missed < MISSED:
        await asyncio.sleep(WATCH_S)
        is_there = await asyncio.to_thread(server.is_ready if server else lambda: is_answering(url))
        missed = 0 if is_there else missed + 1
    raise IngestError("the Prefect server has gone: runs in progress commit and end", url=url)
