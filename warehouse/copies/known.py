"""What the warehouse knows of copies now, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.catalog import Lake

_NUMBERS = """
WITH clusters AS (SELECT count(*) AS size FROM lake.raw.clusters GROUP BY cluster_id)
SELECT
    (SELECT count(DISTINCT content_hash) FROM lake.raw.keys),
    (SELECT count(*) FROM clusters),
    (SELECT coalesce(max(size), 0) FROM clusters)
"""
_RULES = "SELECT rule, count(*) FROM lake.raw.pairs GROUP BY rule ORDER BY rule"


@dataclass(frozen=True)
class KnownCopies:
    """What the copies steps so far have come to."""

    texts: int
    """Distinct texts that were compared."""
    pairs: dict[str, int]
    """Rule -> pairs of texts."""
    clusters: int
    """Of two texts and more."""
    largest: int
    """Texts in the largest of them; 0 where there is none."""


def known_copies(lake: Lake) -> KnownCopies:
    """Count what is stored of copies."""
    texts, clusters, largest = lake.connection.execute(_NUMBERS).fetchall()[0]
    pairs = dict(lake.connection.execute(_RULES).fetchall())
    return KnownCopies(texts, pairs, clusters, largest)
