"""The bare functions: what a pool of processes does with the same pages when nothing is kept."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pyarrow as pa

from flows.ingesting.normalize import normalize
from flows.ingesting.pool import Apply
from transforms.reading import Profile
from transforms.schema import DOCUMENT

SLICE_DOCUMENTS = 32
PROFILE = Profile("bench")


def read_bare(folder: Path, workers: int, apply: Apply | None) -> int:
    """Read and normalize the pages of a folder, throw the articles away and count them.

    Args:
        folder: of pages.
        workers: processes.
        apply: what is done with the documents; None: `normalize`.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.ingesting.normalize"])
    with context.Pool(workers) as pool:
        work = partial(_read_slice, apply or normalize)
        return sum(pool.imap_unordered(work, _slices(folder)))


def _slices(folder: Path) -> Iterator[list[Path]]:
    paths = iter(sorted(folder.rglob("*.html")))
    while paths_of_slice := list(islice(paths, SLICE_DOCUMENTS)):
        yield paths_of_slice


def _read_slice(apply: Apply, paths: list[Path]) -> int:
    rows = [
        {
            "document_id": path.name,
            "source": PROFILE.source,
            "url": f"file:{path.name}",
            "media_type": "text/html",
            "payload": path.read_bytes(),
        }
        for path in paths
    ]
    return len(apply(pa.RecordBatch.from_pylist(rows, DOCUMENT), PROFILE))
