"""Rows of files that gave no text: mostly it stands in a column that nobody looks for."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from transforms.record import NO_TEXT


@dataclass
class Textless:
    """How many rows of a source gave no text, and what was said of the first."""

    count: int = 0
    first: str = ""

    def look_at(self, articles: pa.RecordBatch) -> None:
        """Count those among some rows of ARTICLE."""
        reasons = articles.column("reject_reason").to_pylist()
        for row in (row for row, reason in enumerate(reasons) if reason == "empty"):
            warnings = articles.column("warnings")[row].as_py() or []
            said = next((each for each in warnings if each.startswith(NO_TEXT)), None)
            self.count += said is not None
            self.first = self.first or (f"{articles.column('url')[row]}: {said}" if said else "")

    def sentence(self) -> str | None:
        """Say what came of them, and what to set."""
        return f"{self.count} rows gave no text, the first {self.first}" if self.count else None
