"""A disk that is full in the middle of something: one sentence, the old state, and on it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from folder_of_news import Ended, News, ended, go_on, wait_at_a_point
from scenarios import SCENARIOS
from small_disk import SmallDisk, small_disk

MEGABYTES = 24
READING_BYTES = 2**16
"""That SQLite takes on the disk for whoever opens the catalog, be it for reading."""


@dataclass(frozen=True)
class Phase:
    """A command, and the point of it from which on the disk is full; none: from its beginning."""

    words: tuple[str, ...]
    point: str = ""
    scenario: str = ""
    """What is prepared before it."""


PHASES = {
    "a new warehouse": Phase(("ingest",), "", "make"),
    "reading": Phase(("ingest",), "", "ingest"),
    "documents": Phase(("ingest",), "file: written", "ingest"),
    "staging": Phase(("ingest",), "commit: documents written", "ingest"),
    "commit": Phase(("ingest",), "commit: parts written", "ingest"),
    "COMMIT": Phase(("ingest",), "commit: registered", "ingest"),
    "dedupe": Phase(("ingest",), "copies: compared", "ingest"),
    "commit of dedupe": Phase(("ingest",), "copies: parts written", "ingest"),
    "changes": Phase(("ingest",), "changes: parts written", "ingest"),
    "maintain": Phase(("maintain",)),
    "merge": Phase(("maintain",), "merge: part written"),
    "COMMIT of a merge": Phase(("maintain",), "merge: registered"),
    "backup": Phase(("backup", "kept")),
    "manifest": Phase(("backup", "kept"), "backup: catalog copied"),
    "restore": Phase(("restore", "kept"), "", "restore"),
    "migration": Phase(("dedupe",), "", "migrate"),
    "statements of a migration": Phase(("dedupe",), "migration: tables made", "migrate"),
}
USUAL = ("commit", "merge")
"""Phases that are looked at whenever all tests are run, the first of them by `make test`."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        yield disk


@pytest.mark.first(1)
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [it if it in USUAL else pytest.param(it, marks=pytest.mark.soak) for it in PHASES]
)
def test_a_full_disk_is_one_sentence_and_goes_on_when_there_is_room(
    disk: SmallDisk, news_in: Callable[[Path], News], name: str
) -> None:
    phase, news = PHASES[name], news_in(disk.path / "news")
    if phase.scenario:
        SCENARIOS[phase.scenario].prepare(news)
    before = news.batches()
    done = _carried_out(phase, news, disk)
    assert done.code == 1, done.said
    [sentence] = done.complaint
    assert sentence.startswith("wirelake: ")
    assert "No space left" in sentence or "make room" in sentence
    if disk.left() >= READING_BYTES:
        assert news.batches() >= before
    disk.free()
    assert news.batches() >= before
    if news.root.exists() and phase.scenario != "migrate":
        assert news.wrong() == []
        assert news.strays() == []
    news.carry_out(*phase.words)
    if "backup" in phase.words:
        assert news.restored() == news.digest()
    assert news.wrong() == []


def _carried_out(phase: Phase, news: News, disk: SmallDisk) -> Ended:
    """Fill the disk before the command, or when it is at the point."""
    if not phase.point:
        disk.fill()
        return news.run(*phase.words)
    with news.started(*phase.words, fault=f"SIGSTOP 1 {phase.point}") as process:
        wait_at_a_point(process)
        disk.fill()
        go_on(process)
        return ended(process)
