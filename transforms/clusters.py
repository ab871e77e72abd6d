"""From pairs to clusters, the connected components of the texts, and how far these reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MIN_LINKS = 3
"""Two texts of a cluster that lie nearer are copies of each other, or of one text."""

_STRETCHED = pa.schema(
    [
        ("cluster_id", pa.string()),
        ("texts", pa.int64()),
        ("a", pa.string()),
        ("b", pa.string()),
        ("links", pa.int64()),
    ]
)


def cluster(pairs: pa.Table) -> pa.Table:
    """Give every text that is in a pair its cluster, named after the cluster's smallest member.

    The outcome depends on the set of pairs alone, not on their order or direction.

    Args:
        pairs: n rows with `a` and `b`, content hashes.

    Returns:
        One row (content_hash, cluster_id) for each text of the pairs, sorted by content_hash.
    """
    from scipy.sparse.csgraph import connected_components  # it takes longer than most copies steps

    names, graph = _graph(pairs)
    _, component = connected_components(graph, directed=False)
    # `names` is sorted, so the first text of a component is its smallest.
    _, first, inverse = np.unique(component, return_index=True, return_inverse=True)
    return pa.table({"content_hash": names, "cluster_id": names.take(pa.array(first[inverse]))})


def stretched(pairs: pa.Table, min_links: int = MIN_LINKS) -> pa.Table:
    """Give two texts that lie far apart in each cluster that has such, a function of the pairs.

    They are found by two sweeps: the text farthest from the smallest, and the one farthest from
    that. No two can lie more than twice as far apart. The time goes with the number of pairs.

    Args:
        pairs: n rows with `a` and `b`, content hashes.
        min_links: pairs from the one to the other, at least.

    Returns:
        Rows (cluster_id, texts, a, b, links).
    """
    from scipy.sparse.csgraph import connected_components

    names, graph = _graph(pairs)
    both_ways = (graph + graph.T).tocsr()
    _, component = connected_components(graph, directed=False)
    sizes = np.bincount(component)
    ordered = np.argsort(component, kind="stable")
    rows = []
    for members in np.split(ordered, np.cumsum(sizes)[:-1]):
        if len(members) > min_links:
            one, other, links = _ends(both_ways[members][:, members])
            if links >= min_links:
                smallest, *ends = (names[members[it]].as_py() for it in (0, *sorted((one, other))))
                rows.append((smallest, len(members), *ends, links))
    columns = list(zip(*rows, strict=True)) or [()] * len(_STRETCHED)
    return pa.table(list(map(pa.array, columns, _STRETCHED.types)), _STRETCHED)


def _ends(cluster: Any) -> tuple[int, int, int]:
    """Give two texts of a cluster that lie far apart, the first of those, and the links between."""
    one = int(_links_from(cluster, 0).argmax())
    links = _links_from(cluster, one)
    other = int(links.argmax())
    return one, other, int(links[other])


def _links_from(graph: Any, start: int) -> NDArray[np.int64]:
    """Count the links from one text of a cluster to each."""
    links = np.full(graph.shape[0], -1)
    front, distance = np.array([start]), 0
    while len(front):
        links[front] = distance
        near = np.unique(graph[front].indices)
        front, distance = near[links[near] < 0], distance + 1
    return links


def _graph(pairs: pa.Table) -> tuple[pa.Array, Any]:
    """Give the texts in order of their names, and a matrix of who is paired with whom."""
    from scipy.sparse import coo_array

    a, b = pairs.column("a").combine_chunks(), pairs.column("b").combine_chunks()
    distinct = pc.unique(pa.concat_arrays([a, b]))
    names = distinct.take(pc.sort_indices(distinct))
    rows, columns = (pc.index_in(ends, names).to_numpy(zero_copy_only=False) for ends in (a, b))
    return names, coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(names),) * 2)
