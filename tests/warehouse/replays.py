"""Stored documents that are normalized again, with another outcome."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from transforms.schema import set_columns
from warehouse.batches import Batch
from warehouse.catalog import Lake


def replaying(lake: Lake, rows: pa.Table, **columns: object) -> Batch:
    """Make a batch that puts other values into rows of `articles`."""
    batch = Batch(
        data=lake.data,
        run_id="replay",
        source="wire",
        snapshot=lake.snapshot(),
        normalizer="newer",
        algo=lake.meta("algo"),
        now=dt.datetime(2026, 5, 1, tzinfo=dt.UTC),
    )
    batch.is_replay = True
    batch.seen = batch.unchanged = rows.num_rows
    for record_batch in rows.combine_chunks().to_batches():
        values = {name: [value] * record_batch.num_rows for name, value in columns.items()}
        batch.add_articles(set_columns(record_batch, values))
    return batch
