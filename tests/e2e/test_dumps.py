"""Text dumps, from the file to the row that SQL reads."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from warehouse import connect

ROOT = Path(__file__).parents[2]
DUMPS = ROOT / "tests" / "data" / "dumps"
REAL = ROOT.parent / "shared" / "seeds" / "newsmax_2024-02-25_nato.txt"
ENVIRONMENT = {"PREFECT_API_URL": "http://127.0.0.1:9/api", "WIRELAKE_NORMALIZE__WORKERS": "1"}

Row = dict[str, Any]


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    """Ingest the dumps through a sources file of one source; the rows by file name."""
    home = tmp_path_factory.mktemp("dumps")
    for path in [*DUMPS.glob("*.txt"), *([REAL] if REAL.exists() else [])]:
        shutil.copy(path, home)
    (home / "sources.toml").write_text('[sources.dumps]\nkind = "folder"\npath = "*.txt"\n')
    ran = subprocess.run(
        [sys.executable, "-m", "flows.cli", "ingest"],
        cwd=home,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    with connect(home / "lake") as connection:
        found = connection.sql("FROM all_articles").to_arrow_table().to_pylist()
        shown = connection.sql("SELECT url FROM articles").fetchall()
    return {
        row["url"].removeprefix("file:"): row | {"is_shown": (row["url"],) in shown}
        for row in found
    }


@pytest.mark.skipif(not REAL.exists(), reason="the real dump does not travel with the project")
def test_the_real_dump_is_one_row_with_all_it_says(rows: dict[str, Row]) -> None:
    row = rows[REAL.name]
    assert row["is_shown"]
    assert row["title"] == "NATO Chief: Ukraine Will Join Alliance Some Day"
    assert row["published_at"] == utc(2024, 2, 26, 2, 14)
    assert (row["published_from"], row["published_tz_known"]) == ("text", True)
    assert row["published_date"] == dt.date(2024, 2, 25)
    assert (row["authors"], row["byline"]) == ([], None)
    assert (row["section"], row["publisher"]) == ("Newsfront", "Newsmax Media, Inc.")
    assert row["keywords"] == ["nato", "ukraine", "russia", "jens stoltenberg"]
    assert row["language"] == "en"
    tail = REAL.read_text(encoding="utf-8").rpartition("Newsfront\n")[2].splitlines()
    assert row["description"] == tail[0]
    assert row["text"].startswith("Following the second anniversary")
    assert row["text"].endswith("place nukes in Cuba.")
    for left_out in ("Getty", "By ", "EST", "©", "All rights", "View on", "Newsfront", "428"):
        assert left_out not in row["text"]
    about_date, about_words = row["warnings"]
    assert "'2024-14-25'" in about_date
    assert about_words == f"428 words are stated, {row['word_count']} were counted"


PIER = (
    "The harbour council voted on Tuesday to rebuild the old ferry pier",
    "the ferry will stop for nine days.",
)
EXPECTED: dict[str, Row] = {
    "whole.txt": {
        "title": "Council Votes to Rebuild Ferry Pier",
        "authors": [],
        "published_at": utc(2024, 2, 26, 2, 14),
        "published_date": dt.date(2024, 2, 25),
        "published_tz_known": True,
        "section": "Waterfront",
        "publisher": "Harbour Post Media, Inc.",
        "keywords": ["harbour", "ferry", "pier", "ida brandt"],
        "description": "The harbour council voted on Tuesday to rebuild the old ferry pier, "
        '"at last."',
        "word_count": 46,
        "text": PIER,
        "warnings": ["'2024-14-25'", "52 words are stated, 46"],
    },
    "crlf_bom_bst_two_authors.txt": {
        "title": "Lighthouse Keeper Retires After Forty Years",
        "authors": ["Jane Roe", "John Doe"],
        "published_at": utc(2024, 6, 30, 23, 5),
        "published_date": dt.date(2024, 7, 1),
        "published_tz_known": False,
        "section": "People",
        "publisher": "Harbour Post Media, Inc.",
        "keywords": ["lighthouse", "keeper"],
        "description": "A keeper leaves.",
        "word_count": 46,
        "text": PIER,
        "warnings": ["the zone BST means several"],
    },
    "no_blank_lines.txt": {
        "title": "Council Votes to Rebuild Ferry Pier",
        "authors": ["JANE ROE"],
        "published_at": utc(2024, 8, 2, 7),
        "published_date": dt.date(2024, 8, 2),
        "published_tz_known": True,
        "section": "Waterfront",
        "publisher": "Harbour Post Media, Inc.",
        "keywords": ["harbour", "ferry", "pier"],
        "description": "The council voted for a new pier.",
        "word_count": 46,
        "text": PIER,
        "warnings": ["42 words are stated, 46"],
    },
    "tail_like_lines_in_body.txt": {
        "title": "What the Number on the Pier Means",
        "authors": ["Ursula van den Berg", "José dos Santos", "Ann Poe"],
        "published_at": utc(2024, 3, 5, 7, 45),
        "published_date": dt.date(2024, 3, 5),
        "published_tz_known": False,
        "section": "Waterfront",
        "publisher": None,
        "keywords": [],
        "description": None,
        "word_count": 39,
        "text": ("For years a board on the pier", "and it was a price list."),
        "warnings": [],
    },
    "no_tail_two_line_byline.txt": {
        "title": "Night Ferry Returns After a Winter in Dock",
        "authors": ["Lena Okafor", "Tomas Brandt"],
        "published_at": utc(2024, 5, 9, 15, 30),
        "published_date": dt.date(2024, 5, 9),
        "published_tz_known": True,
        "section": None,
        "publisher": None,
        "keywords": [],
        "description": None,
        "word_count": 45,
        "text": ("The night ferry Marsken sailed", "half an hour less than before."),
        "warnings": [],
    },
}


@pytest.mark.parametrize("name", EXPECTED)
def test_dumps_of_the_same_shape_are_read_the_same_way(rows: dict[str, Row], name: str) -> None:
    row, expected = rows[name], dict(EXPECTED[name])
    start, end = expected.pop("text")
    assert row["text"].startswith(start)
    assert row["text"].endswith(end)
    warnings = expected.pop("warnings")
    assert len(row["warnings"]) == len(warnings)
    assert all(map(str.__contains__, row["warnings"], warnings))
    assert {key: row[key] for key in expected} == expected
    assert (row["language"], row["published_from"]) == ("en", "text")


def test_one_text_in_several_dumps_is_shown_once(rows: dict[str, Row]) -> None:
    names = ("whole.txt", "no_blank_lines.txt", "crlf_bom_bst_two_authors.txt")
    same = [rows[name] for name in names]
    assert len({row["content_hash"] for row in same}) == 1
    assert len({row["cluster_id"] for row in same}) == 1
    assert [name for name in names if rows[name]["is_shown"]] == ["whole.txt"]  # the earliest
