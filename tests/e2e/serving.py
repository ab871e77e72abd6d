"""`wirelake serve` in a process of its own, as a terminal starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import psutil
import requests
from waiting import wait_until

END_S = 25.0
"""What Ctrl-C may take: a run 10 s to commit, its server 10 s to end, and all of them to go."""
RUN_S = 60.0
ANSWER_S = 60.0
"""How long a server is waited for: beside four busy processes it left a question for 20 s."""
BUSY = 503
"""What the server says while something else writes its database."""

Row = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def post(url: str, body: Any) -> requests.Response:
    while True:
        answer = requests.post(url, json=body, timeout=ANSWER_S)
        if answer.status_code != BUSY:
            return answer
        time.sleep(0.1)


@dataclass(frozen=True)
class Desk:
    """A webhook that notes what it is told."""

    url: str
    heard: Queue[str]

    def make_block(self, api_url: str) -> None:
        """Let a server know it as the notification block custom-webhook/desk."""
        url = f"{api_url}/block_types/slug/custom-webhook"
        kind = requests.get(url, timeout=ANSWER_S).json()["id"]
        of_kind = {"block_schemas": {"block_type_id": {"any_": [kind]}}}
        schema = post(f"{api_url}/block_schemas/filter", of_kind).json()[0]["id"]
        block = {
            "name": "desk",
            "block_type_id": kind,
            "block_schema_id": schema,
            "data": {"name": "desk", "url": self.url, "json_data": {"text": "{{body}}"}},
        }
        post(f"{api_url}/block_documents/", block).raise_for_status()


@contextmanager
def listening() -> Iterator[Desk]:
    """Open a webhook on a loopback address."""
    heard: Queue[str] = Queue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        yield Desk(f"http://127.0.0.1:{listener.server_port}/", heard)
        listener.shutdown()
        thread.join()


@dataclass(frozen=True)
class Serving:
    """A command that serves, what it said when it was ready, and its server."""

    process: subprocess.Popen[str]
    said: Row
    lake: Path

    @property
    def api(self) -> str:
        return str(self.said["api"])

    def post(self, path: str, **body: Any) -> requests.Response:
        return post(f"{self.api}/{path}", body)

    def rows(self, path: str, **body: Any) -> list[Row]:
        answer = self.post(path, **body)
        answer.raise_for_status()
        found: list[Row] = answer.json()
        return found

    def deployments(self) -> dict[str, Row]:
        return {row["name"]: row for row in self.rows("deployments/filter")}

    def run(self, deployment: str, **body: Any) -> requests.Response:
        """Ask for a run as the form of the UI does."""
        found = self.deployments()[deployment]
        return self.post(f"deployments/{found['id']}/create_flow_run", **body)

    def runs(self, deployment: str) -> list[Row]:
        found = self.deployments()[deployment]["id"]
        return self.rows("flow_runs/filter", flow_runs={"deployment_id": {"any_": [found]}})

    def state(self, run_id: str) -> str:
        answer = requests.get(f"{self.api}/flow_runs/{run_id}", timeout=ANSWER_S)
        return str(answer.json()["state_type"])

    def outcome(self, run_id: str) -> str:
        """Give the state that a run ends in."""
        ends = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        wait_until(lambda: self.state(run_id) in ends, RUN_S)
        return self.state(run_id)

    def tree(self) -> list[psutil.Process]:
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    def end(self, by: signal.Signals) -> int:
        """Signal the whole group, as a terminal does, and give the exit code."""
        os.killpg(self.process.pid, by)
        return self.process.wait(END_S)


@contextmanager
def serving(
    folder: Path, *options: str, home: Path, port: int | None = None, **variables: str
) -> Iterator[Serving]:
    """Serve what `wirelake.toml` of a folder says."""
    command = ["-m", "flows.cli", "serve", "--port", str(port or free_port()), "--format", "json"]
    environment = os.environ | {
        "PREFECT_HOME": str(home),
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "WIRELAKE_NORMALIZE__WORKERS": "1",
    }
    with (
        (folder / "serve.log").open("a") as log,
        subprocess.Popen(  # noqa: S603
            [sys.executable, *command, *options],
            cwd=folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        assert process.stdout
        try:
            said = process.stdout.readline()
            assert said, (folder / "serve.log").read_text()
            yield Serving(process, json.loads(said), folder / "lake")
        finally:
            if process.poll() is None:
                tree = psutil.Process(process.pid).children(recursive=True)
                process.terminate()
                try:
                    process.wait(END_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                psutil.wait_procs(tree, timeout=1)
                for child in tree:
                    if child.is_running():
                        child.kill()
