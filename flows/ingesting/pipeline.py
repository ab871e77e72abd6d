"""From a source to commits: read, compare with what is known, normalize, commit, batch by batch.

Plain functions that know no Prefect; `flows/ingest.py` makes tasks of them.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import structlog

from flows.ingesting.counts import Counts
from flows.ingesting.cursors import Cursors
from flows.ingesting.failures import why
from flows.ingesting.pool import LostDocument, Normalized
from flows.ingesting.rows import document_row, fetch_row, source_row
from flows.ingesting.shared import Run
from flows.ingesting.slices import Slice
from flows.ingesting.textless import Textless
from flows.ingesting.window import WindowRead, window_of
from flows.learning import profile_in
from flows.sources import (
    Cursor,
    Document,
    Fetch,
    Reading,
    SessionClosedError,
    Sighting,
    Source,
)
from transforms.errors import ConfigError, ContractError, IngestError, WarehouseError
from transforms.reading import normalizer
from transforms.schema import DOCUMENT
from transforms.urls import address_id
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.keeping_away import kept_away
from warehouse.known import KnownIds
from warehouse.sources import remember_source
from warehouse.windows import being_read, outside

log = structlog.get_logger()


def ingest_source(
    run: Run,
    source: Source,
    tick: Callable[[int], None] = lambda documents: None,
    window: WindowRead | None = None,
) -> Counts:
    """Read one source to its end and commit what is new.

    Several sources of a run may be read at once, each in a thread of its own.

    Args:
        run: the run it belongs to; where that is stopped, reading ends and what came is committed.
        source: configured.
        tick: told how many more documents were seen.
        window: the day to be read, whole; None: what is new. Its row of `windows` is written last.

    Raises:
        ConfigError, SourceError: the source cannot be read (on); what it gave before is stored.
        WarehouseError: a commit failed; the batches before it stand.
    """
    with run.lake.another() as lake, being_read(run.lake.root, source.name):
        remember_source(lake, source_row(source), kept_away(lake, address_id))
        return _Ingest(run, lake, source, tick, window).run()


class _Ingest:
    """One pass over one source."""

    def __init__(
        self,
        run: Run,
        lake: Lake,
        source: Source,
        tick: Callable[[int], None],
        window: WindowRead | None,
    ) -> None:
        self.run_id, self.lake, self.pool = run.run_id, lake, run.pool
        self.poll = replace(run.poll, is_away=self._is_away)
        self.stopping, self.signed = run.stopping, run.signed
        self.source, self.tick, self.limits = source, tick, run.limits.of(source)
        self.window = window
        what = window.name_of(source.name) if window else source.name
        self.counts = run.done.setdefault(what, Counts(source.name))
        self.profile = profile_in(self.lake, source)
        self.algo = self.lake.meta("algo")
        snapshot = self.lake.snapshot()  # before the ids: what comes later is looked at again
        self._know()
        self.cursors = Cursors(self.lake, source)
        self.textless = Textless()
        self._begin(snapshot)

    def run(self) -> Counts:
        """Read to the end, to where the source fails, or to where the run is stopped."""
        started = time.monotonic()
        try:
            self._read()
        except (WarehouseError, ContractError):
            raise
        except Exception as error:
            if isinstance(error, ConfigError):  # nothing was asked: without this no row tells of it
                now = dt.datetime.now(dt.UTC)
                self._note(Fetch(self.source.place(), "unreadable", now, error=str(error)))
            self._finish(started, why(error))
            if not self.stopping.is_set():
                raise
            if not isinstance(error, SessionClosedError | IngestError):  # else it was cut off
                log.exception("failed while the run was stopped", source=self.source.name)
        else:
            self._finish(started)
        return self.counts

    def _know(self) -> None:
        """Look up what is stored, and what must not come back."""
        self.away = kept_away(self.lake, address_id)
        self.documents = KnownIds(self.lake, "documents", self.source.name)
        self.articles = KnownIds(self.lake, "articles", self.source.name)

    def _is_away(self, url: str) -> bool:
        return self.away.has_url(url, self.source.name)

    def _read(self) -> None:
        window = window_of(self.window.day) if self.window else None
        for reading in self.source.read(window, self.cursors.known, self.poll):
            if self.stopping.is_set():  # what was cut off would count as a failure
                return
            self._handle(reading)

    def _handle(self, reading: Reading) -> None:
        if isinstance(reading, Document):
            self._take(reading)
        elif isinstance(reading, Sighting):
            self._see(reading)
        elif isinstance(reading, Cursor):
            self.cursors.remember(reading, self.batch)
        else:
            self._note(reading)
        if self._is_full():
            self._commit()

    def _finish(self, started: float, stopped_by: str | None = None) -> None:
        given = self.batch.seen or self.batch.fetches or self.batch.cursors
        if given or not self.counts.batches:
            self._commit()  # a run that found nothing leaves its row in `batches` too
        if self.window and not self.stopping.is_set():
            self._close(self.window, stopped_by)
        if sentence := self.textless.sentence():
            log.warning("not all rows gave a text", source=self.source.name, error=sentence)
            self.counts.note(sentence)
        self.counts.seconds += time.monotonic() - started

    def _close(self, window: WindowRead, stopped_by: str | None) -> None:
        """Note what the window has come to, once all of it is stored."""
        row = window.row(
            outside=outside(self.lake, window.day, sorted(window.documents)),
            normalizer=normalizer(self.profile),
            stopped_by=stopped_by,
        )
        self.batch.windows = [row]
        self._commit()

    def _begin(self, snapshot: int) -> None:
        self.batch = Batch(
            data=self.lake.data,
            run_id=self.run_id,
            source=self.source.name,
            snapshot=snapshot,
            normalizer=normalizer(self.profile),
            algo=self.algo,
            now=dt.datetime.now(dt.UTC),
            away=self.away,
        )
        self.bytes, self.begun = 0, time.monotonic()
        self.slice = Slice()
        self.in_flight: deque[tuple[Slice, pa.RecordBatch, Callable[[], Normalized]]] = deque()
        structlog.contextvars.bind_contextvars(batch=self.batch.batch_id)

    def _is_full(self) -> bool:
        given = max(self.batch.seen, len(self.batch.fetches))
        if given >= self.limits.max_documents or self.bytes >= self.limits.max_bytes:
            return True
        return given > 0 and time.monotonic() - self.begun > self.limits.max_s

    def _take(self, document: Document) -> None:
        """Count a document; send it to be normalized where it is new."""
        row = document_row(self.source.name, document)
        name = str(row["document_id"])
        self.cursors.gave(document, name)
        if self.away.has_document(row):
            self.batch.turn_away(name)
            self.tick(1)
            return
        is_stored = name in self.documents
        self.batch.see(name, document.seen_at, is_stored=is_stored)
        if self.window:
            self.window.documents.add(name)
        self.tick(1)
        if is_stored and name in self.articles:
            return
        self.documents.add([name])
        self.articles.add([name])
        self.slice.add(document, row, is_stored=is_stored)
        self.bytes += len(document.payload)
        if self.slice.is_full():
            self._send()

    def _see(self, sighting: Sighting) -> None:
        """Count the document of a cursor as seen again."""
        document_id = self.cursors.document_of(sighting.url)
        if document_id and document_id in self.documents:
            self.batch.see(document_id, sighting.seen_at, is_stored=True)
            self.tick(1)

    def _note(self, fetch: Fetch) -> None:
        """Keep what a file or request came to, and what to remember of it."""
        if fetch.outcome == "known":
            self.batch.known += 1
            return
        self.batch.fetches.append(fetch_row(fetch))
        if fetch.is_failure and not fetch.is_step:
            self.batch.failed += 1
            log.warning("not read", url=fetch.url, outcome=fetch.outcome, error=fetch.error)
            if fetch.outcome == "broken":  # it came, and nobody but its maker can mend it
                self.counts.note(f"{fetch.url}: {fetch.error}")
            if self.window:
                self.window.note(fetch)
        elif fetch.error and not fetch.is_step:
            log.warning("not all of it was read", url=fetch.url, error=fetch.error)
            self.batch.failed += fetch.lost
            if fetch.lost:
                self.counts.note(f"{fetch.url}: {fetch.error}")
        self.cursors.after(fetch, self.batch)

    def _send(self) -> None:
        documents = pa.RecordBatch.from_pylist(self.slice.rows, DOCUMENT)
        outcome = self.pool.submit(documents, self.profile, signs=self.signed.has_room)
        self.in_flight.append((self.slice, documents, outcome))
        self.slice = Slice()
        while self.in_flight and self.pool.is_crowded:
            self._collect()

    def _collect(self) -> None:
        """Wait for the oldest slice and put its outcome into the batch."""
        sent, documents, outcome = self.in_flight.popleft()
        normalized = outcome()
        for lost in normalized.lost:
            self._lose(sent, lost)
        if len(sent.unstored) == len(sent.rows):  # nearly always: `take` would copy the payloads
            self.batch.add_documents(documents)
        elif sent.unstored:
            self.batch.add_documents(documents.take(sorted(sent.unstored)))
        if normalized.articles is not None:
            self.batch.add_articles(normalized.articles)
            self.textless.look_at(normalized.articles)
            if normalized.keys is not None:
                self.signed.add(normalized.articles.column("content_hash"), normalized.keys)

    def _lose(self, sent: Slice, lost: LostDocument) -> None:
        """Make a document that could not be normalized a failed fetch, to be tried again."""
        document_id, document = str(sent.rows[lost.row]["document_id"]), sent.documents[lost.row]
        self.articles.discard(document_id)
        if lost.row in sent.unstored:  # else the document is stored, and lacks its article still
            sent.unstored.remove(lost.row)
            self.documents.discard(document_id)
            self.batch.lose(document_id)
            if self.window:
                self.window.documents.discard(document_id)
        self.cursors.spoil(document.origin)
        self._note(Fetch(document.url, lost.outcome, dt.datetime.now(dt.UTC), error=lost.error))

    def _commit(self) -> None:
        if self.slice.rows:
            self._send()
        while self.in_flight:
            self._collect()
        self.cursors.settle(self.batch)
        snapshot = commit(self.lake, self.batch)
        self.cursors.stored(self.batch)
        log.info("committed", source=self.source.name, **self.batch.counts())
        self.counts.add(self.batch.counts())
        self.documents.add(self.batch.met_documents)
        self.articles.add(self.batch.met_articles)
        for name in self.batch.turned_away:
            self.documents.discard(name)
            self.articles.discard(name)
        if self.batch.met_takedown or self.batch.erases:
            self._know()  # what it held for stored may be gone
        self.documents.settle()
        self.articles.settle()
        self._begin(snapshot)
