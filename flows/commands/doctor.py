"""Looking whether all that wirelake needs is there."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.commands.options import resolved
from flows.serving.server import api_url, is_answering
from flows.settings import Settings
from flows.sources import load
from transforms.errors import IngestError
from transforms.language import detect
from warehouse import catalog, extensions
from warehouse.checks.rows import BROKE_OFF
from warehouse.erasing.purge import is_purge_wanted

ENOUGH_DISK = 2**30


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    found: str


def examine(settings: Settings) -> list[Finding]:
    """Look at the interpreter, DuckDB's extensions, the language model, the files and the disk."""
    return [
        Finding("python", True, platform.python_version()),
        _look("duckdb and its extensions", lambda: f"{duckdb.__version__}, {extensions.probe()}"),
        _look("language model", _language),
        _look("sources", lambda: _sources(settings)),
        _look("warehouse", lambda: _warehouse(settings)),
        _purge(settings),
        _disk(settings),
        _server(settings),
    ]


def _look(what: str, at: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, at())
    except IngestError as error:
        return Finding(what, False, str(error))
    except duckdb.Error as error:
        return Finding(what, False, catalog.first_line(error))


def _language() -> str:
    language, _ = detect("The parliament will vote on the new budget before the end of the week.")
    return f"answers '{language}' to an English sentence"


def _warehouse(settings: Settings) -> str:
    resolved(settings.warehouse)
    if not catalog.exists(settings.warehouse):
        return f"none yet at {settings.warehouse}: `wirelake ingest` makes it"
    # Read-only: looking should neither wait for a lock nor upgrade anything.
    with catalog.attach(settings.warehouse, read_only=True) as connection:
        lake = catalog.Lake(settings.warehouse, connection)
        found = f"schema {lake.meta('schema_version')}, snapshot {lake.snapshot()}"
    return found + _open_to_all(settings.warehouse)


def _purge(settings: Settings) -> Finding:
    """Say so where bytes are left that should be gone."""
    is_left = is_purge_wanted(settings.warehouse)
    return Finding("purge", not is_left, BROKE_OFF if is_left else "none is left to do")


def _open_to_all(warehouse: Path) -> str:
    """Say so where anybody may change what the warehouse says; no failure, for mounts look so."""
    places = (warehouse, warehouse / catalog.NAME, warehouse / "data")
    if not any(place.stat().st_mode & stat.S_IWOTH for place in places):
        return ""
    return f"; anybody on this machine may write it: chmod -R o-w {shlex.quote(str(warehouse))}"


def _sources(settings: Settings) -> str:
    enabled = [source for source in load(settings.sources).values() if source.enabled]
    for source in enabled:
        source.check()
    return f"{settings.sources}: {len(enabled)} enabled"


def _server(settings: Settings) -> Finding:
    url = api_url(settings)
    answer = "answers" if is_answering(url) else "does not answer: runs are not tracked"
    return Finding("Prefect server", True, f"{url} {answer}")


def _disk(settings: Settings) -> Finding:
    place = Path(os.path.realpath(settings.warehouse))  # in a circle, too
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Finding("free disk space", free > ENOUGH_DISK, f"{free / 2**30:.1f} GiB")
