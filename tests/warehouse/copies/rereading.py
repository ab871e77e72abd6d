"""A stored document that is normalized again, with another outcome."""

from __future__ import annotations

from typing import Any

from replays import replaying

from transforms.schema import ARTICLE
from warehouse.catalog import Lake
from warehouse.commit import commit


def reread(lake: Lake, document: Any, **columns: object) -> None:
    """Put other values into the article row of a document, as a replay does."""
    rows = lake.connection.execute(
        "FROM lake.raw.articles WHERE document_id = ?", [document.document_id]
    ).to_arrow_table()
    commit(lake, replaying(lake, rows.cast(ARTICLE), **columns))
