"""The rows a batch brings to the tables without text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa

from warehouse.batches import Batch, Row
from warehouse.tables import TABLES


def small_tables(batch: Batch) -> Iterator[tuple[str, pa.Table]]:
    """Give the rows of the tables without text, but for sightings."""
    stamps = {"source": batch.source, "batch_id": batch.batch_id}
    fetches = [
        {**row, **stamps, "month": row["fetched_at"].date().replace(day=1)}  # type: ignore[attr-defined]
        for row in batch.fetches
    ]
    yield "fetches", pa.Table.from_pylist(fetches, TABLES["fetches"])
    cursors = [{**row, "source": batch.source} for row in batch.cursors.values()]
    yield "cursors", pa.Table.from_pylist(cursors, TABLES["cursors"])
    windows = [{**row, "source": batch.source} for row in batch.windows]
    yield "windows", pa.Table.from_pylist(windows, TABLES["windows"])
    yield "batches", pa.Table.from_pylist([_row(batch)], TABLES["batches"])


def sightings_table(batch: Batch, *, of_new: bool) -> pa.Table:
    """Give the sightings of the documents that are new, or of those that may not be."""
    rows = [
        {"document_id": document_id, "seen_at": seen_at}
        for (document_id, seen_at), stored in batch.sightings.items()
        if stored is not of_new
    ]
    return pa.Table.from_pylist(rows, TABLES["sightings"])


def _row(batch: Batch) -> Row:
    return {
        "batch_id": batch.batch_id,
        "run_id": batch.run_id,
        "source": batch.source,
        "started_at": batch.now,
        "prepared_at": dt.datetime.now(dt.UTC),
        **batch.counts(),
        "normalizer": batch.normalizer,
        "algo": batch.algo,
    }
