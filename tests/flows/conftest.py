"""The command in this process, in an empty folder, untracked; news outlets on loopback."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.cli import main
from warehouse import connect

# By this the tests find the modules beside this file.
sys.path.insert(0, str(Path(__file__).parent))
from local_outlet import Outlet

DEAD_SERVER = "http://127.0.0.1:9/api"
ENVIRONMENT = {"PREFECT_API_URL": DEAD_SERVER, "WIRELAKE_NORMALIZE__WORKERS": "1"}
NOT_TRACKED = f"No Prefect server at {DEAD_SERVER}: this run is not tracked.\n"

GOOD_TEXT = """\
The Lamp on the Breakwater Burns Again

By Ida Brandt | Monday, 4 March 2024 08:15 AM GMT

The lamp on the breakwater was lit on Monday evening for the first time since the storm.

Two electricians had worked on it for nine days, most of them in the rain, and were paid in fish.

The harbour master said that the lamp would burn until the first ferry of the morning.
"""


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line of complaint."""
        lines = self.err.removeprefix(NOT_TRACKED).splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("wirelake: ")
        return lines[0]


Command = Callable[..., Said]


def run(*arguments: str | Path, env: dict[str, str] | None = None) -> Said:
    """Run the command; whatever it does not turn into an exit code is raised."""
    logger = logging.getLogger("flows")
    before = logger.handlers, logger.level, logger.propagate
    try:
        result = CliRunner().invoke(
            main, [str(each) for each in arguments], env=ENVIRONMENT | (env or {})
        )
    finally:
        logger.handlers, logger.propagate = before[0], before[2]
        logger.setLevel(before[1])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def wirelake(here: Path) -> Command:
    """Run the command in an empty working folder."""
    return run


@pytest.fixture(scope="session")
def command() -> Command:
    """Run the command wherever the tests run."""
    return run


@pytest.fixture(scope="session")
def query() -> Callable[[Path, str], list[dict[str, Any]]]:
    """Ask a warehouse."""

    def ask(lake: Path, statement: str) -> list[dict[str, Any]]:
        with connect(lake) as connection:
            rows: list[dict[str, Any]] = connection.sql(statement).to_arrow_table().to_pylist()
        return rows

    return ask


@pytest.fixture
def process(here: Path) -> list[str]:
    """The command as a process: its first words; the working folder is empty."""
    return [sys.executable, "-m", "flows.cli"]


@pytest.fixture
def environment() -> dict[str, str]:
    """What a process of the command needs to know."""
    return os.environ | ENVIRONMENT


@pytest.fixture
def stopped_at(
    process: list[str], environment: dict[str, str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command where a fault is armed, and wait for its end."""

    def run_until(fault: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            [*process, *map(str, words)],
            env=environment | {"WIRELAKE_FAULT": fault},
            capture_output=True,
            text=True,
            check=False,
        )

    return run_until


@pytest.fixture
def write(here: Path) -> Callable[[dict[str, str | bytes]], None]:
    """Write files by name."""

    def write_files(files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            path = here / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    return write_files


@pytest.fixture
def listing(here: Path) -> Callable[[], dict[str, Any]]:
    """List everything below the working folder, with the bytes of the files."""

    def list_all() -> dict[str, Any]:
        return {
            str(path.relative_to(here)): path.read_bytes() if path.is_file() else None
            for path in sorted(here.rglob("*"))
        }

    return list_all


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as `init` makes it, with one article in its warehouse; not to be changed."""
    folder = tmp_path_factory.mktemp("stored") / "news"
    assert run("init", folder).code == 0
    (folder / "articles" / "lamp.txt").write_text(GOOD_TEXT)
    settings = ("--settings", folder / "wirelake.toml")
    assert run("ingest", *settings).code == 0
    yield folder


@pytest.fixture
def open_outlet() -> Iterator[Callable[[str], Outlet]]:
    """Open further outlets, each on an address of its own: 127.0.0.2 and so on."""
    with ExitStack() as stack:
        opened: list[Outlet] = []

        def open_at(host: str = "127.0.0.1") -> Outlet:
            opened.append(stack.enter_context(closing(Outlet(host))))
            return opened[-1]

        yield open_at
    assert [error for outlet in opened for error in outlet.errors] == []


@pytest.fixture
def outlet(open_outlet: Callable[[str], Outlet]) -> Outlet:
    """Open an outlet on 127.0.0.1; `outlet.log` lists every request it got."""
    return open_outlet("127.0.0.1")
