"""How the list of a source grows, shrinks, and reaches the reading of its documents."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from flows import learning
from flows.learning import Learned, profile_in, profiles_in
from flows.sources.folder import Source as Folder
from transforms.boilerplate import digest_of, letters_of
from transforms.boilerplate_learning import Recurring
from transforms.errors import ConfigError
from transforms.reading import normalizer
from warehouse import lock
from warehouse.boilerplate import ListedLine, change_lines, lines_of
from warehouse.catalog import Lake
from warehouse.opening import opened

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
BOX = "Have the harbour's news with your coffee, every morning."
TAIL = "The Lamplighter is published by the Breakwater Trust."


@pytest.fixture
def lake(tmp_path: Path, empty_lake: Path) -> Iterator[Lake]:
    with opened(Path(shutil.copytree(empty_lake, tmp_path / "lake"))) as lake:
        yield lake


def learned(*lines: str, known: list[ListedLine] | None = None) -> Learned:
    found = [Recurring(digest_of(letters_of(line)), line, "end", 12, 30, 9) for line in lines]
    return Learned("lamp", 30, found, known or [])


def states(lake: Lake) -> dict[str, str]:
    return {row.line: row.state for row in lines_of(lake, "lamp")}


def test_the_version_is_that_of_the_whole_list_on_every_row(lake: Lake) -> None:
    learning.add(lake, learned(BOX), NOON)
    [alone] = lines_of(lake, "lamp")
    learning.add(lake, learned(TAIL), NOON)
    versions = {row.version for row in lines_of(lake, "lamp")}
    assert len(versions) == 1
    assert versions != {alone.version}
    assert versions == {learning.list_of(lines_of(lake, "lamp")).version}


def test_what_is_on_a_list_stays_though_it_is_not_found_again(lake: Lake) -> None:
    learning.add(lake, learned(BOX), NOON)
    learning.add(lake, learned(TAIL), NOON)
    before = lines_of(lake, "lamp")
    learning.add(lake, learned(), NOON + dt.timedelta(days=1))
    learning.add(lake, learned(TAIL), NOON + dt.timedelta(days=1))
    assert lines_of(lake, "lamp") == before
    assert states(lake) == {BOX: "listed", TAIL: "listed"}


def test_what_was_dropped_is_not_learned_again_until_the_whole_list_is_dropped(lake: Lake) -> None:
    learning.add(lake, learned(BOX, TAIL), NOON)
    learning.drop(lake, "lamp", [BOX.upper()])
    learning.add(lake, learned(BOX), NOON)
    assert states(lake) == {BOX: "dropped", TAIL: "listed"}
    assert learned(BOX, known=lines_of(lake, "lamp")).new == []
    learning.drop_all(lake, "lamp")
    learning.add(lake, learned(BOX), NOON)
    assert states(lake) == {BOX: "listed"}


def test_dropping_what_is_not_on_the_list_changes_nothing(lake: Lake) -> None:
    learning.add(lake, learned(BOX, TAIL), NOON)
    learning.drop(lake, "lamp", [BOX])
    for wrong in ("No line.", BOX):
        with pytest.raises(ConfigError, match="is no line of the list"):
            learning.drop(lake, "lamp", [TAIL, wrong])
    assert states(lake) == {BOX: "dropped", TAIL: "listed"}


def test_a_list_that_was_in_force_before_comes_back_with_what_was_dropped(lake: Lake) -> None:
    learning.add(lake, learned(BOX, TAIL), NOON)
    learning.drop(lake, "lamp", [BOX])
    wanted = lines_of(lake, "lamp")
    learning.drop_all(lake, "lamp")
    learning.add(lake, learned(BOX), NOON)
    assert learning.use(lake, "lamp", wanted[0].version) == wanted == lines_of(lake, "lamp")
    with pytest.raises(ConfigError, match="lamp never had a list 'abc'") as refused:
        learning.use(lake, "lamp", "abc")
    assert len(str(refused.value.facts["known"]).split(", ")) == 3


def test_a_line_that_is_dropped_while_a_list_comes_back_stays_dropped(lake: Lake) -> None:
    [alone] = learning.add(lake, learned(BOX), NOON)
    learning.add(lake, learned(TAIL), NOON)

    def use() -> list[ListedLine]:
        with lake.another() as own:
            return learning.use(own, "lamp", alone.version)

    def drop_meanwhile(known: list[ListedLine]) -> list[ListedLine]:
        waiting.append(threads.submit(use))
        while not lock.is_held(lake.lock_path.with_suffix(".next")):
            assert not waiting[0].done()
            time.sleep(0.01)
        return [
            replace(row, version=alone.version, state="dropped" if row.line == TAIL else "listed")
            for row in known
        ]

    waiting: list[Future[list[ListedLine]]] = []
    with ThreadPoolExecutor(1) as threads:
        dropped = change_lines(lake, "lamp", drop_meanwhile)
        assert waiting[0].result() == dropped
    assert states(lake) == {BOX: "listed", TAIL: "dropped"}


def test_a_list_reaches_the_profile_of_its_source_alone_and_names_the_normalizer(
    lake: Lake, tmp_path: Path
) -> None:
    lamp, quay = (Folder(name=name, home=tmp_path, path=".") for name in ("lamp", "quay"))
    plain = normalizer(lamp.profile())
    assert profile_in(lake, lamp) == lamp.profile()
    assert profiles_in(None, [lamp, quay]) == profiles_in(lake, [lamp, quay])
    rows = learning.add(lake, learned(BOX, TAIL), NOON)
    assert normalizer(profile_in(lake, lamp)) == f"{plain}~{rows[0].version}"
    both = {"lamp": profile_in(lake, lamp), "quay": quay.profile()}
    assert profiles_in(lake, [lamp, quay]) == both
    learning.drop(lake, "lamp", [BOX, TAIL])
    assert profile_in(lake, lamp) == lamp.profile()
    assert {row.version for row in lines_of(lake, "lamp")} == {""}
