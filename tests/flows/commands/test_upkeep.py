"""The commands that keep a warehouse well, untracked."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from warehouse import lock
from warehouse.opening import opened

UPKEEP = ("dedupe", "maintain", "report")


@pytest.fixture
def lake(stored: Path, here: Path) -> Path:
    """A warehouse with one article, to be changed."""
    return Path(shutil.copytree(stored / "lake", here / "lake"))


def test_maintain_says_what_it_did_and_changes_no_view(lake: Path, wirelake: Any) -> None:
    before = wirelake("digest", "--format", "json").out
    said = wirelake("maintain")
    assert said.code == 0
    assert "parts became" in said.out
    assert "articles" in said.out
    assert wirelake("digest", "--format", "json").out == before
    assert (lake / "catalog.backup.sqlite").is_file()
    rows = json.loads(wirelake("maintain", "--format", "json").out)
    assert {"table", "parts before", "after", "MB before", "MB after", "seconds"} == set(rows[0])


def test_maintain_says_that_lost_sums_are_made_anew(lake: Path, wirelake: Any) -> None:
    assert "SHA256SUMS" not in wirelake("maintain").err
    (lake / "SHA256SUMS").unlink()
    said = wirelake("maintain", "--format", "json")
    assert said.code == 0
    assert "SHA256SUMS was gone, and is made anew" in said.sentence
    assert json.loads(said.out)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("words", "lock_name"),
    [
        (["maintain"], "commit"),
        (["dedupe"], "copies"),
        (["dedupe", "--rebuild"], "copies"),
    ],
)
def test_ctrl_c_ends_upkeep_between_two_steps_with_one_sentence(
    words: list[str],
    lock_name: str,
    lake: Path,
    process: list[str],
    environment: dict[str, str],
    wirelake: Any,
) -> None:
    with opened(lake) as open_lake, open_lake.transaction("something to do"):
        open_lake.connection.execute("DELETE FROM lake.raw.compared")
    before = wirelake("digest", "--format", "json").out
    with ExitStack() as stack:
        held = stack.enter_context(ExitStack())
        held.enter_context(lock.hold(lake / f"{lock_name}.lock"))  # it waits before its first step
        ran = stack.enter_context(
            subprocess.Popen(  # noqa: S603
                [*process, *words], env=environment, stderr=subprocess.PIPE, text=True
            )
        )
        assert ran.stderr
        assert "not tracked" in ran.stderr.readline()
        deadline = time.monotonic() + 60
        while not lock.is_held(lake / f"{lock_name}.next"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        ran.send_signal(signal.SIGINT)
        time.sleep(0.2)  # it hears of it while it waits
        held.close()
        said = ran.stderr.read()
    assert ran.returncode == 130
    assert said.startswith("wirelake: stopped: ")
    assert said.count("\n") == 1
    assert wirelake("digest", "--format", "json").out == before


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/api", "http://127.0.0.1:ab/api"])
@pytest.mark.parametrize("command", ["dedupe", "maintain"])
def test_an_address_of_a_server_that_is_none_is_told(
    address: str, command: str, lake: Path, wirelake: Any
) -> None:
    said = wirelake(command, env={"PREFECT_API_URL": address})
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert address in said.err
    assert "prefect.api_url" in said.err


def test_the_ages_are_settings(lake: Path, wirelake: Any) -> None:
    ages = {f"WIRELAKE_MAINTAIN__{name}_DAYS": "36500" for name in ("SNAPSHOT", "REPLACED")}
    assert wirelake("maintain", env=ages).code == 0
    said = wirelake("maintain", env={"WIRELAKE_MAINTAIN__ORPHAN_DAYS": "0"})
    assert said.code == 2
    assert "WIRELAKE_MAINTAIN__ORPHAN_DAYS" in said.err


NOTHING_DONE = {
    "texts": 1, "texts_compared": 0, "candidates": 0, "contained": 0, "same_start": 0,
    "one_start": 0, "canonical": 0, "clusters": 0, "largest": 0, "moved": 0,
}  # fmt: skip


def test_dedupe_says_what_it_compared(lake: Path, wirelake: Any) -> None:
    said = wirelake("dedupe", "--format", "json")
    [row] = json.loads(said.out)
    assert row.pop("seconds") >= 0
    assert (said.code, row) == (0, NOTHING_DONE)
    assert "0 new documents, 0 texts compared" in wirelake("dedupe").out


def test_a_rebuild_compares_all_texts_and_ends_in_the_same_warehouse(
    lake: Path, wirelake: Any
) -> None:
    before = wirelake("digest", "--format", "json").out
    said = wirelake("dedupe", "--rebuild", "--format", "json")
    [row] = json.loads(said.out)
    row.pop("seconds")
    assert (said.code, row) == (0, NOTHING_DONE | {"texts_compared": 1})
    assert wirelake("digest", "--format", "json").out == before


def test_the_form_of_the_flow_asks_whether_to_rebuild() -> None:
    from flows.dedupe import dedupe

    [field] = dedupe.parameters.properties.values()
    assert (field["title"], field["type"], field["default"]) == ("rebuild", "boolean", False)
    assert "in the place of what is stored" in field["description"]


def test_report_writes_the_page_where_it_is_told_else_into_the_warehouse(
    lake: Path, here: Path, wirelake: Any
) -> None:
    assert wirelake("report", "--output", "page.html").code == 0
    assert "<title>Health of lake</title>" in (here / "page.html").read_text()
    said = wirelake("report", "--format", "json")
    assert json.loads(said.out)[0] == {
        "figure": "Articles", "value": "1", "of what": "and 0 copies of them",
    }  # fmt: skip
    assert (lake / "report.html").is_file()
    assert not list(lake.glob("*.tmp"))


def test_a_page_that_cannot_be_written_is_one_sentence(lake: Path, wirelake: Any) -> None:
    said = wirelake("report", "--output", "nowhere/page.html")
    assert (said.code, said.out) == (2, "")
    assert "cannot write the page: No such file or directory" in said.sentence


@pytest.mark.parametrize("command", UPKEEP)
def test_without_a_warehouse_nothing_is_made(command: str, here: Path, wirelake: Any) -> None:
    said = wirelake(command)
    assert (said.code, said.out) == (1, "")
    assert "there is no warehouse here" in said.sentence
    assert not list(here.iterdir())
