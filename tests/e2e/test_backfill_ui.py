"""Backfills as an operator does them: in a browser, on what `wirelake serve` has started."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from backfill_operator import (
    FORM,
    SOURCE,
    TABLE,
    Operator,
    held,
    outlet_with,
    write_settings,
)
from dated_press import page as page_of
from interrupted_runs import ask
from playwright.sync_api import Page, expect
from serving import Serving, serving

pytestmark = [pytest.mark.prefect, pytest.mark.browser, pytest.mark.serve]

PER_DAY = 2
CANCEL_S = 15.0
ZONES = ["America/Los_Angeles", "Asia/Tokyo", "UTC"]
SERVER_ZONE = os.environ.get("TZ") or "Asia/Tokyo"


def march(*numbers: int) -> list[dt.date]:
    return [dt.date(2026, 3, number) for number in numbers]


@pytest.fixture(scope="module")
def press() -> Iterator[Any]:
    with outlet_with(march(*range(1, 13)), PER_DAY) as outlet:
        yield outlet


@pytest.fixture(scope="module")
def served(
    chromium: str, press: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    """Serve in a zone whose day began long before that of the browser, or another that is set."""
    folder = write_settings(tmp_path_factory.mktemp("news"), press)
    with serving(folder, home=folder / "prefect", TZ=SERVER_ZONE) as found:
        yield found


@pytest.fixture(scope="module")
def server(served: Serving) -> SimpleNamespace:
    """Be the server that `page` may reach."""
    return SimpleNamespace(address=served.api.removesuffix("/api"))


@pytest.fixture
def operator(page: Page, served: Serving) -> Operator:
    return Operator(page, served)


def windows(served: Serving, *days: dt.date) -> dict[dt.date, str]:
    query = "SELECT day, state FROM raw.windows WHERE day BETWEEN '{}' AND '{}'"
    return dict(ask(served.lake, query.format(days[0], days[-1])))  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", ZONES)
def test_the_day_picked_is_the_day_planned_in_whatever_zone_the_browser_is(
    zone: str, operator: Operator, press: Any
) -> None:
    operator.be_in(zone)
    first, last = march(1, 31)
    operator.fill_form(first, last)
    assert operator.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == zone
    run_id = operator.submit()
    assert operator.served.outcome(run_id) == "COMPLETED"
    sent = operator.parameters(run_id)
    assert (sent["first_day"], sent["last_day"]) == ("2026-03-01", "2026-03-31")
    plan = operator.rows(run_id, "backfill-plan")
    assert [row["day"] for row in plan] == [f"2026-03-{day:02}" for day in range(31, 0, -1)]
    assert {row["source"] for row in plan} == {SOURCE}


def test_a_dry_run_shows_the_plan_and_the_run_after_it_does_what_it_says(
    operator: Operator, served: Serving, press: Any, screenshots: Path | None
) -> None:
    first, *_, last = days = march(1, 2, 3, 4)
    asked = len(press.log)
    operator.fill_form(first, last)
    if screenshots:
        operator.show(screenshots / "backfill-form.png", FORM)
    operator.submit()
    operator.see_state("Completed")
    expect(operator.card("backfill-plan")).to_contain_text("4 of 4 windows would run")
    rows = operator.open_table("backfill-plan")
    assert [row[:4] for row in rows] == [
        [str(day), SOURCE, "never read", "refetch"] for day in reversed(days)
    ]
    if screenshots:
        operator.show(screenshots / "backfill-plan.png", TABLE)
    assert len(press.log) == asked

    with held(press, f"/{first}/1", page_of(first, 1)) as released:
        operator.fill_form(first, last)
        operator.submit(dry_run=False)
        operator.see_on_card("backfill-progress", "[23] of 4 windows, the end is expected at")
        released.set()
    operator.see_state("Completed")
    operator.see_on_card("backfill-progress", "4 of 4 windows")
    rows = operator.open_table("backfill-windows")
    assert [row[:4] for row in rows] == [
        [str(day), SOURCE, "done", str(PER_DAY)] for day in reversed(days)
    ]
    command = operator.page.get_by_role("main").get_by_text("wirelake sql").inner_text()
    assert found_by(command) == [
        {"event_date": str(day), "source": SOURCE, "articles": PER_DAY} for day in days
    ]


def found_by(command: str) -> list[dict[str, Any]]:
    """Run what the UI says, as if it were pasted into a terminal."""
    _, *arguments = shlex.split(command)
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "flows.cli", *arguments, "--format", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


def test_a_backfill_that_is_cancelled_stops_and_what_it_has_not_read_is_not_done(
    operator: Operator, served: Serving, press: Any
) -> None:
    first, second, third, last = march(5, 6, 7, 8)
    with held(press, f"/{third}/0", page_of(third, 0)):
        operator.fill_form(first, last, parallel=1)
        operator.submit(dry_run=False)
        operator.see_on_card("backfill-progress", "1 of 4 windows")
        operator.choose("Cancel", "Cancel Flow Run")
        operator.see_state("Cancelled", CANCEL_S)
    states = windows(served, first, last)
    assert states.pop(last) == "done"
    assert "done" not in states.values()
    assert press.asked(f"/{second}/0") == press.asked(f"/{first}/0") == []


def test_a_failed_window_fails_the_run_with_its_reason_and_a_retry_reads_it_alone(
    operator: Operator, served: Serving, press: Any, screenshots: Path | None
) -> None:
    first, broken, _, last = march(9, 10, 11, 12)
    press.serve(f"/{broken}/1", status=503)
    operator.fill_form(first, last)
    run_id = operator.submit(dry_run=False)
    operator.see_state("Failed")
    operator.page.get_by_role("tab", name="Details").click()
    said = f"1 window failed: {SOURCE} {broken}: "
    expect(operator.page.get_by_text(said).first).to_contain_text("503")
    rows = operator.open_table("backfill-windows")
    assert [row[2] for row in rows] == ["failed", "done", "done", "done"]
    assert rows[0][0] == str(broken)
    if screenshots:
        operator.show(screenshots / "backfill-windows.png", TABLE)

    press.serve(f"/{broken}/1", page_of(broken, 1))
    asked = len(press.log)
    operator.open_run(run_id)
    operator.choose("Retry", "Retry")
    operator.see_state("Completed")
    pages = [request.path for request in press.log[asked:] if request.path.startswith("/2026")]
    assert sorted(pages) == [f"/{broken}/0", f"/{broken}/1"]
    assert set(windows(served, first, last).values()) == {"done"}
