"""The doctor finds what is missing, says it in a table, and touches nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.commands import doctor
from flows.settings import Settings
from warehouse import catalog, lock
from warehouse.erasing.purge import want_purge
from warehouse.opening import opened
from warehouse.tables import SCHEMA_VERSION


def findings(said) -> dict[str, tuple[bool, str]]:
    return {row["what"]: (row["ok"], row["found"]) for row in json.loads(said.out)}


def test_a_whole_folder_is_well(wirelake, stored) -> None:
    said = wirelake("doctor", "--settings", stored / "wirelake.toml", "--format", "json")
    assert (said.code, said.err) == (0, "")
    found = findings(said)
    assert all(ok for ok, _ in found.values())
    assert found["warehouse"][1].startswith(f"schema {SCHEMA_VERSION}, snapshot ")
    assert found["sources"][1].endswith("sources.toml: 1 enabled")
    assert found["Prefect server"][1].endswith("does not answer: runs are not tracked")
    assert "'en'" in found["language model"][1]


@pytest.mark.parametrize(
    ("files", "what", "word"),
    [
        ({}, "sources", "no such sources file"),
        ({"sources.toml": "[sources.a]\nkind = 'x'\n"}, "sources", "of no kind"),
        ({"sources.toml": "[sources.a]\nkind = 'folder'\npath = 'gone'\n"}, "sources", "gone"),
        ({"lake/catalog.sqlite": "x" * 200}, "warehouse", "cannot open the warehouse"),
    ],
)
def test_what_is_missing_is_named_and_fails(wirelake, write, files, what, word) -> None:
    write(files)
    said = wirelake("doctor", "--format", "json")
    assert said.code == 2
    assert "see the table" in said.sentence
    ok, found = findings(said)[what]
    assert not ok
    assert word in found


def test_a_complaint_is_shown_whole_in_the_table(wirelake, write) -> None:
    write({"sources.toml": "[sources.a]\nkind = 'x'\n"})
    said = wirelake("doctor")
    assert said.code == 2
    assert "allowed=api,feed,folder" in said.out.replace("\n", "").replace(" ", "")


def test_a_source_that_is_not_enabled_may_be_broken(wirelake, write) -> None:
    write({"sources.toml": "[sources.a]\nkind='folder'\npath='gone'\nenabled=false\n"})
    found = findings(wirelake("doctor", "--format", "json"))
    assert found["sources"][0]


def test_without_a_warehouse_all_may_be_well_and_none_is_made(wirelake, write, listing) -> None:
    write({"sources.toml": "[sources.a]\nkind = 'folder'\npath = '.'\n"})
    before = listing()
    said = wirelake("doctor", "--format", "json")
    assert said.code == 0
    assert "`wirelake ingest` makes it" in findings(said)["warehouse"][1]
    assert listing() == before


def test_a_lost_part_of_the_warehouse_is_a_finding(stored: Path, tmp_path: Path) -> None:
    root = tmp_path / "lake"
    shutil.copytree(stored / "lake", root)
    for part in (root / "data" / "raw" / "meta").rglob("*.parquet"):
        part.unlink()
    found = {each.what: each for each in doctor.examine(Settings(warehouse=root))}
    assert not found["warehouse"].ok
    assert "Cannot open file" in found["warehouse"].found


def test_a_purge_that_broke_off_is_a_finding(wirelake, stored: Path, tmp_path: Path) -> None:
    root = tmp_path / "lake"
    shutil.copytree(stored / "lake", root)
    assert findings(wirelake("doctor", "--format", "json", "--warehouse", root))["purge"][0]
    want_purge(root)
    said = wirelake("doctor", "--format", "json", "--warehouse", root)
    assert said.code != 0
    ok, found = findings(said)["purge"]
    assert not ok
    assert "`wirelake takedown` finishes it" in found


def test_it_waits_for_no_lock_and_upgrades_nothing(stored: Path, tmp_path: Path) -> None:
    root = tmp_path / "lake"
    shutil.copytree(stored / "lake", root)
    with opened(root) as lake, lake.transaction("another schema"):
        catalog.set_meta(lake, "schema_version", "0")
    with lock.hold(root / "commit.lock"):
        found = {each.what: each for each in doctor.examine(Settings(warehouse=root))}
    assert found["warehouse"].ok
    assert found["warehouse"].found.startswith("schema 0, ")
