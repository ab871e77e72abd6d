"""Rules over what is known of copies: what was compared, keys, pairs, clusters.

`keys` says what the last copies step has seen, and all else is held against it: what came or went
since is the next step's, and no damage.
"""

from __future__ import annotations

import pyarrow as pa

from warehouse.checks.looking import Look, Outcome
from warehouse.commit import given

PAIRS_AT_ONCE = 200_000
"""Pairs whose clusters are made at once: some 60 MB."""

_TIMES = "SELECT count_if(times > 1) FROM (SELECT count(*) AS times FROM {rows} GROUP BY {key})"
_OTHER_ALGO = """
SELECT count(*) FROM lake.raw.{table}
WHERE algo <> (SELECT value FROM lake.raw.meta WHERE name = 'algo')
"""
_KEPT = "(FROM lake.raw.articles WHERE reject_reason IS NULL)"
_NOT_KEPT = f"SELECT count(*) FROM lake.raw.compared ANTI JOIN {_KEPT} USING (document_id)"
_WITHOUT_KEYS = f"""
SELECT count(*) FROM {_KEPT} AS kept SEMI JOIN lake.raw.compared USING (document_id)
WHERE NOT EXISTS (
    FROM lake.raw.keys
    WHERE keys.content_hash = kept.content_hash AND keys.day IS NOT DISTINCT FROM kept.event_date
)
"""
_PENDING = f"SELECT count(*) FROM {_KEPT} ANTI JOIN lake.raw.compared USING (document_id)"
_GONE = f"""
SELECT count(DISTINCT content_hash) FROM lake.raw.keys ANTI JOIN {_KEPT} USING (content_hash)
"""
_ENDS = """
SELECT count(*), count_if(a >= b), count_if(NOT score BETWEEN 0 AND 1)
FROM lake.raw.pairs
"""
_NO_TEXT = """
SELECT count(*) FROM (SELECT a FROM lake.raw.pairs UNION SELECT b FROM lake.raw.pairs)
ANTI JOIN lake.raw.keys ON content_hash = a
"""
_FAR = """
WITH near AS (
    SELECT pairs.a, pairs.b,
        bool_or(coalesce(
            abs(x.day - y.day)
                <= (SELECT value::INTEGER FROM lake.raw.meta WHERE name = 'window_days'),
            true
        )) AS is_near
    FROM (SELECT DISTINCT a, b FROM lake.raw.pairs WHERE rule <> 'canonical') AS pairs
    JOIN (SELECT content_hash, day FROM lake.raw.keys) AS x ON x.content_hash = a
    JOIN (SELECT content_hash, day FROM lake.raw.keys) AS y ON y.content_hash = b
    GROUP BY pairs.a, pairs.b
)
SELECT count_if(NOT is_near) FROM near
"""
_TORN = """
SELECT count(*) FROM lake.raw.pairs
LEFT JOIN lake.raw.clusters AS x ON x.content_hash = a
LEFT JOIN lake.raw.clusters AS y ON y.content_hash = b
WHERE x.cluster_id IS NULL OR x.cluster_id IS DISTINCT FROM y.cluster_id
"""
_CLUSTERS = """
SELECT count(*), count_if(size < 2), count_if(first <> cluster_id) FROM (
    SELECT cluster_id, count(*) AS size, min(content_hash) AS first
    FROM lake.raw.clusters GROUP BY cluster_id
)
"""
_EDGES = """
SELECT DISTINCT a, b FROM lake.raw.pairs JOIN lake.raw.clusters ON content_hash = a
WHERE hash(cluster_id) % ? = ?
"""
_UNBOUND = """
SELECT count(*) FROM lake.raw.clusters WHERE hash(cluster_id) % ? = ?
AND (content_hash, cluster_id) NOT IN (SELECT (content_hash, cluster_id) FROM incoming)
"""


def compared(look: Look) -> Outcome:
    """What was compared are kept articles, each once, and their texts have keys."""
    outcome = Outcome(look.row("SELECT count(*) FROM lake.raw.compared")[0])
    outcome.blame(_double(look, "compared", "document_id, algo"), "there more than once")
    outcome.blame(look.row(_NOT_KEPT)[0], "of documents without a kept article")
    outcome.blame(look.row(_OTHER_ALGO.format(table="compared"))[0], "of another method")
    outcome.note(look.row(_PENDING)[0], "articles not compared yet")
    return outcome


def keys(look: Look) -> Outcome:
    """A text has its keys once for each day, and every text that was compared has them."""
    outcome = Outcome(look.row("SELECT count(*) FROM lake.raw.keys")[0])
    outcome.blame(_double(look, "keys", "algo, content_hash, day"), "there more than once")
    outcome.blame(look.row(_OTHER_ALGO.format(table="keys"))[0], "of another method")
    outcome.blame(look.row(_WITHOUT_KEYS)[0], "compared articles without keys")
    outcome.note(look.row(_GONE)[0], "texts gone since the last copies step")
    return outcome


def pairs(look: Look) -> Outcome:
    """A pair names two texts that were compared, the smaller first, near each other in time."""
    number, disordered, scores = look.row(_ENDS)
    outcome = Outcome(number)
    outcome.blame(_double(look, "pairs", "algo, a, b, rule"), "there more than once")
    outcome.blame(look.row(_OTHER_ALGO.format(table="pairs"))[0], "of another method")
    outcome.blame(disordered, "whose a is not the smaller text")
    outcome.blame(scores, "with a score that is no share")
    outcome.blame(look.row(_NO_TEXT)[0], "of their texts without keys")
    outcome.blame(look.row(_FAR)[0], "of texts too far apart in time")
    return outcome


def clusters(look: Look) -> Outcome:
    """Clusters are what the pairs bind together: no more, no less, each text in one."""
    number, alone, misnamed = look.row(_CLUSTERS)
    outcome = Outcome(number)
    outcome.blame(_double(look, "clusters", "content_hash"), "texts in more than one")
    outcome.blame(alone, "of a single text")
    outcome.blame(misnamed, "not named after their smallest text")
    outcome.blame(look.row(_TORN)[0], "pairs whose texts are not in one cluster")
    outcome.blame(_unbound(look), "texts in a cluster that no pair binds them to")
    return outcome


def _unbound(look: Look) -> int:
    """Make the clusters anew from the pairs within each, some at a time."""
    number = int(look.row("SELECT count(*) FROM lake.raw.pairs")[0])
    portions = 1 + number // PAIRS_AT_ONCE
    unbound = 0
    for portion in range(portions):
        look.tell(f"clusters: {portion:,} of {portions:,} portions")
        edges = look.lake.connection.execute(_EDGES, [portions, portion]).to_arrow_table()
        with given(look.lake, _bound(look, edges)):
            unbound += int(look.row(_UNBOUND, portions, portion)[0])
    return unbound


def _bound(look: Look, edges: pa.Table) -> pa.Table:
    if edges.num_rows:
        return look.trust.method.cluster(edges)
    none = pa.array([], pa.string())
    return pa.table({"content_hash": none, "cluster_id": none})


def _double(look: Look, table: str, key: str) -> int:
    return int(look.row(_TIMES.format(rows=f"lake.raw.{table}", key=key))[0] or 0)  # NULL: no rows
