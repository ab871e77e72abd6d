"""Runs that are killed, and what the next one makes of it."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from interrupted_runs import (
    PATIENT_S,
    PER_BATCH,
    ask,
    finish,
    ingesting,
    is_there,
    story,
)
from own_groups import kill
from waiting import wait_until

from warehouse import connect
from warehouse.digest import ViewDigest, digest


@dataclass(frozen=True)
class Press:
    """Generated articles on disk, and how a run over them ends that nobody disturbs."""

    sources: Path
    documents: int
    seconds: float
    digest: list[ViewDigest]
    watched: list[tuple[int, str]]
    """Documents and digest of `articles` as a reader saw them meanwhile."""


def print_articles(home: Path, documents: int) -> Path:
    """Write the articles as five files of rows and some pages; give the sources file."""
    pages = documents // 25
    (home / "press").mkdir()
    for number in range(pages):
        body = f"<h1>Page {number}</h1><article><p>{story(number)}</p></article>"
        (home / "press" / f"page-{number}.html").write_text(f"<html><body>{body}</body></html>")
    for file in range(5):
        rows = [
            json.dumps({
                "id": str(number), "title": f"Story {number}", "text": story(number),
                "date": f"2026-{1 + number % 3:02}-{1 + number % 28:02}",
            })
            for number in range(pages + file, documents, 5)
        ]  # fmt: skip
        (home / "press" / f"rows-{file}.jsonl").write_text("\n".join(rows))
    path = home / "sources.toml"
    path.write_text('[sources.press]\nkind = "folder"\npath = "press"\n')
    return path


def glance(lake: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    (documents,) = lake.sql("SELECT count(*) FROM raw.documents").fetchone() or (0,)
    shown = {line.view: line.digest for line in digest(lake)}
    return int(documents), shown["articles"]


def is_being_made(root: Path) -> bool:
    return any(root.parent.glob(f".{root.name}.making-*"))


def published(home: Path, documents: int) -> Press:
    """Read the articles to the end, and look at the warehouse all the while."""
    sources, root = print_articles(home, documents), home / "lake"
    watched = []
    with ingesting(root, sources) as process:
        wait_until(lambda: is_there(root))
        began = time.monotonic()
        while process.poll() is None:
            with connect(root) as lake:
                watched.append(glance(lake))
        seconds = time.monotonic() - began
        assert process.returncode == 0, process.stderr and process.stderr.read()
    with connect(root) as lake:
        return Press(sources, documents, seconds, digest(lake), watched)


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    return published(tmp_path_factory.mktemp("press"), 600)


@pytest.fixture(scope="module")
def large_press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    return published(tmp_path_factory.mktemp("large_press"), 5_000)


def interrupt(root: Path, press: Press, seconds: float, *, making: bool) -> None:
    """Kill a run some seconds after the warehouse is there, or has begun to be made."""
    with ingesting(root, press.sources) as process:
        begun = is_being_made if making else is_there
        wait_until(lambda: begun(root))
        time.sleep(seconds)
        kill(process)
    assert is_there(root) or not root.exists()


def hold_to_the_committed(root: Path, before: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Look that whole batches are there, those of before among them; give those of now."""
    batches = ask(root, "SELECT batch_id, new FROM raw.batches ORDER BY 1")
    assert set(before) <= set(batches)
    stored = ask(root, "SELECT batch_id, count(*) FROM raw.documents GROUP BY 1 ORDER BY 1")
    assert stored == [row for row in batches if row[1]]
    return batches


def hold_to_the_undisturbed(root: Path, press: Press) -> None:
    with connect(root) as lake:
        assert digest(lake) == press.digest
        rows = lake.sql("SELECT count(*), count(DISTINCT document_id) FROM raw.documents")
        assert rows.fetchone() == (press.documents, press.documents)


@pytest.mark.whole
@pytest.mark.slow
def test_a_reader_always_finds_whole_batches(press: Press) -> None:
    counts = [documents for documents, _ in press.watched]
    assert counts == sorted(counts)
    assert {count % PER_BATCH for count in counts} == {0}


@pytest.mark.whole
@pytest.mark.slow
def test_killed_runs_and_one_that_ends_leave_what_an_undisturbed_one_does(
    press: Press, tmp_path: Path
) -> None:
    root, rng = tmp_path / "lake", random.Random(7)
    interrupt(root, press, rng.uniform(0.0, 0.3), making=True)
    batches: list[tuple[object, ...]] = []
    for share in (rng.uniform(0.2, 0.5), rng.uniform(0.5, 0.9)):
        interrupt(root, press, share * press.seconds, making=False)
        batches = hold_to_the_committed(root, batches)
    finish(root, press.sources)
    hold_to_the_committed(root, batches)
    hold_to_the_undisturbed(root, press)


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_a_run_killed_at_any_moment_is_made_whole_by_the_next(
    large_press: Press, tmp_path: Path, seed: int
) -> None:
    root, rng, making = tmp_path / "lake", random.Random(seed), seed < 3
    seconds = rng.uniform(0.0, 0.4) if making else rng.uniform(0.0, large_press.seconds)
    interrupt(root, large_press, seconds, making=making)
    batches = hold_to_the_committed(root, []) if is_there(root) else []
    finish(root, large_press.sources)
    hold_to_the_committed(root, batches)
    hold_to_the_undisturbed(root, large_press)


@pytest.mark.slow
@pytest.mark.parametrize("below", ["", "lake"])
def test_a_file_in_place_of_the_warehouse_is_one_sentence(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    sources = print_articles(tmp_path, 25)
    with ingesting(tmp_path / "file" / below, sources) as process:
        said = process.communicate(timeout=PATIENT_S)[1].splitlines()
    assert process.returncode == 1
    assert len([line for line in said if line.startswith("wirelake: ")]) == 1
    assert not [line for line in said if "Traceback" in line]
    assert (tmp_path / "file").read_text() == "mine"
