"""Normalizing again what is stored, without a network; what comes out otherwise is replaced."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import zip_longest

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from flows.ingesting.pool import LostDocument, Normalized
from flows.ingesting.rows import source_row
from flows.ingesting.shared import Run
from flows.learning import profile_in
from flows.sources import Source
from transforms.reading import Profile, normalizer
from transforms.schema import ARTICLE
from transforms.urls import address_id
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.keeping_away import kept_away
from warehouse.replay import articles_of, documents_of
from warehouse.sources import remember_source
from warehouse.windows import being_read, windows_of

MAX_EXAMPLES = 20
EXCERPT_CHARS = 60
"""Shown of a value, from a little before where the two part."""
_STORED = ("batch_id", "added_at")
COMPARED = [name for name in ARTICLE.names if name not in _STORED]
"""The columns that a document and the code decide."""

log = structlog.get_logger("flows.backfilling.replay")


@dataclass(frozen=True)
class Change:
    """One value that comes out otherwise; of two long texts the place where they part."""

    url: str
    column: str
    old: object
    new: object

    @classmethod
    def of(cls, url: str, column: str, old: object, new: object) -> Change:
        """Cut long texts, so that examples of many windows take no room."""
        start = max(0, _parting(old, new) - EXCERPT_CHARS // 3)
        return cls(url, column, _excerpt(old, start), _excerpt(new, start))

    def row(self) -> dict[str, object]:
        """Show it in a table."""
        return {"url": self.url, "column": self.column, "old": self.old, "new": self.new}


def _parting(old: object, new: object) -> int:
    if not (isinstance(old, str) and isinstance(new, str)):
        return 0
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(old), len(new)))


def _excerpt(value: object, start: int) -> object:
    if not isinstance(value, str):
        return value
    end = start + EXCERPT_CHARS
    return f"{'…' if start else ''}{value[start:end]}{'…' if end < len(value) else ''}"


@dataclass
class ReplayCounts:
    """What replaying one window comes to."""

    documents: int = 0
    changed: int = 0
    """Documents whose row comes out otherwise, be it by the normalizer's name alone."""
    columns: Counter[str] = field(default_factory=Counter)
    """Column -> rows in which it comes out otherwise."""
    samples: dict[str, list[Change]] = field(default_factory=dict)
    """Column -> the first examples of it."""
    lost: int = 0
    """Documents that could not be normalized now; their rows stay."""
    why_lost: str | None = None
    """Which was the first of them, and what became of it."""
    kept: int = 0
    rejected: int = 0
    seconds: float = 0.0

    @property
    def examples(self) -> list[Change]:
        """Give a few examples of each column, as many as fit together."""
        turns = zip_longest(*self.samples.values())
        return [each for turn in turns for each in turn if each][:MAX_EXAMPLES]

    def rows(self) -> list[dict[str, object]]:
        """Give a row per column that comes out otherwise, most rows first."""
        return [
            {"column": name, "rows": count} for name, count in self.columns.most_common() if count
        ]

    def add(self, window: ReplayCounts) -> None:
        """Add what another window comes to, with its first examples."""
        for name in ("documents", "changed", "lost", "kept", "rejected", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(window, name))
        self.why_lost = self.why_lost or window.why_lost
        self.columns += window.columns
        for column, changes in window.samples.items():
            known = self.samples.setdefault(column, [])
            known += changes[: MAX_EXAMPLES - len(known)]


def replay_window(run: Run, source: Source, day: dt.date | None, *, applies: bool) -> ReplayCounts:
    """Normalize the stored documents of a day again.

    Documents are read a few at a time; the article rows of the whole window are held.

    Args:
        run: the run it belongs to; where that is stopped, nothing of the window is written.
        source: whose options are in force.
        day: of the articles as they are stored; None: of those without a date.
        applies: replace the rows that come out otherwise, in one transaction; else only count.

    Raises:
        WarehouseError: the warehouse cannot be read or written.
    """
    started, counts = time.monotonic(), ReplayCounts()
    with ExitStack() as stack:
        lake = stack.enter_context(run.lake.another())
        if applies:
            stack.enter_context(being_read(run.lake.root, source.name))
        snapshot = lake.snapshot()
        old = _Rows(articles_of(lake, source.name, day))
        changed: list[pa.RecordBatch] = []
        profile = profile_in(lake, source)
        for articles in _normalized(run, lake, profile, old.ids, counts):
            if run.stopping.is_set():
                return counts
            rows = _compare(old, articles, counts, has_examples=not applies)
            changed += [rows] if applies else []
        if applies and not run.stopping.is_set():
            outcome = _Outcome(day, snapshot, normalizer(profile), changed, counts)
            _apply(run, lake, source, outcome)
    counts.seconds = time.monotonic() - started
    return counts


class _Rows:
    """The article rows there are: to take rows out of a table of many chunks reads all of it."""

    def __init__(self, rows: pa.Table) -> None:
        self.ids: pa.ChunkedArray = rows.column("document_id")
        self._batches = rows.to_batches()
        self._places = {
            name: (batch, row)
            for batch, some in enumerate(self._batches)
            for row, name in enumerate(some.column("document_id").to_pylist())
        }

    def of(self, document_ids: pa.Array) -> pa.RecordBatch:
        """Give the rows of n documents, in their order."""
        places = [self._places[name] for name in document_ids.to_pylist()]
        return pa.concat_batches([self._batches[batch].slice(row, 1) for batch, row in places])


@dataclass(frozen=True)
class _Outcome:
    day: dt.date | None
    snapshot: int
    normalizer: str
    changed: list[pa.RecordBatch]
    counts: ReplayCounts


def _normalized(
    run: Run, lake: Lake, profile: Profile, ids: pa.ChunkedArray, counts: ReplayCounts
) -> Iterator[pa.RecordBatch]:
    waiting: deque[tuple[list[str], Callable[[], Normalized]]] = deque()

    def collect() -> Iterator[pa.RecordBatch]:
        urls, outcome = waiting.popleft()
        normalized = outcome()
        for lost in normalized.lost:
            _lose(urls[lost.row], lost, counts)
        if normalized.articles is not None:
            yield normalized.articles

    for documents in documents_of(lake, ids):
        counts.documents += documents.num_rows
        urls = documents.column("url").to_pylist()
        waiting.append((urls, run.pool.submit(documents, profile)))
        while waiting and run.pool.is_crowded:
            yield from collect()
    while waiting:
        yield from collect()


def _lose(url: str, lost: LostDocument, counts: ReplayCounts) -> None:
    log.warning("not normalized", url=url, outcome=lost.outcome, error=lost.error)
    counts.lost += 1
    counts.why_lost = counts.why_lost or f"{url}: {lost.error}"


def _compare(
    old: _Rows, new: pa.RecordBatch, counts: ReplayCounts, *, has_examples: bool
) -> pa.RecordBatch:
    """Count what differs, and give the rows that do."""
    before = old.of(new.column("document_id"))
    differs: pa.Array | None = None
    for name in COMPARED:
        column = _differs(before.column(name), new.column(name))
        counts.columns[name] += pc.sum(column).as_py() or 0
        if has_examples:
            _show(name, column, before, new, counts)
        differs = column if differs is None else pc.or_(differs, column)
    rows = new.filter(differs)
    counts.changed += rows.num_rows
    counts.rejected += rows.num_rows - rows.column("reject_reason").null_count
    counts.kept += rows.column("reject_reason").null_count
    return rows


def _differs(was: pa.Array, new: pa.Array) -> pa.Array:
    """Compare two columns row by row; two nulls are equal."""
    if pa.types.is_list(new.type):  # no kernel compares lists
        pairs = zip(was.to_pylist(), new.to_pylist(), strict=True)
        return pa.array([before != now for before, now in pairs], pa.bool_())
    one_null = pc.xor(pc.is_null(was), pc.is_null(new))
    return pc.or_(one_null, pc.fill_null(pc.not_equal(was, new), False))


def _show(
    name: str, differs: pa.Array, old: pa.RecordBatch, new: pa.RecordBatch, counts: ReplayCounts
) -> None:
    if name == "normalizer":
        return
    for row in pc.indices_nonzero(differs).to_pylist():
        samples = counts.samples.setdefault(name, [])
        if len(samples) == MAX_EXAMPLES:
            return
        url = str(new.column("url")[row].as_py())
        values = old.column(name)[row].as_py(), new.column(name)[row].as_py()
        samples.append(Change.of(url, name, *values))


def _apply(run: Run, lake: Lake, source: Source, outcome: _Outcome) -> None:
    away = kept_away(lake, address_id)
    remember_source(lake, source_row(source), away)
    day, counts = outcome.day, outcome.counts
    batch = Batch(
        data=lake.data,
        run_id=run.run_id,
        source=source.name,
        snapshot=outcome.snapshot,
        normalizer=outcome.normalizer,
        algo=lake.meta("algo"),
        now=dt.datetime.now(dt.UTC),
        away=away,
    )
    batch.is_replay = True
    batch.seen = batch.unchanged = counts.documents
    batch.failed = counts.lost
    for rows in outcome.changed:
        batch.add_articles(rows)
    row = windows_of(lake, day, day).get((source.name, day)) if day else None
    if row and not counts.lost:
        del row["source"]
        batch.windows = [{**row, "normalizer": outcome.normalizer, "updated_at": batch.now}]
    commit(lake, batch)
