"""The log of clusters: when a text changed its cluster or what is shown for it."""

from __future__ import annotations

import datetime as dt
import secrets

from warehouse import files, lock
from warehouse.catalog import Lake
from warehouse.commit import register
from warehouse.tables import TABLES

_LOG = """
-- What each text of a cluster of several articles shows now, where the log says otherwise.
WITH placed AS MATERIALIZED (
    SELECT content_hash, cluster_id, cluster_size, article_id, is_representative
    FROM lake.main.all_articles
),
now AS (
    SELECT DISTINCT
        member.content_hash,
        member.cluster_id,
        member.cluster_size,
        shown.article_id AS representative
    FROM placed AS member
    JOIN placed AS shown ON shown.cluster_id = member.cluster_id AND shown.is_representative
    WHERE member.cluster_size > 1
    OR member.content_hash IN (SELECT content_hash FROM lake.raw.cluster_changes)
),
logged AS (
    SELECT
        content_hash,
        max_by(cluster_id, changed_at) AS cluster_id,
        max_by(representative, changed_at) AS representative
    FROM lake.raw.cluster_changes GROUP BY content_hash
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
    ? AS run_id,
    ?::TIMESTAMPTZ AS changed_at
FROM now LEFT JOIN logged USING (content_hash)
WHERE logged.cluster_id IS DISTINCT FROM now.cluster_id
OR logged.representative IS DISTINCT FROM now.representative
"""


def log_changes(lake: Lake, run_id: str) -> None:
    """Log what the copies step, or a sighting, has changed of the clusters, in a commit."""
    rows = lake.connection.execute(_LOG, [run_id, dt.datetime.now(dt.UTC)]).to_arrow_table()
    rows = rows.cast(TABLES["cluster_changes"])
    paths = files.write_parts(lake.data, "cluster_changes", secrets.token_hex(16), rows)
    if paths:
        with lock.hold(lake.lock_path), lake.transaction("cluster changes"):
            register(lake, "cluster_changes", paths)
