"""Taking down what must go for good: out of every table, and never back in.

keeping_away.py   the digests that were left, and what they keep away
turning_away.py   the same of a batch that is about to commit
wanted.py         what somebody names: which digests are left of it
erasing.py        deletes of every table what the digests name
rewriting.py      new parts in place of those that held it
purge.py          the bytes go now: old snapshots, their files, the pages of the catalog
takedown.py       one takedown, step by step, and its receipt
"""
