"""The pipeline as a run drives it, with an extractor of one's own choice."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from flows import settings
from flows.ingesting import pipeline
from flows.ingesting.limits import Limits
from flows.ingesting.pipeline import ingest_source
from flows.ingesting.pool import Apply, normalizers
from flows.ingesting.readers import Readers
from flows.ingesting.run import find_copies
from flows.ingesting.shared import Run
from flows.sources import Poll
from flows.sources.folder import Source
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.opening import opened

ARTICLE_PARTS = "SELECT count(*) FROM ducklake_list_files('lake', 'articles', schema => 'raw')"


@dataclass(frozen=True)
class Stored:
    """What a run left in the warehouse."""

    documents: int
    kept: int
    parts: int
    """Files of the table `articles`."""
    commits_s: float
    """From a full batch to the lock's release, all batches together."""


class _Commits:
    """The commit, with a clock."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, lake: Lake, batch: Batch) -> int:
        started = time.perf_counter()
        try:
            return commit(lake, batch)
        finally:
            self.seconds += time.perf_counter() - started


def ingest(path: Path, root: Path, workers: int, apply: Apply | None) -> Stored:
    """Read a folder or a file into a new warehouse, copies step and all.

    Args:
        path: of the pages.
        root: the warehouse to be made.
        workers: processes.
        apply: what they do with the documents; None: `normalize`.
    """
    batches, normalize = settings.Batch(), settings.Normalize()
    limits = Limits(batches.max_documents, batches.max_mb * 2**20)
    source = Source(name="bench", home=path.parent, kind="folder", path=path.name)
    with (
        opened(root, create=True) as lake,
        normalizers(workers, normalize.document_timeout_s, apply) as pool,
    ):
        lake.connection.execute("SET enable_progress_bar = false")
        pipeline.commit = commits = _Commits()  # type: ignore[attr-defined] # a process of its own
        run = Run("bench", lake, pool, limits, Poll(), Readers(1))
        counts = ingest_source(run, source)  # type: ignore[arg-type]
        find_copies(run)
        parts = int(str(lake.scalar(ARTICLE_PARTS)))
    return Stored(counts.new, counts.kept, parts, commits.seconds)
