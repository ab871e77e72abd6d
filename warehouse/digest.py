"""The yardstick of confluence: per view the row count and an order-free hash over listed columns.

Two warehouses that were given the same documents and sightings, under one normalizer and one
configuration, have the same digest, whatever the order, batching, crashes and repetitions. What
depends on when and how a row was stored is not listed: batches, runs, fetches, cursors, `added_at`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

from transforms.schema import ARTICLE

_STORED = ("batch_id", "added_at")
_ARTICLE = [name for name in ARTICLE.names if name not in _STORED]
_PLACED = ["first_seen", "last_seen", "cluster_id", "cluster_size"]
_KEPT = [name for name in _ARTICLE if name != "reject_reason"]

COLUMNS: dict[str, list[str]] = {
    "raw.documents": [
        "document_id", "source", "url", "final_url", "media_type", "charset", "item",
        "payload_digest", "payload_bytes",
    ],
    "raw.sightings": ["document_id", "seen_at"],
    "raw.articles": _ARTICLE,
    "raw.compared": ["document_id", "algo"],
    "raw.pairs": ["algo", "a", "b", "rule", "score", "shared_keys"],
    "raw.clusters": ["content_hash", "cluster_id"],
    "articles": [*_KEPT, *_PLACED],
    "all_articles": [*_KEPT, *_PLACED, "is_representative", "dated_ahead"],
    "versions": ["version", "is_current", "first_seen", "last_seen", *_KEPT],
    "duplicates": ["member", "representative", "rule", "score", "shared_keys", "cluster_id"],
    "rejects": [*_ARTICLE, "first_seen", "last_seen"],
}  # fmt: skip
"""View or table -> the columns that the set of documents and sightings decides."""

_TIMES = frozenset({"first_seen", "last_seen", "dated_ahead"})
_CONTENT = {
    view: [name for name in columns if name not in _TIMES]
    for view, columns in COLUMNS.items()
    if view != "raw.sightings"
}
"""The same without when anything was seen, for what was read at another time."""


@dataclass(frozen=True)
class ViewDigest:
    """One line of the digest."""

    view: str
    rows: int
    digest: str
    """Hexadecimal: the sum over all rows of 64 bits of their MD5, modulo 2 to the 64."""


def digest(
    connection: duckdb.DuckDBPyConnection, *, content_only: bool = False
) -> list[ViewDigest]:
    """Digest every view, and last all of them together as the view `total`.

    Args:
        connection: with the lake attached.
        content_only: leave out when things were seen.
    """
    views = _CONTENT if content_only else COLUMNS
    connection.execute("BEGIN")  # one snapshot for all views
    try:
        lines = [_digest(connection, view, columns) for view, columns in views.items()]
    finally:
        connection.execute("ROLLBACK")
    whole = hashlib.sha256(repr(lines).encode()).hexdigest()[:16]
    return [*lines, ViewDigest("total", sum(line.rows for line in lines), whole)]


def _digest(connection: duckdb.DuckDBPyConnection, view: str, columns: list[str]) -> ViewDigest:
    listed = ", ".join(f'"{name}"' for name in columns)
    row = connection.execute(
        f"SELECT count(*), coalesce(sum(md5_number_lower(row({listed})::VARCHAR)), 0) "
        f"FROM lake.{view}"
    ).fetchone()
    rows, total = row or (0, 0)
    return ViewDigest(view, int(rows), f"{int(total) % 2**64:016x}")
