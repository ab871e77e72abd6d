"""Sessions, and a server that sends what it is told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
import requests
from polite_web import QUICK
from raw_server import LONG_S, Ask, RawServer, Script

from flows.sources import Web


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def ask(server: RawServer, session: requests.Session) -> Iterator[Ask]:
    with contextlib.ExitStack() as open_ones:

        def _ask(script: Script) -> requests.Response:
            server.scripts["/"] = lambda: script
            response = session.get(server.url("/"), stream=True, timeout=(5, LONG_S))
            open_ones.callback(response.close)
            return response

        yield _ask


@pytest.fixture
def web() -> Iterator[Web]:
    """A session that loses no time between its tries."""
    with Web(QUICK) as opened:
        yield opened
