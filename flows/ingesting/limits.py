"""How large a batch may grow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flows.sources import Source

REMOTE_DOCUMENTS = 500
REMOTE_BYTES = 64 * 2**20
REMOTE_S = 60.0
"""Limits of a batch that comes over a network."""


@dataclass(frozen=True)
class Limits:
    """How large a batch may grow."""

    max_documents: int
    max_bytes: int
    max_s: float = math.inf
    """Seconds from the first document of a batch to its commit."""

    def of(self, source: Source) -> Limits:
        """Give those of one source: what came over a network is dear, so less of it is risked."""
        if not source.is_remote:
            return self
        return Limits(
            min(self.max_documents, REMOTE_DOCUMENTS),
            min(self.max_bytes, REMOTE_BYTES),
            REMOTE_S,
        )
