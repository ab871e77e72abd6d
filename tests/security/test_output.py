"""What an article says is text on every screen and in every file: no escape, markup or formula."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import pty
import re
import subprocess
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from flows import logs
from flows.commands import output
from warehouse.query import run

Command = Callable[..., Any]

SOURCE = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
ESCAPES = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202egnp.exe\u2066\u200b\x08\r"
MARKUP = "[red]<b onmouseover=alert(1)>[/] **x** [y](javascript:alert(1)) <script>alert(1)</script>"
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "'=1+1"]


def row(number: int, title: str) -> str:
    text = f"The harbour wrote it down as number {number}, and hung it beside the tide table. " * 4
    return json.dumps({"id": number, "title": title, "text": text, "author": title})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, command: Command) -> Path:
    """A warehouse of articles whose titles are meant for terminals, browsers, spreadsheets."""
    titles = [f"a{ESCAPES}b", MARKUP, *FORMULAS]
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "sources.toml").write_text(SOURCE)
    (folder / "articles").mkdir()
    rows = "\n".join(row(number, title) for number, title in enumerate(titles))
    (folder / "articles" / "a.jsonl").write_text(rows)
    assert command("ingest", *of(folder)).code == 0
    return folder


def of(folder: Path) -> list[str]:
    """Name a folder's warehouse and sources to a command."""
    return ["--warehouse", str(folder / "lake"), "--sources", str(folder / "sources.toml")]


def obeyed(text: str) -> set[str]:
    """Give the characters of a text that a terminal would obey or hide."""
    kinds = {"Cc", "Cf", "Zl", "Zp"}
    return {char for char in text if unicodedata.category(char) in kinds} - {"\n"}


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "words",
    [
        ["sql", "FROM all_articles"], ["sql", "FROM all_articles", "--format", "json"],
        ["sql", "FROM raw.articles", "--format", "jsonl"], ["sources", "check"],
        ["sources", "check", "--format", "json"], ["explain", "file:a.jsonl#0"],
        ["explain", "file:a.jsonl#0", "file:a.jsonl#1"], ["sql", f"SELECT '{ESCAPES}"],
        ["ingest", ESCAPES], ["explain", ESCAPES], ["sql", "FROM x", "--at", ESCAPES],
    ],
)  # fmt: skip
def test_no_command_prints_what_a_terminal_obeys(
    wirelake: Command, hostile: Path, words: list[str]
) -> None:
    said = wirelake(*words, *of(hostile))
    assert "owned" in said.out + said.err
    assert obeyed(said.out + said.err) == set()


def test_csv_on_a_terminal_is_as_tame(
    hostile: Path, process: list[str], environment: dict[str, str], here: Path
) -> None:
    ours, theirs = pty.openpty()
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.extend(iter(lambda: read(ours), b"")))
    reader.start()
    command = [*process, "sql", "SELECT title FROM all_articles", "--format", "csv", *of(hostile)]
    subprocess.run(command, cwd=here, env=environment, stdout=theirs, check=True)  # noqa: S603
    os.close(theirs)
    reader.join()
    os.close(ours)
    shown = b"".join(said).decode()
    assert "owned" in shown
    assert obeyed(shown.replace("\r\n", "\n")) == set()  # what ends the lines of a terminal


def read(terminal: int) -> bytes:
    """Read what a terminal was told; nothing where it has closed."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_of_the_log_does_either(form: str) -> None:
    out, logger = io.StringIO(), logging.getLogger("flows")
    before = logger.handlers, logger.level, logger.propagate
    try:
        logs.configure("info", form)  # type: ignore[arg-type]
        logger.handlers[0].setStream(out)  # type: ignore[attr-defined]
        structlog.get_logger("flows.x").warning(f"told {ESCAPES}", url=ESCAPES, error="a\nb")
        logging.getLogger("flows.y").warning("%s", ESCAPES)
    finally:
        logger.handlers, logger.level, logger.propagate = before
    assert obeyed(out.getvalue()) == set()
    assert out.getvalue().count("\n") == 2
    assert out.getvalue().count("owned") == 3


def test_no_line_that_the_server_is_sent_does_either() -> None:
    from flows.tracking import _logged_to_server

    record = logging.LogRecord("flows.x", logging.INFO, "x.py", 1, f"told {ESCAPES}\nb", None, None)
    with _logged_to_server():
        line = logging.getLogger("flows").handlers[-1].format(record)
    assert "owned" in line
    assert obeyed(line) == set()
    assert "\n" not in line


def test_no_cell_of_a_csv_is_a_formula(hostile: Path, wirelake: Command) -> None:
    query = "SELECT title, authors[1] AS author, -1 AS n, '-infinity'::DATE AS d FROM all_articles"
    rows = [
        *csv.DictReader(io.StringIO(wirelake("sql", query, "--format", "csv", *of(hostile)).out))
    ]
    assert len(rows) == len(FORMULAS) + 2
    begins = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
    assert [
        each for each in rows if begins.match(each["title"]) or begins.match(each["author"])
    ] == []
    assert {each["n"] for each in rows} == {"-1"}
    assert {each["d"] for each in rows} == {"-infinity"}


@pytest.mark.first(1)
@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text_in_csv_and_as_it_was_in_the_exact_form(
    stored: Path, text: str
) -> None:
    written = {}
    for form in ("csv", "exact-csv", "json"):
        out = io.StringIO(newline="")
        with run(stored / "lake", f"SELECT '{text.replace(chr(39), chr(39) * 2)}' AS a") as result:
            output._WRITERS[form](result.to_arrow_reader(), out)
        written[form] = out.getvalue()
    cells = {
        form: [*csv.reader(io.StringIO(written[form], newline=""))][1][0]
        for form in ("csv", "exact-csv")
    }
    assert cells == {"csv": f"'{text}", "exact-csv": text}
    assert json.loads(written["json"]) == [{"a": text}]


def test_no_name_of_a_column_is_a_formula(wirelake: Command, stored: Path) -> None:
    said = wirelake("sql", 'SELECT 1 AS "=1+1"', "--format", "csv", "--warehouse", stored / "lake")
    assert said.out == "'=1+1\n1\n"
