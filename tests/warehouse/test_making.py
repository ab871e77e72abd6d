"""Made whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from transforms.errors import WarehouseError
from warehouse import making
from warehouse.catalog import exists
from warehouse.making import make


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
    assert exists(tmp_path)


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


@pytest.mark.parametrize("name", ["lake[1]", "lake?", "lake*"])
def test_what_is_left_is_swept_whatever_the_name_of_the_warehouse(
    tmp_path: Path, name: str
) -> None:
    left = tmp_path / f".{name}.making-killed"
    left.mkdir()
    os.utime(left, (0, 0))
    make(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_is_left_of_a_warehouse_of_a_like_name_stays(tmp_path: Path) -> None:
    other = tmp_path / ".lakes.making-killed"
    other.mkdir()
    os.utime(other, (0, 0))
    make(tmp_path / "lake?")
    assert other.exists()


def test_a_leftover_that_cannot_be_looked_into_is_left_alone(tmp_path: Path) -> None:
    left = tmp_path / ".lake.making-killed"
    (left / "commit.lock").mkdir(parents=True)  # no permission has the same effect, but not on root
    os.utime(left, (0, 0))
    make(tmp_path / "lake")
    assert exists(tmp_path / "lake")
    assert left.exists()


def test_a_warehouse_that_cannot_be_filled_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(making.DEFAULTS, "representative", "no_such_column")
    with pytest.raises(WarehouseError, match=r"cannot make a warehouse: .*no_such_column"):
        make(tmp_path / "lake")
    assert list(tmp_path.iterdir()) == []
