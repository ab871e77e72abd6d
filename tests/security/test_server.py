"""What the Prefect server is open to, and what whoever fills in its forms may ask for."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from flows.backfilling.order import Order
from flows.ingesting import run
from flows.ingesting.groups import sources_of
from flows.serving.server import local_server
from flows.settings import load
from transforms.errors import ConfigError, IngestError

Write = Callable[[dict[str, str | bytes]], None]

SOURCE = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
ARGUMENTS = """\
#!{python}
import json, os, pathlib, sys
seen = {{name: os.environ.get(name) for name in os.environ if name.startswith("PREFECT_")}}
pathlib.Path({told!r}).write_text(json.dumps([sys.argv[1:], seen]))
"""
FREE = {"str", "Path", "Any"}
"""Types of which a parameter may be anything."""


@pytest.fixture
def told(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which an interpreter that starts no server says how it was called."""
    told, python = here / "told.json", here / "python"
    python.write_text(ARGUMENTS.format(python=sys.executable, told=str(told)))
    python.chmod(0o755)
    monkeypatch.setenv("PREFECT_HOME", str(here / "home"))
    monkeypatch.setenv("PREFECT_SERVER_API_HOST", "0.0.0.0")  # noqa: S104 - it must not count
    monkeypatch.setattr(sys, "executable", str(python))
    return told


def test_the_server_listens_on_loopback_only_and_takes_pages_of_its_own_only(
    told: Path,
) -> None:
    with local_server("http://127.0.0.1:4917/api") as server:
        assert server is not None
        server.process.wait(60)
    arguments, environment = json.loads(told.read_text())
    assert arguments[:4] == ["-m", "prefect", "server", "start"]
    assert arguments[arguments.index("--host") + 1] == "127.0.0.1"
    origins = environment["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]
    assert origins == "http://127.0.0.1:4917,http://localhost:4917"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


@pytest.mark.parametrize(
    "url",
    [
        "http://0.0.0.0:4918/api", "http://192.0.2.1:4918/api", "http://[::]:4918/api",
        "https://127.0.0.1:4918/api", "http://localhost.example:4918/api",
    ],
)  # fmt: skip
def test_no_server_is_started_for_others(told: Path, url: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("flows.serving.server.PROBE_S", 0.2)
    with pytest.raises(ConfigError, match="on this machine only"), local_server(url):
        pass
    assert not told.exists()


def test_no_form_takes_a_path_an_address_or_sql() -> None:
    from flows.backfill import backfill_flow
    from flows.dedupe import dedupe
    from flows.ingest import ingest
    from flows.maintain import maintain
    from flows.report import report

    free = {
        (flow.name, name)
        for flow in (ingest, backfill_flow, dedupe, maintain, report)
        for name, kind in get_type_hints(flow.fn).items()
        if name != "return" and FREE & {getattr(each, "__name__", "") for each in parts(kind)}
    }
    # Names of sources and groups, which the settings must know: see the tests below.
    assert free == {("ingest", "sources"), ("ingest", "group"), ("backfill", "sources")}


def parts(kind: Any) -> list[Any]:
    """Give a type and those it is made of."""
    inner = [each for each in get_args(kind) if isinstance(each, type) or get_args(each)]
    return [kind, *(part for each in inner for part in parts(each))]


HOSTILE = ["../wire", "/etc/passwd", "x'; DROP TABLE raw.articles; --", "http://127.0.0.1/", "WIRE"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_the_settings_do_not_know_is_refused(write: Write, name: str) -> None:
    write({"sources.toml": SOURCE, "wirelake.toml": ""})
    with pytest.raises(ConfigError):
        run.chosen(Path("sources.toml"), (name,))
    with pytest.raises(IngestError):
        sources_of(load(), name)


def test_a_backfill_takes_days_and_words_of_its_own_only() -> None:
    hints = get_type_hints(Order)
    assert {name for name, kind in hints.items() if FREE & {getattr(kind, "__name__", "")}} == set()
    assert {hints["first_day"], hints["last_day"]} == {dt.date}
