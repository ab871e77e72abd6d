"""What the UI shows of a backfill: the plan, the progress, and what became of each window."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import shlex
import time
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
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

from flows.backfilling.plan import Planned
from flows.backfilling.replay import ReplayCounts
from flows.backfilling.results import Backfilled, WindowResult, sentence, to_do
from flows.markdown import verbatim, verbatim_rows
from flows.terminal import without_controls

MAX_ROWS = 1_000
"""Of a table in the UI, which shows all of them at once."""
PERIOD_S = 1.0
"""Between two updates, at least."""
CLOSE_S = 5.0
"""What the last updates may take: a run that is cancelled has to end."""
_COUNTS = ("documents", "new", "kept", "rejected", "seconds")

log = structlog.get_logger("flows.backfill")


class Artifacts:
    """The artifacts of one backfill, kept current.

    A server that does not take an update costs the picture, not the backfill.

    Args:
        run_id: of the flow run.
        warehouse: its folder.
        executes: whether windows are read, or planned only.
    """

    def __init__(self, run_id: str, warehouse: Path, *, executes: bool) -> None:
        self._run_id, self._warehouse, self._executes = run_id, warehouse, executes
        self._windows: list[Planned] = []
        self._results: list[WindowResult] = []
        self._started = self._shown = time.monotonic()
        self._pending: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self._progress: UUID | None = None
        self._status: UUID | None = None

    async def show_plan(self, planned: list[Planned]) -> None:
        """Show what will happen to every window, and why."""
        self._windows = to_do(planned)
        await _tolerated(
            acreate_table_artifact(
                table=verbatim_rows(window.row() for window in planned[:MAX_ROWS]),
                key="backfill-plan",
                description=f"{sentence(planned)}{_cut(len(planned))}",
            )
        )
        if self._executes and self._windows:
            self._started = time.monotonic()
            await self._update()

    async def tell(self, result: WindowResult) -> None:
        """Count a window that ended; its slot does not wait until it is shown."""
        self._results.append(result)
        if self._pending is None or self._pending.done():
            self._pending = asyncio.create_task(self._update_in_time())

    async def show_changes(self, changes: ReplayCounts) -> None:
        """Show what a replay would change."""
        await _tolerated(
            acreate_table_artifact(
                table=changes.rows(),
                key="replay-columns",
                description=f"{changes.changed} of {changes.documents} documents would change",
            )
        )
        if changes.examples:
            await _tolerated(acreate_markdown_artifact(_as_diff(changes), key="replay-examples"))

    async def close(self) -> None:
        """Bring everything to its end, be the backfill done, failed or cancelled."""
        self._ended.set()
        try:
            async with asyncio.timeout(CLOSE_S):
                if self._pending:  # an update that is under way must not land after the last one
                    await self._pending
                if self._progress or self._results:
                    await self._update()
        except TimeoutError:
            log.warning("not shown", error="the server takes no update")
        failed = [each for each in self._results if each.is_failure]
        log.info("ended", windows=len(self._results), failed=len(failed))

    async def _update_in_time(self) -> None:
        rest_s = PERIOD_S - (time.monotonic() - self._shown)
        try:
            await asyncio.wait_for(self._ended.wait(), max(rest_s, 0.0))
        except TimeoutError:
            await self._update()

    async def _update(self) -> None:
        self._shown = time.monotonic()
        await self._update_progress(100.0 * len(self._results) / len(self._windows), self._eta())
        await self._update_status(self._rows(), self._description())

    async def _update_progress(self, percent: float, words: str) -> None:
        if self._progress is None:
            self._progress = await _tolerated(
                acreate_progress_artifact(percent, key="backfill-progress", description=words)
            )
        else:
            await _tolerated(aupdate_progress_artifact(self._progress, percent, words))

    async def _update_status(self, rows: list[dict[str, Any]], words: str) -> None:
        if self._status is None:
            self._status = await _tolerated(
                acreate_table_artifact(table=rows, key="backfill-windows", description=words)
            )
        else:
            await _tolerated(_update_table(self._status, rows, words))

    def _eta(self) -> str:
        done, count = len(self._results), len(self._windows)
        end = ""
        if self._ended.is_set() and done < count:
            end = ", ended before the others"
        elif 0 < done < count:
            left_s = (time.monotonic() - self._started) / done * (count - done)
            at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=left_s)
            end = f", the end is expected at {at:%H:%M:%S} UTC"
        return f"{done} of {count} windows{end}"

    def _rows(self) -> list[dict[str, Any]]:
        """Give what failed first, then what has ended, each as the plan has them."""
        places = {(each.source, each.day): place for place, each in enumerate(self._windows)}
        ended = sorted(
            self._results, key=lambda each: (not each.is_failure, places[each.source, each.day])
        )
        known = {(each.source, each.day) for each in ended}
        ahead = [each for each in self._windows if (each.source, each.day) not in known]
        rows = [each.row() for each in ended[:MAX_ROWS]]
        for window in ahead[: MAX_ROWS - len(rows)]:
            to_come = WindowResult(window.source, window.day, window.action, "to do")
            rows.append(to_come.row() | dict.fromkeys(_COUNTS))
        return verbatim_rows(rows)

    def _description(self) -> str:
        states = Counter(each.state for each in self._results)
        states["to do"] = len(self._windows) - len(self._results)
        counted = ", ".join(f"{count} {state}" for state, count in states.items() if count)
        warehouse, run_id = shlex.quote(str(self._warehouse)), self._run_id
        command = (
            f'wirelake sql --warehouse {warehouse} "\n'  # noqa: S608 - an id of the server
            "  SELECT event_date, source, count(*) AS articles FROM all_articles\n"
            f"  WHERE batch_id IN (SELECT batch_id FROM raw.batches WHERE run_id = '{run_id}')\n"
            '  GROUP BY ALL ORDER BY ALL"'
        )
        count, failed = len(self._windows), [each for each in self._results if each.is_failure]
        intro = f"{count} windows: {counted}.{_cut(count)}"
        if failed:  # the table cuts long reasons off
            intro += f"\n\n{verbatim(Backfilled(self._windows, failed).complaint())}"
        return f"{intro}\n\nRead what it has stored with:\n\n```sh\n{command}\n```"


def _as_diff(changes: ReplayCounts) -> str:
    return "\n\n".join(
        f"`{_short(change.url)}` **{change.column}**\n"
        f"```diff\n- {_short(change.old)}\n+ {_short(change.new)}\n```"
        for change in changes.examples
    )


def _short(value: object, chars: int = 300) -> str:
    text = without_controls(str(value)).replace("`", "'")
    return f"{text[:chars]}…" if len(text) > chars else text


def _cut(count: int) -> str:
    return f" The first {MAX_ROWS} are shown." if count > MAX_ROWS else ""


async def _update_table(artifact: UUID, rows: list[dict[str, Any]], description: str) -> None:
    async with get_client() as client:
        await client.update_artifact(
            artifact, ArtifactUpdate(data=json.dumps(rows), description=description)
        )


async def _tolerated(update: Awaitable[Any]) -> Any:
    try:
        return await update
    except (PrefectException, httpx.HTTPError, OSError) as error:
        log.warning("not shown", error=str(error))
        return None
