"""Created whole or not at all, moved, migrated, refused."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from transforms.errors import WarehouseError
from transforms.schema import doc_of
from warehouse import catalog, connect
from warehouse.batches import Batch
from warehouse.catalog import Lake, attach_statements, make, opened, set_meta
from warehouse.commit import commit, register
from warehouse.files import write_parts
from warehouse.sources import cursors_of
from warehouse.tables import TABLES

MakeBatch = Callable[..., Batch]


def test_every_table_has_its_columns_and_their_documentation(lake: Lake) -> None:
    rows = lake.connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = 'lake' AND schema_name = 'raw'"
    ).fetchall()
    found = {(table, column): comment for table, column, comment in rows}
    for table, schema in TABLES.items():
        for column in schema:
            assert found[table, column.name] == doc_of(column)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear reader")
    with pytest.raises(WarehouseError, match="not empty"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_file_in_the_place_of_the_warehouse_is_said(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("")
    with pytest.raises(WarehouseError):
        make(tmp_path / "lake")


def test_an_empty_folder_becomes_the_warehouse(tmp_path: Path) -> None:
    make(tmp_path)
    assert catalog.exists(tmp_path)


def test_makers_at_once_make_one(tmp_path: Path) -> None:
    root, errors = tmp_path / "lake", []

    def attempt() -> None:
        try:
            make(root)
        except WarehouseError as error:
            errors.append(error)

    makers = [threading.Thread(target=attempt) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert errors == []
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]


def test_what_a_killed_maker_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / ".lake.making-killed"
    left.mkdir()
    (left / "commit.lock").write_text("")
    os.utime(left, (0, 0))
    make(tmp_path / "lake")
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]


def test_a_moved_warehouse_is_read_and_written_at_its_new_place(
    tmp_path: Path, batch_of: MakeBatch, said
) -> None:
    make(tmp_path / "old")
    with opened(tmp_path / "old") as lake:
        commit(lake, batch_of(lake, [said("file:a", "one")]))
    shutil.move(tmp_path / "old", tmp_path / "new")
    with connect(tmp_path / "new") as connection:
        assert connection.execute("SELECT count(text) FROM articles").fetchone() == (1,)
    with opened(tmp_path / "new") as lake:
        commit(lake, batch_of(lake, [said("file:b", "two")]))
        assert lake.scalar("SELECT count(text) FROM lake.articles") == 2
    assert not (tmp_path / "old").exists()


def test_any_client_attaches_with_the_statements_given(
    root: Path, lake: Lake, batch_of: MakeBatch, said
) -> None:
    commit(lake, batch_of(lake, [said("file:a", "one")]))
    with duckdb.connect() as client:
        for statement in attach_statements(root):
            client.execute(statement)
        assert client.execute("SELECT text FROM lake.articles").fetchall() == [("one",)]


def test_a_newer_warehouse_is_refused(root: Path, lake: Lake) -> None:
    with lake.transaction("from the future"):
        set_meta(lake, "schema_version", "99")
    with pytest.raises(WarehouseError, match="schema 99"), opened(root):
        pass


def test_an_older_warehouse_is_migrated_once(
    root: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = catalog.SCHEMA_VERSION + 1
    monkeypatch.setattr(catalog, "SCHEMA_VERSION", newer)
    monkeypatch.setitem(
        catalog.MIGRATIONS, newer, ["ALTER TABLE lake.raw.articles ADD COLUMN mood VARCHAR"]
    )
    for _ in range(2):
        with opened(root) as migrated:
            assert migrated.meta("schema_version") == str(newer)
            assert migrated.scalar("SELECT count(mood) FROM lake.articles") == 0


def test_a_migration_that_fails_leaves_the_old_schema(
    root: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = catalog.SCHEMA_VERSION + 1
    monkeypatch.setattr(catalog, "SCHEMA_VERSION", newer)
    statements = ["ALTER TABLE lake.raw.articles ADD COLUMN mood VARCHAR", "SELECT no_such_thing()"]
    monkeypatch.setitem(catalog.MIGRATIONS, newer, statements)
    with pytest.raises(WarehouseError, match="no_such_thing"), opened(root):
        pass
    assert lake.meta("schema_version") == str(newer - 1)
    with pytest.raises(duckdb.Error, match="mood"):
        lake.connection.execute("SELECT mood FROM lake.raw.articles")


def test_a_catalog_that_is_none_is_one_sentence(root: Path) -> None:
    (root / "catalog.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(WarehouseError, match="cannot open"), opened(root):
        pass


def test_a_missing_extension_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "EXTENSIONS", {"no_such_extension": "duckdb-extension-none"})
    with pytest.raises(WarehouseError, match=r"pip install duckdb-extension-none==\d"):
        catalog.probe()


def test_a_warehouse_of_schema_1_learns_what_cursors_remember(root: Path, lake: Lake) -> None:
    added = [name for name in TABLES["cursors"].names if name not in CURSORS_1]
    with lake.transaction("as it was"):
        for name in added:
            lake.connection.execute(f"ALTER TABLE lake.raw.cursors DROP COLUMN {name}")
        lake.connection.execute("ALTER TABLE lake.raw.fetches DROP COLUMN is_step")
        lake.connection.execute("DROP VIEW lake.main.source_health")
        lake.connection.execute(
            "INSERT INTO lake.raw.cursors (source, url, failures) VALUES ('wire', 'file:a', 0)"
        )
        set_meta(lake, "schema_version", "1")
    lake.connection.close()
    with opened(root) as migrated:
        assert migrated.meta("schema_version") == str(catalog.SCHEMA_VERSION)
        [old] = cursors_of(migrated, "wire")
        assert {name: old[name] for name in added} == dict.fromkeys(added)
        row = {"source": "wire", "url": "file:b", "failures": 0, "document_id": "d", "position": 7}
        part = pa.Table.from_pylist([row], TABLES["cursors"])
        with migrated.transaction("a part of today"):
            register(migrated, "cursors", write_parts(migrated.data, "cursors", "new", part))
        found = migrated.connection.execute(
            "SELECT url FROM lake.raw.cursors WHERE position = 7 AND document_id = 'd'"
        ).fetchall()
        assert found == [("file:b",)]
        assert migrated.scalar("SELECT count(*) FROM lake.main.source_health") == 0


CURSORS_1 = (
    "source", "url", "etag", "last_modified", "body_digest", "next_poll_at", "failures", "size",
    "modified_at", "config",
)  # fmt: skip
