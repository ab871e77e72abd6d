"""Disks that fail or cannot be written, signals in the middle, clocks that were wrong."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from folder_of_news import FILES, News, ended, go_on, wait_at_a_point
from small_disk import small_disk

from warehouse.opening import opened
from warehouse.upkeep.maintain import Ages, maintain

FAILED_WRITES = {
    "documents": ("EIO 1 file: written", ("ingest",)),
    "articles": ("EIO 2 file: named", ("ingest",)),
    "a part of the copies step": ("EIO 1 copies: compared", ("ingest",)),
    "a merged part": ("EIO 1 file: written", ("maintain",)),
    "a merged part that is named": ("EIO 1 file: named", ("maintain",)),
    "a part of a backup": ("EIO 2 file: named", ("backup", "kept")),
}
"""What cannot be brought to the disk, and when."""


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("what", FAILED_WRITES)
def test_a_disk_that_fails_is_one_sentence_and_nothing_stays_of_it(news: News, what: str) -> None:
    fault, words = FAILED_WRITES[what]
    news.publish(FILES)
    before = news.batches()
    done = news.run(*words, fault=fault)
    assert done.code == 1, done.said
    [sentence] = done.complaint
    assert sentence.startswith("wirelake: ")
    assert "Input/output error" in sentence
    assert news.batches() >= before
    assert news.wrong() == []
    news.carry_out(*words)
    if "backup" in words:
        assert news.restored() == news.digest()
    assert news.strays() == []


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("point", ["commit: committed", "merge: committed", "copies: committed"])
def test_an_answer_that_is_lost_costs_nothing(news: News, point: str) -> None:
    news.publish(FILES)
    before = news.batches()
    done = news.run("maintain" if "merge" in point else "ingest", fault=f"error 1 {point}")
    assert done.code == (0 if "commit:" in point else 1), done.said
    assert news.batches() >= before
    assert news.wrong() == []
    news.carry_out("ingest")
    assert len(news.batches()) >= len(before) + 1
    assert news.strays() == []


STOPPED = {
    "commit: documents written": ("ingest",),
    "commit: parts written": ("ingest",),
    "commit: registered": ("ingest",),
    "copies: compared": ("ingest",),
    "copies: parts written": ("ingest",),
    "changes: parts written": ("ingest",),
    "merge: part written": ("maintain",),
    "merge: registered": ("maintain",),
    "backup: parts copied": ("backup", "kept"),
}
USUAL = "commit: registered"


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize(
    "point", [it if it == USUAL else pytest.param(it, marks=pytest.mark.soak) for it in STOPPED]
)
def test_a_run_that_is_told_to_end_ends_with_all_of_a_batch_or_nothing(
    news: News, point: str
) -> None:
    news.publish(FILES)
    before = news.batches()
    with news.started(*STOPPED[point], fault=f"SIGSTOP 1 {point}") as process:
        wait_at_a_point(process)
        os.kill(process.pid, signal.SIGTERM)
        go_on(process)
        done = ended(process)
    assert done.code in (0, 128 + signal.SIGTERM, -signal.SIGTERM), done.said
    assert "Traceback" not in done.said
    assert news.batches() >= before
    assert news.wrong() == []
    news.carry_out(*STOPPED[point])
    if "backup" in STOPPED[point]:
        assert news.restored() == news.digest()
    assert news.strays() == []


@pytest.mark.slow
@pytest.mark.soak
def test_a_warehouse_that_cannot_be_written_is_one_sentence_and_can_be_read(
    news_in: Callable[[Path], News], tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 24) as disk:
        news = news_in(disk.path / "news")
        news.publish(FILES)
        before = news.digest()
        _mount_again(disk.path, "ro")
        for words in (("ingest",), ("dedupe",), ("maintain",), ("backup", "kept")):
            done = news.run(*words)
            assert done.code == 1, done.said
            [sentence] = done.complaint
            assert sentence.startswith("wirelake: ")
            assert "ead-only file system" in sentence
        assert news.digest() == before
        _mount_again(disk.path, "rw")
        news.carry_out("ingest")
        assert news.wrong() == []


def _mount_again(path: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(path)], check=True)  # noqa: S603, S607


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("words", [("ingest",), ("dedupe", "--rebuild"), ("maintain",)])
def test_a_full_temporary_folder_keeps_nobody_from_work(
    news: News, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    news.publish(FILES)
    with small_disk(tmp_path / "disk", 1) as disk:
        disk.fill()
        monkeypatch.setenv("TMPDIR", str(disk.path))
        news.carry_out(*words)
    assert news.wrong() == []


@pytest.mark.whole
def test_parts_that_a_clock_made_old_fail_a_batch_in_flight_and_nothing_else(
    news: News, tmp_path: Path
) -> None:
    """A clock that leaps forward lets upkeep take the parts of a writer for left ones."""
    news.publish(FILES)
    before = news.batches()
    with news.started("ingest", fault="SIGSTOP 1 commit: parts written") as process:
        wait_at_a_point(process)
        with opened(news.root) as lake:
            assert maintain(lake, Ages(orphans=dt.timedelta(days=-3))).orphans > 0
        go_on(process)
        done = ended(process)
    assert done.code == 1
    assert len(done.complaint) == 1
    assert news.batches() == before
    assert news.wrong() == []
    news.carry_out("ingest")
    assert len(news.batches()) == len(before) + 1
    assert news.wrong() == []


@pytest.mark.whole
def test_changes_are_told_in_order_though_the_clock_was_ahead(news: News) -> None:
    ahead = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
    with opened(news.root) as lake, lake.transaction("a clock that was ahead"):
        lake.connection.execute("UPDATE lake.raw.article_states SET changed_at = ?", [ahead])
    news.publish(FILES)
    with news.place() as place:
        place.read()
        late = place.ask("SELECT count(*) FROM raw.article_states WHERE changed_at > '2040-01-01'")
    assert late > [(0,)]
    with news.place() as place:
        told = "SELECT count(*) FROM changes WHERE changed_at > TIMESTAMPTZ '2040-01-01'"
        assert place.ask(told) == late
