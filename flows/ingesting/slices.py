"""What goes to a process at once: enough to be worth the way, little enough to share the work."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.sources import Document

SLICE_DOCUMENTS = 32
SLICE_BYTES = 4 * 2**20


@dataclass
class Slice:
    """Documents that go to a process together."""

    documents: list[Document] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    unstored: set[int] = field(default_factory=set)
    """Places of the documents that `documents` lacks; the others lack their article row only."""
    bytes: int = 0

    def add(self, document: Document, row: dict[str, object], *, is_stored: bool) -> None:
        """Take one more document, and its row."""
        if not is_stored:
            self.unstored.add(len(self.rows))
        self.documents.append(document)
        self.rows.append(row)
        self.bytes += len(document.payload)

    def is_full(self) -> bool:
        """Say whether it should go."""
        return len(self.rows) >= SLICE_DOCUMENTS or self.bytes >= SLICE_BYTES
