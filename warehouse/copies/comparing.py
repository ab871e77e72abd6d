"""One comparison: a transaction on one snapshot, and the texts that it reads.

All stands in temporary tables, which DuckDB spills to the disk where they are large: those of
`looking`, and

    signed    the keys of the texts of `added`
    folded    texts as they are compared
    found     pairs that were judged copies now
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pyarrow as pa

from transforms.schema import KEYS
from warehouse.catalog import Lake
from warehouse.commit import given
from warehouse.copies.method import Method
from warehouse.copies.signed import SIGNED

T = TypeVar("T")
Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is, every now and then."""


def tell_nobody(doing: str, done: int, total: int) -> None:
    """Show no progress."""


TEXTS = 10_000
"""Read at once: some 40 MB. Each reading looks through the parts of their months."""
BETWEEN = 500
"""Texts or pairs between two signs of life: some tenths of a second."""

NEAR = "coalesce(abs(x.day - y.day) <= $days, true)"
"""Whether two days are near each other; an undated text is near all."""

_READING = """
-- One document for each text: those of one content_hash are equal when folded.
CREATE OR REPLACE TEMP TABLE reading AS
SELECT *, (row_number() OVER (ORDER BY month, document_id) - 1) // $texts AS portion
FROM (
    SELECT content_hash, min(document_id) AS document_id, min_by(month, document_id) AS month
    FROM lake.raw.articles SEMI JOIN wanted USING (content_hash)
    WHERE reject_reason IS NULL {of_months}
    GROUP BY content_hash
)
"""
_KNOWN = """
INSERT INTO signed SELECT content_hash, any_value(keys)
FROM incoming SEMI JOIN added USING (content_hash) GROUP BY content_hash
"""
_UNSIGNED = "SELECT content_hash FROM added EXCEPT SELECT content_hash FROM signed"
_TEXTS = """
SELECT reading.content_hash, articles.text
FROM lake.raw.articles AS articles JOIN reading USING (document_id)
WHERE reading.portion = $portion AND articles.month IN ({months})
"""
_FOLDED = pa.schema([("content_hash", pa.string()), ("folded", pa.string())])


@dataclass(frozen=True)
class Comparison:
    """One comparison: a transaction on one snapshot, in which its temporary tables live."""

    lake: Lake
    method: Method
    anew: bool
    """Whether all is compared and replaced: it was found in another way, or is to be."""
    progress: Callable[[], None]
    """Shows who waits for this step that it is at work; raises where it is to stop."""
    tell: Tell = tell_nobody
    known: pa.Table = field(default_factory=SIGNED.empty_table)
    """Keys of texts that need not be signed, n rows of SIGNED."""

    def run(self, query: str, **extra: object) -> None:
        """Run a statement that may name $anew, $algo, $days and what else is given."""
        self.lake.connection.execute(query, self._parameters(query, extra))

    def read(self, query: str, **extra: object) -> pa.Table:
        """Run a query of the same kind."""
        return self.lake.connection.execute(query, self._parameters(query, extra)).to_arrow_table()

    def values(self, query: str) -> list[object]:
        """Read the one column of a query."""
        return [row[0] for row in self.lake.connection.execute(query).fetchall()]

    def paced(
        self, work: Iterable[T], doing: str = "", done: int = 0, total: int = 0
    ) -> Iterator[T]:
        """Give one thing after another, and signs of life between them.

        Args:
            work: what is given.
            doing: what is done with it, to be told; nothing is where it is not said.
            done: how much of that was done before.
            total: how much of that there is.
        """
        for number, each in enumerate(work, done):
            if number % BETWEEN == 0:
                self.progress()
                if doing:
                    self.tell(doing, number, total)
            yield each

    def sign(self) -> None:
        """Sign the texts that have come, and fold them for that, but for those signed before."""
        self.run("CREATE TEMP TABLE folded (content_hash VARCHAR, folded VARCHAR)")
        self.run("CREATE TEMP TABLE signed (content_hash VARCHAR, keys UBIGINT[])")
        with given(self.lake, self.known):
            self.run(_KNOWN)
        for names, texts in self._texts(_UNSIGNED, self.of_months()):
            keys = [self.method.sign(text) for text in self.paced(texts)]
            self._insert("signed", pa.table([names, pa.array(keys, KEYS.type)], SIGNED))

    def fold(self, wanted: str, of_months: str = "") -> None:
        """Fold the texts of a query of content hashes, but for those that are folded.

        Args:
            wanted: the query.
            of_months: a condition on where an article of each of them lies.
        """
        for _ in self._texts(f"{wanted} EXCEPT SELECT content_hash FROM folded", of_months):
            pass

    def of_months(self) -> str:
        """Write as a condition in which months the texts lie that are compared."""
        months = self.values("FROM near ORDER BY ALL")
        return f"AND month IN ({dates(months)})" if months else ""

    def _texts(self, wanted: str, of_months: str) -> Iterator[tuple[Sequence[str], list[str]]]:
        """Give texts, folded, some at a time, and keep them in `folded`."""
        self.run(f"CREATE OR REPLACE TEMP TABLE wanted AS {wanted}")
        if not self.values("SELECT 1 FROM wanted LIMIT 1"):
            return
        self.run(_READING.format(of_months=of_months), texts=TEXTS)
        done, [total] = 0, self.values("SELECT count(*) FROM reading")
        for portion in self.values("SELECT DISTINCT portion FROM reading ORDER BY ALL"):
            months = self.values(f"SELECT DISTINCT month FROM reading WHERE portion = {portion}")
            rows = self.read(_TEXTS.format(months=dates(months)), portion=portion)
            raw = self.paced(rows.column("text").to_pylist(), "texts read", done, int(str(total)))
            texts = [self.method.fold(text or "") for text in raw]
            done += len(texts)
            names = rows.column("content_hash")
            self._insert("folded", pa.table([names, pa.array(texts, pa.string())], _FOLDED))
            yield names, texts

    def _insert(self, table: str, rows: pa.Table) -> None:
        with given(self.lake, rows):
            self.lake.connection.execute(f"INSERT INTO {table} FROM incoming")

    def _parameters(self, query: str, extra: dict[str, object]) -> dict[str, object]:
        method = self.method
        known = {"anew": self.anew, "algo": method.algo, "days": method.window_days, **extra}
        return {name: value for name, value in known.items() if f"${name}" in query}


def dates(days: Sequence[object]) -> str:
    """Write n days as a list in SQL: a parameter would not spare reading other partitions."""
    return ", ".join(f"DATE '{day}'" for day in days)
