"""Logs are lines with a run and a batch, for people or for programs."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator

import pytest
import structlog

from flows import logs

ARTICLES = {
    "sources.toml": '[sources.wire]\nkind = "folder"\npath = "articles"\n',
    "articles/a.txt": "A Lamp\n\nIt burns.\n",
    "articles/b\n\x1b[31m.zip": b"PK",
}
JSON_LINES = {"WIRELAKE_LOG__LEVEL": "info", "WIRELAKE_LOG__FORMAT": "json"}
ID = re.compile(r"[0-9a-f]{16,32}")


def log_lines(said) -> list[str]:
    first, *lines = said.err.splitlines()
    assert first.startswith("No Prefect server at ")
    return lines


def test_json_logs_are_one_object_a_line_with_run_and_batch(wirelake, write) -> None:
    write(ARTICLES)
    said = wirelake("ingest", "--format", "json", env=JSON_LINES)
    assert said.code == 0
    lines = [json.loads(line) for line in log_lines(said)]
    events = {line["event"] for line in lines}
    assert {"committed", "not read"} <= events
    for line in lines:
        assert ID.fullmatch(line["run"])
        assert ID.fullmatch(line["batch"])
        assert line["level"] in {"info", "warning"}
        assert line["timestamp"].endswith("Z")
    (committed,) = [line for line in lines if line["event"] == "committed"]
    assert (committed["source"], committed["seen"], committed["failed"]) == ("wire", 1, 1)
    stored = wirelake("sql", "SELECT run_id, batch_id FROM raw.batches", "--format", "json")
    assert json.loads(stored.out) == [{"run_id": committed["run"], "batch_id": committed["batch"]}]


def test_text_logs_are_one_plain_line_each(wirelake, write) -> None:
    write(ARTICLES)
    lines = log_lines(wirelake("ingest", env={"WIRELAKE_LOG__LEVEL": "info"}))
    assert any("committed" in line and "batch=" in line and "run=" in line for line in lines)
    assert not any("\x1b" in line for line in lines)
    assert all("[info" in line or "[warning" in line for line in lines)


@pytest.fixture
def configured() -> Iterator[Callable[..., None]]:
    """Configure the logs, for one test."""
    logger = logging.getLogger("flows")
    before = logger.handlers, logger.level, logger.propagate
    yield logs.configure
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("debug", ["found", "read", "odd", "lost"]),
        ("info", ["read", "odd", "lost"]),
        ("warning", ["odd", "lost"]),
        ("error", ["lost"]),
    ],
)
def test_a_level_shows_what_is_as_serious_or_more(configured, capsys, level, shown) -> None:
    configured(level, "json")
    log = structlog.get_logger("flows.somewhere")
    log.debug("found")
    log.info("read")
    log.warning("odd")
    log.error("lost")
    logging.getLogger("elsewhere").error("of no concern")
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert [json.loads(line)["event"] for line in lines] == shown


def test_lines_of_plain_loggers_look_the_same(configured, capsys) -> None:
    configured("info", "json")
    with structlog.contextvars.bound_contextvars(run="r", batch="b"):
        logging.getLogger("flows.plain").warning("%s of ü", "part")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"]) == ("part of ü", "warning")
    assert (line["run"], line["batch"]) == ("r", "b")
