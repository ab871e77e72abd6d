"""Labelled lines above a text, and front matter that is no YAML."""

from __future__ import annotations

import pytest

from transforms.labelled_head import read_keys, split_labels
from transforms.plaintext import read_plaintext
from transforms.reading import Profile, Reading

BODY = [
    "The harbour council voted on Tuesday to rebuild the old ferry pier before the storms.",
    "Work is to start in May, and the ferry will stop for nine days.",
]


def read(*head: str) -> Reading:
    return read_plaintext("\n".join([*head, "", *BODY]), Profile("wire"))


def test_labelled_lines_are_read_and_are_no_text() -> None:
    reading = read(
        "Title: Ferry pier: a vote",
        "Author: Jane Roe, AFP",
        "Date: 2026-03-12 14:05",
        "URL: https://harbour.example/2026/ferry-pier",
        "Source: Harbour Post",
        "Tags: ferry, pier",
    )
    assert reading.title == "Ferry pier: a vote"
    assert (reading.authors, reading.agency) == (["Jane Roe"], "AFP")
    assert reading.published is not None
    assert reading.published.at.isoformat() == "2026-03-12T14:05:00+00:00"
    assert reading.canonical_url == "https://harbour.example/2026/ferry-pier"
    assert (reading.publisher, reading.keywords) == ("Harbour Post", ["ferry", "pier"])
    assert reading.text == "\n".join(BODY)
    assert reading.warnings == []


def test_they_may_stand_under_the_title() -> None:
    reading = read("Ferry pier to be rebuilt", "", "Author: Jane Roe", "Date: 12 March 2026")
    assert (reading.title, reading.authors) == ("Ferry pier to be rebuilt", ["Jane Roe"])
    assert reading.published is not None
    assert reading.text == "\n".join(BODY)


@pytest.mark.parametrize("line", ["Date: what we know so far", "Title: none", "He said: go"])
def test_a_single_one_is_how_a_title_begins(line: str) -> None:
    assert split_labels([line, "", *BODY]) == ({}, [line, "", *BODY])


def test_who_and_when_below_a_labelled_title_are_no_text() -> None:
    reading = read("Title: Ferry pier", "URL: https://a.example/1", "By Ada Mercer", "5 March 2024")
    assert (reading.title, reading.authors) == ("Ferry pier", ["Ada Mercer"])
    assert reading.published is not None
    assert reading.published.day.isoformat() == "2024-03-05"
    assert reading.text == "\n".join(BODY)


def test_a_date_beside_an_address_alone_may_be_that_of_a_concert() -> None:
    reading = read("Concert on the pier", "Date: 5 May 2031", "Link: https://pier.example/5")
    assert reading.published is None
    assert "Date: 5 May 2031" in (reading.text or "")


def test_a_date_that_cannot_be_read_is_a_warning() -> None:
    reading = read("Title: Ferry pier", "Date: soon")
    assert reading.published_raw == "soon"
    assert reading.warnings == ["the date 'soon' cannot be read"]


def test_keys_are_read_one_by_one() -> None:
    front = (
        'title: Ferry: late: again\nauthor: "Jane Roe\ntags:\n  - pier\n  - "sea"\nkind: [a, b]\n?'
    )
    assert read_keys(front) == {
        "title": "Ferry: late: again",
        "author": "Jane Roe",
        "tags": ["pier", "sea"],
        "kind": ["a", "b"],
    }
