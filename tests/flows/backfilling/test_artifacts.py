"""What the UI is shown of a backfill, against a server that keeps, refuses and dawdles."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import prefect
import pytest
from markdown_it import MarkdownIt
from prefect.events.clients import NullEventsClient
from prefect.events.worker import EventsWorker
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.backfilling import artifacts as shown
from flows.backfilling.artifacts import MAX_ROWS, Artifacts
from flows.backfilling.plan import Planned
from flows.backfilling.replay import Change, ReplayCounts
from flows.backfilling.results import WindowResult
from flows.ingest import _show as show_summary
from flows.ingesting.counts import Counts
from flows.ingesting.run import Summary
from warehouse.copies.step import CopiesCounts

# A flow makes them; here nobody runs one.
pytestmark = pytest.mark.filterwarnings("ignore:Artifact creation outside:FutureWarning")

FIRST = dt.date(2026, 3, 1)


class ArtifactServer(ThreadingHTTPServer):
    """Keeps artifacts as a Prefect server does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kept: dict[str, dict[str, Any]] = {}
        self.refuses: list[str] = []
        """Keys that are not taken, once each."""
        self.dawdles = threading.Event()
        self.dawdles.set()
        self.is_asked = threading.Event()
        """Set once an update has come."""

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api"

    def of(self, key: str) -> list[dict[str, Any]]:
        return [each for each in self.kept.values() if each["key"] == key]

    def only(self, key: str) -> dict[str, Any]:
        (found,) = self.of(key)
        return found


class _Handler(BaseHTTPRequestHandler):
    server: ArtifactServer

    def do_GET(self) -> None:
        if "csrf" in self.path:
            self._answer(404, {})
        else:
            self._answer(200, prefect.__version__ if "version" in self.path else True)

    def do_POST(self) -> None:
        said = self._said()
        if said.get("key") in self.server.refuses:
            self.server.refuses.remove(said["key"])
            self._answer(500, {})
            return
        now = dt.datetime.now(dt.UTC).isoformat()
        made = said | {"id": str(uuid.uuid4()), "created": now, "updated": now}
        self.server.kept[made["id"]] = made
        self._answer(201, made)

    def do_PATCH(self) -> None:
        said = self._said()
        self.server.is_asked.set()
        self.server.dawdles.wait(30)
        self.server.kept[self.path.rsplit("/", 1)[-1]].update(said)
        self._answer(204, None)

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return said

    def _answer(self, status: int, said: object) -> None:
        body = b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ArtifactServer]:
    with ArtifactServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        EventsWorker.set_client_override(NullEventsClient)  # this server takes none
        with temporary_settings({PREFECT_API_URL: server.api_url}):
            yield server
        EventsWorker.set_client_override(None)
        server.dawdles.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def backfill(server: ArtifactServer, monkeypatch: pytest.MonkeyPatch) -> Artifacts:
    monkeypatch.setattr(shown, "PERIOD_S", 0.05)
    return Artifacts("the-run", Path("lake"), executes=True)


def planned(days: int) -> list[Planned]:
    return [
        Planned("press", FIRST + dt.timedelta(days=age), "never read", "refetch", "never read")
        for age in range(days)
    ]


def result(age: int, state: str = "done", reason: str | None = None) -> WindowResult:
    return WindowResult("press", FIRST + dt.timedelta(days=age), "refetch", state, reason)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def in_time() -> None:
        await asyncio.wait_for(work(), 60)

    asyncio.run(in_time())


def test_a_table_that_was_not_taken_once_makes_no_second_progress(
    server: ArtifactServer, backfill: Artifacts
) -> None:
    server.refuses = ["backfill-windows", "backfill-windows"]

    async def work() -> None:
        await backfill.show_plan(planned(3))
        for age in range(3):
            await backfill.tell(result(age))
            await asyncio.sleep(0.2)
        await backfill.close()

    run(work)
    assert server.only("backfill-progress")["description"] == "3 of 3 windows"
    assert server.only("backfill-windows")["description"].startswith("3 windows: 3 done.")


def test_an_update_that_is_under_way_does_not_land_after_the_last_one(
    server: ArtifactServer, backfill: Artifacts
) -> None:
    async def work() -> None:
        await backfill.show_plan(planned(2))
        server.dawdles.clear()
        await backfill.tell(result(0))
        assert await asyncio.to_thread(server.is_asked.wait, 20)
        await backfill.tell(result(1))
        closing = asyncio.create_task(backfill.close())
        await asyncio.sleep(0.1)
        server.dawdles.set()
        await closing

    run(work)
    assert server.only("backfill-progress")["description"] == "2 of 2 windows"
    assert server.only("backfill-windows")["description"].startswith("2 windows: 2 done.")


def test_a_backfill_that_ended_early_promises_no_end(
    server: ArtifactServer, backfill: Artifacts
) -> None:
    async def work() -> None:
        await backfill.show_plan(planned(3))
        await backfill.tell(result(0))
        await asyncio.sleep(0.3)
        assert "the end is expected at" in server.only("backfill-progress")["description"]
        await backfill.tell(result(1, "failed", "page 7: status 503"))
        await backfill.close()

    run(work)
    said = server.only("backfill-progress")["description"]
    assert said == "2 of 3 windows, ended before the others"
    words = server.only("backfill-windows")["description"]
    assert words.startswith("3 windows: 1 done, 1 failed, 1 to do.")
    assert "1 window failed: press 2026-03-02: page 7: status 503" in words
    assert "run_id = 'the-run'" in words
    states = [row["state"] for row in json.loads(server.only("backfill-windows")["data"])]
    assert states == ["failed", "done", "to do"]


def test_a_server_that_takes_nothing_costs_the_picture_only(
    server: ArtifactServer, backfill: Artifacts
) -> None:
    async def work() -> None:
        server.refuses = ["backfill-plan", *["backfill-progress", "backfill-windows"] * 9]
        await backfill.show_plan(planned(1))
        await backfill.tell(result(0))
        await backfill.close()

    run(work)
    assert server.kept == {}


def test_a_plan_that_is_too_long_for_the_ui_is_cut_and_says_so(
    server: ArtifactServer,
) -> None:
    plan_of = Artifacts("the-run", Path("lake"), executes=False)
    run(lambda: plan_of.show_plan(planned(MAX_ROWS + 1)))
    plan = server.only("backfill-plan")
    assert plan["description"].endswith(f" The first {MAX_ROWS} are shown.")
    assert len(json.loads(plan["data"])) == MAX_ROWS
    assert list(server.kept.values()) == [plan]  # nothing is read, so nothing progresses


def test_what_a_replay_would_change_is_shown_by_column_and_as_differences(
    server: ArtifactServer, backfill: Artifacts
) -> None:
    changes = ReplayCounts(documents=9, changed=2)
    changes.columns.update({"title": 2, "text": 0})
    changes.samples["title"] = [Change.of("file:a`b", "title", "Old\nwords", None)]
    run(lambda: backfill.show_changes(changes))
    columns = server.only("replay-columns")
    assert columns["description"] == "2 of 9 documents would change"
    assert json.loads(columns["data"]) == [{"column": "title", "rows": 2}]
    assert server.only("replay-examples")["data"] == (
        "`file:a'b` **title**\n```diff\n- Old words\n+ None\n```"
    )


def tags_of(markdown: str) -> set[str]:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    return set(re.findall(r"<(\w+)", parser.render(markdown)))


def test_what_a_page_or_a_server_says_is_no_markup_of_the_ui(
    server: ArtifactServer, backfill: Artifacts
) -> None:
    markup = "![x](http://evil.example/x.gif) <img src=y> `a`\r\r[b](javascript:c)\r```"
    changes = ReplayCounts(documents=1, changed=1)
    changes.columns.update({"title": 1})
    changes.samples["title"] = [Change.of(f"file:{markup}", "title", markup, markup)]
    counts = Counts("press", error=markup)

    async def work() -> None:
        await backfill.show_plan([replace(planned(1)[0], why=markup)])
        await backfill.tell(result(0, "failed", markup))
        await backfill.close()
        await backfill.show_changes(changes)
        await show_summary(Summary("the-run", [counts], CopiesCounts(0, 0, 0)))

    run(work)
    cells = [
        str(cell)
        for artifact in server.kept.values()
        if str(artifact["data"]).startswith("[")
        for row in json.loads(artifact["data"])
        for cell in row.values()
    ]
    assert sum("evil.example" in cell for cell in cells) == 3
    assert tags_of("\n\n".join(cells)) == {"p"}
    for key in ("backfill-windows", "ingest-summary"):
        assert tags_of(server.only(key)["description"]) <= {"p", "pre", "code"}
    examples = server.only("replay-examples")["data"]
    assert tags_of(examples) == {"p", "code", "strong", "pre"}


def test_no_differences_are_shown_where_there_are_none(
    server: ArtifactServer, backfill: Artifacts
) -> None:
    run(lambda: backfill.show_changes(ReplayCounts(documents=9)))
    assert [each["key"] for each in server.kept.values()] == ["replay-columns"]
