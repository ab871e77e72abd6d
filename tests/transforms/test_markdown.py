"""Front matter says the facts; the rest of a Markdown file is plain text."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.markdown import read_markdown
from transforms.reading import Profile, Reading


def read(text: str) -> Reading:
    return read_markdown(text, Profile("blog"))


FULL = """\
---
title: "Ferry: late again"
date: 2024-02-25 21:14:00 +0200
lastmod: 2024-02-26
authors:
  - Jane Roe
  - name: John Doe
description: >
  The ferry was late,
  and nobody minded.
tags: [ferry, pier]
categories: [Waterfront, Money]
lang: en-GB
canonical: https://harbour.example/ferry
image: /ferry.jpg
---

The *ferry* was [late](https://harbour.example/late "x")
again &amp; nobody **minded**. ![a ferry](ferry.jpg)

- one reason
- another, `reason = 2`

```python
wait(1)

wait(2)
```

<div class="ad">Buy a <b>boat</b></div>

| boat | minutes |
|------|---------|
| Ida  | 12      |
"""


def test_front_matter_fills_the_facts() -> None:
    reading = read(FULL)
    assert reading.title == "Ferry: late again"
    assert reading.authors == ["Jane Roe", "John Doe"]
    assert reading.description == "The ferry was late, and nobody minded."
    assert reading.keywords == ["ferry", "pier"]
    assert reading.section == "Waterfront"
    assert reading.declared_language == "en-GB"
    assert reading.canonical_url == "https://harbour.example/ferry"
    assert reading.image_url == "/ferry.jpg"
    assert reading.published is not None
    assert reading.published.at == dt.datetime(2024, 2, 25, 19, 14, tzinfo=dt.UTC)
    assert reading.published.raw == "2024-02-25 21:14:00 +0200"
    assert reading.published.evidence == "meta"
    assert reading.modified is not None
    assert reading.modified.day == dt.date(2024, 2, 26)
    assert reading.warnings == []


def test_the_body_is_one_block_a_line_without_its_marks() -> None:
    assert read(FULL).text == "\n".join(
        [
            "The ferry was late again & nobody minded.",
            "one reason",
            "another, reason = 2",
            "wait(1)",
            "wait(2)",
            "Buy a boat",
            *("boat", "minutes", "Ida", "12"),
        ]
    )
    assert read(FULL).text_from == "markdown"


def test_the_first_heading_is_the_title_where_nothing_else_is() -> None:
    reading = read("# Ferry *late*\n\nAgain.\n\n## Why\n\nWind.")
    assert reading.title == "Ferry late"
    assert reading.text == "Again.\nWhy\nWind."


def test_a_heading_that_repeats_the_title_is_no_text() -> None:
    assert read("---\ntitle: Late\n---\n# Late\n\nAgain.").text == "Again."
    assert read("---\ntitle: Late\n---\n# Ferry\n\nAgain.").text == "Ferry\nAgain."


def test_a_heading_under_text_is_no_title() -> None:
    reading = read("Late again.\n\n# Why\n")
    assert (reading.title, reading.text) == (None, "Late again.\nWhy")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(ends: str) -> None:
    assert read("\ufeff" + FULL.replace("\n", ends)) == read(FULL)


@pytest.mark.parametrize("front", ["title: [", "a: b: c", "\t- x", "!!python/object:os.x {}"])
def test_front_matter_that_is_no_yaml_is_named_and_the_text_kept(front: str) -> None:
    reading = read(f"---\n{front}\n---\n\nThe ferry was late.")
    assert reading.text == "The ferry was late."
    assert "front matter" in reading.warnings[0]


def test_text_between_two_rules_is_no_front_matter() -> None:
    reading = read("---\nThe ferry was late.\n---\n\nAgain.")
    assert (reading.title, reading.text) == ("The ferry was late.", "Again.")
    assert reading.warnings == []


def test_values_of_odd_types_are_left_out() -> None:
    reading = read("---\ntitle: {a: 1}\nauthor: ~\ntags: [[x], ferry]\ndate:\n---\nLate.")
    assert (reading.title, reading.authors, reading.keywords) == (None, [], ["ferry"])
    assert reading.published is None


def test_a_date_that_names_no_day_is_kept_as_it_stood() -> None:
    reading = read("---\ndate: 2024-14-25\n---\nLate.")
    assert reading.published is None
    assert reading.published_raw == "2024-14-25"
    assert reading.warnings == ["the date '2024-14-25' cannot be read"]


def test_keywords_may_be_one_line() -> None:
    assert read("---\ntags: ferry, pier\n---\nLate.").keywords == ["ferry", "pier"]


@given(st.text(max_size=200) | st.text("#-*_`[]()!<>|:\n \tab1", max_size=80))
def test_no_text_raises(text: str) -> None:
    reading = read(text)
    assert reading.text is None or all(reading.text.split("\n"))


@given(st.text("abc: -[]{}&*!|>'\"%@\n", max_size=60))
def test_no_front_matter_raises(front: str) -> None:
    assert read(f"---\n{front}\n---\nLate.").text_from == "markdown"
