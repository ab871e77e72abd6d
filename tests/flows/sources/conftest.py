"""What the tests of the web share: news outlets on loopback addresses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

# By this the tests find the module beside this file.
sys.path.insert(0, str(Path(__file__).parent))
from local_outlet import Outlet


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
