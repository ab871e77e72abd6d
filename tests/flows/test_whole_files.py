"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from flows.whole_files import replaced


@pytest.fixture
def target(tmp_path: Path) -> Path:
    written = tmp_path / "list.opml"
    written.write_text("old")
    return written


def write(target: Path, text: str) -> None:
    with replaced(target) as path:
        path.write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_the_place_of_the_old_one_and_leaves_nothing_beside_it(target: Path) -> None:
    with replaced(target) as path:
        path.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert names(target.parent) == [target.name]


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    write(tmp_path / "new.json", "new")
    assert names(tmp_path) == ["new.json"]


def test_a_block_that_fails_leaves_the_old_file(target: Path) -> None:
    with pytest.raises(KeyboardInterrupt), replaced(target) as path:
        path.write_text("half")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    assert names(target.parent) == [target.name]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o444])
def test_who_may_read_it_stays_as_it_was(target: Path, mode: int) -> None:
    target.chmod(mode)
    write(target, "new")
    assert stat.S_IMODE(target.stat().st_mode) == mode


def test_a_link_stays_a_link(target: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.opml"
    link.symlink_to(target)
    write(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write, args=(pipe, "new"))
    writer.start()
    assert pipe.read_text() == "new"
    writer.join()
    assert names(tmp_path) == ["pipe"]
