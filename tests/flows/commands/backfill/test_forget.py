"""`wirelake backfill --forget`."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from stored_press import FIRST, LAST, PAST, Command, Query, count


def forgetting(press: Path, *arguments: str, answer: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process that is asked and answers."""
    command = [sys.executable, "-m", "flows.cli", "backfill", *arguments]
    return subprocess.run(  # noqa: S603
        command, cwd=press, input=answer, capture_output=True, text=True, check=False
    )


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("\n", id="enter"),
        pytest.param("", id="nobody there"),
        pytest.param("n\n", id="no"),
    ],
)
def test_a_day_is_not_forgotten_where_that_is_declined(
    press: Path, query: Query, answer: str
) -> None:
    said = forgetting(press, "--forget", str(FIRST), "press", answer=answer)
    assert said.returncode == 1
    assert "Forget these documents and windows? [y/N]" in said.stderr
    assert "Traceback" not in said.stderr
    assert count(press, query, "raw.articles") == 4


def test_a_day_is_forgotten_where_that_is_confirmed(press: Path, query: Query) -> None:
    days = ("--forget", str(FIRST), "--forget", str(LAST), "--forget", str(FIRST))
    said = forgetting(press, *days, "press", answer="y\n")
    assert said.returncode == 0
    assert said.stdout.endswith("Documents forgotten: 2.\n")
    left = query(press / "lake", "SELECT event_date AS day FROM raw.articles ORDER BY day")
    assert left == [{"day": FIRST + dt.timedelta(days=1)}, {"day": None}]


@pytest.mark.whole
def test_what_was_forgotten_is_read_by_the_next_backfill(
    backfill: Command, press: Path, query: Query, command: Command
) -> None:
    backfill(*PAST, "press", "--execute")
    before = command("digest", "--format", "json").out
    said = backfill("--forget", str(LAST), "press", "--yes", "--format", "json")
    assert json.loads(said.out) == [
        {
            "day": "2026-03-03",
            "source": "press",
            "documents": 1,
            "windows": 1,
            "unsure": 0,
            "afterwards": "a backfill of 2026-03-03 reads it again",
        }
    ]
    assert command("digest", "--format", "json").out != before
    plan = json.loads(backfill(*PAST, "press", "--format", "json").out)["plan"]
    assert [row["day"] for row in plan if row["action"] != "skip"] == [str(LAST)]
    assert backfill(*PAST, "press", "--execute").code == 0
    assert count(press, query, "raw.articles") == 4


@pytest.mark.whole
def test_a_day_that_the_window_of_another_day_gave_is_read_again_by_that_window(
    backfill: Command, press: Path, query: Query, command: Command
) -> None:
    backfill(*PAST, "press", "--execute")
    before = command("digest", "--format", "json").out
    said = backfill("--forget", str(FIRST), "press", "--yes")
    assert f"a backfill of {LAST} reads it again" in said.out  # the day of its file
    assert count(press, query, "raw.articles") == 3
    plan = json.loads(backfill(*PAST, "press", "--format", "json").out)["plan"]
    assert [row["day"] for row in plan if row["action"] != "skip"] == [str(LAST), str(FIRST)]
    assert backfill(*PAST, "press", "--execute").code == 0
    assert command("digest", "--format", "json").out == before


@pytest.mark.whole
def test_the_next_ingest_reads_the_file_of_a_day_that_was_forgotten(
    backfill: Command, press: Path, query: Query, command: Command
) -> None:
    before = command("digest", "--format", "json").out
    backfill("--forget", str(FIRST), "press", "--yes")
    assert count(press, query, "raw.articles") == 3
    assert command("ingest", "press").code == 0
    assert command("digest", "--format", "json").out == before


@pytest.mark.whole
def test_what_no_backfill_reads_again_is_said_before_it_is_forgotten(
    press: Path, query: Query
) -> None:
    feed = '[sources.press]\nkind = "feed"\nurl = "https://ticker.test/feed"\n'
    (press / "sources.toml").write_text(feed)
    said = forgetting(press, "--forget", str(FIRST), answer="n\n")
    assert "gone for good, unless the source still lists it: a feed holds" in said.stdout
    assert "No backfill is sure to read 1 of these 1 documents again." in said.stderr
    assert count(press, query, "raw.articles") == 4


def test_nothing_is_asked_where_there_is_nothing_to_forget(backfill: Command) -> None:
    said = backfill("--forget", "2020-01-01")
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("Documents forgotten: 0.\n")
    assert [row["documents"] for row in json.loads(
        backfill("--forget", "2020-01-01", "--format", "json").out
    )] == [0, 0]  # fmt: skip


def test_a_source_that_is_configured_no_more_can_be_forgotten(
    backfill: Command, press: Path, query: Query
) -> None:
    (press / "sources.toml").write_text('[sources.other]\nkind = "folder"\npath = "."\n')
    said = backfill("--forget", str(FIRST), "press", "--yes")
    assert said.code == 0
    assert "it is configured no more" in said.out
    assert count(press, query, "raw.articles") == 3
    assert backfill("--forget", str(LAST), "--yes").out.endswith("Documents forgotten: 0.\n")
    assert count(press, query, "raw.articles") == 3


def test_there_is_nothing_to_forget_without_a_warehouse(command: Command, here: Path) -> None:
    (here / "sources.toml").write_text('[sources.a]\nkind = "folder"\npath = "."\n')
    where = ("--sources", "sources.toml", "--warehouse", "lake")
    said = command("backfill", "--forget", "2026-03-01", *where)
    assert said.code == 1
    assert "there is no warehouse here" in said.sentence
    assert not (here / "lake").exists()
