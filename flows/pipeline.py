"""From a source to commits: read, compare with what is known, normalize, commit, batch by batch.

Plain functions that know no Prefect; `flows/ingest.py` makes tasks of them.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

import pyarrow as pa
import structlog

from flows.limits import Limits
from flows.pool import LostDocument, Normalized, Normalizers
from flows.rows import cursors_from, document_row, fetch_row, source_row
from flows.sources import Cursor, Document, Fetch, Poll, Reading, Sighting, Source
from transforms.errors import ContractError, WarehouseError
from transforms.reading import normalizer
from transforms.schema import DOCUMENT
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.known import KnownIds
from warehouse.sources import remember_source

SLICE_DOCUMENTS = 32
SLICE_BYTES = 4 * 2**20
SLICES_PER_WORKER = 3

log = structlog.get_logger()


@dataclass(frozen=True)
class Run:
    """What the sources of one run share."""

    run_id: str
    lake: Lake
    pool: Normalizers
    limits: Limits
    done: dict[str, Counts] = field(default_factory=dict)
    """Source -> what was committed of it, also where it failed half way."""
    poll: Poll = field(default_factory=Poll)


@dataclass
class Counts:
    """What a run did with one source; the sums over its batches."""

    source: str
    seen: int = 0
    new: int = 0
    unchanged: int = 0
    taken_down: int = 0
    articles: int = 0
    kept: int = 0
    rejected: int = 0
    known: int = 0
    failed: int = 0
    bytes: int = 0
    batches: int = 0
    seconds: float = 0.0
    error: str | None = None

    def add(self, counts: Mapping[str, int]) -> None:
        """Add what one batch counted."""
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + count)
        self.batches += 1


@dataclass
class _Slice:
    """Documents that go to a process together."""

    documents: list[Document] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    unstored: set[int] = field(default_factory=set)
    """Places of the documents that `documents` lacks; the others lack their article row only."""
    bytes: int = 0

    def add(self, document: Document, row: dict[str, object], *, is_stored: bool) -> None:
        if not is_stored:
            self.unstored.add(len(self.rows))
        self.documents.append(document)
        self.rows.append(row)
        self.bytes += len(document.payload)

    def is_full(self) -> bool:
        return len(self.rows) >= SLICE_DOCUMENTS or self.bytes >= SLICE_BYTES


def ingest_source(
    run: Run, source: Source, tick: Callable[[int], None] = lambda documents: None
) -> Counts:
    """Read one source to its end and commit what is new.

    Args:
        run: the run it belongs to.
        source: configured.
        tick: told how many more documents were seen.

    Raises:
        ConfigError, SourceError: the source cannot be read (on); what it gave before is stored.
        WarehouseError: a commit failed; the batches before it stand.
    """
    remember_source(run.lake, source_row(source))
    return _Ingest(run, source, tick).run()


class _Ingest:
    """One pass over one source."""

    def __init__(self, run: Run, source: Source, tick: Callable[[int], None]) -> None:
        self.run_id, self.lake, self.pool, self.poll = run.run_id, run.lake, run.pool, run.poll
        self.source, self.tick, self.limits = source, tick, run.limits.of(source)
        self.counts = run.done.setdefault(source.name, Counts(source.name))
        self.profile = source.profile()
        self.algo = self.lake.meta("algo")
        snapshot = self.lake.snapshot()  # before the ids: what comes later is looked at again
        self.documents = KnownIds(self.lake, "documents", source.name)
        self.articles = KnownIds(self.lake, "articles", source.name)
        self.cursors = cursors_from(self.lake, source.name)
        self.remembered = set(self.cursors)
        self.gave: dict[str, str | None] = {}
        """Origin -> the document it gave; None where it gave several."""
        self.spoiled: set[str] = set()
        """Origins of documents that were lost: they must be read again, so no cursor is kept."""
        self.lists: set[str] = set()
        """Urls whose cursors came alone: whatever was lost, they have to name it again."""
        self._begin(snapshot)

    def run(self) -> Counts:
        """Read to the end, or to where the source fails."""
        started = time.monotonic()
        try:
            for reading in self.source.read(None, self.cursors, self.poll):
                self._handle(reading)
        except (WarehouseError, ContractError):
            raise
        except Exception:
            self._finish(started)
            raise
        self._finish(started)
        return self.counts

    def _handle(self, reading: Reading) -> None:
        if isinstance(reading, Document):
            self._take(reading)
        elif isinstance(reading, Sighting):
            self._see(reading)
        elif isinstance(reading, Cursor):
            self.lists.add(reading.url)
            self._remember(reading)
        else:
            self._note(reading)
        if self._is_full():
            self._commit()

    def _finish(self, started: float) -> None:
        given = self.batch.seen or self.batch.fetches or self.batch.cursors
        if given or not self.counts.batches:
            self._commit()  # a run that found nothing leaves its row in `batches` too
        self.counts.seconds += time.monotonic() - started

    def _begin(self, snapshot: int) -> None:
        self.batch = Batch(
            data=self.lake.data,
            run_id=self.run_id,
            source=self.source.name,
            snapshot=snapshot,
            normalizer=normalizer(self.profile),
            algo=self.algo,
            now=dt.datetime.now(dt.UTC),
        )
        self.bytes, self.begun = 0, time.monotonic()
        self.slice = _Slice()
        self.in_flight: deque[tuple[_Slice, pa.RecordBatch, Callable[[], Normalized]]] = deque()
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
        is_stored = name in self.documents
        if self.source.is_remote:
            self.gave[document.origin] = None if document.origin in self.gave else name
        self.batch.see(name, document.seen_at, is_stored=is_stored)
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
        cursor = self.cursors.get(sighting.url)
        if cursor and cursor.document_id and cursor.document_id in self.documents:
            self.batch.see(cursor.document_id, sighting.seen_at, is_stored=True)
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
        gave = None if fetch.is_step else self.gave.pop(fetch.url, None)
        if fetch.cursor is not None:
            self._remember(replace(fetch.cursor, document_id=gave or fetch.cursor.document_id))

    def _remember(self, cursor: Cursor) -> None:
        self.batch.cursors[cursor.url] = asdict(cursor)
        self.batch.replaces_cursors |= cursor.url in self.remembered

    def _send(self) -> None:
        documents = pa.RecordBatch.from_pylist(self.slice.rows, DOCUMENT)
        self.in_flight.append((self.slice, documents, self.pool.submit(documents, self.profile)))
        self.slice = _Slice()
        while len(self.in_flight) > SLICES_PER_WORKER * self.limits.workers:
            self._collect()

    def _collect(self) -> None:
        """Wait for the oldest slice and put its outcome into the batch."""
        sent, documents, outcome = self.in_flight.popleft()
        normalized = outcome()
        for lost in normalized.lost:
            self._lose(sent, lost)
        fresh = [row for row in range(len(sent.rows)) if row in sent.unstored]
        if fresh:
            self.batch.add_documents(documents.take(fresh))
        if normalized.articles is not None:
            self.batch.add_articles(normalized.articles)

    def _lose(self, sent: _Slice, lost: LostDocument) -> None:
        """Make a document that could not be normalized a failed fetch, to be tried again."""
        document_id, document = str(sent.rows[lost.row]["document_id"]), sent.documents[lost.row]
        self.articles.discard(document_id)
        if lost.row in sent.unstored:  # else the document is stored, and lacks its article still
            sent.unstored.remove(lost.row)
            self.documents.discard(document_id)
            self.batch.lose(document_id)
        self.spoiled.add(document.origin)
        self._note(Fetch(document.url, lost.outcome, dt.datetime.now(dt.UTC), error=lost.error))

    def _commit(self) -> None:
        if self.slice.rows:
            self._send()
        while self.in_flight:
            self._collect()
        for url in self.spoiled & self.batch.cursors.keys():
            del self.batch.cursors[url]
        # What was lost has to be named again, so no list may answer 304 next time.
        for url in self.lists & self.batch.cursors.keys() if self.spoiled else ():
            self.batch.cursors[url] = _without_validators(self.batch.cursors[url])
        snapshot = commit(self.lake, self.batch)
        self.remembered |= self.batch.cursors.keys()
        log.info("committed", source=self.source.name, **self.batch.counts())
        self.counts.add(self.batch.counts())
        self.documents.add(self.batch.met_documents)
        self.articles.add(self.batch.met_articles)
        self.documents.settle()
        self.articles.settle()
        self._begin(snapshot)


def _without_validators(cursor: Mapping[str, object]) -> dict[str, object]:
    return {**cursor, "etag": None, "last_modified": None, "body_digest": None}
