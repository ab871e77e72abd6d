"""One run: which sources, with what limits, and what it came to. Knows no Prefect."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import structlog

from flows.copying import method_of
from flows.ingesting.counts import MAX_NOTES, Counts
from flows.ingesting.failures import why
from flows.ingesting.limits import Limits
from flows.ingesting.pipeline import ingest_source
from flows.ingesting.pool import Normalizers, normalizers
from flows.ingesting.readers import Readers
from flows.ingesting.shared import Run
from flows.settings import Settings
from flows.sources import Manners, Poll, Source, Web, load, pick
from transforms.errors import ConfigError, ContractError, WarehouseError
from transforms.reading import Mode
from warehouse import connect
from warehouse.catalog import Lake
from warehouse.copies import chains
from warehouse.copies import step as copies
from warehouse.copies.step import CopiesCounts
from warehouse.opening import opened

log = structlog.get_logger("flows.ingesting.run")

SOURCES_PER_REQUEST = 2
"""Sources of the web that are read side by side for each request that may be under way: most of
them wait for their pace, and some for a host that hangs."""
COMMIT_S = 8.0
"""What a run that is stopped has to normalize and commit what it read; then it is let go of."""

Tick = Callable[[str, int], None]
"""Told the name of a source and how many more of its documents were seen."""


@dataclass(frozen=True)
class Summary:
    """What a run came to."""

    run_id: str
    sources: list[Counts]
    copies: CopiesCounts

    @property
    def is_failure(self) -> bool:
        """Say whether nothing could be read: one broken source does not fail a run, all do."""
        return all(counts.error for counts in self.sources)

    def sentence(self) -> str:
        """Say in one line what came of it."""
        kept = sum(counts.kept for counts in self.sources)
        rejected = sum(counts.rejected for counts in self.sources)
        failed = sum(counts.failed for counts in self.sources)
        notes = [f" {counts.source}: {note}." for counts in self.sources for note in counts.notes]
        return (
            f"{kept} articles kept, {rejected} rejected (see `rejects`), {failed} files, rows or "
            f"requests not read (see `raw.fetches`); {self.copies.compared} compared for copies."
            f"{chains.sentence(self.copies.chains)}{''.join(notes[:MAX_NOTES])}"
        )

    def rows(self) -> list[dict[str, object]]:
        """Give a row per source for a table, with what was kept away only where something was."""
        some_is_away = any(counts.taken_down for counts in self.sources)
        return [
            {
                "source": counts.source,
                "documents": counts.seen,
                "new": counts.new,
                "unchanged": counts.unchanged,
                **({"taken down": counts.taken_down} if some_is_away else {}),
                "known files": counts.known,
                "kept": counts.kept,
                "rejected": counts.rejected,
                "not read": counts.failed,
                "seconds": round(counts.seconds, 1),
                "error": counts.error,
            }
            for counts in self.sources
        ]


def chosen(path: Path, names: tuple[str, ...], mode: Mode = "accurate") -> list[Source]:
    """Give the sources to read: those named, else all that are enabled.

    Among all, one that cannot exist as configured is given too: it fails in the run, as a source
    that cannot be read does, and the others go on.

    Args:
        path: the sources file.
        names: of sources; empty for all.
        mode: how their pages are read.

    Raises:
        ConfigError: the file is wrong, a name is unknown, or a source that is named, or every
            other one, cannot exist as configured.
    """
    wanted = pick(load(path, mode), names, path)
    wrong = [error for source in wanted if (error := _what_is_wrong(source))]
    if wrong and (names or len(wrong) == len(wanted)):
        raise wrong[0]
    return wanted


def _what_is_wrong(source: Source) -> ConfigError | None:
    try:
        source.check()
    except ConfigError as error:
        return error
    return None


def limits_of(settings: Settings) -> Limits:
    """Give the limits in force."""
    return Limits(
        max_documents=settings.batch.max_documents,
        max_bytes=settings.batch.max_mb * 2**20,
    )


def workers_of(settings: Settings) -> int:
    """Give the number of processes that normalize."""
    return settings.normalize.workers or os.cpu_count() or 1


def manners_of(settings: Settings) -> Manners:
    """Give the manners in force."""
    web = settings.web
    return Manners(web.contact or None, web.concurrency, web.retries, max_wait_s=web.max_wait_s)


@contextmanager
def started(
    settings: Settings, run_id: str, *, only_due: bool = False, at_once: int = 0
) -> Iterator[Run]:
    """Open the warehouse, making it where there is none, and all that one run needs.

    Where the block is left by an error or a signal, the sources that are being read end and commit
    what they gave.

    Args:
        settings: in force.
        run_id: what its batches and logs carry.
        only_due: ask lists and pages that are due; else all, now.
        at_once: readers there must be threads for, at least.

    Raises:
        WarehouseError: the warehouse cannot be made or opened.
    """
    threads = max(SOURCES_PER_REQUEST * settings.web.concurrency, at_once)
    with (
        structlog.contextvars.bound_contextvars(run=run_id),
        opened(settings.warehouse, create=True) as lake,
        _normalizers(settings) as pool,
        Web(manners_of(settings), remembers=True, home=settings.warehouse / "web") as web,
        closing(Readers(threads)) as readers,
        _stopped(
            Run(
                run_id,
                lake,
                pool,
                limits_of(settings),
                Poll(only_due, web),
                readers,
                method=method_of(settings.dedupe),
            )
        ) as run,
    ):
        yield run


@contextmanager
def looking(settings: Settings, run_id: str) -> Iterator[Run]:
    """Open the warehouse as it is, for reading only, and all that a run without a source needs.

    Raises:
        WarehouseError: there is none, it cannot be read, or it is of a newer schema.
    """
    with (
        structlog.contextvars.bound_contextvars(run=run_id),
        connect(settings.warehouse) as connection,
        _normalizers(settings) as pool,
        Web(manners_of(settings)) as web,
        closing(Readers(1)) as readers,
        _stopped(
            Run(
                run_id,
                Lake(settings.warehouse, connection),
                pool,
                limits_of(settings),
                Poll(web=web),
                readers,
            )
        ) as run,
    ):
        yield run


@contextmanager
def _stopped(run: Run) -> Iterator[Run]:
    """Stop a run where the block is left by an error or a signal."""
    try:
        yield run
    except BaseException:
        run.stop()
        if not run.readers.wait(COMMIT_S):
            run.pool.stop()
        raise


def _normalizers(settings: Settings) -> AbstractContextManager[Normalizers]:
    return normalizers(workers_of(settings), settings.normalize.document_timeout_s)


async def ingest(settings: Settings, names: tuple[str, ...], tick: Tick) -> Summary:
    """Read sources into the warehouse and find copies, untracked.

    Raises:
        ConfigError: before anything was written.
        WarehouseError: the warehouse cannot be made or written.
    """
    sources = chosen(settings.sources, names, settings.normalize.mode)
    with started(settings, secrets.token_hex(8), only_due=not names) as run:
        counts = await run.readers.each(sources, partial(_attempt, run, tick))
        return Summary(run.run_id, counts, await run.readers.in_thread(find_copies, run))


def find_copies(run: Run) -> CopiesCounts:
    """Bring pairs and clusters up to what the warehouse holds."""
    asked = copies.Asked(is_stopped=run.stopping.is_set, signed=run.signed)
    return copies.find_copies(run.lake, run.run_id, run.method, asked)


async def _attempt(run: Run, tick: Tick, source: Source) -> Counts:
    """Read one source; its failure is a line of the summary, and the others go on."""
    try:
        return await run.readers.in_thread(ingest_source, run, source, partial(tick, source.name))
    except (WarehouseError, ContractError):
        raise  # concerns every source
    except Exception as error:  # noqa: BLE001 - the next source may be sound
        counts = failed(run, source.name, error)
        log.error("failed", source=source.name, error=counts.error)  # noqa: TRY400 - one sentence
        return counts


def failed(run: Run, name: str, error: Exception) -> Counts:
    """Give the counts of a source that failed, with what was stored before."""
    return replace(run.done.get(name) or Counts(name), error=why(error))
