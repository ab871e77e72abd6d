"""`wirelake serve`: a server, the deployments and a runner in one process to live with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import structlog
from prefect import get_client
from prefect.deployments.runner import DeploymentApplyError
from prefect.exceptions import PrefectException, PrefectHTTPStatusError
from prefect.runner import Runner

from flows.serving.alerts import HEARTBEAT_S, make_alerts
from flows.serving.deployments import bury, make, retire
from flows.serving.server import START_S, LocalServer, is_answering
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

_REFUSALS = (PrefectException, DeploymentApplyError, httpx.HTTPError)
"""Of a server that is asked for something."""


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
    sources = _Watched(wish.settings.sources)
    try:
        if not await _is_up(server, stopping):
            return
        # Schedules go on while nobody runs them: what was missed is made good by one run. Without
        # a limit, for all runs that are late must ask for their place before the first gives it up.
        runner = Runner(
            "wirelake", pause_on_shutdown=False, heartbeat_seconds=HEARTBEAT_S, limit=None
        )
        made = await _deploy(wish, runner, is_first=server is not None)
        watching = [_follow(wish, runner, sources), _watch(wish.url, server)]
        await _run(runner, signals, watching, lambda: tell(made))
    except PrefectHTTPStatusError as error:
        answer = f"{error.response.status_code} {error.response.reason_phrase}"
        raise IngestError(
            "the Prefect server refuses it", url=error.request.url, answer=answer
        ) from error
    except _REFUSALS as error:
        raise IngestError(f"the Prefect server does not do it: {error}", url=wish.url) from error


async def _is_up(server: LocalServer | None, stopping: asyncio.Event) -> bool:
    """Wait for the server, unless a signal comes first."""
    ends = time.monotonic() + START_S
    while server and not await asyncio.to_thread(server.is_ready, is_new=True):
        if stopping.is_set():
            return False
        if time.monotonic() > ends:
            raise IngestError("the Prefect server does not answer", log=server.log)
        await asyncio.sleep(LOOK_S)
    return not stopping.is_set()


async def _deploy(wish: Wish, runner: Runner, *, is_first: bool) -> list[Wanted]:
    """Create or update the deployments, and delete those that are wanted no more."""
    planned = wanted(wish.settings)
    ids: set[UUID] = set()
    async with get_client() as client:
        # All or none: one that is refused is refused before the first is made.
        made = [await make(client, want, wish.settings.warehouse) for want in planned]
        for deployment in made:
            ids.add(await runner.aadd_deployment(deployment))
        await retire(client, ids, wish.settings.warehouse)
        if is_first:
            await bury(client, ids)
        if wish.alerts:
            await make_alerts(client, wish.block)
    return planned


async def _run(
    runner: Runner,
    signals: StopSignals,
    watching: Sequence[Coroutine[Any, Any, None]],
    tell: Callable[[], None],
) -> None:
    """Run until a signal comes or something fails, then let the runs in progress commit.

    Args:
        runner: not started yet.
        signals: that end it.
        watching: what goes on beside it for ever, and ends it by failing.
        tell: is called once it runs.
    """
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # in which the runner takes SIGTERM to itself
    stopping = signals.in_loop()
    while not (runner.started or running.done()):
        await asyncio.sleep(LOOK_S)
    if runner.started:
        tell()
    tasks = [running, asyncio.create_task(stopping.wait()), *map(asyncio.create_task, watching)]
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


class _Watched:
    """A file that may change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.seen = self.written()

    def written(self) -> int:
        """Give when it was written, in ns since 1970; 0 while it is not there."""
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0


async def _follow(wish: Wish, runner: Runner, sources: _Watched) -> None:
    """Bring the deployments up to date when the sources file has changed since it was first seen.

    What the file says wrong is told once; a server that does not take it is asked again.
    """
    while True:
        await asyncio.sleep(FOLLOW_S)
        if (now := sources.written()) in {0, sources.seen}:
            continue
        try:
            await _deploy(wish, runner, is_first=False)
            sources.seen = now
        except ConfigError as error:
            sources.seen = now
            log.warning("the deployments stay as they are", error=str(error))
        except _REFUSALS as error:
            log.warning("the deployments are brought up to date later", error=str(error))


async def _watch(url: str, server: LocalServer | None) -> None:
    """Fail when the server has gone."""
    missed = 0
    while missed < MISSED:
        await asyncio.sleep(WATCH_S)
        is_there = await asyncio.to_thread(server.is_ready if server else lambda: is_answering(url))
        missed = 0 if is_there else missed + 1
    raise IngestError("the Prefect server has gone: runs in progress commit and end", url=url)
