"""The main job on a real Prefect server, as an operator sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from flows.serving.server import is_answering

pytestmark = [pytest.mark.prefect, pytest.mark.whole]

FAILING = str(Path(__file__).with_name("failing_sources.py"))
SOURCE_NAMES = ["agency", "bundles", "dumps", "notes", "pages", "regional", "wire"]


def summary_of(server: Any, run_id: str) -> list[dict[str, Any]]:
    (artifact,) = server.artifacts(run_id)
    assert artifact["key"] == "ingest-summary"
    assert artifact["type"] == "table"
    rows: list[dict[str, Any]] = json.loads(artifact["data"])
    return rows


@pytest.fixture
def sources_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a sources file with one small folder for each name."""

    def write(*names: str) -> Path:
        tables = []
        for name in names:
            folder = tmp_path / name
            folder.mkdir()
            row = {
                "id": f"{name}-1",
                "title": f"Bridge of {name} reopens",
                "text": f"The stone bridge of {name} reopened on Thursday. "
                + "Walkers cheered. " * 20,
                "date": "2026-03-12T08:30:00Z",
            }
            (folder / "wire.jsonl").write_text(json.dumps(row))
            tables.append(f'[sources.{name}]\nkind = "folder"\npath = "{name}"\n')
        path = tmp_path / "sources.toml"
        path.write_text("\n".join(tables))
        return path

    return write


def test_an_ingest_is_a_completed_flow_run_whose_id_the_warehouse_knows(tracked: Any) -> None:
    assert (tracked.code, tracked.run["state_type"]) == (0, "COMPLETED")
    assert tracked.query("SELECT DISTINCT run_id FROM runs") == [{"run_id": tracked.run_id}]
    assert f"/runs/flow-run/{tracked.run_id}" in tracked.err


def test_each_source_is_a_task_and_so_is_the_search_for_copies(server: Any, tracked: Any) -> None:
    tasks = server.task_runs(tracked.run_id, count=8)
    assert sorted(task["name"] for task in tasks) == sorted([*SOURCE_NAMES, "find copies"])
    assert {task["state_type"] for task in tasks} == {"COMPLETED"}


def test_the_summary_says_of_each_source_what_the_warehouse_says(server: Any, tracked: Any) -> None:
    shown = summary_of(server, tracked.run_id)
    columns = {"documents": "seen", "known files": "known", "not read": "failed"}
    stored = tracked.query("FROM runs ORDER BY source")
    same = (
        "source",
        "documents",
        "new",
        "unchanged",
        "known files",
        "kept",
        "rejected",
        "not read",
    )
    assert [row["source"] for row in stored] == SOURCE_NAMES
    assert sorted(tuple(row[name] for name in same) for row in shown) == [
        tuple(row[columns.get(name, name)] for name in same) for row in stored
    ]
    assert all(row["error"] is None for row in shown)


def test_what_is_logged_reaches_the_server_with_its_batch(server: Any, tracked: Any) -> None:
    committed = server.logs(tracked.run_id, "committed", count=len(SOURCE_NAMES))
    batches = tracked.query("SELECT batch_id FROM raw.batches ORDER BY ALL")
    said = sorted(
        word.removeprefix("batch=")
        for line in committed
        for word in line["message"].split()
        if word.startswith("batch=")
    )
    assert said == [row["batch_id"] for row in batches]
    assert {line["level"] for line in committed} == {20}
    assert all(f"run={tracked.run_id}" in line["message"] for line in committed)
    assert "committed" not in tracked.err  # the terminal shows warnings only, as it is set


def test_an_untracked_ingest_says_so_in_one_line_and_ends_in_the_same_warehouse(
    wirelake: Any, tracked: Any, other_server: str
) -> None:
    untracked = wirelake("ingest", api_url=f"{other_server}/shop")
    digests = [
        json.loads(wirelake("digest", "--format", "json", lake=ran.lake).out)
        for ran in (tracked, untracked)
    ]
    assert (untracked.code, untracked.run) == (0, {})
    assert untracked.err == f"No Prefect server at {other_server}/shop: this run is not tracked.\n"
    assert digests[0] == digests[1]
    assert {line["view"]: line["rows"] for line in digests[0]}["articles"] > 60


def test_a_server_is_one_that_says_it_is_well_with_or_without_a_slash_at_the_end(
    server: Any, other_server: str, unused_url: str
) -> None:
    assert is_answering(server.api_url)
    assert is_answering(f"{server.api_url}/")
    assert not is_answering(f"{other_server}/shop")
    assert not is_answering(unused_url)


def test_a_server_that_lets_nobody_in_is_named_and_nothing_is_written(
    wirelake: Any, sources_file: Callable[..., Path], other_server: str
) -> None:
    ran = wirelake("ingest", sources=sources_file("calm"), api_url=f"{other_server}/refuses")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("wirelake: the Prefect server does not track the run (url=")
    assert ran.err.endswith("answer=401 Unauthorized)\n")
    assert ran.err.count("\n") == 1
    assert not ran.lake.exists()


def test_a_broken_source_fails_alone_and_one_that_did_not_answer_is_tried_again(
    server: Any, wirelake: Any, sources_file: Callable[..., Path]
) -> None:
    path = sources_file("garbled", "odd", "slow", "calm")
    ran = wirelake("ingest", "--format", "json", sources=path, command=(FAILING,))
    tasks = {task["name"]: task for task in server.task_runs(ran.run_id, count=5)}
    assert (ran.code, ran.run["state_type"]) == (0, "COMPLETED")
    assert {name: task["state_type"] for name, task in tasks.items()} == {
        "garbled": "FAILED", "odd": "FAILED", "slow": "COMPLETED", "calm": "COMPLETED",
        "find copies": "COMPLETED",
    }  # fmt: skip
    assert tasks["slow"]["run_count"] == 2
    assert tasks["garbled"]["run_count"] == 1
    shown = {row["source"]: row for row in summary_of(server, ran.run_id)}
    assert shown["garbled"]["error"] == "the answer is no feed (source=garbled)"
    assert shown["odd"]["error"] == "ValueError: nobody foresaw this"
    assert (shown["slow"]["kept"], shown["calm"]["kept"]) == (1, 1)
    assert {row["source"]: row for row in json.loads(ran.out)} == shown


def test_a_run_that_could_read_no_source_fails_with_one_sentence(
    server: Any, wirelake: Any, sources_file: Callable[..., Path]
) -> None:
    path = sources_file("garbled-1", "garbled-2")
    ran = wirelake("ingest", sources=path, command=(FAILING,))
    assert (ran.code, ran.run["state_type"]) == (1, "FAILED")
    assert ran.run["state"]["message"] == "no source could be read"
    assert "wirelake: no source could be read (sources=2)" in ran.err.splitlines()
    assert "/flows/" not in ran.err  # no traceback through our code; Prefect's events have theirs
    assert len(summary_of(server, ran.run_id)) == 2


def test_a_warehouse_that_cannot_be_made_fails_the_run_with_the_sentence_of_the_command(
    wirelake: Any, sources_file: Callable[..., Path], tmp_path: Path
) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("no folder")
    ran = wirelake("ingest", sources=sources_file("calm"), lake=occupied)
    assert (ran.code, ran.run["state_type"]) == (1, "FAILED")
    assert f"wirelake: {ran.run['state']['message']}" in ran.err.splitlines()
    assert "/flows/" not in ran.err  # no traceback through our code; Prefect's events have theirs
    assert occupied.read_text() == "no folder"


@pytest.mark.parametrize(
    ("path", "names", "sentence"),
    [
        ('"calm"', ["stormy"], "there is no source 'stormy'"),
        ('"gone"', [], "no such file or folder"),
    ],
    ids=["an unknown source", "a missing path"],
)
def test_what_is_wrong_on_the_command_line_starts_no_run(
    path: str, names: list[str], sentence: str, wirelake: Any, tmp_path: Path
) -> None:
    (tmp_path / "calm").mkdir()
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[sources.calm]\nkind = "folder"\npath = {path}\n')
    ran = wirelake("ingest", *names, sources=sources)
    assert (ran.code, ran.run, ran.out) == (2, {}, "")
    assert ran.err.startswith("wirelake: ")
    assert sentence in ran.err
    assert ran.err.count("\n") == 1
    assert not ran.lake.exists()


@pytest.mark.browser
def test_the_page_of_a_run_leads_to_the_table_of_its_sources(
    page: Page, server: Any, tracked: Any, screenshots: Path | None
) -> None:
    (artifact,) = server.artifacts(tracked.run_id)
    page.goto(f"{server.address}/v2/runs/flow-run/{tracked.run_id}")
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    page.get_by_role("tab", name="Artifacts").click()
    page.get_by_role("link", name="ingest-summary").click()
    page.get_by_role("link", name=artifact["id"][:8]).click()
    rows = page.get_by_role("row")
    expect(rows).to_have_count(1 + len(SOURCE_NAMES))
    expect(page.get_by_text(f"Run {tracked.run['name']}: ")).to_be_visible()
    expect(page.get_by_role("link", name=tracked.run["name"])).to_be_visible()
    if screenshots:
        page.mouse.move(0, 0)  # off the rows, which light up under it
        page.screenshot(path=screenshots / "ingest-run.png", animations="disabled")

    head, *shown = ([cell.strip() for cell in text.split("\t")] for text in rows.all_inner_texts())
    assert head[:2] == ["source", "documents"]
    kept = {source["source"]: str(source["kept"]) for source in summary_of(server, tracked.run_id)}
    place = head.index("kept")
    cells = [[cell for cell in row if cell] for row in shown]
    assert {row[0]: row[place] for row in cells} == kept
