"""A plan reads what is there, and writes nothing."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from stored_wire import ALL, CHANGED, FIRST, LAST, Wire, row

from flows.backfilling.execution import untracked
from flows.backfilling.order import Order
from flows.backfilling.results import Backfilled
from transforms.errors import WarehouseError
from warehouse import connect
from warehouse.catalog import set_meta
from warehouse.opening import opened
from warehouse.tables import SCHEMA_VERSION

REFETCH = Order(FIRST, LAST)


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wire = Wire(tmp_path_factory.mktemp("wire"))
    wire.write(map(row, range(4)))
    wire.ingest()
    return wire.folder


@pytest.fixture
def wire(read_once: Path, tmp_path: Path) -> Wire:
    return Wire(shutil.copytree(read_once, tmp_path / "wire"))


def plan(wire: Wire, order: Order) -> Backfilled:
    work = untracked(wire.settings, (), order, lambda source, n: None, executes=False)
    return asyncio.run(work)


def be_of_schema(wire: Wire, version: int) -> None:
    with opened(wire.lake) as lake, lake.transaction("another schema"):
        set_meta(lake, "schema_version", str(version))


def schema(wire: Wire) -> tuple[object, int]:
    with connect(wire.lake) as lake:
        version = lake.sql("SELECT value FROM raw.meta WHERE name = 'schema_version'").fetchall()
        snapshots = lake.sql("SELECT count(*) FROM lake.snapshots()").fetchall()
    return version[0][0], snapshots[0][0]


@pytest.mark.parametrize("order", [REFETCH, CHANGED, ALL], ids=["refetch", "changed", "replay all"])
def test_a_plan_makes_no_warehouse(tmp_path: Path, order: Order) -> None:
    wire = Wire(tmp_path)
    wire.write([])
    done = plan(wire, order)
    assert len(done.planned) == 2
    assert (done.results, done.remark, wire.lake.exists()) == ([], None, False)


@pytest.mark.parametrize("order", [REFETCH, ALL], ids=["refetch", "replay"])
def test_a_plan_over_an_older_warehouse_does_not_upgrade_it_and_says_what_would(
    wire: Wire, order: Order
) -> None:
    be_of_schema(wire, 2)
    before = schema(wire)
    done = plan(wire, order)
    remark = f"It would first upgrade the warehouse from schema 2 to {SCHEMA_VERSION}."
    assert done.sentence().endswith(remark)
    assert done.changes is None if order is REFETCH else done.changes.documents == 4
    assert schema(wire) == before
    assert before[0] == "2"


def files_of(wire: Wire) -> dict[Path, bytes]:
    """Give all files but the marks of SQLite's own readers."""
    found = (path for path in wire.lake.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in found if "sqlite-" not in path.name}


def test_a_plan_changes_no_file_of_the_warehouse(wire: Wire) -> None:
    before = files_of(wire)
    done = plan(wire, ALL)
    assert done.changes
    assert done.changes.documents == 4
    assert files_of(wire) == before


def test_a_plan_over_a_newer_warehouse_is_refused(wire: Wire) -> None:
    be_of_schema(wire, 99)
    with pytest.raises(WarehouseError, match="upgrade wirelake"):
        plan(wire, REFETCH)
