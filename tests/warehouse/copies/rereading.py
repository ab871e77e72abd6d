"""A stored document that is normalized again, with another outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transforms.schema import ARTICLE, set_columns
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit


def reread(lake: Lake, batch_of: Callable[..., Batch], document: Any, **columns: object) -> None:
    """Put other values into the article row of a document, as a replay does."""
    rows = lake.connection.execute(
        "FROM lake.raw.articles WHERE document_id = ?", [document.document_id]
    ).to_arrow_table()
    [row] = rows.cast(ARTICLE).combine_chunks().to_batches()
    batch = batch_of(lake, [])
    batch.is_replay, batch.seen, batch.unchanged = True, 1, 1
    batch.add_articles(set_columns(row, {name: [it] for name, it in columns.items()}))
    commit(lake, batch)
