"""What the form of a backfill does, sent as the UI does, to what `wirelake serve` has started."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from backfill_operator import SOURCE, held, outlet_with, write_settings
from dated_press import page as page_of
from serving import Serving, serving
from waiting import wait_until

from warehouse import connect

pytestmark = [pytest.mark.prefect, pytest.mark.serve]

DAY = dt.date(2026, 3, 12)
ONE = dt.timedelta(days=1)
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture(scope="module")
def press() -> Iterator[Any]:
    with outlet_with([DAY, DAY + ONE, DAY + 2 * ONE], 1) as outlet:
        yield outlet


@pytest.fixture(scope="module")
def served(press: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve a file of two articles, one of them without a date, and an outlet."""
    folder = tmp_path_factory.mktemp("news")
    rows = [
        {"id": number, "title": f"Bridge {number} reopens", "text": "Walkers cheered. " * 20}
        for number in range(2)
    ]
    rows[0]["date"] = f"{DAY}T08:30:00"
    (folder / "wire.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    write_settings(folder, press)
    path = folder / "sources.toml"
    path.write_text(path.read_text() + '[sources.wire]\nkind = "folder"\npath = "wire.jsonl"\n')
    with serving(folder, home=folder / "prefect") as found:
        yield found


def run(served: Serving, first: dt.date, last: dt.date, **more: Any) -> tuple[str, str, str]:
    """Send the form; give the id of the run, its state and its message."""
    sent = {"first_day": str(first), "last_day": str(last), "sources": ["wire"]} | more
    answer = served.run("backfill", parameters=sent)
    answer.raise_for_status()
    run_id = str(answer.json()["id"])
    state = served.outcome(run_id)
    (row,) = served.rows("flow_runs/filter", flow_runs={"id": {"any_": [run_id]}})
    return run_id, state, str(row["state"]["message"])


def artifact(served: Serving, run_id: str, key: str) -> dict[str, Any]:
    criteria = {"flow_run_id": {"any_": [run_id]}, "key": {"any_": [key]}}
    (found,) = served.rows("artifacts/filter", artifacts=criteria)
    return found


@pytest.mark.parametrize("mode", ["refetch", "replay"])
def test_a_dry_run_makes_no_warehouse(served: Serving, mode: str) -> None:
    run_id, state, said = run(served, DAY, DAY, mode=mode)
    assert state == "COMPLETED"
    assert said.startswith("1 of 1 windows" if mode == "refetch" else "0 of 1 windows")
    assert artifact(served, run_id, "backfill-plan")["description"] in said
    assert not served.lake.exists()


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (DAY, DAY - dt.timedelta(days=1), "the last day is before the first: swap them"),
        (TODAY, TODAY + dt.timedelta(days=2), "the last day is in the future"),
    ],
    ids=["swapped", "in the future"],
)
def test_days_that_cannot_be_meant_fail_the_run_with_a_sentence(
    served: Serving, first: dt.date, last: dt.date, sentence: str
) -> None:
    _, state, said = run(served, first, last)
    assert state == "FAILED"
    assert said.startswith(sentence)


def test_what_the_table_of_windows_says_to_run_finds_what_was_stored(served: Serving) -> None:
    run_id, state, _ = run(served, TODAY, TODAY, dry_run=False)  # the day of the file, not of DAY
    assert state == "COMPLETED"
    words = artifact(served, run_id, "backfill-windows")["description"]
    command = words.partition("```sh\n")[2].partition("```")[0]
    _, *arguments = shlex.split(command)
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "flows.cli", *arguments, "--format", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [(row["event_date"], row["articles"]) for row in json.loads(ran.stdout)] == [
        (str(DAY), 1),
        (None, 1),
    ]


def test_a_replay_of_the_form_takes_what_has_changed_and_the_undated_where_it_is_asked(
    served: Serving,
) -> None:
    run(served, TODAY, TODAY, policy="all", dry_run=False)
    path: Path = served.lake.parent / "sources.toml"
    path.write_text(path.read_text() + 'publisher = "The Quay"\n')  # of the last table
    _, _, said = run(served, DAY, DAY, mode="replay")
    assert said.startswith("1 of 2 windows would run")
    _, state, _ = run(served, DAY, DAY, mode="replay", undated=True, dry_run=False)
    assert state == "COMPLETED"
    with connect(served.lake) as lake:
        publishers = lake.sql("SELECT DISTINCT publisher FROM raw.articles").fetchall()
    assert publishers == [("The Quay",)]


def test_a_backfill_that_is_cancelled_ends_soon_and_its_progress_says_so(
    served: Serving, press: Any
) -> None:
    sent = {
        "first_day": str(DAY), "last_day": str(DAY + 2 * ONE), "sources": [SOURCE],
        "parallel": 1, "dry_run": False,
    }  # fmt: skip
    with held(press, f"/{DAY + ONE}/0", page_of(DAY + ONE, 0)):
        run_id = str(served.run("backfill", parameters=sent).json()["id"])
        wait_until(lambda: press.asked(f"/{DAY + ONE}/0"), pause_s=0.1)
        cancelling = {"type": "CANCELLING", "name": "Cancelling"}
        served.post(f"flow_runs/{run_id}/set_state", state=cancelling).raise_for_status()
        assert served.outcome(run_id) == "CANCELLED"
    said = artifact(served, run_id, "backfill-progress")["description"]
    assert said == "1 of 3 windows, ended before the others"
    with connect(served.lake) as lake:
        query = f"SELECT day FROM raw.windows WHERE source = '{SOURCE}' AND state = 'done'"
        assert lake.sql(query).fetchall() == [(DAY + 2 * ONE,)]
