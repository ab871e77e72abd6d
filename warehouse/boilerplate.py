"""The lists of lines that are left out of texts, one in force per source; texts to learn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Literal

import duckdb
import pyarrow as pa

from transforms.errors import WarehouseError
from warehouse import files, lock
from warehouse.catalog import Lake, first_line
from warehouse.commit import given
from warehouse.tables import TABLES


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A row of the table `boilerplate`, which says what each column means."""

    source: str
    version: str
    digest: str
    line: str
    place: Literal["start", "end", "anywhere"]
    state: Literal["listed", "dropped"]
    articles: int
    of_articles: int
    days: int
    learned_at: dt.datetime
    in_force: bool


_COLUMNS = ", ".join(each.name for each in fields(ListedLine))


def lines_of(lake: Lake, *sources: str) -> list[ListedLine]:
    """Give the lists in force of some sources; none in a warehouse that has no such table yet."""
    return _lines_of(lake, sources, "in_force") if _has_table(lake) else []


def all_lines_of(lake: Lake, *sources: str) -> list[ListedLine]:
    """Give all lists that some sources have ever had, those in force first."""
    return _lines_of(lake, sources, "true") if _has_table(lake) else []


def _has_table(lake: Lake) -> bool:
    return bool(
        lake.scalar(
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake' "
            "AND schema_name = 'raw' AND table_name = 'boilerplate'"
        )
    )


def _lines_of(lake: Lake, sources: Sequence[str], condition: str) -> list[ListedLine]:
    found = lake.connection.execute(
        f"SELECT {_COLUMNS} FROM lake.raw.boilerplate WHERE list_contains(?::VARCHAR[], source) "
        f"AND {condition} ORDER BY source, in_force DESC, version, articles DESC, digest",
        [list(sources)],
    )
    return [ListedLine(**row) for row in found.to_arrow_table().to_pylist()]


def change_lines(
    lake: Lake, source: str, change: Callable[[list[ListedLine]], list[ListedLine]]
) -> list[ListedLine]:
    """Put in force what a function makes of the list of a source, and give its rows.

    Nobody else changes it between the reading and the writing; nothing is written where it stays
    as it is. The list that was in force is kept, as all before it.

    Raises:
        LockError: another process holds the warehouse and makes no progress.
        WarehouseError: it cannot be written.
    """
    try:
        with lock.hold(lake.lock_path):
            before = _lines_of(lake, [source], "in_force")
            rows = change(before)
            if rows != before:
                with lake.transaction(f"boilerplate of {source}"):
                    _replace(lake, source, rows)
    except duckdb.Error as error:
        raise WarehouseError(
            f"the list cannot be changed: {first_line(error)}", path=lake.root
        ) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error
    return rows


def _replace(lake: Lake, source: str, rows: list[ListedLine]) -> None:
    lake.connection.execute(
        "UPDATE lake.raw.boilerplate SET in_force = false WHERE source = ? AND in_force", [source]
    )
    if rows:
        lake.connection.execute(  # a list that comes back stands there once
            "DELETE FROM lake.raw.boilerplate WHERE source = ? AND version = ?",
            [source, rows[0].version],
        )
        table = pa.Table.from_pylist([asdict(row) for row in rows], TABLES["boilerplate"])
        with given(lake, table):
            lake.connection.execute("INSERT INTO lake.raw.boilerplate SELECT * FROM incoming")


def texts_of(lake: Lake, source: str, most: int) -> pa.Table:
    """Give `text` and `event_date` of articles of a source, each article once.

    Of an article that has several texts one is taken. Which articles, where there are more, is as
    random as their ids, and always the same for the same articles.

    Args:
        lake: an open warehouse.
        source: its name.
        most: articles.
    """
    return lake.connection.execute(
        # The narrow columns choose: the texts of a large source would not fit into memory.
        "WITH chosen AS (SELECT min(document_id) AS document_id FROM lake.raw.articles "
        "WHERE source = ? AND reject_reason IS NULL GROUP BY article_id "
        "ORDER BY article_id LIMIT ?) "
        "SELECT text, event_date FROM lake.raw.articles SEMI JOIN chosen USING (document_id) "
        "WHERE source = ? AND text IS NOT NULL ORDER BY article_id",
        [source, most, source],
    ).to_arrow_table()


def normalizers_of(lake: Lake, source: str) -> list[str]:
    """Name the normalizers that have read the articles of a source, rejected ones among them."""
    rows = lake.connection.execute(
        "SELECT DISTINCT normalizer FROM lake.raw.articles WHERE source = ? ORDER BY ALL", [source]
    )
    return [str(name) for (name,) in rows.fetchall()]


@dataclass(frozen=True)
class StoredDays:
    """Of which days the articles of a source are."""

    first: dt.date | None
    """None where none has a date."""
    last: dt.date | None
    undated: int


def stored_days(lake: Lake, source: str) -> StoredDays:
    """Look up of which days the articles of a source are, rejected ones among them."""
    row = lake.connection.execute(
        "SELECT min(event_date), max(event_date), count(*) FILTER (event_date IS NULL) "
        "FROM lake.raw.articles WHERE source = ?",
        [source],
    ).fetchone()
    return StoredDays(*(row or (None, None, 0)))
