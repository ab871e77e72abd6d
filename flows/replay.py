"""Normalizing again what is stored, without a network; what comes out otherwise is replaced."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from flows.pipeline import Run
from flows.pool import Normalized
from flows.sources import Source
from transforms.reading import normalizer
from transforms.schema import ARTICLE
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.replay import articles_of, documents_of
from warehouse.windows import windows_of

MAX_EXAMPLES = 20
SLICES = 8
"""Slices that wait for the processes at once."""
_STORED = ("batch_id", "added_at")
COMPARED = [name for name in ARTICLE.names if name not in _STORED]
"""The columns that a document and the code decide."""


@dataclass(frozen=True)
class Change:
    """One value that comes out otherwise."""

    url: str
    column: str
    old: object
    new: object


@dataclass
class ReplayCounts:
    """What replaying one window comes to."""

    documents: int = 0
    changed: int = 0
    """Documents whose row comes out otherwise, be it by the normalizer's name alone."""
    columns: Counter[str] = field(default_factory=Counter)
    """Column -> rows in which it comes out otherwise."""
    examples: list[Change] = field(default_factory=list)
    lost: int = 0
    """Documents that could not be normalized now; their rows stay."""
    kept: int = 0
    rejected: int = 0
    seconds: float = 0.0

    def rows(self) -> list[dict[str, object]]:
        """Give a row per column that comes out otherwise, most rows first."""
        return [
            {"column": name, "rows": count} for name, count in self.columns.most_common() if count
        ]


def sum_of(windows: Sequence[ReplayCounts]) -> ReplayCounts:
    """Add up what several windows come to, with the first examples."""
    whole = ReplayCounts()
    for window in windows:
        for name in ("documents", "changed", "lost", "kept", "rejected", "seconds"):
            setattr(whole, name, getattr(whole, name) + getattr(window, name))
        whole.columns += window.columns
        whole.examples += window.examples[: MAX_EXAMPLES - len(whole.examples)]
    return whole


def replay_window(run: Run, source: Source, day: dt.date, *, applies: bool) -> ReplayCounts:
    """Normalize the stored documents of a day again.

    Args:
        run: the run it belongs to; where that is stopped, nothing of the window is written.
        source: whose options are in force.
        day: of the articles as they are stored.
        applies: replace the rows that come out otherwise, in one transaction; else only count.

    Raises:
        WarehouseError: the warehouse cannot be read or written.
    """
    started, counts = time.monotonic(), ReplayCounts()
    with run.lake.another() as lake:
        snapshot = lake.snapshot()
        old = articles_of(lake, source.name, day)
        changed: list[pa.RecordBatch] = []
        for articles in _normalized(run, lake, source, old, counts):
            if run.stopping.is_set():
                return counts
            changed.append(_compare(old, articles, counts))
        if applies and not run.stopping.is_set():
            _apply(run, lake, source, _Outcome(day, snapshot, changed, counts))
    counts.seconds = time.monotonic() - started
    return counts


@dataclass(frozen=True)
class _Outcome:
    day: dt.date
    snapshot: int
    changed: list[pa.RecordBatch]
    counts: ReplayCounts


def _normalized(
    run: Run, lake: Lake, source: Source, old: pa.Table, counts: ReplayCounts
) -> Iterator[pa.RecordBatch]:
    profile = source.profile()
    waiting: deque[Callable[[], Normalized]] = deque()

    def collect() -> Iterator[pa.RecordBatch]:
        normalized = waiting.popleft()()
        counts.lost += len(normalized.lost)
        if normalized.articles is not None:
            yield normalized.articles

    for documents in documents_of(lake, old.column("document_id")):
        counts.documents += documents.num_rows
        waiting.append(run.pool.submit(documents, profile))
        if len(waiting) > SLICES:
            yield from collect()
    while waiting:
        yield from collect()


def _compare(old: pa.Table, new: pa.RecordBatch, counts: ReplayCounts) -> pa.RecordBatch:
    """Count what differs, and give the rows that do."""
    places = pc.index_in(new.column("document_id"), old.column("document_id"))
    before = old.take(places).combine_chunks()
    differs: pa.Array | None = None
    for name in COMPARED:
        column = _differs(before.column(name), new.column(name))
        counts.columns[name] += pc.sum(column).as_py() or 0
        _show(name, column, before, new, counts)
        differs = column if differs is None else pc.or_(differs, column)
    rows = new.filter(differs)
    counts.changed += rows.num_rows
    counts.rejected += rows.num_rows - rows.column("reject_reason").null_count
    counts.kept += rows.column("reject_reason").null_count
    return rows


def _differs(old: pa.ChunkedArray, new: pa.Array) -> pa.Array:
    """Compare two columns row by row; two nulls are equal."""
    if pa.types.is_list(new.type):  # no kernel compares lists
        pairs = zip(old.to_pylist(), new.to_pylist(), strict=True)
        return pa.array([was != is_now for was, is_now in pairs], pa.bool_())
    was = old.combine_chunks() if isinstance(old, pa.ChunkedArray) else old
    one_null = pc.xor(pc.is_null(was), pc.is_null(new))
    return pc.or_(one_null, pc.fill_null(pc.not_equal(was, new), False))


def _show(
    name: str, differs: pa.Array, old: pa.Table, new: pa.RecordBatch, counts: ReplayCounts
) -> None:
    for row, is_changed in enumerate(differs.to_pylist()):
        if len(counts.examples) >= MAX_EXAMPLES:
            return
        if is_changed:
            url = str(new.column("url")[row].as_py())
            values = old.column(name)[row].as_py(), new.column(name)[row].as_py()
            counts.examples.append(Change(url, name, *values))


def _apply(run: Run, lake: Lake, source: Source, outcome: _Outcome) -> None:
    day, counts = outcome.day, outcome.counts
    current = normalizer(source.profile())
    batch = Batch(
        data=lake.data,
        run_id=run.run_id,
        source=source.name,
        snapshot=outcome.snapshot,
        normalizer=current,
        algo=lake.meta("algo"),
        now=dt.datetime.now(dt.UTC),
    )
    batch.is_replay = True
    batch.seen = batch.unchanged = counts.documents
    batch.failed = counts.lost
    for rows in outcome.changed:
        batch.add_articles(rows)
    row = windows_of(lake, day, day).get((source.name, day))
    if row and not counts.lost:
        del row["source"]
        batch.windows = [{**row, "normalizer": current, "updated_at": batch.now}]
    commit(lake, batch)
