"""The Prefect server that tracks runs: whether there is one, and starting one on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import SplitResult, urlsplit

import requests

from flows.settings import Settings
from transforms.errors import ConfigError, IngestError

PROBE_S = 2.0
START_S = 120.0
"""A cold start with the database to be made takes a small machine a minute."""
END_S = 10.0
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


def api_url(settings: Settings) -> str:
    """Give the address of the server: Prefect's own variable wins over the setting.

    Raises:
        ConfigError: it is no address.
    """
    url = os.environ.get("PREFECT_API_URL") or settings.prefect.api_url
    try:
        is_address = urlsplit(url).port != 0 and bool(urlsplit(url).hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise ConfigError("the address of the Prefect server is none: see prefect.api_url", url=url)
    if urlsplit(url).username is not None:  # it would stand in every complaint and log
        raise ConfigError(
            "PREFECT_API_URL holds a password, which belongs into PREFECT_API_AUTH_STRING"
        )
    return url


def is_answering(url: str) -> bool:
    """Say whether a Prefect server answers at this address."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(f"{url.rstrip('/')}/health", timeout=PROBE_S)
            return answer.ok and answer.json() is True  # others say "ok" to any address
        except requests.RequestException:
            return False


def report_to(url: str) -> None:
    """Let this process report to a server, and to nobody else; before Prefect is imported."""
    os.environ["PREFECT_API_URL"] = url
    os.environ.setdefault("DO_NOT_TRACK", "1")


@dataclass(frozen=True)
class LocalServer:
    """A server that this process has started."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def is_ready(self, *, is_new: bool = False) -> bool:
        """Say whether it answers.

        Args:
            is_new: it has just been started, and its last words say why it ended; those of a
                server that went on for long are about anything.

        Raises:
            IngestError: it has ended instead.
        """
        if self.process.poll() is None:
            return is_answering(self.url)
        why = self._last_words() if is_new else "see its log"
        raise IngestError(f"the Prefect server has ended: {why}", log=self.log)

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    def end(self) -> None:
        """End it, gently at first."""
        self.process.terminate()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def local_server(url: str) -> Iterator[LocalServer | None]:
    """Start a Prefect server on this machine where none answers; it is not ready yet.

    Args:
        url: of its API.

    Yields:
        None where one answers already, which is left alone.

    Raises:
        ConfigError: none can be started at this address.
    """
    if is_answering(url):
        yield None
        return
    address = _startable(url)
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    log_path = home / "wirelake-server.log"
    try:
        home.mkdir(parents=True, exist_ok=True)
        log = log_path.open("wb")
    except OSError as error:
        raise ConfigError(
            f"the Prefect server has no place for its data: {error.strerror}", path=home
        ) from error
    with log:
        server = LocalServer(url, log_path, _start(address, url, home, log))
    try:
        yield server
    finally:
        server.end()


def _startable(url: str) -> SplitResult:
    """Look whether a server may be started at an address.

    Raises:
        ConfigError: it may not.
    """
    address = urlsplit(url)
    if address.scheme != "http" or address.hostname not in LOOPBACK:
        raise ConfigError(
            "no Prefect server answers there, and one is started on this machine only", url=url
        )
    if address.path.rstrip("/") != "/api":
        raise ConfigError("the address of a Prefect server ends with /api", url=url)
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", _port(address)))
    except OSError as error:
        raise ConfigError(
            f"the port is not free, and what has it is no Prefect server that answers: "
            f"take another with --port ({error.strerror})",
            port=_port(address),
        ) from error
    return address


def _port(address: SplitResult) -> int:
    return address.port or 80


def _start(address: SplitResult, url: str, home: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    port = _port(address)
    usual = {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
        "PREFECT_SERVER_UI_API_URL": url,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # Else a server that was killed leaves places of runs taken, for good.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
            "prefect.server.concurrency.lease_storage.filesystem"
        ),
        # Else the pages are written into the installed package.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "ui"),
    }
    command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *command],
        env=usual | os.environ,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C reaches those who started it, who end it last
    )
