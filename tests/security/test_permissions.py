"""Who may read and write what is made: as the umask says, and never everybody's to write."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]

SOURCE = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
ARTICLE = """\
The Lamp on the Breakwater Burns Again

By Ida Brandt | Monday, 4 March 2024 08:15 AM GMT

The lamp on the breakwater was lit on Monday evening for the first time since the storm.

Two electricians had worked on it for nine days, most of them in the rain, and were paid in fish.
"""
MADE = ("lake", "backup", "copy", "restored", "out.csv", "report.html", "home")


@pytest.fixture
def under() -> Iterator[Callable[[int], None]]:
    """Take an umask for this test; the command changes that of its process."""
    before = os.umask(0)
    os.umask(before)
    yield os.umask
    os.umask(before)


def modes(here: Path) -> Iterator[tuple[str, int]]:
    """Give what was made, with its mode."""
    for name in MADE:
        for path in [here / name, *(here / name).rglob("*")]:
            yield str(path.relative_to(here)), stat.S_IMODE(path.stat().st_mode)


@pytest.mark.first(1)
@pytest.mark.parametrize("umask", [0o077, 0o000], ids=oct)
def test_what_is_made_is_as_open_as_the_umask_says_and_nobody_elses_to_write(
    wirelake: Command, write: Write, here: Path, under: Callable[[int], None], umask: int
) -> None:
    write({"sources.toml": SOURCE, "articles/lamp.txt": ARTICLE})
    for words in (
        ["ingest"], ["maintain"], ["report", "--output", "report.html"], ["backup", "backup"],
        ["export", "copy"], ["sql", "FROM articles", "--format", "csv", "--output", "out.csv"],
        ["restore", "backup", "--warehouse", "restored"], ["init", "home"],
    ):  # fmt: skip
        under(umask)
        assert wirelake(*words).code == 0
    made = dict(modes(here))
    assert {path.partition("/")[0] for path in made} == set(MADE)
    assert {path: oct(mode) for path, mode in made.items() if mode & (umask | stat.S_IWOTH)} == {}
    if umask == 0:  # and others may read what they are meant to
        assert {oct(made[name] & 0o055) for name in ("lake", "copy", "restored")} == {oct(0o055)}


def test_a_file_that_is_replaced_is_as_closed_as_it_was(
    wirelake: Command, write: Write, here: Path
) -> None:
    write({"sources.toml": SOURCE, "articles/lamp.txt": ARTICLE, "out.csv": "before\n"})
    (here / "out.csv").chmod(0o600)
    for words in (["ingest"], ["sql", "FROM articles", "--format", "csv", "--output", "out.csv"]):
        assert wirelake(*words).code == 0
    assert "before" not in (here / "out.csv").read_text()
    assert stat.S_IMODE((here / "out.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("place", ["lake", "lake/catalog.sqlite", "lake/data"])
def test_a_warehouse_that_anybody_may_write_is_told(
    wirelake: Command, write: Write, here: Path, place: str
) -> None:
    write({"sources.toml": SOURCE, "articles/lamp.txt": ARTICLE})
    assert wirelake("ingest").code == 0
    assert "may write it" not in wirelake("doctor", "--format", "json").out
    (here / place).chmod(0o777)
    said = wirelake("doctor", "--format", "json")
    assert f"anybody on this machine may write it: chmod -R o-w {here}/lake" in said.out
