"""From pairs to clusters: the connected components of the texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def cluster(pairs: pa.Table) -> pa.Table:
    """Give every text that is in a pair its cluster, named after the cluster's smallest member.

    The outcome depends on the set of pairs alone, not on their order or direction.

    Args:
        pairs: n rows with `a` and `b`, content hashes.

    Returns:
        One row (content_hash, cluster_id) for each text of the pairs, sorted by content_hash.
    """
    # Importing scipy takes longer than most runs of the copies step, so only where it is needed.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    a, b = pairs.column("a").combine_chunks(), pairs.column("b").combine_chunks()
    texts = pc.sort_indices(pc.unique(pa.concat_arrays([a, b])))
    names = pc.unique(pa.concat_arrays([a, b])).take(texts)
    rows, columns = (pc.index_in(ends, names).to_numpy(zero_copy_only=False) for ends in (a, b))
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(names),) * 2)
    _, component = connected_components(graph, directed=False)
    # `names` is sorted, so the first text of a component is its smallest.
    _, first, inverse = np.unique(component, return_index=True, return_inverse=True)
    return pa.table({"content_hash": names, "cluster_id": names.take(pa.array(first[inverse]))})
