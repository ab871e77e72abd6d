"""Taking down what must go for good: out of every table, and never back in.

wanted.py     what somebody names: which digests are left of it
erasing.py    deletes of every table what the digests name
purge.py      the bytes go now: old snapshots, their files, the pages of the catalog
lists.py      what was taken down, beside each backup
takedown.py   one takedown, step by step, and its receipt

What keeps away what was taken down stands where batches are committed: `warehouse/keeping_away.py`
and `turning_away.py`; parts are written anew by `warehouse/upkeep/rewriting.py`.
"""
