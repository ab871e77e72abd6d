"""The command in a folder whose source was read."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from stored_press import LAST, Command, configure, lines


@pytest.fixture(scope="package")
def read_once(tmp_path_factory: pytest.TempPathFactory, command: Command) -> Path:
    """Three days and an article of none, read by `ingest`; not to be changed."""
    folder = tmp_path_factory.mktemp("press")
    (folder / "press.jsonl").write_text(lines())
    noon = dt.datetime.combine(LAST, dt.time(12), dt.UTC).timestamp()
    os.utime(folder / "press.jsonl", (noon, noon))  # the window that reads it
    configure(folder)
    where = ("--warehouse", folder / "lake", "--sources", folder / "sources.toml")
    assert command("ingest", "press", *where).code == 0
    return folder


@pytest.fixture
def press(read_once: Path, here: Path) -> Path:
    """The same in the working folder, to be changed."""
    shutil.copytree(read_once, here, dirs_exist_ok=True)
    (here / "wirelake.toml").write_text('warehouse = "lake"\nsources = "sources.toml"\n')
    return here


@pytest.fixture
def backfill(press: Path, command: Command) -> Command:
    def run(*arguments: str) -> Any:
        return command("backfill", *arguments)

    return run
