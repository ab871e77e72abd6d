"""Deleting from every table what is kept away: in one transaction, after its digests are committed.

What is to go is looked up outside the commit lock: no batch that commits since the digests did can
bring more of it, and rows of it that others delete meanwhile are no loss. Keys, pairs, clusters and
the states of articles are brought up to it by the next copies step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from warehouse import files, lock
from warehouse.catalog import Lake
from warehouse.commit import given
from warehouse.keeping_away import KINDS, MESSAGE, Away
from warehouse.marking import mark

URLS_AT_ONCE = 20_000

# A url of these letters is in its one form already, so DuckDB can digest it: three million in 3 s,
# where cleaning each of them takes 20 us of Python.
IS_CLEAN = (
    r"regexp_full_match(url, 'https?://[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w~-][\w~.-]*)*/?') "
    "AND len(string_split(url, '/')) > 3"
)
"""An SQL condition on the column `url`."""
_TOLD = f"""
CREATE OR REPLACE TEMP TABLE told AS
SELECT source, url,
    CASE WHEN starts_with(url, 'file:') THEN sha256(concat(source, chr(10), url))
    WHEN {IS_CLEAN} THEN sha256(url) END
        AS address
FROM (
    SELECT source, url FROM lake.raw.documents
    UNION SELECT source, final_url FROM lake.raw.documents WHERE final_url IS NOT NULL
    UNION SELECT source, url FROM lake.raw.cursors
    UNION SELECT source, url FROM lake.raw.fetches
)
"""
_AWAY_URLS = """
CREATE OR REPLACE TEMP TABLE away_urls AS
SELECT source, url FROM told WHERE address IN (SELECT digest FROM away WHERE kind = 'article')
"""
_UNSURE = "SELECT source, url FROM told WHERE address IS NULL"
_DOOMED = """
CREATE OR REPLACE TEMP TABLE away_sources AS
SELECT source FROM (
    SELECT source FROM lake.raw.sources UNION SELECT source FROM lake.raw.documents
    UNION SELECT source FROM told
)
WHERE sha256(source) IN (SELECT digest FROM away WHERE kind = 'source');
CREATE OR REPLACE TEMP TABLE doomed AS
SELECT document_id FROM lake.raw.articles
WHERE article_id IN (SELECT digest FROM away WHERE kind = 'article')
OR content_hash IN (SELECT digest FROM away WHERE kind = 'text')
UNION SELECT document_id FROM lake.raw.documents
WHERE (source, url) IN (SELECT (source, url) FROM away_urls)
OR (source, final_url) IN (SELECT (source, url) FROM away_urls)
OR source IN (FROM away_sources)
OR payload_digest IN (SELECT digest FROM away WHERE kind = 'payload');
"""
_TOLD_ELSEWHERE = """
CREATE OR REPLACE TEMP TABLE doomed_texts AS
SELECT DISTINCT content_hash FROM lake.raw.articles SEMI JOIN doomed USING (document_id)
WHERE content_hash IS NOT NULL EXCEPT
SELECT content_hash FROM lake.raw.articles ANTI JOIN doomed USING (document_id);
-- Lists may remember where they go on, and failures tell what was asked.
CREATE OR REPLACE TEMP TABLE telling AS
SELECT DISTINCT said FROM (
    SELECT error AS said FROM lake.raw.fetches UNION SELECT reason FROM lake.raw.windows
    UNION SELECT concat(item, ' ', moving_to, ' ', moved_to) FROM lake.raw.cursors
    WHERE first_asked_at IS NULL AND (item IS NOT NULL OR moving_to IS NOT NULL)
), away_urls WHERE contains(said, url);
"""
_BY_DOCUMENT = "document_id IN (FROM doomed)"
_BY_SOURCE = "source IN (FROM away_sources)"
_BY_URL = f"((source, url) IN (SELECT (source, url) FROM away_urls) OR {_BY_SOURCE})"
CONDITIONS = {
    "documents": _BY_DOCUMENT,
    "articles": _BY_DOCUMENT,
    "sightings": _BY_DOCUMENT,
    "compared": _BY_DOCUMENT,
    "cluster_changes": "content_hash IN (FROM doomed_texts)",
    "cursors": f"{_BY_URL} OR {_BY_DOCUMENT} OR (first_asked_at IS NULL "
    "AND concat(item, ' ', moving_to, ' ', moved_to) IN (FROM telling))",
    "fetches": _BY_URL,
    "windows": _BY_SOURCE,
    "boilerplate": _BY_SOURCE,
    "sources": _BY_SOURCE,
}
"""Table -> which of its rows go."""
_SAID = {"fetches": "error", "windows": "reason"}
"""Table -> the column that may tell a url of another row."""
_FOUND = """
SELECT count(DISTINCT article_id),
    (SELECT coalesce(sum(payload_bytes), 0)::BIGINT FROM lake.raw.documents
        SEMI JOIN doomed USING (document_id)),
    list(DISTINCT content_hash)
FROM lake.raw.articles SEMI JOIN doomed USING (document_id)
"""
_STAYING = """
WITH gone AS (
    SELECT DISTINCT content_hash FROM lake.raw.articles SEMI JOIN doomed USING (document_id)
    WHERE content_hash IS NOT NULL
),
cluster AS (SELECT cluster_id FROM lake.raw.clusters SEMI JOIN gone USING (content_hash)),
member AS (
    FROM gone UNION SELECT content_hash FROM lake.raw.clusters SEMI JOIN cluster USING (cluster_id)
)
SELECT count(DISTINCT article_id), coalesce(list(DISTINCT url ORDER BY url)[:3], [])
FROM lake.raw.articles ANTI JOIN doomed USING (document_id) SEMI JOIN member USING (content_hash)
"""


@dataclass(frozen=True)
class Doomed:
    """What is kept away and still stored."""

    articles: int
    payload_bytes: int
    rows: dict[str, int]
    """Table -> rows that go."""
    copies: int
    """Articles of the same clusters that stay."""
    copy_urls: list[str]
    """Of a few of them."""

    def __bool__(self) -> bool:
        return any(self.rows.values())


def look_up(lake: Lake, away: Away) -> Doomed:
    """Count what is kept away and still stored; temporary tables tell `erase` which rows."""
    count_documents(lake, away)
    lake.connection.execute(_TOLD_ELSEWHERE)
    [(articles, payload_bytes, _)] = lake.connection.execute(_FOUND).fetchall()
    rows = {
        table: int(str(lake.scalar(f"SELECT count(*) FROM lake.raw.{table} WHERE {condition}")))
        for table, condition in CONDITIONS.items()
    }
    [(copies, copy_urls)] = lake.connection.execute(_STAYING).fetchall()
    return Doomed(articles, payload_bytes, rows, copies, copy_urls)


def count_documents(lake: Lake, away: Away) -> int:
    """Count the documents that are kept away and still stored; temporary tables tell which."""
    fill_urls(lake, away)
    lake.connection.execute(_DOOMED)
    return int(str(lake.scalar("SELECT count(*) FROM doomed")))


def fill_urls(lake: Lake, away: Away) -> None:
    """Fill the temporary table `away_urls` with the stored urls, by source, that are kept away."""
    pairs = [(kind, digest) for kind in KINDS for digest in sorted(away.of(kind))]
    columns = {"kind": [kind for kind, _ in pairs], "digest": [digest for _, digest in pairs]}
    with given(lake, pa.table(columns, pa.schema(dict.fromkeys(columns, pa.string())))):
        lake.connection.execute("CREATE OR REPLACE TEMP TABLE away AS FROM incoming")
    lake.connection.execute(_TOLD)
    lake.connection.execute(_AWAY_URLS)
    for rows in list(_unsure(lake, away)):
        with given(lake, rows):
            lake.connection.execute("INSERT INTO away_urls FROM incoming")


def _unsure(lake: Lake, away: Away) -> Iterator[pa.Table]:
    """Give the urls that are kept away among those that have to be cleaned first."""
    for batch in lake.connection.execute(_UNSURE).to_arrow_reader(URLS_AT_ONCE):
        pairs = zip(batch["url"].to_pylist(), batch["source"].to_pylist(), strict=True)
        is_away = pa.array([away.has_url(url, source) for url, source in pairs], pa.bool_())
        yield pa.Table.from_batches([batch.filter(is_away)])


def erase(lake: Lake, away: Away) -> Doomed:
    """Delete all that is kept away and still stored; where nothing is, nothing is written.

    Its bytes stay in parts of older snapshots, and in those that `rewriting` is still to replace.
    """
    found = look_up(lake, away)
    if not found:
        return found
    changed = {*files.CHANGED, *CONDITIONS}
    with lock.hold(lake.lock_path) as progress, lake.transaction(MESSAGE, changed):
        mark(lake)
        for table, condition in CONDITIONS.items():
            if found.rows[table]:
                lake.connection.execute(f"DELETE FROM lake.raw.{table} WHERE {condition}")
                progress()
        for table, column in _SAID.items():
            _hush(lake, table, column)
    return found


def _hush(lake: Lake, table: str, column: str) -> None:
    where = f"{column} IN (FROM telling)"
    if lake.scalar(f"SELECT count(*) FROM lake.raw.{table} WHERE {where}"):
        lake.connection.execute(f"UPDATE lake.raw.{table} SET {column} = NULL WHERE {where}")
