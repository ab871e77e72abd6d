"""What was read of which day, what is stored of it, and who reads it now."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.windows import Stored, claim, outside, stored_of, undated_of, windows_of

MakeBatch = Callable[..., Batch]

DAY = dt.date(2026, 3, 14)
ONE = dt.timedelta(days=1)


def window(day: dt.date, state: str = "done", documents: int = 1) -> dict[str, object]:
    return {
        "day": day,
        "state": state,
        "documents": documents,
        "outside": 0,
        "normalizer": "test",
        "updated_at": dt.datetime(2026, 4, 1, tzinfo=dt.UTC),
    }


def note(lake: Lake, batch_of: MakeBatch, *windows: dict[str, object]) -> None:
    batch = batch_of(lake, [])
    batch.windows = list(windows)
    commit(lake, batch)


def test_windows_are_given_from_the_first_to_the_last_day(lake: Lake, batch_of: MakeBatch) -> None:
    days = [DAY - ONE, DAY, DAY + ONE, DAY + 2 * ONE]
    note(lake, batch_of, *[window(day) for day in days])
    assert sorted(windows_of(lake, DAY, DAY + ONE)) == [("wire", DAY), ("wire", DAY + ONE)]
    assert windows_of(lake, DAY + 3 * ONE, DAY + 9 * ONE) == {}


def test_a_window_that_is_read_again_has_one_row(lake: Lake, batch_of: MakeBatch) -> None:
    note(lake, batch_of, window(DAY, "failed"), window(DAY + ONE))
    note(lake, batch_of, window(DAY, "done", 7))
    rows = windows_of(lake, DAY, DAY + ONE)
    assert {day: (row["state"], row["documents"]) for (_, day), row in rows.items()} == {
        DAY: ("done", 7),
        DAY + ONE: ("done", 1),
    }


def test_what_is_stored_is_counted_by_day_across_months(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    last = dt.date(2026, 3, 31)
    days = [DAY, DAY, last, last + ONE, last + 2 * ONE, None]
    documents = [said(f"file:{n}", f"text {n}", day=day) for n, day in enumerate(days)]
    commit(lake, batch_of(lake, documents))
    commit(lake, batch_of(lake, [said("file:x", "of another", source="other")]))
    assert stored_of(lake, {"wire": "test"}, DAY, last + ONE) == {
        ("wire", DAY): Stored(2, 0),
        ("wire", last): Stored(1, 0),
        ("wire", last + ONE): Stored(1, 0),
    }
    newer = stored_of(lake, {"wire": "test", "other": "newer"}, DAY, DAY)
    assert newer == {("wire", DAY): Stored(2, 0), ("other", DAY): Stored(1, 1)}
    assert stored_of(lake, {"nobody": "test"}, DAY, DAY) == {}


def test_what_has_no_date_is_counted_by_itself(lake: Lake, batch_of: MakeBatch, said) -> None:
    epoch = dt.date(1970, 1, 1)  # of the month in which the undated are filed
    days = [None, None, epoch, DAY]
    documents = [said(f"file:{n}", f"text {n}", day=day) for n, day in enumerate(days)]
    commit(lake, batch_of(lake, documents))
    assert undated_of(lake, {"wire": "newer"}) == {("wire", None): Stored(2, 2)}
    assert undated_of(lake, {"other": "test"}) == {}
    assert stored_of(lake, {"wire": "test"}, epoch, epoch) == {("wire", epoch): Stored(1, 0)}


def test_articles_of_another_day_or_of_none_are_outside(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    days = [DAY, DAY + ONE, None]
    documents = [said(f"file:{n}", f"text {n}", day=day) for n, day in enumerate(days)]
    commit(lake, batch_of(lake, documents))
    ids = [each.document_id for each in documents]
    assert outside(lake, DAY, ids) == 2
    assert outside(lake, DAY, [ids[0], "not stored"]) == 0
    assert outside(lake, DAY + 9 * ONE, ids) == 3
    assert outside(lake, DAY, []) == 0


@pytest.mark.parametrize("day", [DAY, None], ids=["a day", "undated"])
def test_a_window_is_claimed_once(tmp_path: Path, day: dt.date | None) -> None:
    with claim(tmp_path, "wire", day) as ours:
        with claim(tmp_path, "wire", day) as second:
            assert (ours, second) == (True, False)
        with (
            claim(tmp_path, "other", day) as of_another,
            claim(tmp_path, "wire", DAY + ONE) as next_,
        ):
            assert (of_another, next_) == (True, True)
    with claim(tmp_path, "wire", day) as again:
        assert again


def test_a_claim_ends_with_an_error_in_its_block(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), claim(tmp_path, "wire", DAY):
        raise ZeroDivisionError
    with claim(tmp_path, "wire", DAY) as again:
        assert again


def test_a_claim_dies_with_its_process(tmp_path: Path) -> None:
    program = (
        "import datetime as dt, pathlib, sys, time\n"
        "from warehouse.windows import claim\n"
        "with claim(pathlib.Path(sys.argv[1]), 'wire', dt.date(2026, 3, 14)) as ours:\n"
        "    print(ours, flush=True)\n"
        "    time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout
            assert process.stdout.readline() == "True\n"
            with claim(tmp_path, "wire", DAY) as ours:
                assert not ours
        finally:
            process.kill()
        process.wait()
    with claim(tmp_path, "wire", DAY) as ours:
        assert ours
