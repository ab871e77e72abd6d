"""A batch: what one transaction will hold, filled as documents come, counted before it commits."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.errors import ContractError
from transforms.schema import ARTICLE, DOCUMENT, check, set_columns
from warehouse import files
from warehouse.files import DocumentPart
from warehouse.keeping_away import NOTHING, Away

Row = Mapping[str, object]


@dataclass
class Batch:
    """Documents and what came of them, to be committed together.

    Args:
        data: the data folder of the warehouse.
        run_id: the run it belongs to.
        source: name of the source.
        snapshot: the state of the warehouse its documents were compared with.
        normalizer: version of the code and options.
        algo: version of the copies step in force.
        now: UTC.
    """

    data: Path
    run_id: str
    source: str
    snapshot: int
    normalizer: str
    algo: str
    now: dt.datetime
    batch_id: str = field(default_factory=lambda: secrets.token_hex(16))
    seen: int = 0
    new: int = 0
    unchanged: int = 0
    taken_down: int = 0
    known: int = 0
    failed: int = 0
    payload_bytes: int = 0
    sightings: dict[tuple[str, dt.datetime], bool] = field(default_factory=dict)
    """(document_id, seen_at) -> whether its document may be stored already."""
    fetches: list[Row] = field(default_factory=list)
    cursors: dict[str, Row] = field(default_factory=dict)
    replaces_cursors: bool = False
    is_replay: bool = False
    """Whether its article rows take the place of those their documents have."""
    windows: list[Row] = field(default_factory=list)
    """What it ends of a backfill: rows of `windows` that replace those of their days."""
    met_documents: set[str] = field(default_factory=set)
    """Ids that others have stored since `snapshot`: whoever fills the next batch must know them."""
    met_articles: set[str] = field(default_factory=set)
    """The same of the article rows."""
    away: Away = NOTHING
    """What must not come back, as of `snapshot`."""
    met_takedown: bool = False
    """Whether something was taken down since: ids that were known may be so no longer."""
    turned_away: set[str] = field(default_factory=set)
    """Ids of documents it was given that must not come back."""
    erases: set[str] = field(default_factory=set)
    """Those of them that are stored, and were not known to be of an article that is kept away."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count()
        self._times: Counter[str] = Counter()
        self._ids: set[str] = set()
        self._articles: list[pa.RecordBatch] = []
        self._documents = DocumentPart(self.data, self.part_name(), self.month)

    @property
    def month(self) -> dt.date:
        """The partition of what is filed by when it was stored."""
        return self.now.date().replace(day=1)

    @property
    def article_batches(self) -> list[pa.RecordBatch]:
        """The article rows as they came."""
        return self._articles

    @property
    def document_path(self) -> Path:
        """Where its new documents lie, once they are finished."""
        return self._documents.path

    @property
    def articles(self) -> int:
        """Article rows to be written."""
        return sum(rows.num_rows for rows in self._articles)

    @property
    def rejected(self) -> int:
        """Article rows with a reject reason."""
        return sum(len(rows) - rows.column("reject_reason").null_count for rows in self._articles)

    def part_name(self) -> str:
        """Name the next part; no name is given twice."""
        return f"{self.batch_id}-{next(self._numbers)}"

    def see(self, document_id: str, seen_at: dt.datetime, *, is_stored: bool) -> None:
        """Count a document the source gave, and its sighting."""
        self.seen += 1
        self.unchanged += is_stored
        self._times[document_id] += 1
        self.sightings.setdefault((document_id, seen_at), is_stored)

    def lose(self, document_id: str) -> None:
        """Take back a new document that will not be stored, however often it was seen."""
        times = self._times.pop(document_id)
        self.seen -= times
        self.unchanged -= times - 1
        self.sightings = {
            key: stored for key, stored in self.sightings.items() if key[0] != document_id
        }

    def turn_away(self, document_id: str) -> None:
        """Count a document the source gave that must not come back."""
        self.seen += 1
        self.taken_down += 1
        self.turned_away.add(document_id)

    def add_documents(self, documents: pa.RecordBatch) -> None:
        """Take n new documents: DOCUMENT without what depends on the batch.

        Raises:
            ContractError: they do not have the schema.
            WarehouseError: they cannot be written.
        """
        rows = documents.num_rows
        columns = {"month": [self.month] * rows, **self._stamps(rows)}
        stored = set_columns(documents, columns)
        check(stored, DOCUMENT)
        try:
            self._documents.add(stored)
        except OSError as error:
            self.discard()
            raise files.unwritable(self.data, error) from error
        self._ids.update(documents.column("document_id").to_pylist())
        self.new += rows
        self.payload_bytes += pc.sum(documents.column("payload_bytes")).as_py()

    def add_articles(self, articles: pa.RecordBatch) -> None:
        """Take n normalized rows of ARTICLE.

        Raises:
            ContractError: they do not have the schema.
        """
        stored = set_columns(articles, self._stamps(articles.num_rows))
        check(stored, ARTICLE)
        self._articles.append(stored)

    def check(self) -> None:
        """Hold the batch to the conservation law.

        Raises:
            ContractError: its counts do not add up.
        """
        if self.seen != self.new + self.unchanged + self.taken_down:
            raise ContractError(
                "documents seen are not new + unchanged + taken down", **self.counts()
            )
        if len(self._ids) != self.new or not self._ids <= self._article_ids():
            raise ContractError("a new document has no article row", **self.counts())

    def counts(self) -> dict[str, int]:
        """Give the counts that are stored with the batch."""
        return {
            "seen": self.seen,
            "new": self.new,
            "unchanged": self.unchanged,
            "taken_down": self.taken_down,
            "articles": self.articles,
            "kept": self.articles - self.rejected,
            "rejected": self.rejected,
            "known": self.known,
            "failed": self.failed,
            "bytes": self.payload_bytes,
        }

    def finish_documents(self) -> list[Path]:
        """Bring the documents to the disk; give the part, if there is one."""
        return [self._documents.path] if self._documents.finish() else []

    def article_table(self) -> pa.Table:
        """Give the article rows, sorted so that a part's statistics prune days."""
        table = pa.Table.from_batches(self._articles, ARTICLE)
        return table.sort_by(
            [("month", "ascending"), ("published_at", "ascending"), ("document_id", "ascending")]
        )

    def replaced(self) -> list[str]:
        """Give the ids of the documents whose rows have to make room."""
        return sorted(self._article_ids()) if self.is_replay else []

    def overlaps(self, documents: set[str], articles: set[str]) -> bool:
        """Say whether any of these ids are among its own."""
        return bool(documents & self._ids or articles & self._article_ids())

    def drop(self, documents: set[str], articles: set[str]) -> list[Path]:
        """Take out what another run has stored meanwhile; give the documents' part anew.

        Args:
            documents: ids that `documents` has now.
            articles: ids that `articles` has now.
        """
        lost = documents & self._ids
        self.new -= len(lost)
        self.unchanged += len(lost)
        self._ids -= lost
        self.sightings = {key: stored or key[0] in lost for key, stored in self.sightings.items()}
        self._articles = [_without(rows, articles) for rows in self._articles]
        return self._rewrite_documents(lost)

    def take_down(self, document_ids: set[str]) -> list[Path]:
        """Take out what must not come back; give the documents' part anew."""
        self.erases |= document_ids & self._article_ids() - self._ids
        for name in document_ids:
            times = self._times.pop(name, 1)  # a replay does not count them
            is_new = name in self._ids
            self.new -= is_new
            self.unchanged -= times - is_new
            self.taken_down += times
        self._ids -= document_ids
        self.turned_away |= document_ids
        self.sightings = {
            key: stored for key, stored in self.sightings.items() if key[0] not in document_ids
        }
        self._articles = [_without(rows, document_ids) for rows in self._articles]
        return self._rewrite_documents(document_ids)

    def fresh_ids(self, table: str) -> list[str]:
        """Give the ids of its rows of `documents` or `articles`."""
        return sorted(self._ids if table == "documents" else self._article_ids())

    def stored_ids(self) -> set[str]:
        """Give the ids of the documents it holds for stored, whose sightings it brings."""
        return {name for (name, _), stored in self.sightings.items() if stored} - self._ids

    def discard(self) -> None:
        """Forget what it wrote."""
        self._documents.discard()

    def _rewrite_documents(self, lost: set[str]) -> list[Path]:
        before = self._documents
        self._documents = DocumentPart(self.data, self.part_name(), self.month)
        self.payload_bytes = 0
        if before.path.exists():
            with pq.ParquetFile(before.path) as part:
                for rows in _row_groups(part):
                    kept = _without(rows.cast(DOCUMENT), lost)
                    self.payload_bytes += pc.sum(kept.column("payload_bytes")).as_py() or 0
                    self._documents.add(kept)
        before.discard()
        return self.finish_documents()

    def _article_ids(self) -> set[str]:
        return {name for rows in self._articles for name in rows.column("document_id").to_pylist()}

    def _stamps(self, rows: int) -> dict[str, object]:
        return {"batch_id": [self.batch_id] * rows, "added_at": [self.now] * rows}


def _row_groups(part: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Read group by group: a batch across groups may hold the payloads of the whole part."""
    for group in range(part.num_row_groups):
        yield from part.read_row_group(group).to_batches()


def _without(rows: pa.RecordBatch, ids: set[str]) -> pa.RecordBatch:
    lost = pc.is_in(rows.column("document_id"), pa.array(sorted(ids), pa.string()))
    return rows.filter(pc.invert(lost))
