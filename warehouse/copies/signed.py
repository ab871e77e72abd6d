"""Keys of texts that were signed on their way in, kept for the copies step of the same run."""

from __future__ import annotations

import threading

import pyarrow as pa
import pyarrow.compute as pc

from transforms.schema import KEYS

SIGNED = pa.schema([pa.field("content_hash", pa.string()), KEYS])
MOST = 100_000
"""Texts whose keys are kept: 60 MB. The copies step reads and signs those beyond itself."""


class Signed:
    """Keys of texts by their content hash; what is missing here is only slower.

    Several sources of a run add to it, each in a thread of its own.

    Args:
        most: texts whose keys are kept.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._rows = 0
        self._tables: list[pa.Table] = []
        self._lock = threading.Lock()

    @property
    def has_room(self) -> bool:
        """Say whether it is worth signing more."""
        return self._rows < self._most

    def add(self, content_hashes: pa.Array, keys: pa.Array) -> None:
        """Keep the keys of n texts; those without a hash are passed over."""
        rows = pa.Table.from_arrays([content_hashes, keys], schema=SIGNED)
        rows = rows.filter(pc.is_valid(rows.column("content_hash")))
        with self._lock:
            self._tables.append(rows)
            self._rows += rows.num_rows

    def take(self) -> pa.Table:
        """Give all that is kept, n rows of SIGNED, and keep it no longer."""
        with self._lock:
            tables, self._tables, self._rows = self._tables, [], 0
        return pa.concat_tables([SIGNED.empty_table(), *tables])
