"""Pages that defeat a naive extractor: what comes out, and by name what does not yet."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from transforms.extract import extract
from transforms.quality import label_quality
from transforms.reading import Profile
from transforms.schema import DOCUMENT

sys.path.insert(0, str(Path(__file__).parent))
from hard_pages import PAGES, SITE, Hard

MISSED: dict[str, str] = {}
"""Name of a page -> what is wrong with what comes out. A page that is mended leaves this list."""


def article(hard: Hard) -> dict[str, Any]:
    payload = hard.markup if isinstance(hard.markup, bytes) else hard.markup.encode()
    url = SITE + hard.path
    document = {
        "document_id": "1" * 64, "source": "quay", "url": url, "media_type": "text/html",
        "payload": payload, "payload_digest": "2" * 64, "payload_bytes": len(payload),
        "month": dt.date(2026, 3, 1), "batch_id": "3" * 32,
        "added_at": dt.datetime(2026, 3, 10, tzinfo=dt.UTC),
    }  # fmt: skip
    documents = pa.RecordBatch.from_pylist([document], DOCUMENT)
    row: dict[str, Any] = label_quality(extract(documents, {"quay": Profile("quay")})).to_pylist()[
        0
    ]
    return row


def shown(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def misses(hard: Hard) -> list[str]:
    """Say what of a page does not come out as a reader sees it."""
    row = article(hard)
    lines = (row["text"] or "").split("\n")
    found = [line for line in lines if line in hard.has]
    wrong = [] if found == hard.has else [f"lines {found} of {hard.has}"]
    wrong += [f"{line!r} in the text" for line in hard.lacks if any(line in each for each in lines)]
    for name, value in hard.facts.items():
        if shown(row[name]) != value:
            wrong.append(f"{name} {shown(row[name])!r}, not {value!r}")
    return wrong


def test_there_are_forty() -> None:
    assert len(PAGES) == 40
    assert set(MISSED) <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_hard_page_is_read_as_a_reader_sees_it(name: str) -> None:
    wrong = misses(PAGES[name])
    assert bool(wrong) == (name in MISSED), wrong
