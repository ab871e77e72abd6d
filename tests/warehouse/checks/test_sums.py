"""Damage that nothing but the sums of files tells, and how it is mended from a backup."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.copying import method
from transforms.errors import WarehouseError
from transforms.urls import address_id
from warehouse import connect, faults, sums
from warehouse.catalog import Lake, attach_statements
from warehouse.checks.looking import Finding, Trust
from warehouse.checks.mending import mend
from warehouse.checks.running import check
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.erasing.purge import purge
from warehouse.opening import opened
from warehouse.safekeeping.backup import backup
from warehouse.upkeep.maintain import Ages, maintain

SHALLOW = Trust(
    method(),
    lambda _, text: hashlib.sha256(text.encode()).hexdigest(),
    address_id,
    dt.timedelta(days=2),
)
DEEP = dataclasses.replace(SHALLOW, deep=True)


@pytest.fixture(scope="module")
def some_batches(filled_once: Callable[..., Path], said: Any, batch_of: Callable[..., Any]) -> Path:
    """A warehouse of three batches, to copy."""

    def fill(lake: Lake) -> None:
        for number in range(3):
            urls = [f"https://a.example/{number}/{place}" for place in range(4)]
            commit(lake, batch_of(lake, [said(url, f"a text of {url}") for url in urls]))
        find_copies(lake, "run", method())

    return filled_once(fill)


@pytest.fixture
def root(some_batches: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    path = Path(shutil.copytree(some_batches, tmp_path / "lake"))
    with opened(path):  # its catalog knows its place from now on, and so do other clients
        return path


def broken(findings: list[Finding]) -> dict[str, str]:
    return {each.rule: each.found for each in findings if each.verdict == "broken"}


def parts_of(root: Path, table: str) -> list[Path]:
    """The parts that batches have written."""
    return sorted((root / "data" / "raw" / table).rglob("*-[0-9].parquet"))


def flip_a_value(part: Path, column: str) -> None:
    """Change one byte of a value, where the pages say nothing of what they must be."""
    names = pq.read_schema(part).names
    held = bytearray(part.read_bytes())
    chunk = pq.read_metadata(part).row_group(0).column(names.index(column))
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    before = pq.read_table(part, partitioning=None)
    for place in range(start, start + chunk.total_compressed_size):
        held[place] ^= 1
        part.write_bytes(held)
        try:
            if not pq.read_table(part, partitioning=None).equals(before):
                return
        except (OSError, duckdb.Error, ValueError):
            pass  # the decoder has noticed
        held[place] ^= 1
    raise AssertionError("every flipped byte was noticed")


def swap(parts: list[Path]) -> None:
    one, other = (part.read_bytes() for part in parts[:2])
    parts[0].write_bytes(other)
    parts[1].write_bytes(one)


def test_what_nobody_touched_is_well(root: Path) -> None:
    for trust in (SHALLOW, DEEP):
        [finding] = [each for each in check(root, trust) if each.rule == "sums"]
        assert (finding.verdict, finding.found) == ("ok", "")
        assert finding.count == len(sums.read(root).of)


@pytest.mark.first(1)
@pytest.mark.parametrize(("table", "column"), [("sightings", "seen_at"), ("articles", "language")])
def test_bytes_that_rotted_and_still_decode_are_found(root: Path, table: str, column: str) -> None:
    part = parts_of(root, table)[0]
    flip_a_value(part, column)
    found = broken(check(root, DEEP))
    assert found == {"sums": f"1 that are not what was written: {table}/{part.name}"}
    assert broken(check(root, SHALLOW)) == {}


def test_a_part_that_is_cut_is_found(root: Path) -> None:
    part = parts_of(root, "articles")[0]
    part.write_bytes(part.read_bytes()[:-9])
    assert part.name in broken(check(root, DEEP))["sums"]
    assert part.name in broken(check(root, SHALLOW))["parts"]


def test_a_rule_that_stumbles_over_damage_names_the_way_to_the_file(root: Path) -> None:
    part = parts_of(root, "articles")[0]
    held, footer = part.read_bytes(), pq.read_metadata(part).serialized_size + 8
    part.write_bytes(held[:4] + bytes(len(held) - footer - 4) + held[-footer:])
    unseen = [each for each in check(root, SHALLOW) if each.verdict == "not looked at"]
    assert unseen
    assert all("`wirelake check --deep`" in each.remedy for each in unseen)
    assert part.name in broken(check(root, DEEP))["sums"]


def test_parts_in_each_others_place_are_found(root: Path) -> None:
    parts = parts_of(root, "sightings")
    swap(parts)
    found = broken(check(root, DEEP))
    assert set(found) <= {"sums", "parts"}  # of one size they may be, or not
    assert all(part.name in found["sums"] for part in parts[:2])


FOREIGN = [
    ("sums", "DELETE FROM lake.raw.sightings WHERE document_id = "
     "(SELECT min(document_id) FROM lake.raw.sightings)"),
    ("sums", "INSERT INTO lake.raw.takedowns VALUES (repeat('0', 64), 'article', now())"),
    ("commits", "DELETE FROM lake.raw.article_states"),
]  # fmt: skip
"""Rule, statement of another client: the last one writes no file."""


@pytest.mark.first(1)
@pytest.mark.parametrize(("rule", "statement"), FOREIGN)
def test_what_another_client_writes_is_found_without_reading_all(
    root: Path, rule: str, statement: str
) -> None:
    with duckdb.connect() as client:
        for each in attach_statements(root):
            client.execute(each.replace("(READ_ONLY)", "(DATA_INLINING_ROW_LIMIT 0)"))
        client.execute(statement)
    found = broken(check(root, SHALLOW))
    assert {rule, "commits"} <= set(found)
    assert ("sums" in found) is (rule == "sums")
    assert {"sums": "1 without a line", "commits": "1 not made by"}[rule] in found[rule]


@pytest.mark.whole
def test_sums_that_are_gone_are_found_and_that_upkeep_made_them_anew_stays_known(
    root: Path, kept: Path
) -> None:
    rotten = parts_of(root, "sightings")[0]
    flip_a_value(rotten, "seen_at")
    (root / sums.NAME).unlink()
    found = broken(check(root, SHALLOW))
    assert "SHA256SUMS is gone" in found["sums"]
    with opened(root) as lake:
        lost = [maintain(lake, Ages()).are_sums_anew for _ in range(2)]
    assert lost == [True, False]
    [finding] = [each for each in check(root, DEEP) if each.rule == "sums"]
    assert finding.verdict == "ok"
    assert finding.found.startswith("SHA256SUMS was lost and made anew at 20")
    assert rotten.name in str(backup(root, kept, verify=True).harmed)


@pytest.mark.whole
def test_upkeep_that_is_killed_before_lost_sums_are_whole_has_noted_the_loss(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / sums.NAME).unlink()
    with opened(root) as lake:
        maintain(lake, Ages())  # nothing is left to merge, so the sums are the only file it writes
        (root / sums.NAME).unlink()
        lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = 'sums_anew'")
        with monkeypatch.context() as patched:
            patched.setattr(faults, "point", faults.armed("error 1 file: named"))
            with pytest.raises(WarehouseError):
                maintain(lake, Ages())
        assert not maintain(lake, Ages()).are_sums_anew
    [finding] = [each for each in check(root, SHALLOW) if each.rule == "sums"]
    assert finding.found.startswith("SHA256SUMS was lost and made anew")


@pytest.mark.whole
@pytest.mark.parametrize("kept_lines", [0, 3])
def test_lines_that_are_lost_are_not_taken_for_the_work_of_others(
    root: Path, kept_lines: int
) -> None:
    lines = (root / sums.NAME).read_text().splitlines(keepends=True)
    (root / sums.NAME).write_text("".join(lines[:kept_lines]))
    found = broken(check(root, SHALLOW))
    assert set(found) == {"sums"}
    assert f"{len(lines) - kept_lines:,} without a line" in found["sums"]
    assert "or whose line was lost" in found["sums"]
    with opened(root) as lake:
        maintain(lake, Ages())
    assert "without a line" in broken(check(root, SHALLOW))["sums"]  # it is not hidden by upkeep


def test_an_older_warehouse_is_well_and_is_told_what_it_lacks(root: Path) -> None:
    with opened(root) as lake:
        lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = 'sums'")
    (root / sums.NAME).unlink()
    [finding] = [each for each in check(root, DEEP) if each.rule == "sums"]
    assert finding.verdict == "ok"
    assert "files without a sum yet" in finding.found


@pytest.fixture
def kept(root: Path, tmp_path: Path) -> Iterator[Path]:
    """A backup of it."""
    backup(root, tmp_path / "kept")
    yield tmp_path / "kept"


def test_a_backup_that_has_the_file_whole_is_named_and_gives_it_back(
    root: Path, kept: Path, tmp_path: Path
) -> None:
    trust = dataclasses.replace(DEEP, backups=(tmp_path / "none", kept))
    with connect(root) as connection:
        before = digest(connection)
    rotten, cut, gone = parts_of(root, "sightings")[:3]
    flip_a_value(rotten, "seen_at")
    assert f"{rotten.name} (whole in {kept})" in broken(check(root, trust))["sums"]
    cut.write_bytes(b"PAR1")
    gone.unlink()
    with opened(root) as lake:
        done = mend(lake, check(root, trust), trust, lambda _: None)
    assert done == dict.fromkeys(("parts", "sums"), "3 of 3 files taken from a backup")
    assert broken(check(root, trust)) == {}
    with connect(root) as connection:
        assert digest(connection) == before


@pytest.mark.whole
def test_a_backup_with_other_bytes_gives_nothing_back(root: Path, kept: Path) -> None:
    trust = dataclasses.replace(DEEP, backups=(kept,))
    part = parts_of(root, "sightings")[0]
    for each in (part, kept / part.relative_to(root)):
        flip_a_value(each, "seen_at")
    rotten = part.read_bytes()
    assert "whole in" not in broken(check(root, trust))["sums"]
    with opened(root) as lake:
        assert mend(lake, check(root, trust), trust, lambda _: None) == {}
    assert part.read_bytes() == rotten


@pytest.mark.whole
def test_a_file_that_a_purge_lets_go_of_meanwhile_is_not_brought_back(
    root: Path, kept: Path
) -> None:
    trust = dataclasses.replace(DEEP, backups=(kept,))
    with opened(root) as lake:
        before = {*root.rglob("*.parquet")}
        maintain(lake, Ages())  # so they are of older snapshots only, from now on
        old = parts_of(root, "articles")[0]
        [current] = {*(root / "data" / "raw" / "articles").rglob("*.parquet")} - before
        backup(root, kept)
        old.unlink()
        current.write_bytes(b"PAR1")
        findings, steps = check(root, trust), list[str]()

        def tell(step: str) -> None:
            if not steps:
                with lake.another() as other:
                    purge(other, lambda _: None, grace_s=0)
            steps.append(step)

        done = mend(lake, findings, trust, tell)
    assert done["sums"] == "1 of 1 files taken from a backup"
    assert not old.exists()
    assert broken(check(root, trust)) == {}
