"""What a check says of warehouses that are well, and of those damaged in one way each."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.copying import method
from warehouse import lock
from warehouse.checks.looking import Finding, Trust
from warehouse.checks.mending import mend
from warehouse.checks.running import RULES, check
from warehouse.commit import commit
from warehouse.copies import find_copies
from warehouse.forgetting import forget
from warehouse.maintain import Ages, maintain
from warehouse.opening import opened

TRUST = Trust(
    method(),
    lambda _, text: hashlib.sha256(text.encode()).hexdigest(),
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
    """A warehouse that has seen commits, copies, sightings, a replay, forgetting and upkeep."""
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
        find_copies(lake, "run", method())
        commit(lake, batch_of(lake, [said("https://a.example/late", story(9))]))
    return path


@pytest.fixture
def root(tmp_path: Path, busy: Path) -> Path:
    """The same, for one test."""
    return Path(shutil.copytree(busy, tmp_path / "lake"))


def change(root: Path, *statements: str) -> None:
    """Change rows past all that wirelake does to keep them right."""
    with opened(root) as lake, lock.hold(lake.lock_path), lake.transaction("damage"):
        for statement in statements:
            lake.connection.execute(statement)


def change_catalog(root: Path, statement: str) -> None:
    with opened(root) as lake:
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
    findings = examine(root)
    assert [each for each in findings if each.verdict != "ok"] == []
    assert [each.rule for each in findings] == [rule.name for rule in RULES]
    assert all(each.count for each in findings if each.rule != "orphans")
    assert {path: path.read_bytes() for path in root.rglob("*.parquet")} == before


ROW_DAMAGES = {
    "document ids": "INSERT INTO lake.raw.documents FROM lake.raw.documents "
    "WHERE url LIKE '%late' LIMIT 1",
    "article rows": "INSERT INTO lake.raw.articles FROM lake.raw.articles "
    "WHERE url LIKE '%late' LIMIT 1",
    "sightings": "INSERT INTO lake.raw.sightings FROM lake.raw.sightings LIMIT 1",
    "versions": "UPDATE lake.raw.articles SET content_hash = 'x' WHERE reject_reason IS NOT NULL",
    "months": "UPDATE lake.raw.fetches SET month = '2020-01-01'",
    "articles": "DELETE FROM lake.raw.sightings WHERE document_id = "
    "(SELECT min(document_id) FROM lake.raw.documents)",
    "batches": """UPDATE lake.raw.batches SET kept = kept + 1, unchanged = unchanged + 1""",
    "compared": "INSERT INTO lake.raw.compared SELECT 'nobody', algo FROM lake.raw.compared LIMIT 1",
    "pairs": "INSERT INTO lake.raw.pairs FROM lake.raw.pairs LIMIT 1",
    "clusters": "DELETE FROM lake.raw.clusters WHERE content_hash = "
    "(SELECT max(content_hash) FROM lake.raw.clusters)",
    "payloads": "UPDATE lake.raw.documents SET payload = 'other'::BLOB WHERE url LIKE '%late' ",
    "texts": "UPDATE lake.raw.articles SET text = text || ' x' WHERE url LIKE '%late'",
    "keys of texts": "UPDATE lake.raw.keys SET keys = list_reverse(keys)",
}
"""Rule -> a statement after which it alone is broken."""


@pytest.mark.parametrize("rule", ROW_DAMAGES)
def test_rows_changed_past_wirelake_are_found_by_their_rule(root: Path, rule: str) -> None:
    if rule == "months":
        change(
            root,
            "INSERT INTO lake.raw.fetches SELECT 'wire', 'u', now(), 'ok', 200, 1, 1, NULL, NULL, "
            "false, min(batch_id), '2020-01-01' FROM lake.raw.batches",
        )
    else:
        change(root, ROW_DAMAGES[rule])
    assert set(broken(examine(root))) == {rule}
