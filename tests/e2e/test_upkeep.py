"""The flows that keep a warehouse well, on a real Prefect server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.prefect, pytest.mark.whole]

REPORT = """
import asyncio, os, sys
os.environ["WIRELAKE_WAREHOUSE"] = sys.argv[sys.argv.index("--warehouse") + 1]
from flows.report import report
asyncio.run(report())
"""


def test_upkeep_is_tracked_and_leaves_the_views_as_they_were(
    server: Any, wirelake: Any, tracked: Any
) -> None:
    before = wirelake("digest", lake=tracked.lake).out
    ran = wirelake("maintain", "--format", "json", lake=tracked.lake)
    assert (ran.code, ran.run["state_type"]) == (0, "COMPLETED")
    (artifact,) = server.artifacts(ran.run_id)
    assert artifact["key"] == "maintain-summary"
    assert json.loads(artifact["data"]) == json.loads(ran.out)
    assert "parts became" in artifact["description"]
    assert wirelake("digest", lake=tracked.lake).out == before


def test_the_search_for_copies_is_a_run_of_its_own(
    server: Any, wirelake: Any, tracked: Any
) -> None:
    before = wirelake("digest", lake=tracked.lake).out
    for words in (("dedupe",), ("dedupe", "--rebuild")):
        ran = wirelake(*words, "--format", "json", lake=tracked.lake)
        assert (ran.code, ran.run["state_type"]) == (0, "COMPLETED")
        (artifact,) = server.artifacts(ran.run_id)
        assert json.loads(artifact["data"]) == json.loads(ran.out)
        [row] = json.loads(ran.out)
        assert row["texts_compared"] == (row["texts"] if "--rebuild" in words else 0)
    assert wirelake("digest", lake=tracked.lake).out == before


def test_the_report_is_an_artifact_and_a_page_beside_the_warehouse(
    server: Any, wirelake: Any, tracked: Any
) -> None:
    ran = wirelake(lake=tracked.lake, command=("-c", REPORT))
    assert (ran.code, ran.run["state_type"]) == (0, "COMPLETED"), ran.err
    (artifact,) = server.artifacts(ran.run_id)
    assert (artifact["key"], artifact["type"]) == ("health", "markdown")
    assert "| regional |" in artifact["data"]
    assert "<svg" in (tracked.lake / "report.html").read_text(encoding="utf-8")


def test_a_run_without_a_warehouse_fails_with_one_sentence(server: Any, wirelake: Any) -> None:
    ran = wirelake(command=("-c", REPORT))
    assert ran.run["state_type"] == "FAILED"
    assert "there is no warehouse here" in ran.run["state"]["message"]


@pytest.fixture(scope="module")
def report(tracked: Any, wirelake: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    assert wirelake("report", "--output", path, lake=tracked.lake).code == 0
    return path


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_is_as_wide_as_its_window_and_asks_for_nothing_else(
    width: int, chromium: str, report: Path
) -> None:
    address = report.as_uri()
    asked, complaints = list[str](), list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("figure svg").first.bounding_box()["width"] > 300  # type: ignore[index]
        browser.close()
    assert (asked, complaints) == ([address], [])
