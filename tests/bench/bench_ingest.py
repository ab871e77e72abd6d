"""The pipeline as a run drives it, with an extractor of one's own choice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.pipeline import Limits, Run, ingest_source
from flows.pool import Apply, normalizers
from flows.run import dedupe
from flows.settings import Batch, Normalize
from flows.sources.folder import Source
from warehouse.catalog import opened

ARTICLE_PARTS = "SELECT count(*) FROM ducklake_list_files('lake', 'articles', schema => 'raw')"
COMMITS_S = """
SELECT coalesce(sum(epoch(snapshot_time) - epoch(prepared_at)), 0)
FROM lake.raw.batches JOIN lake.snapshots() ON commit_message = 'batch ' || batch_id
"""


@dataclass(frozen=True)
class Stored:
    """What a run left in the warehouse."""

    documents: int
    kept: int
    parts: int
    """Files of the table `articles`."""
    commits_s: float
    """From the last document normalized to the end of the commit, over all batches."""


def ingest(path: Path, root: Path, workers: int, apply: Apply | None) -> Stored:
    """Read a folder or a file into a new warehouse, copies step and all.

    Args:
        path: of the pages.
        root: the warehouse to be made.
        workers: processes.
        apply: what they do with the documents; None: `normalize`.
    """
    batch, normalize = Batch(), Normalize()
    limits = Limits(batch.max_documents, batch.max_mb * 2**20, workers)
    source = Source(name="bench", home=path.parent, kind="folder", path=path.name)
    with (
        opened(root, create=True) as lake,
        normalizers(workers, normalize.document_timeout_s, apply) as pool,
    ):
        lake.connection.execute("SET enable_progress_bar = false")
        run = Run("bench", lake, pool, limits)
        counts = ingest_source(run, source)
        dedupe(run)
        parts, commits_s = int(str(lake.scalar(ARTICLE_PARTS))), float(str(lake.scalar(COMMITS_S)))
    return Stored(counts.new, counts.kept, parts, commits_s)
