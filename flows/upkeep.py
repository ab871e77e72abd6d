"""Upkeep as plain functions: copies, parts, and what they came to in words. Knows no Prefect."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flows.copying import CANONICAL, method_of
from flows.settings import Settings
from transforms.errors import StoppedError, WarehouseError
from transforms.pairs import RULES
from warehouse.copies import chains
from warehouse.copies import step as copies
from warehouse.copies.comparing import Tell, tell_nobody
from warehouse.copies.known import KnownCopies, known_copies
from warehouse.copies.step import Asked, CopiesCounts
from warehouse.opening import opened
from warehouse.upkeep import maintain as parts
from warehouse.upkeep.maintain import Ages, Upkeep
from warehouse.upkeep.retention import Retention

_MB = 1e6
INTERRUPT_S = 0.1
"""Between two tries to stop a step."""


@dataclass(frozen=True)
class Deduped:
    """What a copies step did, and what is known of copies after it."""

    counts: CopiesCounts
    known: KnownCopies
    seconds: float

    def row(self) -> dict[str, object]:
        """Show it as a row of a table."""
        known = self.known
        rules = {rule: known.pairs.get(rule, 0) for rule in (*RULES, CANONICAL)}
        return {
            "texts": known.texts,
            "texts_compared": self.counts.texts,
            "candidates": self.counts.candidates,
            **rules,
            "clusters": known.clusters,
            "largest": known.largest,
            "moved": self.counts.moved,
            "seconds": round(self.seconds, 1),
        }

    def sentence(self) -> str:
        """Say in one line what the step did."""
        return copies_sentence(self.counts)


async def find_copies(
    settings: Settings, run_id: str, *, rebuild: bool = False, tell: Tell = tell_nobody
) -> Deduped:
    """Bring pairs and clusters up to what the warehouse holds.

    Where it is cancelled, the query that runs is interrupted, and nothing is written.

    Args:
        settings: in force.
        run_id: what the log of changes carries.
        rebuild: compare everything anew.
        tell: told what is being done, in another thread.

    Raises:
        WarehouseError: there is none, or it cannot be written.
    """
    how, stopping = method_of(settings.dedupe), threading.Event()
    asked = Asked(rebuild=rebuild, is_stopped=stopping.is_set, tell=tell)

    def work() -> Deduped:
        start = time.monotonic()
        counts = copies.find_copies(lake, run_id, how, asked)
        return Deduped(counts, known_copies(lake), time.monotonic() - start)

    with opened(settings.warehouse) as lake:
        step = asyncio.create_task(asyncio.to_thread(work))
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            stopping.set()
            while not step.done():  # between two queries there is nothing to interrupt
                lake.connection.interrupt()
                await asyncio.wait([step], timeout=INTERRUPT_S)
            if isinstance(error := step.exception(), WarehouseError):
                raise error from None
            raise


async def maintain(settings: Settings, tell: Callable[[str], None]) -> Upkeep:
    """Merge the parts of the warehouse and let go of what is past its age.

    Where it is cancelled, it ends before its next step, within seconds.

    Raises:
        WarehouseError: there is none, or it cannot be written.
    """
    is_stopped = threading.Event()

    def step(what: str) -> None:
        if is_stopped.is_set():
            raise StoppedError("upkeep was stopped between two steps")
        tell(what)

    def work() -> Upkeep:
        with opened(settings.warehouse) as lake:
            return parts.maintain(lake, ages_of(settings), step)

    try:
        return await asyncio.to_thread(work)
    finally:
        is_stopped.set()


def ages_of(settings: Settings) -> Ages:
    """Give the ages in force."""
    days = settings.maintain
    return Ages(
        dt.timedelta(days=days.snapshot_days),
        dt.timedelta(days=days.replaced_days),
        dt.timedelta(days=days.orphan_days),
        Retention(
            _kept(days.keep_documents_days),
            _kept(days.keep_fetches_days),
            _kept(days.keep_cluster_changes_days),
        ),
    )


def _kept(days: int) -> dt.timedelta | None:
    return dt.timedelta(days=days) if days else None


def copies_sentence(counts: CopiesCounts) -> str:
    """Say in one line what a copies step did."""
    return (
        f"{counts.compared} new documents, {counts.texts} texts compared, {counts.candidates} "
        f"pairs of them judged; {counts.paired} pairs of copies came or went, "
        f"{counts.moved} texts changed their cluster.{chains.sentence(counts.chains)}"
    )


def upkeep_rows(done: Upkeep) -> list[dict[str, object]]:
    """Give a row per table, before and after."""
    return [
        {
            "table": each.table,
            "parts before": each.parts_before,
            "after": each.parts_after,
            "MB before": round(each.bytes_before / _MB, 1),
            "MB after": round(each.bytes_after / _MB, 1),
            "seconds": round(each.seconds, 1),
        }
        for each in done.tables
    ]


SUMS_ANEW = (
    "SHA256SUMS was gone, and is made anew of the files as they are now: whether one was damaged "
    "before, only a backup made before can tell, by `wirelake backup --verify` into it"
)
"""What upkeep says where the lines were lost."""


def upkeep_sentence(done: Upkeep) -> str:
    """Say in one line what upkeep came to."""
    before = sum(each.parts_before for each in done.tables)
    after = sum(each.parts_after for each in done.tables)
    removed = done.replaced + done.orphans
    gone = ", ".join(f"{rows} rows of {table}" for table, rows in done.let_go.items() if rows)
    return (
        f"{before} parts became {after} in {done.seconds:.1f} s; {done.snapshots} old snapshots "
        f"let go, {removed} files removed ({done.freed_bytes / _MB:.1f} MB), the catalog copied "
        f"({done.catalog_bytes / _MB:.1f} MB). Writers waited {done.longest_s:.1f} s at most."
        + (f" Past their age: {gone}." if gone else "")
    )
