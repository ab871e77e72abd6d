"""What a run did with one source, in numbers that add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_NOTES = 3


@dataclass
class Counts:
    """What a run did with one source; the sums over its batches."""

    source: str
    seen: int = 0
    new: int = 0
    unchanged: int = 0
    taken_down: int = 0
    articles: int = 0
    kept: int = 0
    rejected: int = 0
    known: int = 0
    failed: int = 0
    bytes: int = 0
    batches: int = 0
    seconds: float = 0.0
    error: str | None = None
    notes: list[str] = field(default_factory=list)
    """What somebody can mend, each a sentence that names the place and the remedy."""

    def note(self, sentence: str) -> None:
        """Keep what is to be told at the end of the run; the first few say what the rest do."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(sentence)

    def add(self, counts: Mapping[str, int]) -> None:
        """Add what one batch counted."""
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + count)
        self.batches += 1
