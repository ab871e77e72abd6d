"""What articles show now, of those that may have changed, in temporary tables.

    arrived    documents that came since the last look, or may be current again
    struck     what `article_states` says of articles of which something was written since
    disturbed  the articles of both
    touched    clusters that they are in, or were in
    member     articles that `article_states` has in these clusters
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


_ARRIVED = """
CREATE TEMP TABLE arrived AS
SELECT article_id, document_id, content_hash FROM {articles} WHERE reject_reason IS NULL
"""
_MOVED = """
CREATE TEMP TABLE moved AS SELECT content_hash FROM {clusters}
"""
_MOVED_OR_ALONE = """(
    -- Rows went: a text may have left its cluster, and stand in none.
    SELECT content_hash FROM lake.raw.article_states AS states
    LEFT JOIN lake.raw.clusters AS clusters USING (content_hash)
    WHERE states.cluster_id <> coalesce(clusters.cluster_id, states.content_hash)
)"""
_STRUCK = """
-- One look at all states: of an article whose current document neither comes nor is seen again
-- nothing changes, unless its text moves.
CREATE TEMP TABLE struck AS
SELECT article_id, document_id, content_hash, cluster_id FROM lake.raw.article_states
WHERE document_id IN (FROM come)
OR article_id IN (SELECT article_id FROM arrived)
OR content_hash IN (FROM moved)
"""
_STRAYS = """
CREATE TEMP TABLE stray AS FROM come
ANTI JOIN arrived USING (document_id) ANTI JOIN struck USING (document_id)
"""
_SEEN_AGAIN = """
-- Documents that were not current, and may be now.
INSERT INTO arrived
SELECT article_id, document_id, content_hash FROM lake.raw.articles SEMI JOIN stray
USING (document_id) WHERE reject_reason IS NULL
"""
_STRUCK_AGAIN = """
INSERT INTO struck
SELECT article_id, document_id, content_hash, cluster_id FROM lake.raw.article_states
WHERE article_id IN (SELECT article_id FROM arrived SEMI JOIN stray USING (document_id))
"""
_DISTURBED = """
CREATE TEMP TABLE disturbed AS
SELECT article_id FROM arrived UNION SELECT article_id FROM struck
"""
_TOUCHED = """
CREATE TEMP TABLE touched AS
SELECT cluster_id FROM struck WHERE cluster_id IS NOT NULL
UNION
SELECT coalesce(clusters.cluster_id, content_hash)
FROM (SELECT content_hash FROM arrived UNION SELECT content_hash FROM struck)
LEFT JOIN lake.raw.clusters AS clusters USING (content_hash)
UNION FROM disturbed  -- not yet compared: a cluster of its own
"""
_MEMBERS = """
CREATE TEMP TABLE member AS
SELECT article_id, article_month FROM lake.raw.article_states
WHERE cluster_id IN (FROM touched) OR article_id IN (FROM disturbed)
"""
_HELD = """
CREATE TEMP TABLE held AS
FROM lake.raw.article_states SEMI JOIN member USING (article_id) {of_months}
"""
_NAMED = """
CREATE TEMP TABLE named AS SELECT article_id FROM member UNION FROM disturbed
"""
_WANTED = """
CREATE TEMP TABLE wanted AS
SELECT document_id, month FROM lake.raw.articles SEMI JOIN named USING (article_id)
WHERE reject_reason IS NULL {of_months}
"""
_KEPT = """
CREATE TEMP TABLE kept AS
SELECT article_id, document_id, content_hash, month FROM lake.raw.articles
WHERE reject_reason IS NULL
"""
_PORTION = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT cluster_id FROM (
    SELECT cluster_id FROM lake.raw.clusters
    UNION SELECT content_hash FROM kept
    UNION SELECT article_id FROM kept
) WHERE hash(cluster_id) % $portions = $portion
"""
_WANTED_OF_PORTION = """
CREATE OR REPLACE TEMP TABLE wanted AS
WITH text AS (
    SELECT content_hash FROM lake.raw.clusters SEMI JOIN touched USING (cluster_id)
    UNION FROM touched
),
member AS (
    SELECT article_id FROM kept SEMI JOIN text USING (content_hash)
    UNION SELECT article_id FROM kept JOIN touched ON cluster_id = article_id
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
    if since is None:
        yield from _all(lake)
        return
    written = arrivals.written(lake, since, (*_TOLD_BY, "clusters"))
    if any(written.get(table) for table in ("articles", "sightings")):
        yield from _all(lake)
    elif written:
        _take_touched(lake, since, clusters_lost_rows=written.get("clusters", False))
        _fill_present(lake)
        yield


def _all(lake: Lake) -> Iterator[None]:
    """Fill them with all there is, the clusters of one portion after another."""
    lake.connection.execute(_KEPT)
    count = 1 + int(str(lake.scalar("SELECT count(*) FROM kept"))) // PORTION
    for portion in range(count):
        lake.connection.execute(_PORTION, {"portions": count, "portion": portion})
        lake.connection.execute(_WANTED_OF_PORTION)
        _fill_present(lake)
        lake.connection.execute(_HELD_OF_PORTION, {"portion": portion})
        yield


def _take_touched(lake: Lake, since: int, *, clusters_lost_rows: bool) -> None:
    """Find the clusters that something has touched, what is held of them, and their documents."""
    came = {table: arrivals.rows(lake, table, since) for table in (*_TOLD_BY, "clusters")}
    relations = {name: rows or f"(FROM lake.raw.{name} LIMIT 0)" for name, rows in came.items()}
    moved = _MOVED_OR_ALONE if clusters_lost_rows else relations["clusters"]
    seen = " UNION ".join(f"SELECT document_id FROM {relations[name]}" for name in _TOLD_BY)
    for statement in (
        _ARRIVED.format(articles=relations["articles"]),
        _MOVED.format(clusters=moved),
        f"CREATE TEMP TABLE come AS {seen}",
        _STRUCK,
        _STRAYS,
    ):
        lake.connection.execute(statement)
    if lake.scalar("SELECT count(*) FROM stray"):
        lake.connection.execute(_SEEN_AGAIN)
        lake.connection.execute(_STRUCK_AGAIN)
    for statement in (_DISTURBED, _TOUCHED, _MEMBERS, _NAMED):
        lake.connection.execute(statement)
    # Months first: who looks through one column may then read all others of a few parts only.
    states = _of_months(lake, "article_month", "FROM member")
    lake.connection.execute(_HELD.format(of_months=f"WHERE {states}"))
    articles = _of_months(
        lake, "month", "FROM lake.raw.articles SEMI JOIN named USING (article_id)"
    )
    lake.connection.execute(_WANTED.format(of_months=f"AND {articles}"))


def _of_months(lake: Lake, column: str, rows: str) -> str:
    """Write as a condition in which months the rows of a query lie; in any, where one has none."""
    found = lake.connection.execute(f"SELECT DISTINCT {column} {rows} ORDER BY ALL").fetchall()
    months = [month for (month,) in found]
    return f"{column} IN ({dates(months)})" if months and None not in months else "true"


def _fill_present(lake: Lake) -> None:
    """Fill `present` with the articles of the clusters in `touched`."""
    representative = lake.meta("representative")
    named = policy.columns_of(representative)
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys((*_NARROW, *named)))
    of_months = _of_months(lake, "month", "FROM wanted")
    some = {
        "articles": (columns, f"WHERE {of_months}"),
        "sightings": ("*", ""),
        "compared": ("*", ""),
    }
    for table, (names, condition) in some.items():
        query = _SOME.format(table=table, columns=names, of_months=condition)
        lake.connection.execute(query)
    create_narrowed(lake, representative)
    lake.connection.execute(_PRESENT)
