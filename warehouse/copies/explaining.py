"""What is stored of how articles belong together, for those who ask why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from transforms.errors import QueryError, WarehouseError
from warehouse.query import connect
from warehouse.tables import SCHEMA_VERSION

_DIGITS = frozenset("0123456789abcdef")
MAX_NAMED = 5
"""Ids that are named where several articles are meant."""

# By the article's own url first, then by one that it was fetched at.
_OF_URL = """
SELECT DISTINCT article_id FROM raw.articles WHERE url IN ($url, $cleaned)
"""
_OF_DOCUMENT = """
SELECT DISTINCT article_id FROM raw.articles SEMI JOIN (
    SELECT document_id FROM raw.documents
    WHERE url IN ($url, $cleaned) OR final_url IN ($url, $cleaned)
) USING (document_id)
"""
_OF_PREFIX = """
SELECT DISTINCT article_id FROM raw.articles WHERE starts_with(article_id, $prefix)
ORDER BY article_id
"""
_REASON = """
SELECT max_by(reject_reason, document_id) FROM raw.articles WHERE article_id = $article_id
"""
_ARTICLES = """
SELECT
    article_id, document_id, content_hash, source, url, title, event_date, month, cluster_id,
    is_representative,
    document_id IN (
        SELECT document_id FROM raw.compared
        WHERE algo = (SELECT value FROM raw.meta WHERE name = 'algo')
    ) AS is_compared
FROM all_articles
"""
_OF_CLUSTER = f"""{_ARTICLES} WHERE cluster_id = $cluster_id
ORDER BY is_representative DESC, event_date NULLS LAST, article_id"""
_ONE = f"{_ARTICLES} WHERE article_id = $article_id"
_PAIRS = """
SELECT a, b, max_by(rule, (score, rule)) AS rule, max(score) AS score, max(shared_keys) AS shared
FROM raw.pairs
WHERE a IN (SELECT content_hash FROM raw.clusters WHERE cluster_id = $cluster_id)
GROUP BY a, b ORDER BY score DESC, a, b
"""
_DAYS = """
SELECT content_hash, list(DISTINCT event_date ORDER BY event_date), count_if(event_date IS NULL) > 0
FROM raw.articles
WHERE reject_reason IS NULL AND content_hash IN (SELECT unnest($texts))
GROUP BY content_hash
"""
_TEXT = "SELECT text FROM raw.articles WHERE document_id = $document_id AND month = $month"
_SHARED = """
SELECT len(list_intersect(x.keys, y.keys)), len(x.keys) > 0, len(y.keys) > 0
FROM
    (SELECT any_value(keys) AS keys FROM raw.keys WHERE content_hash = $a) AS x,
    (SELECT any_value(keys) AS keys FROM raw.keys WHERE content_hash = $b) AS y
"""


@dataclass(frozen=True)
class Known:
    """An article as it is kept now."""

    article_id: str
    document_id: str
    content_hash: str
    source: str
    url: str
    title: str | None
    day: dt.date | None
    month: dt.date
    cluster_id: str
    is_representative: bool
    is_compared: bool


@dataclass(frozen=True)
class Pair:
    """Two texts judged copies, or said to be."""

    a: str
    b: str
    rule: str
    score: float
    shared_keys: int | None


@dataclass(frozen=True)
class Days:
    """When a text was published, by all who have it."""

    days: tuple[dt.date, ...]
    is_undated: bool
    """Whether some who have it do not say."""

    def apart(self, other: Days) -> int | None:
        """Count the days between them, where they are nearest; None: one is undated."""
        if self.is_undated or other.is_undated or not (self.days and other.days):
            return None
        return min(abs((one - two).days) for one in self.days for two in other.days)


@dataclass(frozen=True)
class Keys:
    """What two texts have in common of what they are found by."""

    shared: int
    have_any: tuple[bool, bool]
    """False for a short text, which has none."""


class Clerk:
    """Answers questions about one snapshot of a warehouse.

    Args:
        connection: with the lake in use, in a transaction.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        meta = dict(connection.execute("SELECT name, value FROM raw.meta").fetchall())
        self.window_days = int(meta["window_days"])

    def article_of(self, words: str, cleaned: str | None) -> Known:
        """Find the article somebody means.

        Args:
            words: its id, the beginning of it, or its url.
            cleaned: the url in its one form, where it is one.

        Raises:
            QueryError: none is named, there is none, there are several, or it is not kept.
        """
        if not words:  # every id begins with nothing
            raise QueryError("no article is named: give its id, the first digits of it, or its url")
        ids = self._ids(words, cleaned)
        if not ids:
            raise QueryError("no article of this id or address is stored", article=words)
        if len(ids) > 1:
            named = " ".join(ids[:MAX_NAMED]) + (" …" if len(ids) > MAX_NAMED else "")
            raise QueryError(
                f"{len(ids)} articles are meant by this: give the id of one",
                article=words,
                ids=named,
            )
        if found := self._known(_ONE, article_id=ids[0]):
            return found[0]
        raise QueryError(
            "this article is not kept, so it is compared with nothing",
            article=ids[0],
            reject_reason=self._one(_REASON, article_id=ids[0]),
        )

    def _ids(self, words: str, cleaned: str | None) -> list[str]:
        prefix = words.lower()
        if set(prefix) <= _DIGITS:
            return self._column(_OF_PREFIX, prefix=prefix)
        urls = {"url": words, "cleaned": cleaned or words}
        return self._column(_OF_URL, **urls) or self._column(_OF_DOCUMENT, **urls)

    def cluster_of(self, article: Known) -> list[Known]:
        """Give the articles of its cluster, the one shown for them first."""
        return self._known(_OF_CLUSTER, cluster_id=article.cluster_id)

    def pairs_of(self, article: Known) -> list[Pair]:
        """Give the pairs of its cluster, the surest first; those of one text for two rules once."""
        rows = self._connection.execute(_PAIRS, {"cluster_id": article.cluster_id}).fetchall()
        return [Pair(*row) for row in rows]

    def days_of(self, texts: set[str]) -> dict[str, Days]:
        """Say when each of some texts was published."""
        rows = self._connection.execute(_DAYS, {"texts": sorted(texts)}).fetchall()
        return {
            name: Days(tuple(day for day in days or () if day), is_undated)
            for name, days, is_undated in rows
        }

    def text_of(self, article: Known) -> str:
        """Read the text of an article."""
        text = self._one(_TEXT, document_id=article.document_id, month=article.month)
        return str(text or "")

    def keys_of(self, one: Known, other: Known) -> Keys:
        """Count the keys that two texts share."""
        texts = {"a": one.content_hash, "b": other.content_hash}
        [(shared, *have_any)] = self._connection.execute(_SHARED, texts).fetchall()
        return Keys(shared or 0, (bool(have_any[0]), bool(have_any[1])))

    def _known(self, query: str, **parameters: object) -> list[Known]:
        return [Known(*row) for row in self._connection.execute(query, parameters).fetchall()]

    def _column(self, query: str, **parameters: object) -> list[str]:
        return [str(row[0]) for row in self._connection.execute(query, parameters).fetchall()]

    def _one(self, query: str, **parameters: object) -> object:
        row = self._connection.execute(query, parameters).fetchone()
        return row[0] if row else None


@contextmanager
def asked(root: Path) -> Iterator[Clerk]:
    """Open a warehouse for questions, all of them about one snapshot.

    Raises:
        WarehouseError: there is none, it cannot be read, or an older wirelake has written it.
    """
    with connect(root) as connection:
        connection.execute("BEGIN")
        version = "SELECT value FROM raw.meta WHERE name = 'schema_version'"
        if (found := int(connection.execute(version).fetchall()[0][0])) < SCHEMA_VERSION:
            raise WarehouseError(
                f"this warehouse has schema {found}, of an older wirelake: `wirelake dedupe` "
                f"brings it to {SCHEMA_VERSION}",
                path=root,
            )
        try:
            yield Clerk(connection)
        finally:
            connection.execute("ROLLBACK")
