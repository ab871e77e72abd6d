"""A rebuild of copies compares everything anew, and shows in one moment or not at all."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.copying import method
from warehouse import connect
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.known import known_copies
from warehouse.copies.step import Asked, find_copies
from warehouse.digest import digest
from warehouse.opening import opened

REBUILD = Asked(rebuild=True)
DAMAGE = (
    "DELETE FROM lake.raw.pairs WHERE rule = 'contained'",
    "UPDATE lake.raw.clusters SET cluster_id = 'nonsense'",
    "UPDATE lake.raw.keys SET keys = []",
    "INSERT INTO lake.raw.pairs VALUES ('minhash-2', 'a', 'b', 'contained', 1.0, 7)",
    "INSERT INTO lake.raw.clusters VALUES ('gone', 'gone')",
)
KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from flows.copying import method
from warehouse.copies import step as copies
from warehouse.opening import opened

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

how = method()
if sys.argv[2] == "before":
    how = replace(how, cluster=die)
else:
    copies.register = die
with opened(Path(sys.argv[1])) as lake:
    copies.find_copies(lake, "killed", how, copies.Asked(rebuild=True))
"""


@pytest.fixture(scope="module")
def some_copies(filled_once: Callable[..., Path], said: Any, batch_of: Any) -> Path:
    """A warehouse with near copies, a page that points at another, and texts of their own."""
    dice = random.Random(7)
    stories = [[f"w{dice.randrange(900)}" for _ in range(90)] for _ in range(4)]
    texts = [" ".join(words) for words in stories]
    texts += [" ".join([*words[:30], "amended", *words[31:]]) for words in stories[:2]]
    documents = [said(f"https://{n}.example/", text) for n, text in enumerate(texts)]
    documents.append(said("https://p.example/", "quite short", canonical_url=documents[3].url))

    def fill(lake: Lake) -> None:
        commit(lake, batch_of(lake, documents))
        find_copies(lake, "run", method())

    return filled_once(fill)


@pytest.fixture
def filled(some_copies: Path, tmp_path: Path) -> Iterator[Lake]:
    """The same, open for writing."""
    with opened(Path(shutil.copytree(some_copies, tmp_path / "lake"))) as lake:
        yield lake


def state(lake: Lake) -> list[Any]:
    keys = "SELECT algo, content_hash, day, month, keys FROM lake.raw.keys ORDER BY ALL"
    return [*digest(lake.connection), *lake.connection.execute(keys).fetchall()]


def damage(lake: Lake) -> None:
    with lake.transaction("damage"):
        for statement in DAMAGE:
            lake.connection.execute(statement)


def test_a_rebuild_of_what_is_right_changes_nothing_and_commits_nothing(filled: Lake) -> None:
    before, snapshot = state(filled), filled.snapshot()
    counts = find_copies(filled, "run", method(), REBUILD)
    assert (state(filled), filled.snapshot()) == (before, snapshot)
    assert (counts.compared, counts.paired, counts.moved) == (0, 0, 0)
    assert (counts.texts, counts.candidates) == (7, 2)
    known = known_copies(filled)
    assert (known.texts, known.pairs) == (7, {"canonical": 1, "contained": 2})
    assert (known.clusters, known.largest) == (3, 2)


def test_a_rebuild_mends_whatever_was_wrong_in_one_commit(filled: Lake) -> None:
    before = state(filled)
    damage(filled)
    assert find_copies(filled, "run", method()).paired == 0  # a usual step looks at what is new
    assert state(filled) != before
    snapshot = filled.snapshot()
    find_copies(filled, "run", method(), REBUILD)
    assert state(filled) == before
    messages = filled.connection.execute(
        "SELECT commit_message FROM ducklake_snapshots('lake') WHERE snapshot_id > ?", [snapshot]
    ).fetchall()
    assert [row[0] for row in messages if row[0] != "cluster changes"] == ["copies"]


def test_readers_see_what_was_there_until_all_of_it_is_new(filled: Lake) -> None:
    damage(filled)
    seen = []

    def look() -> object:
        with connect(filled.root) as reader:
            return reader.execute("FROM raw.pairs ORDER BY ALL").fetchall()

    def watched(pairs: pa.Table) -> pa.Table:
        seen.append(look())
        return method().cluster(pairs)

    before = look()
    find_copies(filled, "run", replace(method(), cluster=watched), REBUILD)
    assert seen == [before]
    assert look() != before


@pytest.mark.whole
@pytest.mark.parametrize("when", ["before", "within"])
def test_a_rebuild_that_is_killed_changes_nothing(filled: Lake, when: str) -> None:
    damage(filled)
    before = state(filled)
    filled.connection.close()
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", KILLED, str(filled.root), when], check=False, capture_output=True
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    with opened(filled.root) as lake:
        assert state(lake) == before
        find_copies(lake, "run", method(), REBUILD)
        assert state(lake) != before


def test_a_rebuild_tells_how_far_it_is(filled: Lake) -> None:
    told: list[tuple[str, int, int]] = []
    find_copies(
        filled, "run", method(), Asked(rebuild=True, tell=lambda *words: told.append(words))
    )
    assert {(doing, total) for doing, _, total in told} == {
        ("texts read", 7),
        ("portions searched for candidates", 1),
        ("candidates judged", 2),
    }


def test_all_that_is_new_is_counted_its_keys_as_a_rebuild_counts_them(
    root: Path, said: Any, batch_of: Callable[..., Any]
) -> None:
    words = [f"w{number % 70}" for number in range(120)]
    with opened(root) as lake:
        for number in range(4):  # one after another, on days of its own
            text = " ".join([*words[: 100 + number], f"end{number}"])
            commit(lake, batch_of(lake, [said(f"https://{number}.example/", text)]))
            find_copies(lake, "run", method())
        pairs = "SELECT a, b, shared_keys FROM lake.raw.pairs ORDER BY ALL"
        counted = lake.connection.execute(pairs).fetchall()
        keys = dict(
            lake.connection.execute("SELECT content_hash, keys FROM lake.raw.keys").fetchall()
        )
    assert len(counted) == 6
    assert counted == [(a, b, len(set(keys[a]) & set(keys[b]))) for a, b, _ in counted]
