"""The command `wirelake boilerplate`, from pages with a box to texts without it."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from invented import told

from transforms.boilerplate_learning import MIN_SHARE
from warehouse.boilerplate import change_lines, lines_of
from warehouse.opening import opened

Command = Callable[..., Any]
Query = Callable[[Path, str], list[dict[str, Any]]]

SITES = ("lamp", "quay")
COPIES = 3
"""Stories that both have, the second a little shorter."""
ARTICLES, DAYS = 16, 8
"""Of a site; the last has no date and no box."""
SOURCES = "".join(f'[sources.{name}]\nkind = "folder"\npath = "{name}.jsonl"\n\n' for name in SITES)
NOON = dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC).timestamp()
REPLAY = (
    "backfill lamp quay --from 2026-03-01 --to 2026-03-08 "
    "--mode replay --policy changed --execute --undated"
)


def box(site: str) -> tuple[str, str]:
    """Write what a site has above and below its articles: as long as they are."""
    return told((site, "above"), 2), told((site, "below"), 3)


def rows(site: str) -> list[str]:
    above, below = box(site)
    articles = []
    for number in range(ARTICLES):
        is_copy, is_bare = number < COPIES, number == ARTICLES - 1
        text = told(number if is_copy else (site, number), 5)
        text = text.rpartition(". ")[0] + "." if is_copy and site == "quay" else text
        day = dt.date(2026, 3, 1) + dt.timedelta(days=number % DAYS)
        articles.append(
            {
                "id": number,
                "title": f"{site} {number}",
                "text": text if is_bare else "\n".join([above, text, below]),
                "date": None if is_bare else f"{day}T08:00:00",
            }
        )
    return [json.dumps(article) for article in articles]


def publish(folder: Path, site: str, lines: Iterable[str]) -> None:
    path = folder / f"{site}.jsonl"
    path.write_text("\n".join(lines))
    os.utime(path, (NOON, NOON))


def settle(folder: Path) -> None:
    (folder / "wirelake.toml").write_text('warehouse = "lake"\nsources = "sources.toml"\n')
    (folder / "sources.toml").write_text(SOURCES)


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory, command: Command) -> Path:
    """Two sites, read by `ingest`; not to be changed."""
    folder = tmp_path_factory.mktemp("sites")
    settle(folder)
    for site in SITES:
        publish(folder, site, rows(site))
    assert command("ingest", "--settings", folder / "wirelake.toml").code == 0
    return folder


@pytest.fixture
def lake(read_once: Path, here: Path) -> Path:
    """The same in the working folder, to be changed."""
    shutil.copytree(read_once, here, dirs_exist_ok=True)
    return here / "lake"


@pytest.fixture(scope="module")
def replayed(
    read_once: Path, tmp_path_factory: pytest.TempPathFactory, command: Command
) -> tuple[Path, str]:
    """The same after `learn` and the replay that it names, and what it said; not to be changed."""
    folder = shutil.copytree(read_once, tmp_path_factory.mktemp("replayed") / "sites")
    options = ("--settings", folder / "wirelake.toml")
    said = command("boilerplate", "learn", *options)
    assert said.code == 0
    assert command(*REPLAY.split(), *options).code == 0
    return folder, said.out


def copies(folder: Path, query: Query) -> set[str]:
    return {row["member_title"] for row in query(folder / "lake", "FROM duplicates")}


def distinct(folder: Path, query: Query, column: str, table: str) -> set[str]:
    rows = query(folder / "lake", f"SELECT DISTINCT {column} AS found FROM {table}")
    return {row["found"] for row in rows}


def test_a_box_is_learned_and_gone_after_the_replay(
    replayed: tuple[Path, str], query: Query
) -> None:
    folder, said = replayed
    assert said.count(" new ") == 4
    assert "lamp: 2 lines put on its list, now of 2.\n" in said
    assert f"  wirelake {REPLAY}\n" in said
    texts = query(folder / "lake", "SELECT text FROM all_articles")
    assert len(texts) == len(SITES) * ARTICLES
    boxes = [line for site in SITES for line in box(site)]
    assert not [text for text in texts if any(line in text["text"] for line in boxes)]
    names = distinct(folder, query, "normalizer", "raw.articles")
    versions = distinct(folder, query, "version", "raw.boilerplate")
    assert {name.partition("~")[2] for name in names} == versions


def test_copies_that_a_box_has_hidden_are_found(
    read_once: Path, replayed: tuple[Path, str], query: Query
) -> None:
    assert copies(read_once, query) == set()
    assert copies(replayed[0], query) == {f"quay {number}" for number in range(COPIES)}


def test_afterwards_nothing_is_left_to_learn_or_to_replay(
    replayed: tuple[Path, str], command: Command
) -> None:
    options = ("--settings", replayed[0] / "wirelake.toml")
    again = command("boilerplate", "learn", *options).out
    assert "lamp: nothing new recurs around its 16 articles" in again
    assert "backfill" not in again
    assert "0 of 18 windows would run" in command(*REPLAY.split(), *options).out


def test_who_learns_twice_is_told_again_of_the_replay_that_waits(
    lake: Path, wirelake: Command
) -> None:
    first = wirelake("boilerplate", "learn", "lamp").out
    again = wirelake("boilerplate", "learn", "lamp").out
    assert "lamp: nothing new recurs" in again
    waits = "Articles that are stored keep their texts until they are replayed:"
    assert first.partition(waits)[2] == again.partition(waits)[2] != ""


def test_a_dry_run_shows_the_lines_and_writes_nothing(lake: Path, wirelake: Command) -> None:
    said = wirelake("boilerplate", "learn", "lamp", "--dry-run")
    assert "lamp: 2 lines would be put on its list of 0.\n" in said.out
    assert "quay" not in said.out
    assert "backfill" not in said.out
    assert wirelake("boilerplate", "list").out.startswith("No rows")


@pytest.mark.whole
def test_the_same_list_gives_the_same_warehouse_in_another_order(
    replayed: tuple[Path, str], here: Path, wirelake: Command
) -> None:
    settle(here)
    with opened(replayed[0] / "lake") as learned, opened(here / "lake", create=True) as fresh:
        for site in SITES:
            change_lines(fresh, site, lambda known, of=site: lines_of(learned, of))  # type: ignore[misc]
    for share in (2, 1):
        for site in reversed(SITES):
            shuffled = random.Random(share).sample(rows(site), ARTICLES)
            publish(here, site, shuffled[: ARTICLES // share])
        assert wirelake("ingest").code == 0
    expected = wirelake("digest", "--settings", replayed[0] / "wirelake.toml").out
    assert wirelake("digest").out == expected


def test_an_ingest_reads_what_is_new_by_the_list(
    lake: Path, wirelake: Command, query: Query
) -> None:
    wirelake("boilerplate", "learn", "lamp")
    article = json.loads(rows("lamp")[5]) | {"id": 99, "title": "lamp 99"}
    publish(lake.parent, "lamp", [*rows("lamp"), json.dumps(article)])
    assert wirelake("ingest", "lamp").code == 0
    found = query(lake, "SELECT text LIKE '%\n%' AS boxed, count(*) AS n FROM all_articles "
                        "WHERE source = 'lamp' GROUP BY ALL ORDER BY 1")  # fmt: skip
    assert found == [{"boxed": False, "n": 2}, {"boxed": True, "n": ARTICLES - 1}]


@pytest.mark.whole
def test_a_line_that_is_dropped_is_text_again_and_not_learned_again(
    lake: Path, wirelake: Command
) -> None:
    wirelake("boilerplate", "learn", "lamp")
    listed = json.loads(wirelake("boilerplate", "list", "--format", "json").out)
    assert [row["state"] for row in listed] == ["listed", "listed"]
    above, below = box("lamp")
    said = wirelake("boilerplate", "drop", "lamp", above)
    assert "lamp: 1 line dropped, 1 line left on its list.\n" in said.out
    assert "  wirelake backfill lamp --from 2026-03-01" in said.out
    learned = json.loads(wirelake("boilerplate", "learn", "lamp", "--format", "json").out)
    assert {row["line"]: row["state"] for row in learned} == {above: "dropped", below: "listed"}
    [digest] = [row["digest"] for row in listed if row["line"] == below]
    said = wirelake("boilerplate", "drop", "lamp", digest, "--format", "json")
    assert [row["line"] for row in json.loads(said.out)] == [below]
    assert "wirelake backfill lamp" in said.err
    assert "0 lines dropped" in wirelake("boilerplate", "drop", "lamp").out
    assert "2 lines put on its list, now of 2" in wirelake("boilerplate", "learn", "lamp").out


@pytest.mark.whole
def test_a_list_that_was_before_is_shown_and_used_again(lake: Path, wirelake: Command) -> None:
    wirelake("boilerplate", "learn", "lamp")
    wirelake("boilerplate", "drop", "lamp")
    assert wirelake("boilerplate", "list", "lamp").out.startswith("No rows")
    former = json.loads(wirelake("boilerplate", "list", "lamp", "--all", "--format", "json").out)
    assert [row["in_force"] for row in former] == [False, False]
    said = wirelake("boilerplate", "use", "lamp", former[0]["version"])
    assert "  wirelake backfill lamp --from 2026-03-01" in said.out
    assert wirelake("boilerplate", "list", "lamp").out.count(" listed ") == 2
    assert "backfill" not in wirelake("boilerplate", "use", "lamp", former[0]["version"]).out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("learn", "lmap"), "nothing is stored of a source 'lmap' (known=lamp, quay)"),
        (("list", "lmap"), "nothing is stored of a source 'lmap'"),
        (("drop", "lmap"), "nothing is stored of a source 'lmap'"),
        (("use", "lmap", "0"), "nothing is stored of a source 'lmap'"),
        (("use", "lamp", "0"), "lamp never had a list '0' (known=none)"),
        (("drop", "lamp", "No such line."), "'No such line.' is no line of the list (source=lamp)"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    lake: Path, wirelake: Command, arguments: tuple[str, ...], complaint: str
) -> None:
    said = wirelake("boilerplate", *arguments)
    assert (said.code, said.out) == (2, "")
    assert complaint in said.sentence


@pytest.mark.parametrize("verb", ["learn", "list", "drop"])
def test_without_a_warehouse_nothing_is_made(verb: str, here: Path, wirelake: Command) -> None:
    said = wirelake("boilerplate", verb, *(["lamp"] if verb == "drop" else []))
    assert (said.code, said.out) == (1, "")
    assert "there is no warehouse here" in said.sentence
    assert not list(here.iterdir())


def test_a_source_that_is_configured_no_more_is_said_to_stay_as_it_is(
    lake: Path, wirelake: Command
) -> None:
    (lake.parent / "sources.toml").write_text(SOURCES.replace("lamp", "lantern"))
    said = wirelake("boilerplate", "learn")
    assert "lamp is in no sources file: no backfill replays it.\n" in said.out
    assert "  wirelake backfill quay --from" in said.out


def test_a_wrong_sources_file_is_said_before_a_list_is_changed(
    lake: Path, wirelake: Command
) -> None:
    lake.with_name("sources.toml").write_text("[sources.lamp]\nkind = 'lamp'\n")
    said = wirelake("boilerplate", "learn", "lamp")
    assert said.code != 0
    assert "lamp" in said.err
    assert wirelake("boilerplate", "list").out.startswith("No rows")


def test_without_a_sources_file_a_list_is_learned_and_no_backfill_named(
    lake: Path, wirelake: Command
) -> None:
    lake.with_name("sources.toml").unlink()
    said = wirelake("boilerplate", "learn", "lamp")
    assert said.code == 0
    assert "lamp is in no sources file: no backfill replays it." in said.out


def test_the_share_is_a_wish(lake: Path, wirelake: Command) -> None:
    assert f"instead of {100 * MIN_SHARE:g}." in wirelake("boilerplate", "learn", "--help").out
    learn = ("boilerplate", "learn", "lamp", "--dry-run", "--share")
    assert "lamp: 2 lines would be put on" in wirelake(*learn, "93").out  # fifteen of sixteen
    none = wirelake(*learn, "94").out
    assert "lamp: nothing new recurs around its 16 articles, on 94 % of them" in none


def test_dates_far_apart_are_replayed_by_several_plans() -> None:
    from flows.commands.boilerplate import replays
    from warehouse.boilerplate import StoredDays

    days = {
        "lamp": StoredDays(dt.date(2010, 1, 1), dt.date(2024, 1, 1), 0),
        "quay": StoredDays(None, None, 2),
    }
    assert [command.split()[3:9] for command in replays(days)] == [
        ["quay", "--from", "2010-01-01", "--to", "2020-02-17", "--mode"],
        ["quay", "--from", "2020-02-18", "--to", "2024-01-01", "--mode"],
    ]
    assert all(command.endswith("--undated") for command in replays(days))
    alone = list(replays({"quay": days["quay"]}))
    assert [command.split()[3:7] for command in alone] == [
        ["--from", "1970-01-01", "--to", "1970-01-01"]
    ]
