"""What a check says of warehouses that are well, and of those damaged in one way each."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.copying import method
from transforms.errors import WarehouseError
from transforms.urls import address_id
from warehouse import lock
from warehouse.checks.looking import Finding, Trust
from warehouse.checks.mending import mend
from warehouse.checks.running import RULES, check
from warehouse.commit import commit, register
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.erasing.takedown import Way, take_down
from warehouse.erasing.wanted import Wanted
from warehouse.forgetting import forget
from warehouse.opening import opened
from warehouse.tables import TABLES
from warehouse.upkeep.maintain import Ages, maintain

TRUST = Trust(
    method(),
    lambda _, text: hashlib.sha256(text.encode()).hexdigest(),
    address_id,
    dt.timedelta(days=2),
    deep=True,
)
LONG_AGO = (1_500_000_000, 1_500_000_000)
CATALOG = "__ducklake_metadata_lake"
WORDS = ["".join(random.Random(n).choices("aeioustrnlm", k=4 + n % 5)) for n in range(2_000)]


def story(seed: int, cut: int = 0) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=200)[cut:])


@pytest.fixture(scope="session")
def busy(
    tmp_path_factory: pytest.TempPathFactory,
    empty_lake: Path,
    said: Any,
    batch_of: Callable[..., Any],
) -> Path:
    """A warehouse that has seen commits, copies, a replay, forgetting, a takedown and upkeep."""
    path = Path(shutil.copytree(empty_lake, tmp_path_factory.mktemp("busy") / "lake"))

    def told(number: int) -> list[Any]:
        days = [dt.date(2026, 2, 1 + number), dt.date(2026, 3, 1 + number), None]
        return [
            said(f"https://a.example/{number}/{place}", story(place, number), day=day)
            for place, day in enumerate(days)
        ]

    with opened(path) as lake:
        for number in range(4):
            commit(lake, batch_of(lake, told(number)))
        find_copies(lake, "run", method())
        seen_again = [
            said(each.url, each.text, day=each.day, seen_at=each.seen_at + dt.timedelta(days=1))
            for each in told(1)
        ]
        commit(lake, batch_of(lake, seen_again, seen_again))
        replay = batch_of(lake, told(2))
        replay.discard()
        again = batch_of(lake, [])
        again.is_replay = True
        for rows in replay._articles:
            again.add_articles(rows)
        commit(lake, again)
        maintain(lake, Ages())
        rejected = said("https://a.example/wall", "a wall", reject_reason="too_short")
        commit(lake, batch_of(lake, [*told(4), rejected]))
        forget(lake, {"wire": "seen"}, [dt.date(2026, 2, 3)])
        take_down(lake, Wanted(url="https://a.example/gone"), Way(address_id, method()))
        commit(lake, batch_of(lake, [said("https://a.example/late", story(9))]))
    return path


@pytest.fixture
def root(tmp_path: Path, busy: Path) -> Path:
    """The same, for one test."""
    return Path(shutil.copytree(busy, tmp_path / "lake"))


def change(root: Path, *statements: str) -> None:
    """Change rows past all that wirelake does to keep them right."""
    with opened(root) as lake, lock.hold(lake.lock_path), lake.transaction("damage", TABLES):
        for statement in statements:
            lake.connection.execute(statement)


def change_catalog(root: Path, statement: str) -> None:
    """Change the catalog: its own tables and, as wirelake does, what it tells of."""
    with opened(root) as lake:
        if CATALOG in statement:
            lake.connection.execute(statement)
            return
        with lock.hold(lake.lock_path), lake.transaction("damage"):
            lake.connection.execute(statement)


def examine(root: Path) -> list[Finding]:
    return check(root, TRUST)


def broken(findings: list[Finding]) -> dict[str, str]:
    return {each.rule: each.found for each in findings if each.verdict == "broken"}


def repaired(root: Path) -> tuple[dict[str, str], list[Finding]]:
    with opened(root) as lake:
        done = mend(lake, examine(root), TRUST, lambda _: None)
    return done, examine(root)


def a_part(root: Path, table: str = "articles") -> Path:
    """A part that readers see now."""
    with opened(root) as lake:
        row = lake.connection.execute(
            "SELECT min(data_file) FROM ducklake_list_files('lake', ?, schema => 'raw')", [table]
        ).fetchone()
    return Path(str(row and row[0]))


def test_a_busy_warehouse_is_well_and_the_check_changes_nothing(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*.parquet")}
    there = set(root.rglob("*"))
    findings = examine(root)
    others = {"catalog.sqlite-shm", "catalog.sqlite-wal"}  # of the catalog in use
    assert {path.name for path in set(root.rglob("*")) - there} <= others
    assert [each for each in findings if each.verdict != "ok"] == []
    assert [each.rule for each in findings] == [rule.name for rule in RULES]
    assert all(each.count for each in findings if each.rule != "orphans")
    assert {path: path.read_bytes() for path in root.rglob("*.parquet")} == before


def test_what_is_pending_is_told_and_is_no_damage(root: Path) -> None:
    found = {each.rule: each.found for each in examine(root)}
    assert found["compared"] == "1 articles not compared yet"
    assert found["batches"].startswith("1 documents fewer than were stored")


def test_a_sample_is_looked_at_where_not_all_is_asked_for(root: Path) -> None:
    findings = check(root, dataclasses.replace(TRUST, deep=False))
    assert [each for each in findings if each.verdict != "ok"] == []
    numbers = {each.rule: each.count or 0 for each in findings}
    assert 0 < numbers["payloads"] < numbers["document ids"]
    assert numbers["texts"] == numbers["compared"] + 1


ROW_DAMAGES = {
    "document ids": "INSERT INTO lake.raw.documents FROM lake.raw.documents WHERE url LIKE '%late'",
    "article rows": "INSERT INTO lake.raw.articles FROM lake.raw.articles WHERE url LIKE '%late'",
    "sightings": "INSERT INTO lake.raw.sightings FROM lake.raw.sightings LIMIT 1",
    "versions": "UPDATE lake.raw.articles SET content_hash = 'x' WHERE reject_reason IS NOT NULL",
    "months": "INSERT INTO lake.raw.fetches SELECT 'wire', 'u', now(), 'ok', 200, 1, 1, NULL, "
    "NULL, false, min(batch_id), '2020-01-01' FROM lake.raw.batches",
    "articles": "DELETE FROM lake.raw.sightings WHERE document_id = "
    "(SELECT min(document_id) FROM lake.raw.documents)",
    "batches": "UPDATE lake.raw.batches SET unchanged = unchanged + 1",
    "takedowns": "INSERT INTO lake.raw.takedowns "
    "SELECT article_id, 'article', now() FROM lake.raw.articles LIMIT 1",
    "compared": "INSERT INTO lake.raw.compared SELECT 'nobody', min(algo) FROM lake.raw.compared",
    "keys": "INSERT INTO lake.raw.keys FROM lake.raw.keys LIMIT 1",
    "pairs": "INSERT INTO lake.raw.pairs FROM lake.raw.pairs LIMIT 1",
    "clusters": "DELETE FROM lake.raw.clusters WHERE content_hash = "
    "(SELECT max(content_hash) FROM lake.raw.clusters)",
    "payloads": "UPDATE lake.raw.documents SET payload = reverse(payload::VARCHAR)::BLOB "
    "WHERE url LIKE '%late'",
    "texts": "UPDATE lake.raw.articles SET text = text || ' x' WHERE url LIKE '%late'",
    "keys of texts": "UPDATE lake.raw.keys SET keys = list_reverse(keys)",
}
"""Rule -> a statement after which it alone is broken."""


@pytest.mark.first(3)
@pytest.mark.parametrize("rule", ROW_DAMAGES)
def test_rows_changed_past_wirelake_are_found_by_their_rule(root: Path, rule: str) -> None:
    change(root, ROW_DAMAGES[rule])
    assert set(broken(examine(root))) == {rule}


@pytest.mark.first(1)
@pytest.mark.parametrize("column", ["url", "final_url"])
@pytest.mark.parametrize("found_at", ["https://a.example/found", "HTTPS://A.example/found?utm_x=1"])
def test_a_document_found_at_a_url_that_was_taken_down_is_found(
    root: Path, column: str, found_at: str
) -> None:
    is_one = "document_id = (SELECT min(document_id) FROM lake.raw.documents)"
    away = address_id("https://a.example/found", "wire")
    change(
        root,
        f"UPDATE lake.raw.documents SET {column} = '{found_at}' WHERE {is_one}",
        f"INSERT INTO lake.raw.takedowns VALUES ('{away}', 'article', now())",
    )
    assert broken(examine(root)) == {"takedowns": "1 documents stored that were taken down"}


OTHER_DAMAGES = [
    [
        ("batches", "UPDATE lake.raw.batches SET kept = kept + 1", "not kept + rejected"),
        ("clusters", "INSERT INTO lake.raw.clusters SELECT 'zz', min(cluster_id) FROM "
         "lake.raw.clusters", "no pair binds"),
    ],
    [
        ("batches", 'UPDATE lake.raw.batches SET "new" = 0, seen = unchanged', "more documents"),
        ("pairs", "INSERT INTO lake.raw.pairs SELECT algo, b, a, rule, score, shared_keys "
         "FROM lake.raw.pairs LIMIT 1", "not the smaller"),
    ],
    [
        ("batches", "UPDATE lake.raw.batches SET articles = 0, kept = 0, rejected = 0",
         "article rows"),
        ("clusters", "INSERT INTO lake.raw.clusters VALUES ('zz', 'zz')", "single text"),
    ],
    [
        ("batches", "UPDATE lake.raw.batches SET bytes = bytes + 1", "other bytes"),
        ("pairs", "UPDATE lake.raw.meta SET value = '0' WHERE name = 'window_days'", "far apart"),
    ],
]  # fmt: skip
"""Rule, statement, phrase: damages of different rules, which one check finds."""


@pytest.mark.whole
@pytest.mark.parametrize("damages", OTHER_DAMAGES)
def test_what_is_wrong_is_said(root: Path, damages: list[tuple[str, str, str]]) -> None:
    change(root, *(statement for _, statement, _ in damages))
    found = broken(examine(root))
    for rule, _, phrase in damages:
        assert phrase in found[rule]


def flip(path: Path, place: int, number: int = 32) -> None:
    held = bytearray(path.read_bytes())
    for at in range(place, place + number):
        held[at] ^= 0xFF
    path.write_bytes(held)


def payload_at(path: Path) -> int:
    group, names = pq.read_metadata(path).row_group(0), pq.read_schema(path).names
    column = group.column(names.index("payload"))
    return int(column.dictionary_page_offset or column.data_page_offset)


PART_DAMAGES: dict[str, Callable[[Path], object]] = {
    "is not there": Path.unlink,
    "cannot be read": lambda path: path.write_bytes(path.read_bytes()[:-30]),
    "cannot be read (": lambda path: flip(path, payload_at(path)),
}


@pytest.mark.whole
@pytest.mark.parametrize("phrase", PART_DAMAGES)
def test_parts_that_are_not_as_the_catalog_says_are_found(root: Path, phrase: str) -> None:
    part = a_part(root, "documents")
    PART_DAMAGES[phrase](part)
    findings = examine(root)
    assert set(broken(findings)) == ({"parts", "sums"} if part.exists() else {"parts"})
    assert phrase in broken(findings)["parts"]
    assert part.name in broken(findings)["parts"]
    unseen = {each.rule for each in findings if each.verdict == "not looked at"}
    assert "payloads" in unseen
    assert not unseen & {"clusters", "texts", "schema"}


def test_flipped_bytes_that_no_reader_notices_are_found_by_the_digest(root: Path) -> None:
    part = a_part(root, "documents")
    flip(part, payload_at(part) + 60)
    assert set(broken(examine(root))) == {"payloads", "sums"}


def test_a_part_of_older_snapshots_alone_is_told_apart(root: Path) -> None:
    with opened(root) as lake:
        named = lake.connection.execute(
            f"SELECT path FROM {CATALOG}.ducklake_data_file WHERE end_snapshot IS NOT NULL LIMIT 1"
        ).fetchone()
    assert named
    next(root.rglob(Path(named[0]).name)).unlink()
    findings = examine(root)
    assert set(broken(findings)) == {"parts"}
    assert broken(findings)["parts"].startswith("only of older snapshots")
    assert all(each.verdict != "not looked at" for each in findings)


OF_TABLE = f"(SELECT table_id FROM {CATALOG}.ducklake_table WHERE table_name = '{{}}')"
CATALOG_DAMAGES = [
    ("parts", f"UPDATE {CATALOG}.ducklake_data_file SET record_count = record_count + 1 "
     f"WHERE table_id = {OF_TABLE.format('cluster_changes')}"),
    ("partitions", f"UPDATE {CATALOG}.ducklake_file_partition_value "
     f"SET partition_value = '2020-01-01' WHERE table_id = {OF_TABLE.format('keys')}"),
    ("partitions", f"UPDATE {CATALOG}.ducklake_file_column_stats SET max_value = '2020-01-01' "
     f"WHERE min_value = '2026-03-01' AND table_id = {OF_TABLE.format('keys')}"),
    ("statistics", f"UPDATE {CATALOG}.ducklake_table_column_stats SET max_value = min_value "
     f"WHERE table_id = {OF_TABLE.format('cluster_changes')}"),
    ("views", "CREATE OR REPLACE VIEW lake.main.runs AS SELECT 1 AS one"),
    ("views", "DROP VIEW lake.main.rejects"),
    ("schema", "ALTER TABLE lake.raw.takedowns DROP COLUMN kind"),
]  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize(("rule", "statement"), CATALOG_DAMAGES)
def test_a_catalog_that_was_changed_is_found(root: Path, rule: str, statement: str) -> None:
    change_catalog(root, statement)
    assert set(broken(examine(root))) == {rule}


def test_a_part_that_is_registered_twice_is_found(root: Path) -> None:
    part = a_part(root, "cluster_changes")
    with opened(root) as lake, lock.hold(lake.lock_path), lake.transaction("twice"):
        register(lake, "cluster_changes", [part])
    assert broken(examine(root)) == {"parts": "1 registered twice"}


def test_a_file_that_no_commit_names_is_found_when_it_is_old(root: Path) -> None:
    old, young = (a_part(root).with_name(f"{name}-0.parquet") for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"x")
    os.utime(old, LONG_AGO)
    findings = examine(root)
    assert set(broken(findings)) == {"orphans"}
    assert old.name in broken(findings)["orphans"]
    assert young.name not in broken(findings)["orphans"]


def test_a_torn_catalog_is_found_and_nothing_else_is_said_to_be_well(root: Path) -> None:
    catalog = root / "catalog.sqlite"
    flip(catalog, 4096, catalog.stat().st_size - 4096)
    findings = examine(root)
    assert findings[0].rule == "catalog file"
    assert findings[0].verdict == "broken"
    assert "catalog.backup.sqlite" in findings[0].remedy
    assert [each.verdict for each in findings[1:]] == ["not looked at"]
    (root / "catalog.backup.sqlite").unlink()
    assert "wirelake restore" in examine(root)[0].remedy


def test_a_torn_copy_of_the_catalog_is_found_and_made_anew_by_upkeep(root: Path) -> None:
    copy = root / "catalog.backup.sqlite"
    flip(copy, 4096, copy.stat().st_size - 4096)
    assert set(broken(examine(root))) == {"catalog copy"}
    copy.write_bytes(b"")
    assert broken(examine(root)) == {"catalog copy": "it is empty"}
    with opened(root) as lake:
        maintain(lake, Ages())
    assert broken(examine(root)) == {}


def test_an_article_of_another_id_is_found(root: Path) -> None:
    change(root, "UPDATE lake.raw.articles SET article_id = repeat('0', 64) WHERE url LIKE '%late'")
    assert "1 rows whose id is not that of their url" in broken(examine(root))["versions"]


def test_no_warehouse_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="no warehouse"):
        check(tmp_path, TRUST)


@pytest.mark.whole
def test_a_check_reads_one_snapshot_while_others_write(
    root: Path, said: Any, batch_of: Callable[..., Any]
) -> None:
    written = list[int]()

    def write(_: str) -> None:
        with opened(root) as lake:
            number = len(written)
            written.append(number)
            document = said(f"https://b.example/{number}", story(100 + number))
            commit(lake, batch_of(lake, [document]))
            if number == 5:
                find_copies(lake, "run", method())
                maintain(lake, Ages())

    before = {each.rule: each.count for each in examine(root)}
    findings = check(root, TRUST, write)
    assert len(written) > len(RULES) / 2
    assert [each for each in findings if each.verdict != "ok"] == []
    said_now = {each.rule: each.count for each in findings}
    for rule in ("document ids", "texts", "batches", "compared"):
        assert said_now[rule] == before[rule]


MENDED = [
    ROW_DAMAGES[rule] for rule in ("sightings", "compared", "keys", "pairs", "clusters")
] + [
    "UPDATE lake.raw.keys SET keys = list_reverse(keys) WHERE day IS NULL",
    "CREATE OR REPLACE VIEW lake.main.runs AS SELECT 1 AS one",
]  # fmt: skip


@pytest.mark.whole
def test_a_repair_brings_back_what_follows_from_the_rest(root: Path) -> None:
    with opened(root) as lake:
        find_copies(lake, "run", method())
        before = digest(lake.connection)
    change(root, *MENDED)
    change_catalog(root, CATALOG_DAMAGES[3][1])
    orphan = a_part(root).with_name("orphan-0.parquet")
    orphan.write_bytes(b"x")
    os.utime(orphan, LONG_AGO)
    found = broken(examine(root))
    done, findings = repaired(root)
    assert set(found) == set(done) == {
        "views", "statistics", "orphans", "sightings", "compared", "keys", "pairs", "clusters",
        "keys of texts",
    }  # fmt: skip
    assert broken(findings) == {}
    assert done["orphans"] == "1 deleted (0.0 MB)"
    assert not orphan.exists()
    with opened(root) as lake:
        assert digest(lake.connection) == before


@pytest.mark.whole
def test_a_repair_touches_no_copies_while_articles_are_missing(root: Path) -> None:
    change(
        root,
        "DELETE FROM lake.raw.articles WHERE url LIKE '%/0/0'",
        "DELETE FROM lake.raw.pairs",
    )
    found = broken(examine(root))
    assert {"articles", "clusters"} <= set(found)
    done, findings = repaired(root)
    assert done["clusters"] == "left as it is until articles is ok"
    assert broken(findings) == found


@pytest.mark.whole
def test_a_repair_brings_back_no_part_that_is_lost(root: Path) -> None:
    a_part(root, "documents").unlink()
    found = broken(examine(root))
    done, findings = repaired(root)
    assert done == {}
    assert broken(findings) == found
