"""Which texts are compared: those that share a key and lie near each other in time.

There is no cap on how many share a key. The join is made in portions, of texts that were added, so
that a key which thousands share takes time, and space on the disk, but changes no outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from warehouse.commit import given
from warehouse.copies.comparing import NEAR, Comparison
from warehouse.tables import TABLES

FAN_OUT = 5_000_000
"""Rows that share a key, of one portion of the join."""
JUDGED_BYTES = 16 * 2**20
"""Of folded text that are judged at once; what is made of it takes ten times as much."""
JUDGED_PAIRS = 50_000
"""That are judged at once, at most."""
READ_PAIRS = 10 * JUDGED_PAIRS
"""That are read at once: 80 MB of names."""

_PROBE = """
CREATE TEMP TABLE probe AS
SELECT unnest(keys) AS key, text, day FROM added JOIN signed USING (content_hash)
"""
_SHARED = """
CREATE TEMP TABLE shared AS
WITH held AS (
    SELECT unnest(keys.keys) AS key, kept.text, kept.day
    FROM lake.raw.keys AS keys JOIN kept
        ON kept.content_hash = keys.content_hash AND kept.day IS NOT DISTINCT FROM keys.day
    WHERE NOT $anew AND keys.algo = $algo {of_months}
)
FROM held SEMI JOIN probe USING (key) UNION ALL FROM probe
"""
_PORTIONS = """
CREATE TEMP TABLE portions AS
SELECT text, (sum(hits) OVER (ORDER BY text ROWS UNBOUNDED PRECEDING) // $rows)::INT AS portion
FROM (
    SELECT text, sum(texts) AS hits
    FROM probe JOIN (SELECT key, count(*) AS texts FROM shared GROUP BY key) USING (key)
    GROUP BY text
)
"""
# In numbers, and with no comparison of hashes, or DuckDB compares each with each first.
_JOIN = f"""
INSERT INTO candidates
SELECT DISTINCT least(x.text, y.text), greatest(x.text, y.text)
FROM (FROM probe SEMI JOIN (FROM portions WHERE portion = $portion) USING (text)) AS x
JOIN shared AS y ON y.key = x.key
WHERE x.text <> y.text AND {NEAR}
"""
_UNJUDGED = """
CREATE TEMP TABLE unjudged AS
-- Of all texts only the names that are needed, or DuckDB holds those of three million twice.
WITH ends AS (SELECT one AS text FROM candidates UNION SELECT other FROM candidates),
named AS (SELECT text, content_hash FROM kept SEMI JOIN ends USING (text) WHERE place = text),
candidate AS (
    SELECT
        least(x.content_hash, y.content_hash) AS a, greatest(x.content_hash, y.content_hash) AS b
    FROM (SELECT DISTINCT one, other FROM candidates)
    JOIN named AS x ON x.text = one
    JOIN named AS y ON y.text = other
)
FROM candidate ANTI JOIN (
    SELECT a, b FROM lake.raw.pairs WHERE NOT $anew AND algo = $algo AND rule <> 'canonical'
) AS judged USING (a, b)
"""
_SIZED = """
CREATE TEMP TABLE sized AS
SELECT
    a,
    b,
    strlen(one.folded) AS a_bytes,
    strlen(other.folded) AS b_bytes,
    row_number() OVER (ORDER BY a, b) // $rows AS portion
FROM unjudged
JOIN folded AS one ON one.content_hash = a
JOIN folded AS other ON other.content_hash = b
"""
_SOME = "SELECT a, b, a_bytes, b_bytes FROM sized WHERE portion = $portion ORDER BY a, b"
# After judging, for copies are few; `shared` has of every text each key that a candidate may share.
_COUNT_SHARED = """
WITH named AS (SELECT text, content_hash FROM kept WHERE place = text),
ends AS (SELECT a AS content_hash FROM incoming UNION SELECT b FROM incoming),
held AS (
    SELECT content_hash, list(DISTINCT key) AS keys
    FROM shared JOIN named USING (text) SEMI JOIN ends USING (content_hash)
    GROUP BY content_hash
)
SELECT
    algo, a, b, rule, score, len(list_intersect(x.keys, y.keys))::INTEGER AS shared_keys
FROM incoming
JOIN held AS x ON x.content_hash = a
JOIN held AS y ON y.content_hash = b
"""
_FOUND = pa.schema([each for each in TABLES["pairs"] if each.name != "shared_keys"])


@dataclass(frozen=True)
class Found:
    """What came of the candidates."""

    pairs: pa.Table
    """The new ones, n rows of `pairs`."""
    candidates: int = 0
    """Pairs of texts that were judged."""


def find(this: Comparison) -> Found:
    """Judge what shares a key."""
    this.run(_PROBE)
    if not this.values("SELECT 1 FROM probe LIMIT 1"):
        return Found(TABLES["pairs"].empty_table())
    this.run(_SHARED.format(of_months=this.of_months()))
    this.run(_PORTIONS, rows=FAN_OUT)
    this.run("CREATE TEMP TABLE candidates (one BIGINT, other BIGINT)")
    portions = this.values("SELECT DISTINCT portion FROM portions ORDER BY ALL")
    for done, portion in enumerate(portions):
        this.tell("portions searched for candidates", done, len(portions))
        this.run(_JOIN, portion=portion)
        this.progress()
    this.run(_UNJUDGED)
    ends = "(SELECT a AS content_hash FROM unjudged UNION SELECT b FROM unjudged)"
    this.fold(ends, this.of_months())
    this.run(_SIZED, rows=READ_PAIRS)
    return _judge(this)


def _judge(this: Comparison) -> Found:
    [total] = this.values("SELECT count(*) FROM sized")
    done, tables = 0, [_FOUND.empty_table()]
    for portion in this.values("SELECT DISTINCT portion FROM sized ORDER BY ALL"):
        for some in _some(this.read(_SOME, portion=portion)):
            this.tell("candidates judged", done, int(str(total)))
            tables.append(_judged(this, some))
            done += len(some)
    with given(this.lake, pa.concat_tables(tables)):
        pairs = this.read(_COUNT_SHARED)
    return Found(pairs.cast(TABLES["pairs"]), done)


def _judged(this: Comparison, candidates: list[tuple[str, str]]) -> pa.Table:
    names = pa.table({"content_hash": sorted({name for pair in candidates for name in pair})})
    with given(this.lake, names):
        rows = this.read("FROM folded SEMI JOIN incoming USING (content_hash)")
    texts = dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    found = [(this.method.algo, *each) for each in this.method.judge(this.paced(candidates), texts)]
    columns = list(zip(*found, strict=True)) or [()] * len(_FOUND)
    return pa.table(list(map(pa.array, columns, _FOUND.types)), _FOUND)


def _some(candidates: pa.Table) -> Iterator[list[tuple[str, str]]]:
    """Cut candidates, in order of their first text, by what their texts take."""
    some: list[tuple[str, str]] = []
    sizes: dict[str, int] = {}
    size = 0
    for rows in candidates.to_batches(JUDGED_PAIRS):
        for a, b, a_bytes, b_bytes in zip(
            *(each.to_pylist() for each in rows.columns), strict=True
        ):
            some.append((a, b))
            size += (a not in sizes) * a_bytes + (b not in sizes) * b_bytes
            sizes |= {a: a_bytes, b: b_bytes}
            if size >= JUDGED_BYTES or len(some) == JUDGED_PAIRS:
                yield some
                some, sizes, size = [], {}, 0
    if some:
        yield some
