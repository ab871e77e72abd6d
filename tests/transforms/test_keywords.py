"""Keywords are folded alike, whatever document states them."""

from __future__ import annotations

import json

from transforms.identity import item_json
from transforms.items import add_item
from transforms.keywords import MAX_KEYWORDS, each_once
from transforms.markdown import read_markdown
from transforms.plaintext import read_plaintext
from transforms.reading import Profile, Reading
from transforms.record import read_record

WIRE = Profile("wire")
STATED = ["Ferry", "ferry", "#pier", "'Pier'", "", "x" * 101]


def test_each_word_is_listed_once_without_its_marks() -> None:
    assert each_once(STATED) == ["Ferry", "pier"]
    assert len(each_once(map(str, range(1_000)))) == MAX_KEYWORDS


def test_a_sign_that_ends_a_name_stays() -> None:
    assert each_once(["C#", " #F# ", "#"]) == ["C#", "F#"]


def test_records_items_and_front_matter_fold_them() -> None:
    assert read_record(json.dumps({"tags": STATED}).encode(), WIRE).keywords == ["Ferry", "pier"]
    assert read_markdown("---\ntags: [Ferry, ferry]\n---\nLate.", WIRE).keywords == ["Ferry"]
    reading = Reading()
    add_item(reading, item_json({"categories": STATED}) or "", WIRE)
    assert reading.keywords == ["Ferry", "pier"]


def test_a_dump_folds_them() -> None:
    told = "The ferry was late again on Monday, and nobody on the pier minded it much at all."
    tail = "© 2026 Harbour News\nWaterfront\nThe ferry was late.\nFerry, pier, ferry\n14 words"
    reading = read_plaintext(f"Ferry late again\nBy Ann Lee\n\n{told}\n\n{tail}", WIRE)
    assert reading.keywords == ["Ferry", "pier"]
