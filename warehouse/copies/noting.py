"""What each article shows, noted after every copies step: what changed is the difference to before.

    present   what the articles that may have changed show now
    held      what `article_states` says of them
    noted     rows of `article_states` that take the place of theirs

Which articles may have changed is told by the parts that came since the last look, whatever became
of its snapshot; where rows were deleted since, or nothing was noted yet, all are looked at. Either
way the views' own SQL decides what is shown, over all rows or over those of whole clusters.
"""

from __future__ import annotations

import datetime as dt
import secrets
from itertools import chain
from pathlib import Path

import pyarrow as pa

from warehouse import faults, files, lock, policy
from warehouse.catalog import Lake
from warehouse.commit import given, register
from warehouse.statements import quoted
from warehouse.tables import TABLES
from warehouse.views import create_narrowed

_CATALOG = "__ducklake_metadata_lake"
_NARROW = (
    "article_id", "document_id", "batch_id", "month", "content_hash", "title", "modified_at",
    "reject_reason",
)  # fmt: skip
"""Columns of `articles` that the views of `raw` and a state need, besides those of the policy."""

_BEFORE = "SELECT max(snapshot), max(changed_at) FROM lake.raw.article_states"
_WRITTEN = f"""
WITH written AS (
    SELECT table_id, begin_snapshot AS since, false AS is_loss FROM {_CATALOG}.ducklake_data_file
    UNION ALL SELECT table_id, end_snapshot, true FROM {_CATALOG}.ducklake_data_file
    UNION ALL SELECT table_id, begin_snapshot, true FROM {_CATALOG}.ducklake_delete_file
)
-- Of the tables that decide what is shown, since a snapshot: whether any was written, and whether
-- rows went or parts were merged, of those that tell which articles, or nobody can tell any more.
SELECT
    count(*) > 0,
    count(*) FILTER (is_loss AND table_name IN ('articles', 'sightings')) > 0
    OR $since < (SELECT min(snapshot_id) FROM {_CATALOG}.ducklake_snapshot)
FROM written JOIN {_CATALOG}.ducklake_table USING (table_id)
WHERE since > $since AND table_name IN ('articles', 'sightings', 'compared', 'clusters')
"""
_PARTS = f"""
SELECT data_file FROM ducklake_list_files('lake', $table, schema => 'raw')
WHERE parse_filename(data_file) IN (
    SELECT parse_filename(path) FROM {_CATALOG}.ducklake_data_file WHERE begin_snapshot > $since
)
"""
_KEPT = """
-- Read once, of all months: 200,000 rows take 0.2 s of CPU, and are asked three times.
CREATE TEMP TABLE kept AS
SELECT article_id, document_id, content_hash FROM lake.raw.articles WHERE reject_reason IS NULL
"""
_DISTURBED = """
CREATE TEMP TABLE disturbed AS
SELECT article_id FROM kept SEMI JOIN come USING (document_id)
UNION
SELECT article_id FROM lake.raw.article_states AS states
LEFT JOIN lake.raw.clusters AS clusters USING (content_hash)
WHERE states.cluster_id <> coalesce(clusters.cluster_id, states.content_hash)
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
_WANTED = """
CREATE TEMP TABLE wanted AS
WITH text AS (
    SELECT content_hash FROM lake.raw.clusters SEMI JOIN touched USING (cluster_id)
    UNION FROM touched
),
member AS (
    SELECT article_id FROM kept SEMI JOIN text USING (content_hash) UNION FROM disturbed
)
SELECT document_id FROM kept SEMI JOIN member USING (article_id)
"""
_SOME_ARTICLES = """
CREATE TEMP TABLE some_articles AS
SELECT {columns} FROM lake.raw.articles SEMI JOIN wanted USING (document_id)
"""
_SOME_SIGHTINGS = """
CREATE TEMP VIEW some_sightings AS
FROM lake.raw.sightings SEMI JOIN some_articles USING (document_id)
"""
_PRESENT = """
CREATE TEMP TABLE present AS
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
"""
_OF_TOUCHED = "WHERE cluster_id IN (FROM touched)"
_HELD = "CREATE TEMP TABLE held AS FROM lake.raw.article_states"
_OF_TOUCHED_OR_DISTURBED = f"{_OF_TOUCHED} OR article_id IN (FROM disturbed)"

_ROW = ("document_id", "batch_id", "first_seen", "last_seen", "cluster_id", "cluster_size")


def _differ(*names: str) -> str:
    return "(" + " OR ".join(f"present.{it} IS DISTINCT FROM held.{it}" for it in names) + ")"


_SHOWS = "coalesce(present.is_shown, false)"
_SHOWS_OTHERWISE = f"""(
    held.article_id IS NULL OR {_SHOWS} <> held.is_shown OR ({_SHOWS} AND {_differ(*_ROW)})
)"""
_NOTED = f"""
CREATE TEMP TABLE noted AS
SELECT
    article_id,
    {_SHOWS} AS is_shown,
    present.* EXCLUDE (article_id, is_shown),
    CASE WHEN {_SHOWS} AND held.is_shown IS NOT TRUE THEN $at ELSE held.appeared_at END
        AS appeared_at,
    CASE WHEN {_differ("version")} THEN $at ELSE held.version_at END AS version_at,
    CASE WHEN {_differ("cluster_id", "cluster_size")} THEN $at ELSE held.cluster_at END
        AS cluster_at,
    CASE WHEN {_SHOWS_OTHERWISE} THEN $at ELSE held.changed_at END AS changed_at,
    $snapshot AS snapshot
FROM present FULL JOIN held USING (article_id)
WHERE {_SHOWS_OTHERWISE} OR {_differ("cluster_id", "content_hash", "version")}
"""
_REPLACED = "SELECT article_id FROM noted SEMI JOIN held USING (article_id)"
_MOVED = """
-- What each text of a cluster of several articles shows now, where the log says otherwise.
WITH now AS (
    SELECT DISTINCT
        member.content_hash,
        member.cluster_id,
        member.cluster_size,
        shown.article_id AS representative
    FROM present AS member
    JOIN present AS shown ON shown.cluster_id = member.cluster_id AND shown.is_shown
    WHERE member.cluster_id IN (SELECT cluster_id FROM noted)
    AND (
        member.cluster_size > 1
        OR member.content_hash IN (SELECT content_hash FROM lake.raw.cluster_changes)
    )
),
logged AS (
    SELECT
        content_hash,
        max_by(cluster_id, changed_at) AS cluster_id,
        max_by(representative, changed_at) AS representative
    FROM lake.raw.cluster_changes SEMI JOIN now USING (content_hash) GROUP BY content_hash
)
SELECT
    content_hash,
    now.cluster_id,
    logged.cluster_id AS previous_cluster_id,
    now.representative,
    logged.representative AS previous_representative,
    CASE
        WHEN logged.cluster_id IS NULL THEN 'formed'
        WHEN now.cluster_size = 1 THEN 'alone'
        WHEN logged.cluster_id <> now.cluster_id THEN 'moved'
        ELSE 'representative'
    END AS reason,
    $run_id AS run_id,
    $at AS changed_at
FROM now LEFT JOIN logged USING (content_hash)
WHERE logged.cluster_id IS DISTINCT FROM now.cluster_id
OR logged.representative IS DISTINCT FROM now.representative
"""
PART_ROWS = 200_000
"""That are held in memory at once."""
_TICK = dt.timedelta(microseconds=1)


def note(lake: Lake, run_id: str) -> None:
    """Note what each article shows now, and log which texts show another cluster or article.

    Args:
        lake: an open warehouse, of which nobody else makes a copies step.
        run_id: what the log carries.
    """
    lake.connection.execute("BEGIN")
    try:
        replaced, parts = _look(lake, run_id)
    finally:
        lake.connection.execute("ROLLBACK")
    if not any(parts.values()):
        return
    faults.point("changes: parts written")
    written = chain(*parts.values())
    with lock.hold(lake.lock_path), lake.transaction("cluster changes", parts=written):
        if replaced:
            with given(lake, replaced):
                lake.connection.execute(
                    "DELETE FROM lake.raw.article_states WHERE article_id IN (FROM incoming)"
                )
        for table, paths in parts.items():
            register(lake, table, paths)
        faults.point("changes: registered")


def _look(lake: Lake, run_id: str) -> tuple[pa.Table | None, dict[str, list[Path]]]:
    """Read one snapshot; give the ids whose states make room, and the parts for each table."""
    [(since, last)] = lake.connection.execute(_BEFORE).fetchall()
    [(is_written, is_lost)] = lake.connection.execute(_WRITTEN, {"since": since}).fetchall()
    if since is not None and not is_written:
        return None, {}
    _look_at(lake, since if not is_lost else None)
    # Taken behind the snapshot, so that nobody who asks later can have seen an older one.
    at = max(dt.datetime.now(dt.UTC), last + _TICK) if last else dt.datetime.now(dt.UTC)
    lake.connection.execute(_NOTED, {"at": at, "snapshot": lake.snapshot()})
    replaced = lake.connection.execute(_REPLACED).to_arrow_table()
    states = _written(lake, "article_states", "FROM noted", {})
    with files.given_back(states):
        log = _written(lake, "cluster_changes", _MOVED, {"at": at, "run_id": run_id})
    return replaced, {"article_states": states, "cluster_changes": log}


def _written(lake: Lake, table: str, query: str, parameters: dict[str, object]) -> list[Path]:
    """Write the rows of a query to parts, some at a time: of three million it may be all."""
    paths: list[Path] = []
    with files.given_back(paths):
        for batch in lake.connection.execute(query, parameters).to_arrow_reader(PART_ROWS):
            rows = pa.Table.from_batches([batch]).cast(TABLES[table])
            paths += files.write_parts(lake.data, table, secrets.token_hex(16), rows)
    return paths


def _look_at(lake: Lake, since: int | None) -> None:
    """Fill `present` and `held` with what may have changed since a snapshot; None: with all."""
    if since is None:
        _take_all(lake)
    else:
        _take_some(lake, since)
    create_narrowed(lake, lake.meta("representative"))
    lake.connection.execute(_PRESENT if since is None else f"{_PRESENT} {_OF_TOUCHED}")
    lake.connection.execute(_HELD if since is None else f"{_HELD} {_OF_TOUCHED_OR_DISTURBED}")


def _take_all(lake: Lake) -> None:
    for name in ("articles", "sightings"):
        lake.connection.execute(f"CREATE TEMP VIEW some_{name} AS FROM lake.raw.{name}")


def _take_some(lake: Lake, since: int) -> None:
    """Take the articles that may have changed, and all others of their clusters."""
    lake.connection.execute("CREATE TEMP TABLE come (document_id VARCHAR)")
    for table in ("articles", "sightings", "compared"):
        parts = lake.connection.execute(_PARTS, {"since": since, "table": table}).fetchall()
        if parts:
            paths = ", ".join(quoted(path) for (path,) in parts)
            lake.connection.execute(
                f"INSERT INTO come SELECT document_id FROM read_parquet([{paths}])"
            )
    named = policy.columns_of(lake.meta("representative"))
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys((*_NARROW, *named)))
    some = _SOME_ARTICLES.format(columns=columns)
    for statement in (_KEPT, _DISTURBED, _TOUCHED, _WANTED, some, _SOME_SIGHTINGS):
        lake.connection.execute(statement)
