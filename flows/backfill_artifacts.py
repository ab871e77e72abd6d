"""What the UI shows of a backfill: the plan, the progress, and what became of each window."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.exceptions import PrefectException

from flows.backfilling import Backfilled, WindowResult, sentence, to_do
from flows.pipeline import Run
from flows.plan import Order, Planned
from flows.replay import ReplayCounts

MAX_ROWS = 1_000
"""Of a table in the UI, which shows all of them at once."""
PERIOD_S = 1.0
"""Between two updates, at least."""

log = structlog.get_logger("flows.backfill")


class Board:
    """The artifacts of one backfill, kept current.

    A server that does not take an update costs the picture, not the backfill.
    """

    def __init__(self, order: Order, run_name: str, warehouse: Path) -> None:
        self._order, self._run_name, self._warehouse = order, run_name, warehouse
        self._results: list[WindowResult] = []
        self._count = 0
        self._started = self._shown = time.monotonic()
        self._progress: UUID | None = None
        self._status: UUID | None = None

    async def show_plan(self, planned: list[Planned]) -> None:
        """Show what will happen to every window, and why."""
        self._count = len(to_do(planned))
        rows = [window.row() for window in planned[:MAX_ROWS]]
        await _tolerated(
            acreate_table_artifact(
                table=rows,
                key="backfill-plan",
                description=f"{self._run_name}: {sentence(planned)}{_cut(planned)}",
            )
        )

    async def tell(self, result: WindowResult) -> None:
        """Count a window that ended."""
        self._results.append(result)
        if time.monotonic() - self._shown >= PERIOD_S:
            await self._update()

    async def close(self, run: Run, done: Backfilled) -> None:
        """Bring everything to its end."""
        if done.changes is not None:
            await self._show_changes(done.changes)
        if done.results:
            await self._update()
            log.info("done", windows=len(done.results), failed=len(done.failures))

    async def _update(self) -> None:
        self._shown = time.monotonic()
        done, description = len(self._results), self._eta()
        percent = 100.0 * done / max(self._count, 1)
        rows = [result.row() for result in self._results[-MAX_ROWS:]]
        if self._progress is None or self._status is None:
            self._progress = await _tolerated(
                acreate_progress_artifact(percent, key="backfill-progress", description=description)
            )
            self._status = await _tolerated(
                acreate_table_artifact(
                    table=rows, key="backfill-windows", description=self._description()
                )
            )
            return
        await _tolerated(aupdate_progress_artifact(self._progress, percent, description))
        await _tolerated(_update_table(self._status, rows))

    def _eta(self) -> str:
        done = len(self._results)
        left_s = (time.monotonic() - self._started) / done * (self._count - done)
        at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=left_s)
        end = f", the end is expected at {at:%H:%M:%S} UTC" if done < self._count else ""
        return f"{done} of {self._count} windows{end}"

    def _description(self) -> str:
        order = self._order
        query = (
            "SELECT source, event_date, count(*) FROM articles "  # noqa: S608 - dates
            f"WHERE event_date BETWEEN '{order.first_day}' AND '{order.last_day}' GROUP BY ALL"
        )
        command = f'wirelake sql --warehouse {shlex.quote(str(self._warehouse))} "{query}"'
        return f"{self._run_name}. Read the result with:\n\n```sh\n{command}\n```"

    async def _show_changes(self, changes: ReplayCounts) -> None:
        await _tolerated(
            acreate_table_artifact(
                table=changes.rows(),
                key="replay-columns",
                description=f"{changes.changed} of {changes.documents} documents would change",
            )
        )
        if changes.examples:
            await _tolerated(acreate_markdown_artifact(_as_diff(changes), key="replay-examples"))


def _as_diff(changes: ReplayCounts) -> str:
    return "\n\n".join(
        f"`{_short(change.url)}` **{change.column}**\n"
        f"```diff\n- {_short(change.old)}\n+ {_short(change.new)}\n```"
        for change in changes.examples
    )


def _short(value: object, chars: int = 300) -> str:
    text = str(value).replace("`", "'").replace("\n", " ")
    return f"{text[:chars]}…" if len(text) > chars else text


def _cut(planned: list[Planned]) -> str:
    return f" The first {MAX_ROWS} are shown." if len(planned) > MAX_ROWS else ""


async def _update_table(artifact: UUID, rows: list[dict[str, Any]]) -> None:
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=json.dumps(rows)))


async def _tolerated(update: Awaitable[Any]) -> Any:
    try:
        return await update
    except (PrefectException, OSError) as error:
        log.warning("not shown", error=str(error))
        return None
