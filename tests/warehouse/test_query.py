"""The sandbox: what a reader may run, and every way out of it that was found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.errors import QueryError, WarehouseError
from warehouse import connect, lock
from warehouse.batches import Batch
from warehouse.catalog import Lake, attach_new
from warehouse.commit import commit
from warehouse.query import run

MakeBatch = Callable[..., Batch]

ALLOWED = [
    "SELECT count(*) FROM articles",
    "FROM articles LIMIT 0",
    "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
    "VALUES (1)",
    "SHOW TABLES",
    "DESCRIBE articles",
    "SUMMARIZE articles",
    "EXPLAIN SELECT count(*) FROM articles",
    "EXPLAIN ANALYZE SELECT count(*) FROM articles",
    "SELECT count(*) FROM raw.documents",
    "SELECT count(*) FROM range(10)",
    "SELECT count(*) FROM lake.snapshots()",
    "SELECT * FROM ducklake_list_files('lake', 'articles', schema => 'raw')",
    "SELECT unnest(authors) FROM articles",
    "-- a comment\nSELECT 1;",
]

REFUSED = [
    "INSERT INTO raw.meta VALUES ('a', 'b')",
    "UPDATE raw.meta SET value = '9'",
    "DELETE FROM raw.articles",
    "DROP VIEW articles",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "COPY (SELECT 1) TO '{root}/x.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{root}/x.csv'",
    "EXPLAIN (ANALYZE) COPY (SELECT 1) TO '{root}/x.csv'",
    "SELECT 5 -explain-1, (SELECT word FROM sqlite_scan('{outside}/other.sqlite','secrets'))\n"
    "FROM (SELECT 1 AS explain)",
    "SELECT 5 -explain-1 FROM (SELECT 1 AS explain)\n; COPY (SELECT 1) TO '{root}/x.csv'",
    "/* a */ EXPLAIN ANALYZE COPY (SELECT 1) TO '{root}/x.csv'",
    "EXPLAIN ANALYZE (SELECT word FROM sqlite_scan('{outside}/other.sqlite', 'secrets'))",
    "EXPLAIN EXPLAIN ANALYZE COPY (SELECT 1) TO '{root}/x.csv'",
    "EXPORT DATABASE '{root}/x'",
    "ATTACH '{outside}/other.sqlite' AS other (TYPE sqlite)",
    "DETACH lake",
    "USE memory",
    "SET threads = 1",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "CHECKPOINT",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CALL lake.set_option('parquet_compression', 'zstd')",
    "BEGIN",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW articles",
    "",
    "SELECT * FROM sqlite_scan('{outside}/other.sqlite', 'secrets')",
    "SELECT (SELECT count(*) FROM sqlite_scan('{outside}/other.sqlite', 'secrets'))",
    "WITH a AS (FROM sqlite_scan('{outside}/other.sqlite', 'secrets')) FROM a",
    "FROM query('SELECT * FROM sqlite_scan(''{outside}/other.sqlite'', ''secrets'')')",
    "FROM sqlite_query('__ducklake_metadata_lake', 'DELETE FROM ducklake_view RETURNING 1')",
    "SELECT * FROM sqlite_attach('{outside}/other.sqlite')",
    "SELECT * FROM ducklake_cleanup_old_files('lake', cleanup_all => true)",
    "SELECT * FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)",
    "SELECT * FROM ducklake_merge_adjacent_files('lake')",
    "SELECT * FROM ducklake_expire_snapshots('lake', older_than => now())",
    "SELECT * FROM read_text('{outside}/secret.txt')",
    "SELECT * FROM read_csv('{outside}/secret.txt')",
    "SELECT * FROM '{outside}/secret.parquet'",
    "SELECT * FROM read_parquet('{root}/../secret.parquet')",
    "SELECT * FROM glob('{outside}/*')",
    "SELECT * FROM articles WHERE title IN (FROM read_text('{outside}/secret.txt'))",
]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Files beside the warehouse that nobody may read through it."""
    (tmp_path / "secret.txt").write_text("secret")
    with sqlite3.connect(tmp_path / "other.sqlite") as other:
        other.execute("CREATE TABLE secrets (word TEXT)")
        other.execute("INSERT INTO secrets VALUES ('secret')")
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("statement", ALLOWED)
def test_a_reader_may_look(empty_lake: Path, statement: str) -> None:
    with run(empty_lake, statement) as result:
        result.fetchall()


@pytest.mark.parametrize("statement", REFUSED)
def test_a_reader_may_not_change_or_leave_the_warehouse(
    root: Path, outside: Path, statement: str
) -> None:
    before = contents(outside)
    with pytest.raises(QueryError) as caught:
        run(root, statement.format(root=root, outside=outside)).fetchall()
    assert "secret'" not in str(caught.value)
    assert contents(outside) == before


def test_a_variable_of_the_program_is_no_table(root: Path) -> None:
    import pyarrow as pa

    secret_table = pa.table({"word": ["secret"]})
    with pytest.raises(QueryError, match="secret_table"):
        run(root, "SELECT * FROM secret_table")
    assert secret_table.num_rows == 1


def test_an_error_is_the_databases_own_sentence(root: Path) -> None:
    with pytest.raises(QueryError, match='column "titel" not found'):
        run(root, "SELECT titel FROM articles")


def test_python_users_get_a_connection_that_cannot_write(
    root: Path, lake: Lake, batch_of: MakeBatch, said
) -> None:
    commit(lake, batch_of(lake, [said("file:a", "text")]))
    with connect(root) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
        with pytest.raises(Exception, match="read-only"):
            connection.execute("DELETE FROM raw.articles")


def test_a_folder_without_a_warehouse_is_said(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="no warehouse here"):
        connect(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_catalog_that_holds_no_warehouse_is_said(tmp_path: Path) -> None:
    attach_new(tmp_path).close()
    for ask in (connect, lambda root: run(root, "SELECT 1")):
        with pytest.raises(WarehouseError, match=r"cannot open the warehouse: .*raw\.meta"):
            ask(tmp_path)


def test_a_reader_in_a_transaction_counts_what_was_there_when_it_began(
    lake: Lake, said: Any, batch_of: Callable[..., Any]
) -> None:
    commit(lake, batch_of(lake, [said(f"https://a.example/{n}", f"text {n}") for n in range(5)]))

    def delete(number: int) -> None:
        with lock.hold(lake.lock_path), lake.transaction("deleted"):
            url = f"https://a.example/{number}"
            lake.connection.execute("DELETE FROM lake.raw.articles WHERE url = ?", [url])

    delete(0)
    with connect(lake.root) as reader:
        reader.execute("BEGIN")
        reader.execute("FROM raw.meta").fetchall()
        delete(1)  # of the same part, so its file of deleted rows takes the place of the first one
        asked = "SELECT count(*), count(url), count(DISTINCT url) FROM raw.articles"
        assert reader.execute(asked).fetchall() == [(4, 4, 4)]
        assert reader.execute("SELECT count(*) FROM raw.articles").fetchall() == [(4,)]
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM raw.articles").fetchall() == [(3,)]
