"""A folder of sources, and a warehouse to which all may be done that an operator does."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
from invented_copies import SOURCES, configured

from flows.backfilling.execution import carry_out
from flows.backfilling.order import Order
from flows.backfilling.replay import replay_window
from flows.copying import method
from flows.ingesting.limits import Limits
from flows.ingesting.normalize import with_keys
from flows.ingesting.pipeline import ingest_source
from flows.ingesting.pool import Normalized
from flows.ingesting.readers import Readers
from flows.ingesting.shared import Run
from flows.learning import Learned, add
from flows.sources import Cursor, Document, Fetch, Poll, Source, Window, load
from transforms.boilerplate import digest_of, letters_of
from transforms.boilerplate_learning import Recurring
from transforms.reading import Profile
from transforms.schema import ARTICLE, KEYS
from warehouse.catalog import Lake
from warehouse.copies.signed import Signed
from warehouse.copies.step import Asked, CopiesCounts, find_copies
from warehouse.digest import ViewDigest, digest
from warehouse.forgetting import forget
from warehouse.opening import opened

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
_STATE = "article_id, document_id, cluster_id, cluster_size, first_seen, last_seen"
_TOLD = f"SELECT {_STATE} FROM lake.main.changes WHERE is_shown"
_SHOWN = f"SELECT {_STATE} FROM lake.main.articles"
UNTOLD = f"({_TOLD} EXCEPT {_SHOWN}) UNION ALL ({_SHOWN} EXCEPT {_TOLD})"
"""What `changes` says otherwise than `articles`: nothing, after a copies step."""


@dataclass
class Reader:
    """A pool without processes that reads a document once in each way, however often it comes."""

    rows: dict[tuple[str, Profile], pa.RecordBatch] = field(default_factory=dict)
    is_crowded: bool = False

    def submit(
        self, documents: pa.RecordBatch, profile: Profile, *, signs: bool = False
    ) -> Callable[[], Normalized]:
        names = [(name, profile) for name in documents["document_id"].to_pylist()]
        for number, name in enumerate(names):
            if name not in self.rows:
                self.rows[name] = with_keys(documents.slice(number, 1), profile)
        found = pa.concat_batches([self.rows[name] for name in names])
        keys = found.column(KEYS.name) if signs else None
        return lambda: Normalized(found.select(ARTICLE.names), [], keys)


@dataclass
class Repeated:
    """A source that gives some documents of another one again, in an order of our own."""

    source: Source
    documents: Sequence[Document]

    def __getattr__(self, name: str) -> object:
        return getattr(self.source, name)

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Document | Fetch]:
        yield from self.documents


@dataclass
class Place:
    """Sources that read a folder each, and a warehouse beside them."""

    home: Path
    lake: Lake
    reader: Reader
    rng: random.Random
    max_documents: Callable[[], int] = lambda: 500
    """Of the next batch."""
    signed: Signed = field(default_factory=Signed)
    """Keys of what was read since the last copies step, as if all were one run."""

    @property
    def root(self) -> Path:
        return self.home / "lake"

    @property
    def toml(self) -> Path:
        return self.home / "sources.toml"

    def run(self) -> Run:
        """Begin a run with batches of a size that chance decides."""
        limits = Limits(max_documents=self.max_documents(), max_bytes=2**20)
        run = Run("run", self.lake, self.reader, limits, Poll(), Readers(1))  # type: ignore[arg-type]
        return replace(run, signed=self.signed)

    def configured(self) -> list[Source]:
        """Give the sources, in any order."""
        sources = list(load(self.toml).values())
        return self.rng.sample(sources, len(sources))

    def publish(self, name: str, *rows: dict[str, object], at: dt.datetime = NOON) -> None:
        """Write a file of rows, named by its source and itself."""
        path = self.home / name
        path.write_text("\n".join(map(json.dumps, rows)))
        os.utime(path, (at.timestamp(), at.timestamp()))

    def read(self, *, compares: bool = True) -> None:
        for source in self.configured():
            ingest_source(self.run(), source)
        if compares:
            self.compare()

    def repeat(self) -> None:
        """Give some documents again, in another order and other batches."""
        for source in self.configured():
            known = [it for it in source.read(None, {}) if isinstance(it, Document)]
            again = self.rng.sample(known, self.rng.randint(0, len(known)))
            ingest_source(self.run(), Repeated(source, again))  # type: ignore[arg-type]

    def backfill(self, days: Sequence[dt.date]) -> None:
        """Read what was written on some days again."""
        for source in self.configured():
            for day in days:
                result = carry_out(self.run(), source, Order(day, day, policy="all"), day)
                assert result.state == "done", result

    def replay(self, days: Sequence[dt.date | None], sources: Sequence[str] = SOURCES) -> None:
        """Read stored documents again whose articles are of some days, or of none."""
        for source in self.configured():
            for day in days if source.name in sources else ():
                replay_window(self.run(), source, day, applies=True)

    def forget(self, *days: dt.date, sources: Sequence[str] = SOURCES) -> None:
        if days:
            forget(self.lake, dict.fromkeys(sources, "seen"), days)

    def compare(self, *, rebuild: bool = False) -> CopiesCounts:
        """Find copies; a rebuild signs all texts anew."""
        asked = Asked(rebuild=True) if rebuild else Asked(signed=self.signed)
        return find_copies(self.lake, "run", method(), asked)

    def learn(self, source: str, line: str) -> None:
        """Put a line on the list of what is left out of the texts of a source."""
        found = Recurring(digest_of(letters_of(line)), line, "end", 9, 9, 9)
        add(self.lake, Learned(source, 9, [found], []), NOON)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        return self.lake.connection.execute(query).fetchall()

    def days(self, condition: str = "true") -> list[dt.date | None]:
        """List the days that some articles are of."""
        rows = self.ask(
            f"SELECT DISTINCT event_date FROM raw.articles WHERE {condition} ORDER BY event_date"
        )
        return [row[0] for row in rows]  # type: ignore[misc]

    def clusters(self) -> list[list[str]]:
        """Give the urls of each cluster of two and more."""
        rows = self.ask(
            "SELECT list(url ORDER BY url) AS urls FROM all_articles "
            "GROUP BY cluster_id HAVING count(*) > 1 ORDER BY urls"
        )
        return [row[0] for row in rows]  # type: ignore[misc]

    def digest(self) -> list[ViewDigest]:
        return digest(self.lake.connection)

    def check(self) -> None:
        """Look whether what steps have made of copies is what one over all makes of them."""
        self.compare()
        assert self.ask(UNTOLD) == []
        anew = self.compare(rebuild=True)
        assert (anew.paired, anew.moved) == (0, 0)


@contextmanager
def opened_place(
    home: Path,
    empty_lake: Path,
    reader: Reader,
    seed: object = 0,
    sources: Sequence[str] = SOURCES,
) -> Iterator[Place]:
    """Make the folders of the sources and an empty warehouse, and open it."""
    configured(home, sources)
    with opened(Path(shutil.copytree(empty_lake, home / "lake"))) as lake:
        lake.connection.execute("USE lake")
        yield Place(home, lake, reader, random.Random(repr(seed)))
