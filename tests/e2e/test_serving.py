"""`wirelake serve` as those who live with it see it: start, forms, schedules, downtime, end."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from interrupted_runs import ask, is_there, story
from serving import ANSWER_S, RUN_S, Desk, Serving, free_port, listening, serving
from waiting import wait_until

pytestmark = [pytest.mark.prefect, pytest.mark.serve]

SETTINGS = """\
sources = "sources.toml"
[batch]
max_documents = 50
[schedules.ingest]
when = "24h"
[schedules.wires]
when = "5 6 * * *"
timezone = "Asia/Tokyo"
sources = ["wire"]
"""
SOURCES = """\
[sources.archive]
kind = "folder"
path = "archive"
[sources.wire]
kind = "folder"
path = "wire"
[sources.gone]
kind = "feed"
url = "http://127.0.0.1:9/feed"
allow_private = true
enabled = false
"""
STORIES = 24
ALERTS = [
    "wirelake: a run failed",
    "wirelake: a run gives no sign of life",
    "wirelake: a source is stale",
]


def write(folder: Path, archive: int = STORIES) -> Path:
    """Make a folder with settings and two sources."""
    for name, count in (("archive", archive), ("wire", 3)):
        (folder / name).mkdir()
        rows = (
            {
                "id": f"{name}-{number}",
                "title": f"Story {number} of the {name}",
                "text": story(number),
                "date": "2026-03-12T08:30:00Z",
            }
            for number in range(count)
        )
        lines = (json.dumps(row) for row in rows)
        (folder / name / "stories.jsonl").write_text("\n".join(lines))
    (folder / "sources.toml").write_text(SOURCES)
    (folder / "wirelake.toml").write_text(SETTINGS)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect-home")


@pytest.fixture(scope="module")
def much(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with more to read than is read before somebody steps in."""
    return write(tmp_path_factory.mktemp("much"), archive=4_000)


@pytest.fixture
def unread(much: Path) -> Path:
    """The same, and nothing of it has been read."""
    shutil.rmtree(much / "lake", ignore_errors=True)
    return much


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def served(server: Any, desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve with a server that was there, and a notification block in it."""
    desk.make_block(server.api_url)
    folder = write(tmp_path_factory.mktemp("news"))
    port = int(server.address.rpartition(":")[2])
    notify = ("--notify", "custom-webhook/desk")
    with serving(folder, *notify, home=folder / "prefect", port=port) as found:
        yield found


def parameters(served: Serving, deployment: str) -> dict[str, Any]:
    found: dict[str, Any] = served.deployments()[deployment]["parameter_openapi_schema"]
    return found["properties"]


def test_each_group_of_sources_is_a_deployment_with_its_times_and_one_run_at_once(
    served: Serving,
) -> None:
    found = served.deployments()
    assert {"ingest", "wires", "backfill"} <= set(found)
    (rest,), (wires,) = found["ingest"]["schedules"], found["wires"]["schedules"]
    assert (rest["schedule"]["interval"], rest["active"]) == (86400.0, True)
    assert wires["schedule"]["cron"] == "5 6 * * *"
    assert wires["schedule"]["timezone"] == "Asia/Tokyo"
    for name, sources in (("ingest", "archive"), ("wires", "wire")):
        assert found[name]["parameters"] == {"sources": [], "only_due": True, "group": name}
        (said,) = (row for row in served.said["deployments"] if row["deployment"] == name)
        assert said["sources"] == sources
    assert found["backfill"]["schedules"] == []
    for name in ("ingest", "wires"):
        assert found[name]["global_concurrency_limit"]["limit"] == 1
        assert found[name]["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def test_the_server_plans_runs_at_the_times_of_a_schedule(served: Serving) -> None:
    for name in ("ingest", "wires"):
        runs = wait_until(lambda name=name: [r for r in served.runs(name) if r["auto_scheduled"]])
        times = [dt.datetime.fromisoformat(run["expected_start_time"]) for run in runs]
        clock = (0, 0) if name == "ingest" else (21, 5)  # 06:05 in Tokyo
        assert {(at.hour, at.minute) for at in times} == {clock}


def test_the_forms_offer_the_sources_and_say_what_each_field_is_for(served: Serving) -> None:
    backfill, ingest = parameters(served, "backfill"), parameters(served, "ingest")
    assert set(ingest) == {"sources", "only_due", "group"}
    assert ingest["group"]["enum"] == ["", "ingest", "wires"]
    assert set(backfill) == {
        "first_day", "last_day", "sources", "mode", "policy", "undated", "newest_first", "parallel",
        "dry_run",
    }  # fmt: skip
    for form in (backfill, ingest):
        assert form["sources"]["items"] == {"type": "string", "enum": ["archive", "gone", "wire"]}
        assert all(field["description"] for field in form.values())
    assert (backfill["parallel"]["minimum"], backfill["parallel"]["maximum"]) == (1, 16)
    assert backfill["first_day"]["format"] == "date"


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_day": "2026-13-01"},
        {"last_day": "2026-04-31"},
        {"newest": True},
        {"parallel": 0},
        {"parallel": 17},
        {"sources": ["nobody"]},
        {"policy": "some"},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_before_anything_runs(
    wrong: dict[str, Any], served: Serving
) -> None:
    right = {"first_day": "2026-03-12", "last_day": "2026-03-12"}
    before = len(served.runs("backfill"))
    answer = served.run("backfill", parameters=right | wrong)
    assert 400 <= answer.status_code < 500
    assert len(served.runs("backfill")) == before


def test_a_stale_source_is_told_by_the_notification_block(served: Serving, desk: Desk) -> None:
    assert sorted(row["name"] for row in served.rows("automations/filter")) == ALERTS
    for _ in range(3):
        asked = {"sources": ["wire", "gone"], "only_due": False}
        assert served.outcome(served.run("ingest", parameters=asked).json()["id"]) == "COMPLETED"
    said = json.loads(desk.heard.get(timeout=RUN_S))["text"]
    assert said.startswith("gone: last read never, 3 failures in a row: ")


def test_a_run_asked_for_by_api_lands_in_the_warehouse(served: Serving) -> None:
    run_id = served.run("wires").json()["id"]
    assert served.outcome(run_id) == "COMPLETED"
    assert ask(served.lake, f"SELECT source FROM runs WHERE run_id = '{run_id}'") == [("wire",)]


def test_a_source_that_is_added_may_be_chosen_soon_after(served: Serving) -> None:
    path = served.lake.with_name("sources.toml")
    path.write_text(SOURCES + SOURCES.split("[sources.wire]")[0].replace("archive", "wire2"))
    wait_until(lambda: "wire2" in parameters(served, "backfill")["sources"]["items"]["enum"])
    path.write_text(SOURCES)


def test_after_downtime_one_ingest_covers_all_that_was_missed(server: Any, served: Serving) -> None:
    before = {name: row["id"] for name, row in served.deployments().items()}
    assert served.end(signal.SIGTERM) == 0
    assert requests.get(f"{server.api_url}/health", timeout=ANSWER_S).ok  # it was there, and stays
    missed = []
    for hours in range(1, 25):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": at.isoformat()}}
        answer = served.run("ingest", state=state)
        answer.raise_for_status()
        missed.append(answer.json()["id"])
    folder, port = served.lake.parent, int(server.address.rpartition(":")[2])
    with serving(folder, "--with-alerts", home=folder / "prefect", port=port) as again:
        assert {name: row["id"] for name, row in again.deployments().items()} == before
        alerts = {row["name"]: row for row in again.rows("automations/filter")}
        assert sorted(alerts) == ALERTS
        assert alerts[ALERTS[0]]["actions"][0]["type"] == "send-notification"  # as it was
        outcomes = [again.outcome(run_id) for run_id in missed]
    assert sorted(outcomes) == ["CANCELLED"] * 23 + ["COMPLETED"]
    read = ask(served.lake, "SELECT source, seen FROM runs WHERE source = 'archive'")
    assert read == [("archive", STORIES)]


def test_ctrl_c_ends_all_that_was_started_and_what_was_read_is_stored(
    home: Path, unread: Path
) -> None:
    with serving(unread, home=home) as found:
        page = requests.get(found.said["ui"], headers={"Accept": "text/html"}, timeout=ANSWER_S)
        assert (page.status_code, "Prefect" in page.text) == (200, True)
        run_id = found.run("ingest").json()["id"]
        committed = "SELECT count(*) FROM raw.documents"
        wait_until(lambda: is_there(found.lake) and ask(found.lake, committed)[0][0] >= 100)
        tree = found.tree()
        assert len(tree) >= 3  # itself, its server, the run
        assert found.state(run_id) == "RUNNING"
        assert found.end(signal.SIGINT) == 0
        assert [each for each in tree if each.is_running()] == []
    assert 100 <= ask(found.lake, committed)[0][0] < 4_000
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        states = database.execute("SELECT state_type FROM flow_run WHERE id = ?", [run_id])
        assert states.fetchall() == [("CANCELLED",)]


def test_after_a_power_cut_a_run_that_died_holds_up_no_other(home: Path, unread: Path) -> None:
    with serving(unread, home=home) as found:
        run_id = found.run("ingest").json()["id"]
        wait_until(lambda: found.state(run_id) == "RUNNING")
        for each in found.tree():
            each.kill()
    with serving(unread, home=home) as again:
        assert again.outcome(run_id) == "CRASHED"
        assert again.outcome(again.run("wires").json()["id"]) == "COMPLETED"
        next_id = again.run("ingest").json()["id"]
        wait_until(lambda: again.state(next_id) == "RUNNING")


def said_by(folder: Path, *options: str) -> tuple[int, str]:
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "flows.cli", "serve", *options],
        cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.stdout == ""
    return ran.returncode, ran.stderr


def test_a_second_warehouse_is_refused_by_the_server_of_the_first(
    served: Serving, tmp_path: Path
) -> None:
    def known() -> dict[str, tuple[object, ...]]:
        kept = ("id", "tags", "parameters", "parameter_openapi_schema")
        return {name: tuple(map(row.get, kept)) for name, row in served.deployments().items()}

    before = known()
    code, said = said_by(write(tmp_path), "--port", served.api.split(":")[2].partition("/")[0])
    assert (code, said.count("\n")) == (2, 1)
    assert "of another warehouse" in said
    assert f"warehouse={served.lake}" in said
    assert known() == before


def test_a_port_that_something_else_has_is_named(other_server: str, tmp_path: Path) -> None:
    port = other_server.rpartition(":")[2]
    code, said = said_by(write(tmp_path), "--port", port)
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("wirelake: the port is not free")
    assert f"port={port}" in said


def test_no_server_is_started_on_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://192.0.2.1:9/api")
    code, said = said_by(write(tmp_path))
    assert (code, said.count("\n")) == (2, 1)
    assert "one is started on this machine only" in said


def test_a_group_that_names_no_source_is_told_before_anything_is_started(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "wirelake.toml").write_text(SETTINGS.replace('["wire"]', '["wires"]'))
    code, said = said_by(folder, "--port", str(free_port()))
    assert (code, said.count("\n")) == (2, 1)
    assert "names 'wires', which is no source" in said


def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path)
    monkeypatch.setenv("PREFECT_HOME", str(folder / "sources.toml"))
    code, said = said_by(folder, "--port", str(free_port()))
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("wirelake: the Prefect server has no place for its data")
