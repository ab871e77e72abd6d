"""The transaction: one batch, all tables, at most once.

write the parts outside the lock
take the commit lock
  did others store its ids meanwhile, or take some down? out of the lock, rewrite, again
  BEGIN, register the parts, COMMIT
release
on an error: did the batch commit all the same? a COMMIT may go through and its answer be lost
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.errors import ContractError, LockError, WarehouseError
from warehouse import faults, files, lock, turning_away
from warehouse.batch_tables import sightings_table, small_tables
from warehouse.batches import Batch
from warehouse.catalog import CATALOG, Lake, first_line
from warehouse.keeping_away import is_kept, is_met, kept_away
from warehouse.marking import mark
from warehouse.tables import is_partitioned

ATTEMPTS = 5
BACKOFF_S = 0.05
MERGE = "upkeep: merge"
"""How the message of a commit begins that puts one part in place of several."""


class _OverlapError(Exception):
    """Others have stored some of the ids since the batch looked, or taken some down."""

    def __init__(self, documents: set[str], articles: set[str], gone: set[str]) -> None:
        super().__init__(documents, articles, gone)
        self.documents, self.articles, self.gone = documents, articles, gone


def commit(lake: Lake, batch: Batch) -> int:
    """Commit a batch, and give the snapshot behind which others may have stored what is not known.

    It is the one this commit made or, where its answer was lost, the one before. The warehouse
    either holds all of the batch or, after an error, nothing of it.

    Raises:
        ContractError: the counts of the batch do not add up.
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written; what was there before is intact.
    """
    try:
        batch.check()
        return _attempt(lake, batch)
    except (ContractError, LockError):
        batch.discard()
        raise
    except OSError as error:
        batch.discard()
        raise files.unwritable(lake.root, error) from error


def _attempt(lake: Lake, batch: Batch) -> int:
    documents = batch.finish_documents()
    if taken := turning_away.read_of(batch, batch.away):
        documents = batch.take_down(taken)
    turning_away.forget_urls(batch, batch.away)
    faults.point("commit: documents written")
    failure: duckdb.Error | None = None
    for attempt in range(ATTEMPTS):
        parts: dict[str, list[Path]] = {}
        try:
            _write(lake, batch, parts)
            faults.point("commit: parts written")
            return _commit(lake, batch, parts | {"documents": documents})
        except _OverlapError as overlap:
            _forget(parts)
            documents = batch.drop(overlap.documents, overlap.articles)
            if overlap.gone:
                documents = batch.take_down(overlap.gone)
            turning_away.forget_urls(batch, batch.away)
        except duckdb.Error as error:
            failure = error
            if _is_committed(lake, batch):
                return batch.snapshot  # the newest may be another's already
            _forget(parts)
            time.sleep(BACKOFF_S * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        except (OSError, ContractError, WarehouseError):
            _forget(parts)  # nothing was committed yet
            raise
    batch.discard()
    why = first_line(failure) if failure else "other writers were always quicker"
    raise WarehouseError(
        f"the commit failed {ATTEMPTS} times: {why}",
        path=lake.root,
    ) from failure


def _write(lake: Lake, batch: Batch, parts: dict[str, list[Path]]) -> None:
    tables = [
        ("articles", batch.article_table()),
        ("sightings", sightings_table(batch, of_new=True)),
        *small_tables(batch),
    ]
    for table, rows in tables:
        parts[table] = files.write_parts(lake.data, table, batch.part_name(), rows)


def _commit(lake: Lake, batch: Batch, parts: dict[str, list[Path]]) -> int:
    with lock.hold(lake.lock_path):
        if lake.snapshot() != batch.snapshot:
            batch.replaces_cursors = True  # theirs, perhaps; kept over a second attempt
            _look_again(lake, batch)
        batch.check()
        with lake.transaction(f"batch {batch.batch_id}"):
            if batch.cursors and batch.replaces_cursors:
                _drop(lake, "cursors", batch.source, "url", list(batch.cursors))
            if replaced := batch.replaced():
                for table in ("articles", "compared"):
                    _drop_rows_of(lake, table, replaced)
                faults.point("replay: rows dropped")
            if batch.erases:
                mark(lake)
                erase_documents(lake, sorted(batch.erases))
            if batch.windows:
                _drop(lake, "windows", batch.source, "day", [row["day"] for row in batch.windows])
            for table, paths in parts.items():
                register(lake, table, paths)
            _add_sightings(lake, batch)
            faults.point("commit: registered")
        faults.point("commit: committed")
        return lake.snapshot()


def _look_again(lake: Lake, batch: Batch) -> None:
    """Compare the batch with what was committed since its snapshot."""
    documents, articles = (_ids_met(lake, table, batch) for table in ("documents", "articles"))
    is_taken = is_met(lake, batch.snapshot)
    batch.snapshot = lake.snapshot()
    batch.met_documents |= documents
    batch.met_articles |= articles
    if batch.is_replay:
        articles |= _forgotten(lake, batch.replaced())
    gone = _taken_down(lake, batch) if is_taken else set[str]()
    if batch.overlaps(documents, articles) or is_taken:
        raise _OverlapError(documents, articles, gone)


def _taken_down(lake: Lake, batch: Batch) -> set[str]:
    """Give what of the batch must not come back, as things are now."""
    batch.met_takedown = True
    batch.away = kept_away(lake, batch.away.address)
    return (
        turning_away.unread_of(batch, batch.away)
        | turning_away.read_of(batch, batch.away)
        | _forgotten(lake, sorted(batch.stored_ids()))
    )


def _forgotten(lake: Lake, document_ids: list[str]) -> set[str]:
    """Give the ids of the documents that are no longer there: no row may come back of them."""
    lost = "SELECT document_id FROM incoming ANTI JOIN lake.raw.documents USING (document_id)"
    ids = pa.table({"document_id": pa.array(document_ids, pa.string())})
    return set(with_rows(lake, ids, lost).column("document_id").to_pylist())


def erase_documents(lake: Lake, document_ids: list[str]) -> None:
    """Delete documents and all rows of them, but for what the copies step keeps."""
    for table in ("documents", "articles", "sightings", "compared"):
        _drop_rows_of(lake, table, document_ids)


def _ids_met(lake: Lake, table: str, batch: Batch) -> set[str]:
    if is_kept(lake, batch.snapshot + 1):
        return _ids_since(lake, table, batch.snapshot)
    if batch.is_replay:
        raise WarehouseError(
            "a takedown was purged meanwhile, and what it replaces cannot be told: replay again",
            source=batch.source,
        )
    stored = f"SELECT document_id FROM incoming SEMI JOIN lake.raw.{table} USING (document_id)"
    ids = pa.table({"document_id": pa.array(batch.fresh_ids(table), pa.string())})
    return set(with_rows(lake, ids, stored).column("document_id").to_pylist())


def _ids_since(lake: Lake, table: str, snapshot: int) -> set[str]:
    """Give the ids that were added; a merge writes old rows again, which a replay may replace."""
    rows = lake.connection.execute(
        f"SELECT document_id FROM ducklake_table_insertions('lake', 'raw', '{table}', ?, ?) "
        "WHERE snapshot_id NOT IN ("
        f"SELECT snapshot_id FROM {CATALOG}.ducklake_snapshot_changes "
        "WHERE snapshot_id > ? AND starts_with(commit_message, ?))",
        [snapshot + 1, lake.snapshot(), snapshot, MERGE],
    ).fetchall()
    return {str(row[0]) for row in rows}


def register(lake: Lake, table: str, paths: list[Path]) -> None:
    """Make parts belong to a table; the caller is in a transaction and registers each once."""
    if paths:
        lake.connection.execute(
            "CALL ducklake_add_data_files('lake', ?, ?, schema => 'raw', hive_partitioning => ?)",
            [table, [str(path) for path in paths], is_partitioned(table)],
        )
        lake.registered.extend(paths)


def _add_sightings(lake: Lake, batch: Batch) -> None:
    """Add the sightings of stored documents that are not there yet: they are a set."""
    rows = sightings_table(batch, of_new=False)
    if not rows.num_rows:
        return
    fresh = with_rows(
        lake,
        rows,
        "SELECT incoming.* FROM incoming ANTI JOIN lake.raw.sightings USING (document_id, seen_at)",
    )
    parts = files.write_parts(lake.data, "sightings", batch.part_name(), fresh)
    register(lake, "sightings", parts)


def _drop(lake: Lake, table: str, source: str, key: str, values: list[object]) -> None:
    """Make room for rows that take the place of those of the same key."""
    with given(lake, pa.table({key: values})):
        lake.connection.execute(
            f"DELETE FROM lake.raw.{table} "
            f"WHERE source = ? AND {key} IN (SELECT {key} FROM incoming)",
            [source],
        )


def _drop_rows_of(lake: Lake, table: str, document_ids: list[str]) -> None:
    with given(lake, pa.table({"document_id": document_ids})):
        lake.connection.execute(
            f"DELETE FROM lake.raw.{table} WHERE document_id IN (SELECT document_id FROM incoming)"
        )


@contextmanager
def given(lake: Lake, rows: pa.Table) -> Iterator[None]:
    """Let statements name n rows as the table `incoming`; a list as a parameter is far slower."""
    lake.connection.register("incoming", rows)
    try:
        yield
    finally:
        lake.connection.unregister("incoming")


def with_rows(lake: Lake, rows: pa.Table, query: str) -> pa.Table:
    """Run a query that may name the n given rows as `incoming`, for rows of the same columns."""
    with given(lake, rows):
        return lake.connection.execute(query).to_arrow_table().cast(rows.schema)


def _is_committed(lake: Lake, batch: Batch) -> bool:
    try:
        return bool(
            lake.scalar(
                "SELECT count(*) FROM lake.raw.batches WHERE batch_id = ?", [batch.batch_id]
            )
        )
    except duckdb.Error as error:
        # Nobody can tell now: leave the parts, which upkeep removes if no commit names them.
        raise WarehouseError(
            f"the catalog does not answer: {first_line(error)}", path=lake.root
        ) from error


def _forget(parts: dict[str, list[Path]]) -> None:
    for paths in parts.values():
        files.remove(paths)
