"""The command as its users meet it: what bad input gets, and what good input prints."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from flows.cli import main

ONE_SOURCE = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
ARTICLES = {"sources.toml": ONE_SOURCE, "articles/lamp.txt": "A lamp.\n\nIt burns.\n"}

Command = Callable[..., Any]
Write = Callable[[Mapping[str, str | bytes]], None]
Listing = Callable[[], dict[str, Any]]


TABLES = {
    "ingest": ["ingest"],
    "digest": ["digest"],
    "sql": ["sql", "SELECT title, authors, published_at FROM articles"],
    "sql without rows": ["sql", "FROM articles WHERE false"],
    "sources list": ["sources", "list"],
    "sources check": ["sources", "check"],
    "settings": ["settings"],
    "doctor": ["doctor"],
}
COMMANDS = [["init"], ["sql"], ["attach"], *[words[:2] for words in TABLES.values()]]


# SQL.


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECT titel FROM articles", 'column "titel" not found'),
        ("SELEKT 1", "syntax error"),
        ("FROM stories", "stories does not exist"),
        ("SELECT title::INTEGER FROM articles", "Could not convert string"),
        ("SELECT error('enough')", "enough"),
        ("INSERT INTO raw.meta VALUES ('a', 'b')", "only one SELECT"),
        ("COPY articles TO 'x.csv'", "only one SELECT"),
        ("ATTACH 'x.db'", "only one SELECT"),
        ("PRAGMA memory_limit='1GB'", "only one SELECT"),
        ("", "only one SELECT"),
        ("SELECT '\udcff'", "not UTF-8"),
        ("SELECT 1; SELECT 2", "only one SELECT"),
        ("FROM 'sources.toml'", "sources.toml"),
        ("SELECT content FROM read_text('sources.toml')", "read_text"),
    ],
)
def test_sql_that_fails_says_why_and_writes_nothing(
    wirelake: Command, stored: Path, listing: Listing, statement: str, words: str
) -> None:
    said = wirelake("sql", statement, "--warehouse", stored / "lake", "--output", "out.csv")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("wirelake: ")
    assert words in said.err
    assert "Traceback" not in said.err
    assert listing() == {}


def test_a_statement_that_fails_leaves_the_file_of_the_last_one(
    wirelake: Command, stored: Path, write: Write, listing: Listing
) -> None:
    write({"out.csv": "what was there\n"})
    before = listing()
    statement = "SELECT CASE WHEN range = 9999 THEN error('late') END FROM range(10000)"
    said = wirelake("sql", statement, "--warehouse", stored / "lake", "--output", "out.csv")
    assert said.code == 1
    assert listing() == before


def test_a_result_does_not_overwrite_the_warehouse(
    wirelake: Command, stored: Path, here: Path, listing: Listing
) -> None:
    shutil.copytree(stored / "lake", here / "lake")
    (here / "link").symlink_to(here / "lake")
    before = listing()
    for target in ("lake/catalog.sqlite", "link/catalog.sqlite", "lake/new.csv"):
        said = wirelake("sql", "SELECT 1", "--output", target)
        assert said.code == 2
        assert "not written into the warehouse" in said.sentence
    assert listing() == before


def test_sql_at_a_time_reads_the_state_of_then_and_says_which(
    wirelake: Command, stored: Path
) -> None:
    settings = ("--settings", stored / "wirelake.toml")
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat()
    query = ("sql", "SELECT count(*) AS n FROM articles", "--format", "jsonl", *settings)
    said = wirelake(*query, "--at", now)
    assert (said.code, json.loads(said.out)) == (0, {"n": 1})
    assert said.err == f"The state of {now}+00:00.\n"
    said = wirelake(*query, "--at", "2020-01-01")
    assert (said.code, said.out) == (1, "")
    assert "the oldest state that can be read is that of 20" in said.sentence
    said = wirelake(*query, "--at", "last week")
    assert (said.code, said.out) == (2, "")
    assert (
        said.sentence == "wirelake: this is no time: write it as 2026-03-14T09:30Z (at=last week)"
    )


def test_a_warehouse_that_is_not_there_is_said_with_the_remedy(
    wirelake: Command, listing: Listing
) -> None:
    for words in (["sql", "SELECT 1"], ["digest"], ["attach"]):
        said = wirelake(*words)
        assert said.code == 1
        assert "`wirelake ingest` makes one" in said.sentence
    assert listing() == {}


# What every command keeps.


@pytest.mark.parametrize("words", TABLES.values(), ids=TABLES)
def test_json_is_one_array_and_nothing_else(
    wirelake: Command, stored: Path, words: list[str]
) -> None:
    said = wirelake(*words, "--settings", stored / "wirelake.toml", "--format", "json")
    assert said.code == 0
    rows = json.loads(said.out)
    assert isinstance(rows, list)
    assert all(isinstance(row, dict) for row in rows)
    assert bool(rows) == ("false" not in words[-1])


@pytest.mark.parametrize("words", TABLES.values(), ids=TABLES)
def test_every_command_names_a_settings_file_that_is_missing(
    wirelake: Command, listing: Listing, words: list[str]
) -> None:
    said = wirelake(*words, "--settings", "gone.toml")
    assert (said.code, said.out) == (2, "")
    assert said.sentence == "wirelake: there is no such settings file (path=gone.toml)"
    assert listing() == {}


def test_an_empty_warehouse_gives_json_too(wirelake: Command) -> None:
    assert wirelake("init", ".").code == 0
    for words in (["ingest"], ["digest"], ["sql", "FROM articles"], ["sources", "list"]):
        said = wirelake(*words, "--format", "json")
        assert said.code == 0
        assert isinstance(json.loads(said.out), list)


def leaves(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from leaves(inner, (*words, name))


EVERY_COMMAND = list(leaves(main, ()))


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_every_command_and_option_explains_itself(
    wirelake: Command, words: tuple[str, ...]
) -> None:
    said = wirelake(*words, "--help")
    assert (said.code, said.err) == (0, "")
    command: Any = main
    for word in words:
        command = command.commands[word]
    assert command.help
    assert command.get_short_help_str(60).strip(".")
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.opts[0] in said.out


def test_every_command_takes_the_warehouse_and_the_sources_file() -> None:
    groups = ((), ("sources",), ("boilerplate",))
    for words in (words for words in EVERY_COMMAND if words not in groups):
        command: Any = main
        for word in words:
            command = command.commands[word]
        options = {name for param in command.params for name in param.opts}
        assert {"--warehouse", "--sources"} <= options, words
        assert ("--format" in options) == (words not in {("init",), ("attach",)})


def test_settings_say_where_each_value_came_from(wirelake: Command, write: Write) -> None:
    write({"wirelake.toml": "# a comment\n[batch]\nmax_mb = 9\n"})
    variables = {"WIRELAKE_LOG__LEVEL": "error"}
    said = wirelake("settings", "--warehouse", "big", "--format", "json", env=variables)
    found = {row["key"]: (row["value"], row["from"]) for row in json.loads(said.out)}
    assert found["batch.max_mb"] == (9, "wirelake.toml, line 3")
    assert found["log.level"] == ("error", "WIRELAKE_LOG__LEVEL")
    assert found["warehouse"][1] == "argument"
    assert found["warehouse"][0].endswith("/big")
    assert found["batch.max_documents"][1] == "default"


@pytest.mark.parametrize("name", ["it's a[1]*?", "häfen #20%;", " spaced ", "ümläut/☃"])
def test_a_warehouse_may_have_any_name(wirelake: Command, stored: Path, name: str) -> None:
    shutil.copytree(stored / "lake", name)
    said = wirelake("sql", "SELECT count(*) AS n FROM articles", "--warehouse", name)
    assert (said.code, said.out.split()) == (0, ["n", "───", "1"])


# Where a process matters: pipes and full disks.


@pytest.mark.parametrize("form", ["csv", "table"])
def test_a_reader_that_goes_away_is_no_error(
    process: list[str], environment: dict[str, str], stored: Path, form: str
) -> None:
    words = ["sql", "SELECT repeat('x', 900) FROM range(2000)", "--format", form]
    with subprocess.Popen(  # noqa: S603
        [*process, *words, "--warehouse", str(stored / "lake")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def ran(words: list[str], environment: dict[str, str], **streams: Any) -> Any:
    return subprocess.run(  # noqa: S603
        words, env=environment, stderr=subprocess.PIPE, check=False, **streams
    )


def test_a_query_is_ended_by_the_keyboard_without_a_traceback(
    wirelake: Command, stored: Path
) -> None:
    # One side small: to build a large one is a single step, which nothing interrupts.
    endless = "SELECT sum(hash(a, b)) FROM range(1000000000) x(a), range(100000) y(b)"
    keyboard = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever took it before
    keyboard.start()
    try:
        said = wirelake("sql", endless, "--warehouse", stored / "lake")
    finally:
        signal.signal(signal.SIGINT, before)
    assert (said.code, said.out, said.err.strip()) == (1, "", "Aborted!")


def test_output_is_utf8_whatever_the_locale(
    process: list[str], environment: dict[str, str], stored: Path
) -> None:
    words = ["sql", "SELECT 'häfen ☃' AS x", "--format", "csv", "--warehouse", stored / "lake"]
    ascii_only = environment | {"PYTHONIOENCODING": "ascii"}
    said = ran([*process, *map(str, words)], ascii_only, stdout=subprocess.PIPE)
    assert (said.returncode, said.stdout.decode()) == (0, "x\nhäfen ☃\n")


def test_a_path_that_is_no_text_is_shown_by_its_escape(wirelake: Command) -> None:
    said = wirelake("settings", "--sources", "\udcff.toml", "--format", "json")
    (row,) = [row for row in json.loads(said.out) if row["key"] == "sources"]
    assert row["value"].endswith("\udcff.toml")
    assert wirelake("settings", "--sources", "\udcff.toml").code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_one_sentence(
    process: list[str], environment: dict[str, str], stored: Path
) -> None:
    words = [*process, "settings", "--settings", str(stored / "wirelake.toml")]
    with Path("/dev/full").open("w") as full:
        said = ran(words, environment, stdout=full, text=True)
    assert said.returncode == 1
    assert said.stderr == "wirelake: cannot go on: No space left on device\n"


def test_parquet_is_not_for_the_screen(wirelake: Command, stored: Path) -> None:
    said = wirelake("sql", "SELECT 1", "--format", "parquet", "--warehouse", stored / "lake")
    assert said.code == 2
    assert "--output" in said.sentence
