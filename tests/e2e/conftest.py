"""A real Prefect server, the command in its own process, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
from playwright.sync_api import Page, Route, ViewportSize, expect, sync_playwright

from flows.serving.server import is_answering
from warehouse import connect

# By this the tests find the modules beside this file, and those of others.
sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1] / "flows")]
from places import Place, Reader, opened_place

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds" / "sources.toml"
START_S = 90.0
ARRIVAL_S = 20.0
"""Logs and task runs reach the server's tables some time after the run has ended."""
PAGE_S = 30.0

VIEWPORT: ViewportSize = {"width": 1520, "height": 680}  # as wide as the summary table asks for
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

Row = dict[str, Any]


class _Other(BaseHTTPRequestHandler):
    """Something that answers at an address, and tracks no runs."""

    answers: ClassVar[dict[str, tuple[int, bytes]]] = {
        "/refuses/health": (200, b"true"),
        "/shop/health": (200, b"<h1>Welcome to the shop</h1>"),
    }

    def do_GET(self) -> None:
        status, body = self.answers.get(self.path, (401, b"{}"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Server:
    """A Prefect server of these tests."""

    address: str

    @property
    def api_url(self) -> str:
        return f"{self.address}/api"

    def runs(self) -> list[Row]:
        return self._filter("flow_runs", {})

    def task_runs(self, run_id: str, count: int) -> list[Row]:
        """Give the tasks of a run, as soon as that many have ended."""
        criteria = {
            "flow_runs": {"id": {"any_": [run_id]}},
            "task_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED"]}}},
        }
        return _eventually(lambda: self._filter("task_runs", criteria), count)

    def logs(self, run_id: str, event: str, count: int) -> list[Row]:
        """Give the log lines of a run that tell of an event, as soon as there are that many."""
        criteria = {"logs": {"flow_run_id": {"any_": [run_id]}}}

        def told() -> list[Row]:
            return [line for line in self._filter("logs", criteria) if event in line["message"]]

        return _eventually(told, count)

    def artifacts(self, run_id: str) -> list[Row]:
        return self._filter("artifacts", {"artifacts": {"flow_run_id": {"any_": [run_id]}}})

    def _filter(self, what: str, criteria: Row) -> list[Row]:
        answer = requests.post(f"{self.api_url}/{what}/filter", json=criteria, timeout=10)
        answer.raise_for_status()
        rows: list[Row] = answer.json()
        return rows


def _eventually(rows: Callable[[], list[Row]], count: int) -> list[Row]:
    deadline = time.monotonic() + ARRIVAL_S
    while len(found := rows()) < count and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str
    lake: Path
    run: Row
    """The flow run it made; empty where it made none."""

    @property
    def run_id(self) -> str:
        return str(self.run["id"])

    def query(self, sql: str) -> list[Row]:
        """Ask the warehouse it wrote."""
        with connect(self.lake) as connection:
            rows: list[Row] = connection.sql(sql).to_arrow_table().to_pylist()
        return rows


Wirelake = Callable[..., Ran]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a Prefect server with nothing in it, and end it."""
    home = tmp_path_factory.mktemp("prefect")
    port = free_port()
    found = Server(f"http://127.0.0.1:{port}")
    command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {
        "PREFECT_HOME": str(home),
        "PREFECT_UI_API_URL": found.api_url,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": found.address,
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "ui"),
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }
    with (
        (home / "server.log").open("wb") as log,
        _ended(
            subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)  # noqa: S603
        ) as process,
    ):
        deadline = time.monotonic() + START_S
        while not is_answering(found.api_url):
            assert process.poll() is None, (home / "server.log").read_text()
            assert time.monotonic() < deadline, (home / "server.log").read_text()
            time.sleep(0.25)
        yield found


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="package")
def wirelake(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Wirelake:
    """Run the command, and look which flow run it made."""

    def run(
        *arguments: str | Path,
        sources: Path = SEEDS,
        lake: Path | None = None,
        api_url: str = server.api_url,
        command: tuple[str, ...] = ("-m", "flows.cli"),
    ) -> Ran:
        lake = lake or tmp_path_factory.mktemp("lake") / "lake"
        places = ("--warehouse", lake, "--sources", sources)
        before = {row["id"] for row in server.runs()}
        ran = subprocess.run(  # noqa: S603
            [sys.executable, *command, *map(str, (*arguments, *places))],
            env=os.environ | {"PREFECT_API_URL": api_url, "WIRELAKE_NORMALIZE__WORKERS": "1"},
            cwd=lake.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        made = [row for row in server.runs() if row["id"] not in before]
        assert len(made) <= 1
        return Ran(ran.returncode, ran.stdout, ran.stderr, lake, made[0] if made else {})

    return run


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture
def places(tmp_path: Path, empty_lake: Path, reader: Reader) -> Iterator[Callable[[str], Place]]:
    """Make a place of a name, with a source of rows."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(
            opened_place(tmp_path / name, empty_lake, reader, name, ["wire"])
        )


@pytest.fixture
def unused_url() -> str:
    """Give an address where nothing answers."""
    return f"http://127.0.0.1:{free_port()}/api"


@pytest.fixture(scope="session")
def other_server() -> Iterator[str]:
    """Serve what is no Prefect server (/shop), and one that lets nobody in (/refuses)."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Other) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="package")
def tracked(wirelake: Wirelake) -> Ran:
    """An ingest of the bundled articles that the server tracks."""
    return wirelake("ingest")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find the browser."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no browser: install chromium (on Debian and Ubuntu: apt-get install chromium)")
    return found


@pytest.fixture
def page(chromium: str, server: Server) -> Iterator[Page]:
    """Open a page that reaches the server and nothing else."""

    def stay_here(route: Route) -> None:
        if route.request.url.startswith(server.address):
            route.continue_()
        else:
            route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        opened = browser.new_page(viewport=VIEWPORT, color_scheme="light")
        opened.set_default_timeout(PAGE_S * 1000)
        expect.set_options(timeout=PAGE_S * 1000)
        opened.route("**", stay_here)
        yield opened
        browser.close()


@pytest.fixture
def screenshots() -> Path | None:
    """Say where pictures for the documentation are wanted: `SCREENSHOTS=docs/images pytest ...`."""
    folder = os.environ.get("SCREENSHOTS")
    return ROOT / folder if folder else None
