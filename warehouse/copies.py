"""The copies step: from what is stored to pairs and clusters, one step at a time.

It reads one snapshot, judges over the whole set, and writes the difference. What an ingest commits
meanwhile has no row in `compared` yet and waits for the next step.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.errors import StoppedError, WarehouseError
from warehouse import files, lock
from warehouse.catalog import Lake, first_line
from warehouse.commit import given, register, with_rows
from warehouse.tables import TABLES

NEW = """
SELECT document_id, ? AS algo FROM lake.raw.articles
WHERE reject_reason IS NULL
AND document_id NOT IN (SELECT document_id FROM lake.raw.compared WHERE algo = ?)
"""

CANONICAL = """
-- A page that names another address as its canonical says whose copy it is. Every address that some
-- page points at so makes a star around its smallest text: linear, and the same in any order.
WITH place AS (
    SELECT coalesce(canonical_url, url) AS address, content_hash, canonical_url <> url AS points
    FROM lake.raw.articles
    WHERE reject_reason IS NULL
),
star AS (
    SELECT address, min(content_hash) AS hub FROM place
    GROUP BY address HAVING bool_or(points) AND count(DISTINCT content_hash) > 1
)
SELECT DISTINCT ? AS algo, hub AS a, content_hash AS b, 'canonical' AS rule, 1.0::DOUBLE AS score
FROM star JOIN place USING (address)
WHERE content_hash <> hub
"""

LOG = """
-- What each text of a cluster of several articles shows now, where the log says otherwise.
WITH now AS (
    SELECT DISTINCT
        member.content_hash,
        member.cluster_id,
        member.cluster_size,
        shown.article_id AS representative
    FROM lake.main.all_articles AS member
    JOIN lake.main.all_articles AS shown
        ON shown.cluster_id = member.cluster_id AND shown.is_representative
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


Clusterer = Callable[[pa.Table], pa.Table]
"""n rows (a, b) -> one row (content_hash, cluster_id) for each text in them."""


@dataclass(frozen=True)
class CopiesCounts:
    """What one copies step did."""

    compared: int
    """Documents compared for the first time."""
    paired: int
    """Pairs that came or went."""
    moved: int
    """Texts whose cluster changed."""


def find_copies(lake: Lake, run_id: str, cluster: Clusterer) -> CopiesCounts:
    """Compare what is new, and bring `pairs` and `clusters` to what the whole set says.

    Raises:
        LockError: another process is at it and makes no progress.
        WarehouseError: the warehouse cannot be written.
        StoppedError: its connection was interrupted; a step is written whole or not at all.
    """
    try:
        with lock.hold(lake.root / "copies.lock") as progress:
            changes = _compare(lake, cluster)
            progress()
            if any(rows.num_rows for rows in changes.values()):
                _write(lake, changes)
            progress()
            _log(lake, run_id)  # always: a sighting alone can move a representative
    except duckdb.InterruptException as error:
        raise StoppedError("stopped in the copies step: the next one does all of it") from error
    except duckdb.Error as error:
        raise WarehouseError(
            f"the copies step failed: {first_line(error)}", path=lake.root
        ) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error
    return CopiesCounts(
        compared=changes["compared"].num_rows,
        paired=changes["pairs"].num_rows + changes["gone_pairs"].num_rows,
        moved=changes["clusters"].num_rows if "clusters" in changes else 0,
    )


def _compare(lake: Lake, cluster: Clusterer) -> dict[str, pa.Table]:
    """Read one snapshot; give what must be added to each table, and what must go."""
    lake.connection.execute("BEGIN")
    try:
        algo = lake.meta("algo")
        compared = _read(lake, NEW, [algo, algo]).cast(TABLES["compared"])
        pairs = _read(lake, CANONICAL, [algo]).cast(TABLES["pairs"])
        new_pairs, gone_pairs = _difference(lake, "pairs", pairs)
        changes = {"compared": compared, "pairs": new_pairs, "gone_pairs": gone_pairs}
        if new_pairs.num_rows or gone_pairs.num_rows:
            clusters = cluster(pairs).cast(TABLES["clusters"])
            changes["clusters"], changes["gone_clusters"] = _difference(lake, "clusters", clusters)
        return changes
    finally:
        lake.connection.execute("ROLLBACK")


def _difference(lake: Lake, table: str, wanted: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Give the rows a table lacks, and those it has too many."""
    lacking = with_rows(lake, wanted, f"FROM incoming EXCEPT FROM lake.raw.{table}")
    return lacking, with_rows(lake, wanted, f"FROM lake.raw.{table} EXCEPT FROM incoming")


def _write(lake: Lake, changes: dict[str, pa.Table]) -> None:
    parts = {
        table: _write_parts(lake, table, changes[table])
        for table in ("compared", "pairs", "clusters")
        if table in changes
    }
    with lock.hold(lake.lock_path), lake.transaction("copies"):
        _delete(lake, "pairs", ["algo", "a", "b", "rule"], changes["gone_pairs"])
        if "gone_clusters" in changes:
            _delete(lake, "clusters", ["content_hash"], changes["gone_clusters"])
        for table, paths in parts.items():
            register(lake, table, paths)


def _log(lake: Lake, run_id: str) -> None:
    rows = _read(lake, LOG, [run_id, dt.datetime.now(dt.UTC)]).cast(TABLES["cluster_changes"])
    paths = _write_parts(lake, "cluster_changes", rows)
    if paths:
        with lock.hold(lake.lock_path), lake.transaction("cluster changes"):
            register(lake, "cluster_changes", paths)


def _read(lake: Lake, query: str, parameters: list[object]) -> pa.Table:
    return lake.connection.execute(query, parameters).to_arrow_table()


def _write_parts(lake: Lake, table: str, rows: pa.Table) -> list[Path]:
    return files.write_parts(lake.data, table, secrets.token_hex(16), rows)


def _delete(lake: Lake, table: str, key: list[str], gone: pa.Table) -> None:
    if not gone.num_rows:
        return
    columns = ", ".join(key)
    with given(lake, gone):
        lake.connection.execute(
            f"DELETE FROM lake.raw.{table} WHERE ({columns}) IN (SELECT ({columns}) FROM incoming)"
        )
