"""Windows that break off: whatever the error, they are failed and read by the next backfill."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pipeline_fakes import FakePool, FakeSource, document, run_with

from flows.backfilling.execution import carry_out
from flows.backfilling.order import Order
from transforms.errors import ParseError
from warehouse.catalog import Lake
from warehouse.opening import opened
from warehouse.windows import windows_of

DAY = dt.date(2026, 3, 14)
ORDER = Order(DAY, DAY)


@pytest.fixture
def lake(empty_lake: Path, tmp_path: Path) -> Iterator[Lake]:
    with opened(shutil.copytree(empty_lake, tmp_path / "lake")) as lake:
        yield lake


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), "MemoryError"),
        (TimeoutError(), "TimeoutError"),
        (AssertionError(), "AssertionError"),
        (ValueError("no such thing"), "ValueError: no such thing"),
        (ParseError("no list"), "no list"),
    ],
    ids=repr,
)
def test_a_window_that_broke_off_is_failed_with_its_reason_and_read_again(
    lake: Lake, error: Exception, reason: str
) -> None:
    run = run_with(lake, FakePool())
    broken = carry_out(run, FakeSource([document("a"), error]), ORDER, DAY)
    assert (broken.state, broken.reason, broken.new) == ("failed", reason, 1)
    row = windows_of(lake, DAY, DAY)["wire", DAY]
    assert (row["state"], row["reason"], row["documents"]) == ("failed", reason, 1)
    mended = carry_out(run, FakeSource([document("a"), document("b")]), ORDER, DAY)
    assert (mended.state, mended.reason) == ("done", None)


def test_a_window_that_could_not_even_begin_is_failed_and_the_others_go_on(lake: Lake) -> None:
    lake.connection.execute("DROP TABLE lake.raw.sources")
    result = carry_out(run_with(lake, FakePool()), FakeSource([document("a")]), ORDER, DAY)
    assert (result.state, result.documents) == ("failed", 0)
    assert "Catalog Error" in str(result.reason)
