"""A line for every file, on the disk before the commit that names it."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.errors import WarehouseError
from warehouse import faults, lock, sums
from warehouse.batches import Batch
from warehouse.catalog import Lake, set_meta
from warehouse.commit import commit
from warehouse.upkeep.maintain import Ages, maintain
from warehouse.upkeep.summing import keep_sums

MakeBatch = Callable[..., Batch]
PASSED = dt.timedelta(hours=-1)


def parts_of(lake: Lake) -> dict[str, str]:
    """Every part that lies in the warehouse, with what it is now."""
    return {sums.place_of(lake.root, path): sums.digest(path) for path in lake.data.rglob("*.par*")}


def kept_by_sha256sum(lake: Lake) -> int:
    """Run the tool of everybody; give its exit code."""
    command = [str(shutil.which("sha256sum")), "-c", "--quiet", "--ignore-missing", sums.NAME]
    return subprocess.run(command, cwd=lake.root, check=False, capture_output=True).returncode  # noqa: S603


def test_every_file_of_a_commit_and_of_a_statement_has_its_line(
    lake: Lake, batch_of: MakeBatch, said: Any
) -> None:
    assert sums.read(lake.root).of == parts_of(lake)
    commit(lake, batch_of(lake, [said("file:a", "one"), said("file:b", "two")]))
    with lock.hold(lake.lock_path), lake.transaction("rows go"):
        lake.connection.execute("DELETE FROM lake.raw.articles WHERE url = 'file:a'")
    there = parts_of(lake)
    assert any("-delete" in place for place in there)
    assert sums.read(lake.root) == sums.Sums(there)
    assert kept_by_sha256sum(lake) == 0
    part = next(lake.root / place for place in there if "/articles/" in place)
    part.write_bytes(part.read_bytes() + b"x")
    assert kept_by_sha256sum(lake) == 1


def test_upkeep_takes_off_the_lines_of_what_is_gone(
    lake: Lake, batch_of: MakeBatch, said: Any
) -> None:
    for number in range(3):
        commit(lake, batch_of(lake, [said(f"file:{number}", f"text {number}")]))
    before = sums.read(lake.root).of
    maintain(lake, Ages(PASSED, PASSED, PASSED))
    after = sums.read(lake.root).of
    assert after == parts_of(lake)
    assert not before.keys() <= after.keys()


def test_a_file_that_is_lost_keeps_its_line_as_long_as_it_is_named(
    lake: Lake, batch_of: MakeBatch, said: Any
) -> None:
    commit(lake, batch_of(lake, [said("file:a", "one")]))
    lost = next((lake.data / "raw" / "articles").rglob("*.parquet"))
    place, whole = sums.place_of(lake.root, lost), sums.digest(lost)
    lost.unlink()
    keep_sums(lake, lambda _: None)
    assert sums.read(lake.root).of[place] == whole


def test_the_line_is_there_when_the_commit_is_not(
    lake: Lake, batch_of: MakeBatch, said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, held = lake.snapshot(), sums.read(lake.root).of
    monkeypatch.setattr(faults, "point", faults.armed("ENOSPC 1 transaction: summed"))
    with pytest.raises(WarehouseError, match="No space left"):
        commit(lake, batch_of(lake, [said("file:a", "one")]))
    assert lake.snapshot() == before
    assert len(sums.read(lake.root).of) > len(held)
    commit(lake, batch_of(lake, [said("file:a", "one")]))
    assert kept_by_sha256sum(lake) == 0


@pytest.mark.parametrize("torn", ["0a", f"{'0' * 64}  data/raw/me", "\0" * 700, "\0" * 9_000])
def test_a_torn_last_line_is_no_line_and_the_next_takes_its_place(lake: Lake, torn: str) -> None:
    path = lake.root / sums.NAME
    whole = path.read_text()
    path.write_text(whole + torn)
    assert sums.read(lake.root).of == parts_of(lake)
    with lock.hold(lake.lock_path), lake.transaction("another"):
        set_meta(lake, "note", "x")
    assert path.read_text().startswith(whole)
    assert sums.read(lake.root) == sums.Sums(parts_of(lake))


def test_lines_that_are_none_are_counted_and_go_with_upkeep(lake: Lake) -> None:
    path = lake.root / sums.NAME
    path.write_text(path.read_text() + "\0\0\0\n" + f"{'0' * 64}  ../elsewhere\n")
    assert sums.read(lake.root).unreadable == 2
    maintain(lake, Ages())
    assert sums.read(lake.root).unreadable == 0


def test_an_older_warehouse_gets_all_lines_by_upkeep_and_none_before(
    lake: Lake, batch_of: MakeBatch, said: Any
) -> None:
    (lake.root / sums.NAME).unlink()
    lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = 'sums'")
    commit(lake, batch_of(lake, [said("file:a", "one"), said("file:b", "two", day=None)]))
    assert not sums.is_there(lake.root)
    torn = next((lake.data / "raw" / "documents").rglob("*.parquet"))
    whole = torn.read_bytes()
    torn.write_bytes(whole[:99])
    maintain(lake, Ages())
    wanted = parts_of(lake)
    del wanted[sums.place_of(lake.root, torn)]
    assert sums.read(lake.root).of == wanted
    assert lake.meta("sums") > "2026"


def test_what_is_written_while_an_older_warehouse_is_read_gets_its_line(
    lake: Lake, batch_of: MakeBatch, said: Any
) -> None:
    (lake.root / sums.NAME).unlink()
    commit(lake, batch_of(lake, [said("file:a", "one")]))
    others = list[str]()

    def write(what: str) -> None:
        if what.startswith("sums: 0"):
            others.append(what)
            with lake.another() as other:
                commit(other, batch_of(other, [said("file:b", "two")]))

    maintain(lake, Ages(), write)
    assert others
    assert sums.read(lake.root).of == parts_of(lake)


@pytest.mark.parametrize("how", ["moved", "linked"])
def test_a_warehouse_that_was_moved_keeps_its_lines(root: Path, how: str, tmp_path: Path) -> None:
    from warehouse.opening import opened

    place = tmp_path / "else where"
    root.rename(place)
    if how == "linked":
        (tmp_path / "link").symlink_to(place)
        place = tmp_path / "link"
    with opened(place) as lake:
        with lock.hold(lake.lock_path), lake.transaction("another"):
            set_meta(lake, "note", "x")
        assert sums.read(place).of == parts_of(lake)
