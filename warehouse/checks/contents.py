"""Rules over contents: texts and payloads against their digests, keys against their texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from warehouse.checks.looking import SAMPLE, Look, Outcome
from warehouse.copies.comparing import dates

TEXTS = 2_000
"""Read at once: some 8 MB."""
BATCHES = 3
"""Whose payloads are read where not all are."""

_PAYLOADS = """
SELECT count(*), count_if(sha256(payload) <> payload_digest),
    count_if(octet_length(payload) <> payload_bytes)
FROM (
    SELECT payload, payload_digest, payload_bytes FROM lake.raw.documents
    WHERE payload IS NOT NULL AND {of_batches} LIMIT ?
)
"""
_SOME_BATCHES = f"""
SELECT month, batch_id FROM (SELECT DISTINCT month, batch_id FROM lake.raw.documents)
ORDER BY hash(batch_id) LIMIT {BATCHES}
"""
_CHOSEN = """
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT *, (row_number() OVER (ORDER BY month, document_id) - 1) // ? AS portion FROM (
    SELECT document_id, month FROM lake.raw.articles
    WHERE reject_reason IS NULL ORDER BY hash(document_id) LIMIT ?
)
"""
_TEXTS = """
SELECT articles.content_hash, title, text, held.keys
FROM lake.raw.articles AS articles
SEMI JOIN (FROM chosen WHERE portion = ?) AS chosen USING (document_id)
LEFT JOIN (
    SELECT content_hash, any_value(keys) AS keys FROM lake.raw.keys GROUP BY content_hash
) AS held USING (content_hash)
WHERE reject_reason IS NULL AND month IN ({months})
"""
_UNLIKE = """
SELECT count(*) FROM (
    SELECT 1 FROM lake.raw.keys GROUP BY content_hash HAVING count(DISTINCT keys) > 1
)
"""


def payloads(look: Look) -> Outcome:
    """The bytes of a document are those of its digest."""
    batches = [] if look.trust.deep else look.rows(_SOME_BATCHES)
    some = " OR ".join(f"month = DATE '{month}' AND batch_id = ?" for month, _ in batches)
    query = _PAYLOADS.format(of_batches=f"({some or 'true'})")
    names = [batch_id for _, batch_id in batches]
    number, digests, sizes = look.row(query, *names, None if look.trust.deep else SAMPLE)
    outcome = Outcome(number)
    outcome.blame(digests, "whose payload is not that of their digest")
    outcome.blame(sizes, "whose payload is of another length")
    return outcome


def texts(look: Look) -> Outcome:
    """The content hash of a kept article is that of its words."""
    number, hashes, _ = _read(look)
    outcome = Outcome(number)
    outcome.blame(hashes, "whose content hash is not that of their words")
    return outcome


def keys_of_texts(look: Look) -> Outcome:
    """The keys of a text that was compared are those its words give."""
    number, _, keys = _read(look)
    outcome = Outcome(number)
    outcome.blame(keys, "whose keys are not those of their words")
    outcome.blame(look.row(_UNLIKE)[0], "with other keys on another day")
    return outcome


def _read(look: Look) -> tuple[int, int, int]:
    """Read texts once for both rules: their number, those of another hash, of other keys."""
    if "texts" not in look.kept:
        number = hashes = keys = 0
        for rows in _portions(look):
            number += rows.num_rows
            look.tell(f"texts: {number:,} read")
            hashes += sum(not _is_of_its_words(look, row) for row in rows.to_pylist())
            keys += sum(not _has_its_keys(look, row) for row in rows.to_pylist())
        look.kept["texts"] = (number, hashes, keys)
    found: tuple[int, int, int] = look.kept["texts"]
    return found


def _portions(look: Look) -> Iterator[pa.Table]:
    look.lake.connection.execute(_CHOSEN, [TEXTS, None if look.trust.deep else SAMPLE])
    for (portion,) in look.rows("SELECT DISTINCT portion FROM chosen ORDER BY ALL"):
        found = look.rows("SELECT DISTINCT month FROM chosen WHERE portion = ?", portion)
        query = _TEXTS.format(months=dates([month for (month,) in found]))
        yield look.lake.connection.execute(query, [portion]).to_arrow_table()


def _is_of_its_words(look: Look, row: dict[str, Any]) -> bool:
    hashed: str = row["content_hash"]
    return look.trust.hash_text(row["title"] or "", row["text"] or "") == hashed


def _has_its_keys(look: Look, row: dict[str, Any]) -> bool:
    """Say whether the keys agree; a text without any was not compared yet."""
    method = look.trust.method
    wanted: list[int] = method.sign(method.fold(row["text"] or "")).tolist()
    return row["keys"] is None or wanted == row["keys"]
