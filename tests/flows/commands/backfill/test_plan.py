"""`wirelake backfill`: the plan, and carrying it out."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from local_outlet import Outlet
from stored_press import FIRST, PAST, Command, Query, configure, count


def cells(said: Any) -> list[list[str]]:
    """Give the rows of the printed tables, by words that stand apart."""
    return [re.split(r"\s{2,}", line.strip()) for line in said.out.splitlines() if line.strip()]


def test_a_plan_is_shown_and_nothing_is_read(
    backfill: Command, press: Path, listing: Callable[[], dict[str, Any]], query: Query
) -> None:
    before = listing()["press.jsonl"], count(press, query), count(press, query, "raw.batches")
    said = backfill(*PAST, "press")
    assert (said.code, said.err) == (0, "")
    table = cells(said)
    assert table[0] == ["day", "source", "state", "action", "why", "requests"]
    rows = [
        ["2026-03-0" + day, "press", "never read", "refetch", "never read", "0"] for day in "321"
    ]
    assert table[2:5] == rows
    assert said.out.endswith("3 of 3 windows would run.\n")
    after = listing()["press.jsonl"], count(press, query), count(press, query, "raw.batches")
    assert after == before


def test_a_plan_of_all_sources_says_which_have_no_history(backfill: Command) -> None:
    said = backfill(*PAST, "--format", "json")
    plan = json.loads(said.out)["plan"]
    assert [row["source"] for row in plan[:2]] == ["press", "ticker"]
    assert {row["action"] for row in plan if row["source"] == "ticker"} == {"skip"}
    assert "latest items only" in plan[1]["why"]


def test_what_is_executed_is_read_once(backfill: Command, press: Path, query: Query) -> None:
    said = backfill(*PAST, "press", "--execute", "--oldest-first", "--parallel", "1")
    assert said.code == 0
    assert said.err.endswith("this run is not tracked.\n")
    assert said.out.endswith("3 windows: 3 done; 0 new documents, 0 articles kept.\n")
    results = query(press / "lake", "SELECT day, state FROM raw.windows ORDER BY updated_at")
    days = [FIRST + dt.timedelta(days=age) for age in range(3)]
    assert results == [{"day": day, "state": "done"} for day in days]
    again = backfill(*PAST, "press", "--execute")
    assert again.code == 0
    assert again.out.endswith("0 of 3 windows would run.\n")
    assert count(press, query) == 3


def test_json_is_the_only_thing_on_standard_output(backfill: Command) -> None:
    shown = json.loads(backfill(*PAST, "press", "--format", "json").out)
    assert shown["results"] == []
    assert shown["changes"] is None
    assert shown["plan"][0] == {
        "day": "2026-03-03",
        "source": "press",
        "state": "never read",
        "action": "refetch",
        "why": "never read",
        "requests": 0,
    }
    done = json.loads(backfill(*PAST, "press", "--execute", "--format", "json").out)
    assert [row["state"] for row in done["results"]] == ["done"] * 3
    assert done["plan"] == shown["plan"]


def test_a_replay_shows_what_it_would_change_and_then_changes_it(
    backfill: Command, press: Path, query: Query
) -> None:
    configure(press, 'timezone = "Asia/Tokyo"')
    replay = ("press", *PAST, "--mode", "replay")
    said = backfill(*replay)
    assert said.code == 0
    assert "3 of 3 documents would change." in said.out
    assert "they are of no day: undated (--undated) replays them" in said.out
    assert ["published_at", "3"] in cells(said)
    shown = json.loads(backfill(*replay, "--undated", "--format", "json").out)
    assert shown["changes"]["changed"] == 4
    assert {"column": "published_at", "rows": 3} in shown["changes"]["columns"]
    example = next(
        each for each in shown["changes"]["examples"] if each["column"] == "published_at"
    )
    assert (example["old"], example["new"]) == (
        "2026-03-03T08:00:00Z",
        "2026-03-02T23:00:00Z",
    )

    done = json.loads(backfill(*replay, "--undated", "--execute", "--format", "json").out)
    assert done["plan"][-1]["day"] == "undated"
    # They end in any order, two at a time.
    assert "undated" in {row["day"] for row in done["results"]}
    assert sum(row["documents"] for row in done["results"]) == 4
    hours = query(press / "lake", "SELECT DISTINCT hour(published_at) AS at FROM raw.articles")
    assert sorted(hours, key=str) == [{"at": 23}, {"at": None}]
    assert backfill(*replay, "--undated").out.endswith("0 of 4 windows would run.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say which days: --from DAY --to DAY, as 2026-03-01"),
        (("--from", "2026-03-01"), "say which days"),
        (("--to", "2026-03-01"), "say which days"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "the last day is before the first"),
        (("--from", "2026-03-01", "--to", "2999-01-01"), "the last day is in the future"),
        (("--from", "1999-01-01", "--to", "2026-03-01"), "more than 3700 days at once"),
        ((*PAST, "--undated"), "documents without a date are of no day to read: replay them"),
        ((*PAST, "nobody"), "there is no source 'nobody'"),
        ((*PAST, "--forget", "2026-03-01"), "--forget stands alone"),
        (("--execute", "--forget", "2026-03-01"), "--forget stands alone: leave out --execute"),
        (
            ("--forget", "2026-03-01", "--mode", "refetch", "--undated", "--parallel", "2"),
            "--forget stands alone: leave out --mode, --undated, --parallel",
        ),
        (("--forget", "2026-03-01", "--policy", "all"), "leave out --policy"),
        (("--forget", "2026-03-01", "--oldest-first"), "leave out --oldest-first"),
        ((*PAST, "--yes"), "--yes answers the question of --forget"),
        (("--forget", "2026-03-01", "nobody"), "there is no source 'nobody'"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    backfill: Command, press: Path, query: Query, arguments: tuple[str, ...], sentence: str
) -> None:
    said = backfill(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert sentence in said.sentence
    assert count(press, query, "raw.articles") == 4


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "yesterday", "--to", "2026-03-01"),
        ("--from", "2026-02-30", "--to", "2026-03-01"),
        ("--from", "01.03.2026", "--to", "2026-03-01"),
        ("--forget", "2026-3"),
        (*PAST, "--parallel", "0"),
        (*PAST, "--parallel", "17"),
        (*PAST, "--mode", "guess"),
        (*PAST, "--policy", "some"),
    ],
    ids=" ".join,
)
def test_what_is_no_day_number_or_choice_is_refused_with_the_usage(
    backfill: Command, arguments: tuple[str, ...]
) -> None:
    said = backfill(*arguments)
    assert said.code == 2
    assert said.err.startswith("Usage: ")
    assert re.search(r"Error: Invalid value for '--\w+'", said.err)


def test_a_window_that_fails_fails_the_command(command: Command, here: Path) -> None:
    with closing(Outlet()) as outlet:
        outlet.serve("/sitemap.xml", status=503)
        (here / "sources.toml").write_text(
            f'[sources.press]\nkind = "sitemap"\nurl = "{outlet.url("/sitemap.xml")}"\n'
            "allow_private = true\npace_s = 0\n"
        )
        where = ("--sources", "sources.toml", "--warehouse", "lake")
        env = {"WIRELAKE_WEB__RETRIES": "0"}
        said = command("backfill", *where, "--from", "2026-03-01", "--to", "2026-03-01",
                       "--execute", env=env)  # fmt: skip
    assert said.code == 1
    last = said.err.splitlines()[-1]
    assert last.startswith("wirelake: 1 window failed: press 2026-03-01: nothing could be read: ")
    assert "failed" in said.out


def test_the_help_names_every_choice(backfill: Command) -> None:
    said = backfill("--help")
    assert said.code == 0
    text = " ".join(said.out.split())
    assert "Show what would be read of past days of SOURCES" in text
    for option in ("--from DAY", "--to DAY", "[refetch|replay]",
                   "[usual|missing|failed|changed|all]",
                   "--undated", "--oldest-first", "--parallel", "--execute", "--forget DAY",
                   "--yes"):  # fmt: skip
        assert option in text


def test_the_command_is_read_without_what_only_a_backfill_needs() -> None:
    way = ("flows.ingesting.pipeline", "flows.ingesting.pool", "warehouse.commit")
    heavy = ("scipy", "prefect", *way)
    program = (
        "import sys\nimport flows.backfilling.order, click\nbefore = set(sys.modules)\n"
        "import flows.settings, flows.commands.options\nshared = set(sys.modules)\n"
        "import flows.commands.backfill\n"
        f"print([name for name in {heavy} if name in set(sys.modules) - shared])"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
