"""The robots.txt files of earlier runs, kept on the disk and never depended on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.sources._http.shelf import Shelf

ORIGIN = ("https", "harbour.example", 443)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "robots"


def test_what_is_kept_is_read_by_another_run(folder: Path) -> None:
    Shelf(folder, 3600).write(ORIGIN, "User-agent: *\nDisallow: /ö\n")
    text, left_s = Shelf(folder, 3600).read(ORIGIN) or ("", 0.0)
    assert text == "User-agent: *\nDisallow: /ö\n"
    assert 0 < left_s <= 3600
    assert Shelf(folder, 3600).read(("https", "other.example", 443)) is None


def test_what_is_too_old_is_removed(folder: Path) -> None:
    shelf = Shelf(folder, 3600)
    shelf.write(ORIGIN, "")
    [path] = folder.iterdir()
    os.utime(path, (0, 0))
    assert shelf.read(ORIGIN) is None
    Shelf(folder, 3600)
    assert list(folder.iterdir()) == []


def test_what_cannot_be_written_leaves_nothing_behind(folder: Path) -> None:
    shelf = Shelf(folder, 3600)
    shelf.write(ORIGIN, "a text that is none: \ud800")
    assert shelf.read(ORIGIN) is None
    assert list(folder.iterdir()) == []


def test_what_cannot_take_its_place_leaves_nothing_behind(folder: Path) -> None:
    shelf = Shelf(folder, 3600)
    shelf.write(ORIGIN, "first")
    [path] = folder.iterdir()
    path.unlink()
    path.mkdir()
    shelf.write(ORIGIN, "second")
    assert list(folder.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file" / "robots", 3600)
    shelf.write(ORIGIN, "text")
    assert shelf.read(ORIGIN) is None
