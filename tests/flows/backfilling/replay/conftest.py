"""A warehouse with documents to be replayed."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stored_wire import ROWS, Query, Wire, row

from warehouse import connect


@pytest.fixture(scope="package")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty articles of two days and of none, stored; not to be changed."""
    wire = Wire(tmp_path_factory.mktemp("wire"))
    wire.write(map(row, range(ROWS)))
    wire.ingest()
    return wire.folder


@pytest.fixture
def wire(read_once: Path, tmp_path: Path) -> Wire:
    """The same, to be changed."""
    return Wire(shutil.copytree(read_once, tmp_path / "wire"))


@pytest.fixture
def ask(wire: Wire) -> Query:
    def run(query: str) -> list[tuple[Any, ...]]:
        with connect(wire.lake) as lake:
            return lake.sql(query).fetchall()

    return run


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Refuse whoever would reach a machine, this one among them; give what would let them.

    The processes of the pool are started over a socket of the file system.
    """
    really = socket.socket.connect

    def connect_at_home(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            raise OSError(f"refused by the test: {address}")
        really(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_at_home)
    return really
