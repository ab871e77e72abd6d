"""Sources of the web, configured and read as a run does it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flows.sources import Cursor, Manners, Poll, Reading, Source, Web

# By this the tests find the modules beside this file.
sys.path.insert(0, str(Path(__file__).parent))
from readings import remember


@pytest.fixture
def web() -> Iterator[Web]:
    """A session that tries each request once."""
    with Web(Manners(retries=0)) as session:
        yield session


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., Any]:
    """Configure a source of a kind, at one url or several, to ask without a pause."""

    def made(kind: ModuleType, url: str | list[str], **options: object) -> Any:
        where = {"urls": url} if isinstance(url, list) else {"url": url}
        given = {"allow_private": True, "pace_s": 0.0, **where, **options}
        return kind.Source(name="press", home=tmp_path, **given)

    return made


@pytest.fixture
def run(web: Web) -> Callable[..., list[Reading]]:
    """Read a source as one run does, and remember what it says."""

    def once(
        source: Source, memory: dict[str, Cursor], *, only_due: bool = False, window: Any = None
    ) -> list[Reading]:
        readings = list(source.read(window, memory, Poll(only_due, web)))
        remember(readings, memory)
        return readings

    return once


@pytest.fixture
def read(run: Callable[..., list[Reading]]) -> Callable[..., list[Reading]]:
    """Read run after run: what is remembered, `read.memory`, is given to the next."""
    memory: dict[str, Cursor] = {}

    def again(source: Source, window: Any = None, *, only_due: bool = False) -> list[Reading]:
        return run(source, memory, only_due=only_due, window=window)

    again.memory = memory  # type: ignore[attr-defined]
    return again
