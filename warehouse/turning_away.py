"""A batch and what is kept away: the last look before it commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from warehouse.keeping_away import Away

if TYPE_CHECKING:
    from warehouse.batches import Batch

_NAMES = ["document_id", "source", "url", "final_url", "payload_digest"]


def unread_of(batch: Batch, away: Away) -> set[str]:
    """Give the new documents of a batch that are kept away whatever is read from them.

    Those it was given before something was taken down; its part is on the disk.
    """
    return {str(row["document_id"]) for row in _documents(batch) if away.has_document(row)}


def read_of(batch: Batch, away: Away) -> set[str]:
    """Give the documents of a batch whose article is kept away."""
    if not away:
        return set()
    return set[str]().union(*(away.of_articles(rows) for rows in batch.article_batches))


def forget_urls(batch: Batch, away: Away) -> None:
    """Let nothing of a batch tell a url that is kept away, or what lists say of its page.

    A page at another url that leads to one keeps its cursor, or every run would ask for it anew.
    """
    if not away:
        return
    source = batch.source
    if away.has_source(source):
        batch.fetches, batch.cursors, batch.windows = [], {}, []
        return
    batch.fetches = [row for row in batch.fetches if not away.has_url(str(row["url"]), source)]
    batch.cursors = {
        url: {**row, "item": None, "document_id": None}
        if row["document_id"] in batch.turned_away
        else row
        for url, row in batch.cursors.items()
        if not away.has_url(url, source)
    }


def _documents(batch: Batch) -> Iterator[dict[str, object]]:
    path = batch.document_path
    if path.exists():
        yield from pq.read_table(path, columns=_NAMES, partitioning=None).to_pylist()
