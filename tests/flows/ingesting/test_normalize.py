"""Documents become articles, and their texts keys, in one go."""

from __future__ import annotations

import pyarrow as pa
import pytest
from invented import told

from flows.ingesting.normalize import normalize, with_keys
from transforms.folding import fold
from transforms.reading import Profile
from transforms.schema import ARTICLE, DOCUMENT, KEYS
from transforms.signature import BANDS, keys_of

PROFILE = Profile("wire")


@pytest.fixture
def documents() -> pa.RecordBatch:
    """A story, one too short to be signed, and one that is rejected."""
    texts = [f"Of a ferry\n\n{told('ferry', 12)}", f"Of a bell\n\n{told('bell', 2)}", ""]
    rows = [
        {
            "document_id": str(number),
            "source": "wire",
            "url": f"file:{number}.txt",
            "media_type": "text/plain",
            "payload": text.encode(),
        }
        for number, text in enumerate(texts)
    ]
    return pa.RecordBatch.from_pylist(rows, DOCUMENT)


def test_rows_are_the_same_with_keys_and_without(documents: pa.RecordBatch) -> None:
    rows = with_keys(documents, PROFILE)
    assert rows.schema.names == [*ARTICLE.names, KEYS.name]
    assert rows.select(ARTICLE.names).to_pylist() == normalize(documents, PROFILE).to_pylist()


def test_keys_are_those_that_the_copies_step_would_make(documents: pa.RecordBatch) -> None:
    rows = with_keys(documents, PROFILE).to_pylist()
    assert [None if row["keys"] is None else len(row["keys"]) for row in rows] == [BANDS, 0, None]
    assert rows[2]["reject_reason"]
    for row in rows[:2]:
        assert row["keys"] == keys_of(fold(row["text"])).tolist()
