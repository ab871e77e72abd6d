"""Which documents are stored already, in 16 bytes each."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from warehouse.catalog import Lake

_Halves = npt.NDArray[np.uint64]

ADDED = 20_000
"""Ids that are kept as they came before they join the others."""


class KnownIds:
    """The document ids of one source in one table, as of one snapshot, and what came since.

    An id is a sha256; its first 128 bits are kept, as two columns of 64 sorted by the first. A
    re-read of a million rows asks a million times, so the warehouse is asked once.

    Args:
        lake: an open warehouse.
        table: `documents` or `articles`.
        source: name of the source.
    """

    def __init__(self, lake: Lake, table: str, source: str) -> None:
        found = lake.connection.execute(
            "SELECT ('0x' || document_id[1:16])::UBIGINT AS high, "
            "('0x' || document_id[17:32])::UBIGINT AS low "
            f"FROM lake.raw.{table} WHERE source = ? ORDER BY high",
            [source],
        ).fetchnumpy()
        self._high: _Halves = found["high"]
        self._low: _Halves = found["low"]
        self._added: set[tuple[int, int]] = set()

    def __contains__(self, document_id: str) -> bool:
        high, low = _halves(document_id)
        if (high, low) in self._added:
            return True
        if not len(self._high):
            return False
        place = int(np.searchsorted(self._high, np.uint64(high)))
        while place < len(self._high) and int(self._high[place]) == high:
            if int(self._low[place]) == low:
                return True
            place += 1
        return False

    def add(self, document_ids: Iterable[str]) -> None:
        """Remember more of them."""
        self._added.update(_halves(document_id) for document_id in document_ids)

    def discard(self, document_id: str) -> None:
        """Forget one that was added since the last `settle`; nothing happens where it was not."""
        self._added.discard(_halves(document_id))

    def settle(self) -> None:
        """Let what was added join the others, once it is stored for good."""
        if len(self._added) < ADDED:
            return
        added = np.array(sorted(self._added), np.uint64)
        high = np.concatenate([self._high, added[:, 0]])
        order = np.argsort(high, kind="stable")
        self._high = high[order]
        self._low = np.concatenate([self._low, added[:, 1]])[order]
        self._added.clear()


def _halves(document_id: str) -> tuple[int, int]:
    return int(document_id[:16], 16), int(document_id[16:32], 16)
