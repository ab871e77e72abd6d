"""What an operator does for a backfill in the UI, and the outlet that is read."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, expect
from serving import ANSWER_S, BUSY, RUN_S, Serving
from waiting import wait_until

# The outlet of the other tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from dated_press import serve_days
from local_outlet import Outlet, Reply, Request

SOURCE = "harbour-post"
SETTINGS = """\
sources = "sources.toml"
[schedules.ingest]
when = "never"
"""
FORM: ViewportSize = {"width": 1100, "height": 1345}
"""As much as the whole form takes."""
TABLE: ViewportSize = {"width": 1440, "height": 640}


@contextmanager
def outlet_with(days: list[dt.date], per_day: int) -> Iterator[Outlet]:
    """Open an outlet with some pages for each day, and a sitemap of them."""
    outlet = Outlet()
    serve_days(outlet, days, per_day)
    try:
        yield outlet
    finally:
        outlet.close()


@contextmanager
def held(outlet: Outlet, path: str, body: str) -> Iterator[threading.Event]:
    """Let an outlet wait with a page until it is told, or at the end."""
    released = threading.Event()

    def reply(request: Request) -> Reply:
        while not (released.wait(0.1) or request.ended.is_set()):
            pass
        return 200, {}, body.encode()

    outlet.serve(path, reply)
    try:
        yield released
    finally:
        released.set()
        outlet.serve(path, body)


def write_settings(folder: Path, outlet: Outlet) -> Path:
    """Make a folder in which to serve: the outlet, and a feed, which has no past."""
    (folder / "wirelake.toml").write_text(SETTINGS)
    (folder / "sources.toml").write_text(
        f'[sources.{SOURCE}]\nkind = "sitemap"\nurl = "{outlet.url("/sitemap.xml")}"\n'
        "allow_private = true\npace_s = 0\n"
        f'[sources.ticker]\nkind = "feed"\nurl = "{outlet.url("/feed")}"\nallow_private = true\n'
    )
    return folder


@dataclass(frozen=True)
class Operator:
    """Someone at the UI."""

    page: Page
    served: Serving

    @property
    def address(self) -> str:
        return self.served.api.removesuffix("/api")

    def be_in(self, zone: str) -> None:
        """Move the clock of the browser, as `timezone_id` of a new context does."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Emulation.setTimezoneOverride", {"timezoneId": zone})

    def fill_form(self, first: dt.date, last: dt.date, *, parallel: int = 2) -> None:
        """Open the form and fill it in, all but the switch of the dry run."""
        self.page.goto(f"{self.address}/v2/deployments")
        self.page.get_by_role("link", name="backfill", exact=True).first.click()
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Custom run").click()
        self._pick_day("First day", first)
        self._pick_day("Last day", last)
        self.page.get_by_role("button", name="Select sources").click()
        self.page.get_by_role("option", name=SOURCE).click()
        self._close_popover()
        self.page.get_by_label("Parallel").fill(str(parallel))

    def _pick_day(self, label: str, day: dt.date) -> None:
        field = self.page.get_by_role("button", name=label)
        field.click()
        calendar = self.page.get_by_role("dialog")
        calendar.get_by_label("Choose the Year").select_option(str(day.year))
        calendar.get_by_label("Choose the Month").select_option(str(day.month - 1))
        calendar.locator(f"[data-day='{day}']").get_by_role("button").click()
        self._close_popover()
        expect(field).to_have_text(re.compile(rf"{day:%B} {day.day}\D+{day.year}"))

    def _close_popover(self) -> None:
        popover = self.page.get_by_role("dialog")
        if popover.count():
            self.page.keyboard.press("Escape")
        expect(popover).to_have_count(0)

    def submit(self, *, dry_run: bool = True) -> str:
        """Send the form, follow the link to the run, and give its id."""
        switch = self.page.get_by_role("switch", name="Dry run")
        expect(switch).to_be_checked()
        if not dry_run:
            switch.click()
            expect(switch).not_to_be_checked()
        while True:
            with self.page.expect_response("**/create_flow_run") as answered:
                self.page.get_by_role("button", name="Submit").click()
            if answered.value.status != BUSY:
                break
        run_id = str(answered.value.json()["id"])
        self.page.locator(f"a[href*='{run_id}']").first.click()
        expect(self.page.get_by_role("tab", name="Logs")).to_be_visible()
        return run_id

    def choose(self, action: str, confirmation: str) -> None:
        """Take an action from the menu of a run."""
        self.page.get_by_role("button", name="Open menu").click()
        self.page.get_by_role("menuitem", name=action, exact=True).click()
        asked = self.page.get_by_role("alertdialog").or_(self.page.get_by_role("dialog"))
        asked.get_by_role("button", name=confirmation, exact=True).click()
        expect(asked).to_have_count(0)

    def see_state(self, state: str, patience_s: float = RUN_S) -> None:
        """Wait until the page of a run says in which state it is."""
        badge = self.page.get_by_role("main").get_by_text(state, exact=True).first
        expect(badge).to_be_visible(timeout=patience_s * 1000)

    def card(self, key: str) -> Locator:
        """Find an artifact on the page of a run."""
        self.page.get_by_role("tab", name="Artifacts").click()
        return self.page.get_by_role("link", name=key)

    def open_table(self, key: str) -> list[list[str]]:
        """Open the newest artifact of a name from the page of a run, and read its rows."""
        self.card(key).click()
        self.page.locator("a[href*='/artifacts/artifact/']").first.click()
        table = self.page.get_by_role("table")
        expect(table).to_be_visible()
        lines = table.get_by_role("row").all()[1:]
        return [line.get_by_role("cell").all_inner_texts() for line in lines]

    def see_on_card(self, key: str, words: str) -> None:
        """Wait until an artifact on the page of a run says something; it is looked at anew."""

        def is_said() -> bool:
            self.page.reload()
            card = self.card(key)
            self.page.wait_for_load_state("networkidle")
            return bool(card.count() and re.search(words, card.inner_text()))

        wait_until(is_said)

    def open_run(self, run_id: str) -> None:
        """Open the page of a run."""
        self.page.goto(f"{self.address}/v2/runs/flow-run/{run_id}")

    def show(self, picture: Path, size: ViewportSize) -> None:
        """Take a picture for the documentation."""
        expect(self.page.get_by_text("scheduled to start now")).to_have_count(0)
        self.page.set_viewport_size(size)
        self.page.mouse.move(0, 0)  # off the rows, which light up under it
        box = self.page.get_by_role("main").bounding_box()
        assert box
        clip: FloatRect = {
            "x": box["x"], "y": 0, "width": box["width"], "height": size["height"],
        }  # fmt: skip
        self.page.screenshot(path=picture, animations="disabled", clip=clip)

    def rows(self, run_id: str, key: str) -> list[dict[str, Any]]:
        """Give a table of a run as the server keeps it."""
        criteria = {"flow_run_id": {"any_": [run_id]}, "key": {"any_": [key]}}
        (artifact,) = self.served.rows("artifacts/filter", artifacts=criteria)
        found: list[dict[str, Any]] = json.loads(artifact["data"])
        return found

    def parameters(self, run_id: str) -> dict[str, Any]:
        """Give what the form has sent."""
        answer = requests.get(f"{self.served.api}/flow_runs/{run_id}", timeout=ANSWER_S)
        found: dict[str, Any] = answer.json()["parameters"]
        return found
