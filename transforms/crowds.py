"""How many hashes any two of many sets share, by one bit for each hash that some set of them has.

To count what two sets of 2,000 share takes 60 us by search. With the sets as bits it takes one: a
thousand copies of one text are half a million pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.rolling import Hashes

MAX_BYTES = 64 * 2**20
"""Of all bits together."""

Counts = NDArray[np.int64]


class Crowd:
    """Some sets that are compared with each other.

    Args:
        sets: name -> distinct hashes, in order.
    """

    def __init__(self, sets: Mapping[str, Hashes]) -> None:
        known = np.unique(np.concatenate([np.zeros(0, np.uint64), *sets.values()]))
        self._rows = {name: row for row, name in enumerate(sets)}
        self._sizes = np.array([len(each) for each in sets.values()], np.int64)
        width = -(-len(known) // 64)
        self.is_small = len(sets) * width * 8 <= MAX_BYTES
        """Whether it can be asked at all."""
        if self.is_small:
            self._bits = np.zeros((len(sets), width), np.uint64)
            for row, each in enumerate(sets.values()):
                places = np.searchsorted(known, each)
                bits = np.zeros(width * 64, np.uint8)
                bits[places] = 1
                self._bits[row] = np.packbits(bits).view(np.uint64)

    def knows(self, names: set[str]) -> bool:
        """Say whether all these sets are among its own."""
        return names <= self._rows.keys()

    def shared(self, name: str, others: Sequence[str]) -> tuple[int, Counts, Counts]:
        """Give the size of one set, those of n others, and what each of these shares with it."""
        row, rows = self._rows[name], [self._rows[other] for other in others]
        both = np.bitwise_count(self._bits[rows] & self._bits[row])
        return int(self._sizes[row]), self._sizes[rows], both.sum(axis=1, dtype=np.int64)
