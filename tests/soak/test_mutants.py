"""What is damaged reaches every reader, and damage is the same every time."""

from __future__ import annotations

import sys
from pathlib import Path

from transforms.extract import read_row
from transforms.reading import Profile

sys.path.insert(0, str(Path(__file__).parent))
from mutants import Document, mutant, seeds


def read(document: Document) -> dict[str, object]:
    row = {
        "document_id": "d", "source": "mutants", "url": f"{document.scheme}://quay.example/n/1",
        "final_url": None, "media_type": document.media_type, "charset": None,
        "payload": document.payload, "item": None,
    }  # fmt: skip
    return read_row(row, Profile("mutants", mode="fast"))


def test_undamaged_they_are_read_each_by_its_reader() -> None:
    rows = [[read(one) for one in kind[:3]] for kind in seeds()]
    read_from = [{row["text_from"] for row in kind} - {None} for kind in rows]
    pages, texts, notes, records, items, letters, wet = read_from
    assert (texts, notes, records, items, wet) == (
        {"text"}, {"markdown"}, {"record"}, {"feed"}, {"text"},
    )  # fmt: skip
    assert pages
    assert letters
    assert all(row["reject_reason"] != "failed" for kind in rows for row in kind)


def test_a_number_gives_the_same_mutant_every_time() -> None:
    some = range(0, 200, 20)
    made = [mutant(number, seeds()) for number in some]
    assert made == [mutant(number, seeds()) for number in some]
    assert len({each.payload for each in made}) == len(made)
