"""Chains: clusters that hold texts which are no copies of each other, joined through others.

Each cluster that a step touches is measured: the two texts that lie farthest apart in it are
compared. That is one comparison a cluster, whatever its size.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from warehouse.commit import given, with_rows
from warehouse.copies.comparing import Comparison
from warehouse.tables import TABLES

NAMED = 3
"""Chains that a sentence tells of."""


_ENDS = """
CREATE TEMP TABLE ends AS SELECT a AS content_hash FROM incoming UNION SELECT b FROM incoming
"""


@dataclass(frozen=True)
class Chain:
    """A cluster of texts of which some are unlike."""

    cluster_id: str
    texts: int
    links: int
    """Pairs from one of two texts to the other."""
    containment: float
    """Which share of the smaller of the two stands in the other."""

    def sentence(self) -> str:
        """Say what it is."""
        return (
            f"a chain: cluster {self.cluster_id[:12]} of {self.texts} texts holds texts with a "
            f"containment of {self.containment:.2f} of each other, {self.links} pairs apart"
        )


def sentence(chains: tuple[Chain, ...]) -> str:
    """Warn of n chains, the largest by name; nothing where there are none."""
    if not chains:
        return ""
    named = "; ".join(chain.sentence() for chain in chains[:NAMED])
    more = f"; and {len(chains) - NAMED} more" if len(chains) > NAMED else ""
    return f" Look at `clusters`, {named}{more}."


def chains_of(rows: pa.Table) -> tuple[Chain, ...]:
    """Give n rows of `chains`, the largest first."""
    some = rows.select(["cluster_id", "texts", "links", "containment"]).to_pylist()
    return tuple(sorted((Chain(**row) for row in some), key=lambda it: (-it.texts, it.cluster_id)))


def measure(this: Comparison, edges: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Give what `chains` lacks and has too much, of the clusters in the temporary table `touched`.

    Args:
        this: a comparison.
        edges: all pairs of these clusters, n rows (a, b).
    """
    wanted = _chains(this, this.method.stretched(edges))
    stored = "SELECT * FROM lake.raw.chains SEMI JOIN touched ON content_hash = cluster_id"
    return (
        with_rows(this.lake, wanted, f"FROM incoming EXCEPT {stored}"),
        with_rows(this.lake, wanted, f"{stored} EXCEPT FROM incoming"),
    )


def _chains(this: Comparison, found: pa.Table) -> pa.Table:
    """Compare the ends of n clusters; give those that are unlike."""
    if not found.num_rows:
        return TABLES["chains"].empty_table()
    with given(this.lake, found):
        this.run(_ENDS)
    this.fold("FROM ends")
    rows = this.read("FROM folded SEMI JOIN ends USING (content_hash)")
    texts = dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    ends = zip(found.column("a").to_pylist(), found.column("b").to_pylist(), strict=True)
    shares = [this.method.containment(texts[a], texts[b]) for a, b in this.paced(ends)]
    chains = found.append_column("containment", pa.array(shares, pa.float64()))
    unlike = [share < this.method.unlike_below for share in shares]
    return chains.filter(pa.array(unlike)).cast(TABLES["chains"])
