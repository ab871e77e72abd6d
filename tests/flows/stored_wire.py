"""A file of rows that was read, and its source, which may be configured otherwise."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.backfilling.execution import untracked
from flows.backfilling.order import Order
from flows.backfilling.results import Backfilled
from flows.ingesting.limits import Limits
from flows.ingesting.pool import Apply, normalizers
from flows.ingesting.readers import Readers
from flows.ingesting.run import ingest
from flows.ingesting.shared import Run
from flows.settings import Normalize, Settings
from flows.sources import Poll, Source, load
from warehouse import connect
from warehouse.digest import ViewDigest, digest

FIRST, LAST = dt.date(2026, 3, 30), dt.date(2026, 3, 31)
ROWS = 40
"""More than one slice of documents."""
CHANGED = Order(FIRST, LAST, "replay", "changed", undated=True)
ALL = replace(CHANGED, policy="all")

Query = Callable[[str], list[tuple[Any, ...]]]


def row(number: int) -> dict[str, object]:
    day = FIRST + dt.timedelta(days=number % 2)
    said = f"The ferry number {number} left the harbour with its crew and came back in the evening."
    return {
        "id": number,
        "title": f"Ferry {number} leaves",
        "body": " ".join([said] * 9),
        "created": None if number % 10 == 9 else f"{day}T08:30:00",
        "revised": f"{day + dt.timedelta(days=2)}T08:30:00",
        "desk": f"Desk {number % 3}",
    }


class Wire:
    """A file of rows and the table of the source that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "sources.toml"
        self.lake = folder / "lake"
        self.configure()

    def write(self, rows: Iterable[dict[str, object]], name: str = "wire.jsonl") -> None:
        (self.folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))

    def configure(self, published: str = "created", more: str = "") -> None:
        fields = f'title = "title", text = "body", published_at = "{published}"'
        self.path.write_text(
            f'[sources.wire]\nkind = "folder"\npath = "wire.jsonl"\n{more}\n'
            f"fields = {{ {fields} }}\n"
        )

    @property
    def settings(self) -> Settings:
        return Settings(warehouse=self.lake, sources=self.path, normalize=Normalize(workers=1))

    @property
    def source(self) -> Source:
        return load(self.path)["wire"]

    def ingest(self, lake: Path | None = None) -> None:
        settings = self.settings.model_copy(update={"warehouse": lake or self.lake})
        asyncio.run(ingest(settings, (), lambda source, n: None))

    def replay(self, order: Order = CHANGED, *, executes: bool = True) -> Backfilled:
        work = untracked(self.settings, (), order, lambda source, n: None, executes=executes)
        return asyncio.run(work)


def content(lake: Path) -> list[ViewDigest]:
    with connect(lake) as connection:
        return digest(connection)


@contextmanager
def running(lake: Any, apply: Apply | None = None) -> Iterator[Run]:
    """Keep what one run needs, for windows that are replayed one by one."""
    readers = Readers(1)
    try:
        with normalizers(1, 20, apply) as pool, Poll().web as web:
            yield Run("run", lake, pool, Limits(500, 2**26), Poll(web=web), readers)
    finally:
        readers.close()
