"""Whether a warehouse can be trusted: rules over its catalog, its parts and its rows.

One rule is one function with its SQL beside it, in the file of what it looks at:

    catalog.py    the catalog, tables, views
    parts.py      the files of parts, their statistics, orphans
    sums.py       the files of parts against SHA256SUMS
    rows.py       ids, articles and their documents, the counts of batches
    copies.py     keys, pairs, clusters
    contents.py   texts and payloads against their digests

`running.py` holds the list of rules and runs them; `mending.py` repairs what is safe to repair.
"""
