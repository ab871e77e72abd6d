"""What is stored of copies, and what the whole set of articles says: the difference."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from warehouse.commit import given, with_rows
from warehouse.copies import candidates, chains, looking, method
from warehouse.copies.comparing import Comparison
from warehouse.tables import TABLES

COMPARED = """
SELECT document_id, $algo AS algo FROM arrived
ANTI JOIN (FROM known WHERE algo = $algo) AS known USING (document_id)
"""
SIGNED = """
CREATE TEMP TABLE signing AS
SELECT
    $algo AS algo,
    content_hash,
    day,
    coalesce(date_trunc('month', day)::DATE, DATE '1970-01-01') AS month,
    keys
FROM added JOIN signed USING (content_hash)
"""
KEYS = """
SELECT algo, content_hash, day, month, keys FROM signing
EXCEPT SELECT algo, content_hash, day, month, keys FROM lake.raw.keys WHERE $anew
ORDER BY month, day, content_hash
"""
GONE_KEYS = """
FROM gone EXCEPT
SELECT algo, content_hash, day FROM (
    SELECT algo, content_hash, day, keys FROM lake.raw.keys WHERE $anew
    INTERSECT SELECT algo, content_hash, day, keys FROM signing
)
"""
CANONICAL = """
-- A page that names another address as its canonical says whose copy it is. Every address that some
-- page points at so makes a star around its smallest text: linear, and the same in any order.
WITH pointed AS (
    SELECT DISTINCT canonical_url AS address FROM lake.raw.articles
    -- Said twice: a part in which no page names one need not be read.
    WHERE reject_reason IS NULL AND canonical_url IS NOT NULL AND canonical_url <> url
),
place AS (
    SELECT DISTINCT coalesce(canonical_url, url) AS address, content_hash FROM lake.raw.articles
    WHERE reject_reason IS NULL AND coalesce(canonical_url, url) IN (FROM pointed)
),
star AS (SELECT address, min(content_hash) AS hub FROM place GROUP BY address)
SELECT DISTINCT
    $algo AS algo,
    hub AS a,
    content_hash AS b,
    'canonical' AS rule,
    1.0::DOUBLE AS score,
    NULL::INTEGER AS shared_keys
FROM star JOIN place USING (address)
WHERE content_hash <> hub
"""
PAIRS = """
-- What the pairs are to be, and what of them is stored, of those that this step is about.
CREATE TEMP TABLE wanted_pairs AS FROM incoming UNION FROM canonical;
CREATE TEMP TABLE held_pairs AS
FROM lost UNION (FROM lake.raw.pairs WHERE rule = 'canonical');
CREATE TEMP TABLE coming AS FROM wanted_pairs EXCEPT FROM held_pairs;
CREATE TEMP TABLE going AS FROM held_pairs EXCEPT FROM wanted_pairs;
"""
TOUCHED = """
-- Texts whose cluster may change: only these are clustered anew.
CREATE TEMP TABLE touched AS
WITH changed AS (
    FROM coming UNION ALL FROM going UNION ALL (FROM lake.raw.pairs WHERE $anew)
),
ends AS (SELECT a AS content_hash FROM changed UNION SELECT b FROM changed)
FROM ends UNION
SELECT content_hash FROM lake.raw.clusters WHERE $anew OR cluster_id IN (
    SELECT cluster_id FROM lake.raw.clusters SEMI JOIN ends USING (content_hash)
)
"""
EDGES = """
SELECT a, b FROM lake.raw.pairs SEMI JOIN touched ON touched.content_hash = a
ANTI JOIN going USING (algo, a, b, rule)
UNION SELECT a, b FROM coming
"""


@dataclass
class Changes:
    """What must be added to each table, and what must go."""

    snapshot: int
    """That was looked at."""
    is_landmark: bool
    """Whether the next step need not read all, as this one had to, if it is told of this one."""
    come: dict[str, pa.Table] = field(default_factory=dict)
    gone: dict[str, pa.Table] = field(default_factory=dict)
    texts: int = 0
    candidates: int = 0

    def __bool__(self) -> bool:
        return any(rows.num_rows for rows in (*self.come.values(), *self.gone.values()))

    def count(self, table: str) -> int:
        """Count the rows that come to a table."""
        return self.come[table].num_rows if table in self.come else 0

    def note(self, table: str, come: pa.Table, gone: pa.Table) -> None:
        """Note n and m rows of a table."""
        self.come[table] = come.cast(TABLES[table])
        self.gone[table] = gone


def find(this: Comparison) -> Changes:
    """Tell what one snapshot lacks and what it has too much; the caller is in a transaction."""
    has_read_all = looking.look(this)
    changes = Changes(this.lake.snapshot(), is_landmark=has_read_all and not this.anew)
    changes.note("compared", this.read(COMPARED), this.read("FROM left_over"))
    changes.candidates = _pairs(this)
    changes.note("pairs", this.read("FROM coming"), this.read("FROM going"))
    this.run(SIGNED)
    changes.note("keys", this.read(KEYS), this.read(GONE_KEYS))
    changes.texts = int(str(*this.values("SELECT count(*) FROM signed")))
    _note_clusters(this, changes)
    return changes


def _pairs(this: Comparison) -> int:
    """Find which pairs come and go, and give how many candidates were judged for that."""
    this.sign()
    found = candidates.find(this)
    this.run(f"CREATE TEMP TABLE canonical AS {CANONICAL}")
    with given(this.lake, found.pairs):
        this.run(PAIRS)
    return found.candidates


def _note_clusters(this: Comparison, changes: Changes) -> None:
    """Cluster anew what the pairs that come and go concern, and measure it."""
    is_measured = method.is_measured(this.lake.facts(), this.method)
    moves = this.values("SELECT 1 FROM coming UNION ALL SELECT 1 FROM going LIMIT 1")
    if is_measured and not moves and not this.anew:
        return  # scipy takes longer to import than most steps
    this.run(TOUCHED)
    if not is_measured:  # an older warehouse: all clusters are, once
        this.run("INSERT INTO touched SELECT content_hash FROM lake.raw.clusters")
    edges = this.read(EDGES)
    wanted = this.method.cluster(edges).cast(TABLES["clusters"])
    stored = "SELECT * FROM lake.raw.clusters SEMI JOIN touched USING (content_hash)"
    changes.note(
        "clusters",
        with_rows(this.lake, wanted, f"FROM incoming EXCEPT {stored}"),
        with_rows(this.lake, wanted, f"{stored} EXCEPT FROM incoming"),
    )
    changes.note("chains", *chains.measure(this, edges))
