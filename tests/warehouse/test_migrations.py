"""Migrated whole or not at all, or refused."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.copying import method
from transforms.errors import WarehouseError
from transforms.schema import UNDATED_MONTH
from warehouse import lock, migrations
from warehouse.boilerplate import all_lines_of, lines_of
from warehouse.catalog import Lake, set_meta
from warehouse.commit import commit, register
from warehouse.copies.step import find_copies
from warehouse.files import write_parts
from warehouse.opening import opened
from warehouse.sources import cursors_of
from warehouse.statements import priming_statement
from warehouse.tables import SCHEMA_VERSION, TABLES

CURSORS_1 = (
    "source", "url", "etag", "last_modified", "body_digest", "next_poll_at", "failures", "size",
    "modified_at", "config",
)  # fmt: skip

ARTICLES_4 = ("copyright_holder", "robots", "tdm_reserved")
BARE_ARTICLE = {
    "article_id": "a", "source": "wire", "url": "file:a", "month": UNDATED_MONTH, "language": "en",
    "normalizer": "test",
}  # fmt: skip


def bring_to_schema_5(lake: Lake) -> None:
    """Have no lists of lines, and pairs that do not say how many keys they share."""
    lake.connection.execute("DROP TABLE lake.raw.boilerplate")
    lake.connection.execute("ALTER TABLE lake.raw.pairs DROP COLUMN shared_keys")


def bring_to_schema_4(lake: Lake) -> None:
    """Let `keys` have one key a row, too."""
    bring_to_schema_5(lake)
    lake.connection.execute("ALTER TABLE lake.raw.keys DROP COLUMN keys")
    lake.connection.execute("ALTER TABLE lake.raw.keys ADD COLUMN key UBIGINT")


def test_a_newer_warehouse_is_refused(root: Path, lake: Lake) -> None:
    with lake.transaction("from the future"):
        set_meta(lake, "schema_version", "99")
    with pytest.raises(WarehouseError, match="schema 99"), opened(root):
        pass


def test_an_older_warehouse_is_migrated_once(
    root: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = SCHEMA_VERSION + 1
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", newer)
    monkeypatch.setitem(
        migrations.MIGRATIONS, newer, ["ALTER TABLE lake.raw.articles ADD COLUMN mood VARCHAR"]
    )
    for _ in range(2):
        with opened(root) as migrated:
            assert migrated.meta("schema_version") == str(newer)
            assert migrated.scalar("SELECT count(mood) FROM lake.articles") == 0


def test_a_migration_that_fails_leaves_the_old_schema(
    root: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = SCHEMA_VERSION + 1
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", newer)
    statements = ["ALTER TABLE lake.raw.articles ADD COLUMN mood VARCHAR", "SELECT no_such_thing()"]
    monkeypatch.setitem(migrations.MIGRATIONS, newer, statements)
    with pytest.raises(WarehouseError, match="no_such_thing"), opened(root):
        pass
    assert lake.meta("schema_version") == str(newer - 1)
    with pytest.raises(duckdb.Error, match="mood"):
        lake.connection.execute("SELECT mood FROM lake.raw.articles")


def test_a_warehouse_of_schema_1_learns_what_cursors_remember(root: Path, lake: Lake) -> None:
    added = [name for name in TABLES["cursors"].names if name not in CURSORS_1]
    with lake.transaction("as it was"):
        for name in added:
            lake.connection.execute(f"ALTER TABLE lake.raw.cursors DROP COLUMN {name}")
        for name in ARTICLES_4:
            lake.connection.execute(f"ALTER TABLE lake.raw.articles DROP COLUMN {name}")
        lake.connection.execute("ALTER TABLE lake.raw.fetches DROP COLUMN is_step")
        bring_to_schema_4(lake)
        lake.connection.execute("DROP VIEW lake.main.source_health")
        lake.connection.execute(
            "INSERT INTO lake.raw.cursors (source, url, failures) VALUES ('wire', 'file:a', 0)"
        )
        set_meta(lake, "schema_version", "1")
    lake.connection.close()
    with opened(root) as migrated:
        assert migrated.meta("schema_version") == str(SCHEMA_VERSION)
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


def test_a_warehouse_of_schema_4_is_compared_anew(root: Path, lake: Lake, said, batch_of) -> None:
    words = " ".join(f"word{number}" for number in range(90))
    commit(lake, batch_of(lake, [said("a", words), said("b", f"{words} and more", day=None)]))
    with lake.transaction("as it was"):
        bring_to_schema_4(lake)
        lake.connection.execute(
            "INSERT INTO lake.raw.compared SELECT document_id, 'exact-1' FROM lake.raw.articles"
        )
        set_meta(lake, "algo", "exact-1")
        lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = 'window_days'")
        set_meta(lake, "schema_version", "4")
    lake.connection.close()
    with opened(root) as migrated:
        assert find_copies(migrated, "run", method()).compared == 2
        assert migrated.scalar("SELECT count(*) FROM lake.main.articles") == 1
        assert migrated.scalar("SELECT sum(len(keys)) FROM lake.raw.keys") == 128
        algos = migrated.connection.execute("SELECT DISTINCT algo FROM lake.raw.compared")
        assert algos.fetchall() == [(method().algo,)]


def test_a_warehouse_of_schema_5_gets_lists_without_a_line(root: Path, lake: Lake) -> None:
    with lake.transaction("as it was"):
        bring_to_schema_5(lake)
        set_meta(lake, "schema_version", "5")
    assert lines_of(lake, "wire") == all_lines_of(lake, "wire") == []
    lake.connection.close()
    with opened(root) as migrated:
        assert lines_of(migrated, "wire") == []
        comments = migrated.scalar(
            "SELECT count(comment) FROM duckdb_columns() WHERE table_name = 'boilerplate'"
        )
        assert comments == len(TABLES["boilerplate"])


def test_articles_of_schema_3_say_nothing_of_rights_and_new_ones_do(root: Path, lake: Lake) -> None:
    with lake.transaction("as it was"):
        for name in ARTICLES_4:
            lake.connection.execute(f"ALTER TABLE lake.raw.articles DROP COLUMN {name}")
        bring_to_schema_4(lake)
        set_meta(lake, "schema_version", "3")
    old = pa.Table.from_pylist([BARE_ARTICLE | {"document_id": "old"}], TABLES["articles"])
    with lake.transaction("a part of then"):
        parts = write_parts(lake.data, "articles", "old", old.drop_columns(list(ARTICLES_4)))
        register(lake, "articles", parts)
    lake.connection.close()
    said = {"copyright_holder": "Coast Courier", "robots": ["noarchive"], "tdm_reserved": True}
    with opened(root) as migrated:
        new = pa.Table.from_pylist(
            [BARE_ARTICLE | {"document_id": "new"} | said], TABLES["articles"]
        )
        with migrated.transaction("a part of today"):
            register(migrated, "articles", write_parts(migrated.data, "articles", "new", new))
        found = migrated.connection.execute(
            f"SELECT {', '.join(ARTICLES_4)} FROM lake.raw.articles ORDER BY document_id"
        ).fetchall()
    assert found == [tuple(said.values()), (None, None, None)]


def test_a_warehouse_of_schema_6_notes_changes_and_measures_chains_from_now_on(
    root: Path, lake: Lake, said, batch_of
) -> None:
    words = [f"word{number}" for number in range(300)]
    texts = [" ".join(words[5 * n : 5 * n + 100]) for n in range(30)]
    commit(lake, batch_of(lake, [said(str(n), text) for n, text in enumerate(texts)]))
    find_copies(lake, "run", method())
    chains = "SELECT texts, links, containment FROM lake.raw.chains"
    [chain] = lake.connection.execute(chains).fetchall()
    with lake.transaction("as it was"):
        for view in ("changes", "clusters"):
            lake.connection.execute(f"DROP VIEW lake.main.{view}")
        for table in ("article_states", "chains"):
            lake.connection.execute(f"DROP TABLE lake.raw.{table}")
        lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = 'chains'")
        set_meta(lake, "schema_version", "6")
    lake.connection.close()
    with opened(root) as migrated:
        changes = "SELECT change, count(*) FROM lake.changes GROUP BY 1 ORDER BY 1"
        assert migrated.connection.execute(changes).fetchall() == [("untold", 1)]
        done = find_copies(migrated, "run", method())
        assert (done.compared, done.moved, len(done.chains)) == (0, 0, 1)
        assert migrated.connection.execute(chains).fetchall() == [chain]
        told = migrated.connection.execute(changes).fetchall()
        assert told == [("appeared", 1), ("gone", 29), ("untold", 1)]
        columns = migrated.scalar(
            "SELECT count(*) FROM __ducklake_metadata_lake.ducklake_table_column_stats "
            "JOIN __ducklake_metadata_lake.ducklake_table USING (table_id) "
            "WHERE table_name IN ('article_states', 'chains') AND end_snapshot IS NULL"
        )
        assert columns == len(TABLES["article_states"]) + len(TABLES["chains"])
        assert find_copies(migrated, "run", method()).chains == ()


def test_tables_that_a_killed_migration_left_are_made_again(root: Path, lake: Lake) -> None:
    with lake.transaction("as a killed one left it"):
        lake.connection.execute(priming_statement("chains"))
        set_meta(lake, "schema_version", "7")
    with opened(root) as migrated:
        assert migrated.scalar("SELECT count(*) FROM lake.raw.chains") == 0
        assert migrated.meta("schema_version") == str(SCHEMA_VERSION)


def test_of_two_that_migrate_at_once_the_slower_one_keeps_what_there_is(
    root: Path, lake: Lake
) -> None:
    with lake.transaction("older"):
        set_meta(lake, "schema_version", "7")
    with lake.another() as slower, ThreadPoolExecutor(1) as threads:
        with lock.hold(lake.lock_path):
            waiting = threads.submit(migrations.migrate, slower)
            while not lock.is_held(root / "commit.next"):
                time.sleep(0.01)
            with lake.transaction("migrated by the quicker one, and in use"):
                lake.connection.execute(priming_statement("chains"))
                set_meta(lake, "schema_version", str(SCHEMA_VERSION))
        waiting.result()
    assert lake.scalar("SELECT count(*) FROM lake.raw.chains") == 1


def test_a_migration_that_the_disk_refuses_is_said(
    root: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    lake.lock_path.unlink(missing_ok=True)
    lake.lock_path.symlink_to("/dev/full")
    with pytest.raises(WarehouseError, match="cannot write in the warehouse") as refused:
        migrations.migrate(lake)
    assert refused.value.facts["path"] == root


def test_pairs_of_schema_5_are_counted_their_keys(root: Path, lake: Lake, said, batch_of) -> None:
    words = [f"word{number}" for number in range(90)]
    original = said("https://a.example/", " ".join(words))
    edited = said("https://b.example/", " ".join([*words, "and", "more"]))
    other = said("https://c.example/", "something else", canonical_url=original.url)
    commit(lake, batch_of(lake, [original, edited, other]))
    find_copies(lake, "run", method())
    everything = "FROM lake.raw.pairs ORDER BY ALL"
    now = lake.connection.execute(everything).fetchall()
    with lake.transaction("as it was"):
        bring_to_schema_5(lake)
        set_meta(lake, "schema_version", "5")
    lake.connection.close()
    with opened(root) as migrated:
        assert migrated.connection.execute(everything).fetchall() == now
        counted = sorted((rule, keys is not None) for *_, rule, _, keys in now)
        assert counted == [("canonical", False), ("contained", True)]
        assert find_copies(migrated, "run", method()).paired == 0
