"""A reader that looks all the while, and says whether what it saw can have been committed."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import duckdb

from warehouse import connect

GLANCES = 4
"""Through one connection, which remembers what it has read; then a new one."""

_COUNTS = """
SELECT
    (SELECT id FROM current_snapshot()),
    (SELECT count(*) FROM raw.documents),
    (SELECT count(DISTINCT document_id) FROM raw.documents),
    (SELECT sum("new") FROM raw.batches),
    (SELECT count(*) FROM raw.takedowns),
    (SELECT count(*) FROM raw.articles),
    (SELECT count(DISTINCT document_id) FROM raw.articles),
    (SELECT count(DISTINCT document_id) FROM raw.sightings)
"""
_SHOWN = """
SELECT count(*), bit_xor(hash(article_id, document_id, title, text, country, cluster_id,
    cluster_size, first_seen, last_seen)) FROM articles
"""
_BATCHES = "SELECT batch_id FROM raw.batches"


@dataclass
class Watch:
    """Looks from a thread of its own, for the time of a block."""

    root: Path
    errors: list[str] = field(default_factory=list)
    glances: int = 0
    states: defaultdict[int, set[tuple[object, ...]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    """Snapshot -> what was seen of it."""
    batches: set[str] = field(default_factory=set)

    def __enter__(self) -> Watch:
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def torn(self) -> list[tuple[int, list[tuple[object, ...]]]]:
        """List the snapshots of which two things were seen, or that no commit can have made."""
        return [
            (snapshot, sorted(seen, key=str))
            for snapshot, seen in self.states.items()
            if len(seen) > 1 or not all(_is_whole(*state[:7]) for state in seen)
        ]

    def told(self) -> str:
        return f"{self.glances} glances of a reader at {len(self.states)} states"

    def _look(self) -> None:
        while not self._is_over.is_set():
            try:
                with connect(self.root) as lake:
                    for _ in range(GLANCES):
                        self._glance(lake)
            except Exception as error:  # noqa: BLE001 - the test says so
                self.errors.append(repr(error))

    def _glance(self, lake: duckdb.DuckDBPyConnection) -> None:
        lake.execute("BEGIN")
        [(snapshot, *counts)] = lake.execute(_COUNTS).fetchall()
        [shown] = lake.execute(_SHOWN).fetchall()
        self.batches.update(row[0] for row in lake.execute(_BATCHES).fetchall())
        lake.execute("COMMIT")
        self.states[snapshot].add((*counts, *shown))
        self.glances += 1


def _is_whole(
    documents: int, ids: int, counted: int, digests: int, articles: int, article_ids: int, seen: int
) -> bool:
    """Say whether a state is the sum of whole batches, less what was taken down.

    A document has one row, and a sighting; what is taken down has a digest, before it goes.
    """
    is_counted = counted - digests <= documents <= counted
    return is_counted and documents == ids == articles == article_ids == seen
