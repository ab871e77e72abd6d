"""What each article shows, noted after every copies step: what changed is the difference to before.

noted     rows of `article_states` that take the place of those in `held`, by what is in `present`
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pyarrow as pa

from warehouse import faults, files, lock
from warehouse.catalog import Lake
from warehouse.commit import given, register
from warehouse.copies import shown
from warehouse.tables import TABLES

_BEFORE = "SELECT max(snapshot), max(changed_at) FROM lake.raw.article_states"
_ROW = ("document_id", "batch_id", "first_seen", "last_seen", "cluster_id", "cluster_size")


def _differ(*names: str) -> str:
    return "(" + " OR ".join(f"present.{it} IS DISTINCT FROM held.{it}" for it in names) + ")"


_SHOWS = "coalesce(present.is_shown, false)"
_SHOWS_OTHERWISE = f"""(
    held.article_id IS NULL OR {_SHOWS} <> held.is_shown OR ({_SHOWS} AND {_differ(*_ROW)})
)"""
_NOTED = f"""
CREATE OR REPLACE TEMP TABLE noted AS
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
        OR member.content_hash IN (SELECT content_hash FROM held WHERE cluster_size > 1)
    )
),
told AS (
    SELECT
        content_hash,
        max_by(cluster_id, changed_at) AS cluster_id,
        max_by(representative, changed_at) AS representative
    FROM lake.raw.cluster_changes SEMI JOIN now USING (content_hash) GROUP BY content_hash
),
-- The log may have an age, and what it said be gone: the states know it still.
known AS (
    SELECT
        member.content_hash,
        min(cluster_id) AS cluster_id,
        min(shown.article_id) AS representative
    FROM held AS member JOIN held AS shown USING (cluster_id)
    WHERE member.cluster_size > 1 AND shown.is_shown
    GROUP BY member.content_hash
),
logged AS (FROM told UNION ALL FROM known ANTI JOIN told USING (content_hash))
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
        noted = _look(lake, run_id)
    finally:
        lake.connection.execute("ROLLBACK")
    if not any(noted.parts.values()):
        return
    faults.point("changes: parts written")
    written = chain(*noted.parts.values())
    with lock.hold(lake.lock_path), lake.transaction("cluster changes", parts=written):
        for replaced in noted.replaced:
            with given(lake, replaced):
                lake.connection.execute(
                    "DELETE FROM lake.raw.article_states WHERE article_id IN (FROM incoming)"
                )
        for table, paths in noted.parts.items():
            register(lake, table, paths)
        faults.point("changes: registered")


@dataclass(frozen=True)
class _Noted:
    """What a look came to."""

    replaced: list[pa.Table] = field(default_factory=list)
    """Ids whose states make room."""
    parts: dict[str, list[Path]] = field(
        default_factory=lambda: {"article_states": [], "cluster_changes": []}
    )


def _look(lake: Lake, run_id: str) -> _Noted:
    """Read one snapshot, and write what differs to parts that no commit names yet."""
    [(since, last)] = lake.connection.execute(_BEFORE).fetchall()
    noted = _Noted()
    # Taken behind the snapshot, so that nobody who asks later can have seen an older one.
    at = max(dt.datetime.now(dt.UTC), last + _TICK) if last else dt.datetime.now(dt.UTC)
    states, moved = {"at": at, "snapshot": lake.snapshot()}, {"at": at, "run_id": run_id}
    with files.given_back(chain(*noted.parts.values())):
        for _ in shown.portions(lake, since):
            lake.connection.execute(_NOTED, states)
            if (replaced := lake.connection.execute(_REPLACED).to_arrow_table()).num_rows:
                noted.replaced.append(replaced)
            noted.parts["article_states"] += _written(lake, "article_states", "FROM noted", {})
            noted.parts["cluster_changes"] += _written(lake, "cluster_changes", _MOVED, moved)
    return noted


def _written(lake: Lake, table: str, query: str, parameters: dict[str, object]) -> list[Path]:
    """Write the rows of a query to parts, some at a time: of three million it may be all."""
    paths: list[Path] = []
    with files.given_back(paths):
        for batch in lake.connection.execute(query, parameters).to_arrow_reader(PART_ROWS):
            rows = pa.Table.from_batches([batch]).cast(TABLES[table])
            paths += files.write_parts(lake.data, table, secrets.token_hex(16), rows)
    return paths
