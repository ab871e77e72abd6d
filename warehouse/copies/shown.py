"""What articles show now, of those that may have changed, in temporary tables.

    kept       every document that is kept
    disturbed  articles of which something was written since the last look
    touched    clusters that they are in, or were in
    present    what the articles of these clusters show now
    held       what `article_states` says of them

Which articles may have changed is told by the parts that came since the last look, whatever became
of its snapshot; where rows were deleted since, or nothing was noted yet, all are looked at, some of
the clusters at a time. Either way the views' own SQL decides what is shown, over whole clusters.
"""

from __future__ import annotations

from collections.abc import Iterator

from warehouse import policy
from warehouse.catalog import Lake
from warehouse.copies import since as arrivals
from warehouse.copies.comparing import dates
from warehouse.views import create_narrowed

PORTION = 500_000
"""Documents of which some are looked at together where all are: of three million at once the views
take more than the 2 GB of a writer."""

_TOLD_BY = ("articles", "sightings", "compared")
"""Tables whose new rows tell which articles may have changed."""
_NARROW = (
    "article_id", "document_id", "batch_id", "month", "content_hash", "title", "modified_at",
    "reject_reason",
)  # fmt: skip
"""Columns of `articles` that the views of `raw` and a state need, besides those of the policy."""


_KEPT = """
-- Read once, of all months: 200,000 rows take 0.2 s of CPU, and are asked three times.
CREATE TEMP TABLE kept AS
SELECT article_id, document_id, content_hash, month FROM lake.raw.articles
WHERE reject_reason IS NULL
"""
_MOVED = """
SELECT article_id FROM lake.raw.article_states AS states
LEFT JOIN lake.raw.clusters AS clusters USING (content_hash)
WHERE states.cluster_id <> coalesce(clusters.cluster_id, states.content_hash)
"""
_IN_CLUSTERS = """
SELECT article_id FROM kept SEMI JOIN (FROM {clusters}) AS clusters USING (content_hash)
"""
_DISTURBED = """
CREATE TEMP TABLE disturbed AS
SELECT article_id FROM kept SEMI JOIN come USING (document_id) UNION {moved}
"""
_TOUCHED = """
CREATE TEMP TABLE touched AS
SELECT cluster_id FROM lake.raw.article_states SEMI JOIN disturbed USING (article_id)
WHERE cluster_id IS NOT NULL
UNION
SELECT coalesce(clusters.cluster_id, content_hash)
FROM (FROM kept SEMI JOIN disturbed USING (article_id))
LEFT JOIN lake.raw.clusters AS clusters USING (content_hash)
UNION FROM disturbed  -- not yet compared: a cluster of its own
"""
_PORTION = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT cluster_id FROM (
    SELECT cluster_id FROM lake.raw.clusters
    UNION SELECT content_hash FROM kept
    UNION SELECT article_id FROM kept
) WHERE hash(cluster_id) % $portions = $portion
"""
_WANTED = """
CREATE OR REPLACE TEMP TABLE wanted AS
WITH text AS (
    SELECT content_hash FROM lake.raw.clusters SEMI JOIN touched USING (cluster_id)
    UNION FROM touched
),
member AS (
    SELECT article_id FROM kept SEMI JOIN text USING (content_hash) UNION FROM disturbed
)
SELECT document_id, month FROM kept SEMI JOIN member USING (article_id)
"""
_SOME = """
CREATE OR REPLACE TEMP TABLE some_{table} AS
SELECT {columns} FROM lake.raw.{table} SEMI JOIN wanted USING (document_id) {of_months}
"""
_PRESENT = """
CREATE OR REPLACE TEMP TABLE present AS
SELECT
    article_id,
    is_representative AS is_shown,
    document_id,
    month AS article_month,
    batch_id,
    content_hash,
    md5(concat(content_hash, title)) AS version,
    first_seen,
    last_seen,
    cluster_id,
    cluster_size
FROM some_placed JOIN some_articles USING (document_id)
WHERE cluster_id IN (FROM touched)
"""
_HELD = """
CREATE OR REPLACE TEMP TABLE held AS FROM lake.raw.article_states
WHERE cluster_id IN (FROM touched) OR article_id IN (FROM disturbed)
"""
_HELD_OF_PORTION = """
-- What is not kept any more is of the first portion.
CREATE OR REPLACE TEMP TABLE held AS
FROM lake.raw.article_states SEMI JOIN present USING (article_id)
UNION ALL
FROM (FROM lake.raw.article_states WHERE $portion = 0) ANTI JOIN kept USING (article_id)
"""


def portions(lake: Lake, since: int | None) -> Iterator[None]:
    """Fill `present` and `held` with what may have changed, one portion after another.

    Args:
        lake: in a transaction.
        since: the snapshot of the last look; None: there was none.
    """
    written = arrivals.written(lake, since, (*_TOLD_BY, "clusters")) if since is not None else None
    if written == {}:
        return
    lake.connection.execute(_KEPT)
    if since is None or written is None or _is_lost(written):
        yield from _all(lake)
        return
    _find_touched(lake, since, clusters_are_lost=written.get("clusters", False))
    _fill(lake)
    lake.connection.execute(_HELD)
    yield


def _is_lost(written: dict[str, bool]) -> bool:
    return any(written.get(table, False) for table in ("articles", "sightings"))


def _all(lake: Lake) -> Iterator[None]:
    """Fill them with all there is, the clusters of one portion after another."""
    lake.connection.execute("CREATE TEMP TABLE disturbed (article_id VARCHAR)")
    count = 1 + int(str(lake.scalar("SELECT count(*) FROM kept"))) // PORTION
    for portion in range(count):
        lake.connection.execute(_PORTION, {"portions": count, "portion": portion})
        _fill(lake)
        lake.connection.execute(_HELD_OF_PORTION, {"portion": portion})
        yield


def _find_touched(lake: Lake, since: int, *, clusters_are_lost: bool) -> None:
    lake.connection.execute("CREATE TEMP TABLE come (document_id VARCHAR)")
    for table in _TOLD_BY:
        if rows := arrivals.rows(lake, table, since):
            lake.connection.execute(f"INSERT INTO come SELECT document_id FROM {rows}")
    moved = _MOVED
    if not clusters_are_lost:
        rows = arrivals.rows(lake, "clusters", since)
        moved = _IN_CLUSTERS.format(clusters=rows or "lake.raw.clusters LIMIT 0")
    lake.connection.execute(_DISTURBED.format(moved=moved))
    lake.connection.execute(_TOUCHED)


def _fill(lake: Lake) -> None:
    """Fill `present` with the articles of the clusters in `touched`."""
    lake.connection.execute(_WANTED)
    named = policy.columns_of(lake.meta("representative"))
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys((*_NARROW, *named)))
    rows = lake.connection.execute("SELECT DISTINCT month FROM wanted ORDER BY ALL").fetchall()
    of_months = f"WHERE month IN ({dates([month for (month,) in rows])})" if rows else ""
    some = {"articles": (columns, of_months), "sightings": ("*", ""), "compared": ("*", "")}
    for table, (names, condition) in some.items():
        query = _SOME.format(table=table, columns=names, of_months=condition)
        lake.connection.execute(query)
    create_narrowed(lake, lake.meta("representative"))
    lake.connection.execute(_PRESENT)
