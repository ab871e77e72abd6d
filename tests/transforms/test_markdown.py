"""Front matter says the facts; the rest of a Markdown file is plain text."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.markdown import MAX_CHARS, MAX_FRONT_CHARS, read_markdown
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
            *("boat | minutes", "Ida | 12"),
        ]
    )
    assert read(FULL).text_from == "markdown"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<script>\ntrack()\n</script>\n\nLate.\n\n<style>\np {}\n</style>", "Late."),
        ("Late <script>track('x')</script>again.", "Late again."),
        ("Late <!-- a > b --> again.", "Late again."),
        ("<!-- a > b -->\n\nLate.", "Late."),
        ("<p>Late &amp; slow &mdash; again</p>\n<p>Bo</p>", "Late & slow — again\nBo"),
        ("<div>\n\nLate.\n\n</div>", "Late."),
        ("Late<br>again.", "Late again."),
        ("Late[^1] *again*[^bo] [^2].\n\n[^1]: By far.\n[^2]: Wind\n\n[^bo]: Says Bo.",
         "Late again.\nBy far. Wind\nSays Bo."),
        ("Late `[^1]`, or [^a-z] anew[^1]: no.", "Late [^1], or [^a-z] anew: no."),
        ("| a | b |\n|---|---|\n| 1 |   |\n|   |   |\n| 2 | *3* |", "a | b\n1\n2 | 3"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_left_out(body: str, text: str) -> None:
    assert read(body).text == text


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


STORY = "The old crane on the quay was taken down on Monday.\n\nBy the evening it was gone.\n"
LINES = STORY.rstrip().split("\n\n")

HEADS = {
    "*By Ann Poe, 3 March 2026*": (["Ann Poe"], None, "2026-03-03"),
    "By Ann Poe | 3 March 2026": (["Ann Poe"], None, "2026-03-03"),
    "*By Ann Poe*\n*3 March 2026*": (["Ann Poe"], None, "2026-03-03"),
    "**Published:** 3 March 2026": ([], None, "2026-03-03"),
    "**Author:** Ann Poe  \n**Published:** 3 March 2026": (["Ann Poe"], None, "2026-03-03"),
    "**Date:** 2026-03-03 | **By:** Ann Poe and Bo Ek": (["Ann Poe", "Bo Ek"], None, "2026-03-03"),
    "Written by: Ann Poe\n\nPosted on: 3 March 2026": (["Ann Poe"], None, "2026-03-03"),
    "**Von Ann Poe, dpa** – 3.3.2026": (["Ann Poe"], "dpa", "2026-03-03"),
    "_Par Anne Dupont avec AFP_\n\nPublié le : 3 mars 2026": (
        ["Anne Dupont"], "AFP", "2026-03-03",
    ),
    "作者：王小明\n\n2026年3月3日": (["王小明"], None, "2026-03-03"),
    "2026-03-03": ([], None, "2026-03-03"),
}  # fmt: skip


@pytest.mark.parametrize("title_first", [True, False])
@pytest.mark.parametrize("head", HEADS)
def test_a_byline_and_a_date_above_the_text_are_read(head: str, title_first: bool) -> None:
    blocks = ["# Old crane", head] if title_first else [head, "# Old crane"]
    reading = read("\n\n".join([*blocks, STORY]))
    authors, agency, day = HEADS[head]
    assert (reading.title, reading.authors, reading.agency) == ("Old crane", authors, agency)
    assert reading.published is not None
    assert (str(reading.published.day), reading.published.evidence) == (day, "text")
    assert reading.text == "\n".join(LINES)
    assert reading.warnings == []


def test_a_day_of_change_is_none_of_publication() -> None:
    reading = read(f"# Old crane\n\n*Updated: 4 March 2026*\n\n{STORY}")
    assert reading.published is None
    assert reading.modified is not None
    assert reading.modified.day == dt.date(2026, 3, 4)


@pytest.mark.parametrize(
    "line",
    [
        "By the harbour, 3 March 2026",
        "Text: the crane is gone.",
        "On 3 March 2026 the crane was taken down.",
        "**Note:** the crane stays",
        "`By Ann Poe`, says the board.",
    ],
)
def test_prose_above_the_text_is_text(line: str) -> None:
    reading = read(f"# Old crane\n\n{line}\n\n{STORY}")
    assert reading.text is not None
    assert len(reading.text.split("\n")) == 3
    assert reading.authors == []


def test_front_matter_comes_before_the_lines_of_the_head() -> None:
    reading = read(f"---\nauthor: Bo Ek\ndate: 2026-03-01\n---\n*By Ann Poe, 3.3.2026*\n\n{STORY}")
    assert (reading.authors, reading.byline) == (["Bo Ek"], "Bo Ek")
    assert reading.published is not None
    assert (reading.published.raw, reading.published.evidence) == ("2026-03-01", "meta")
    assert reading.text == "\n".join(LINES)


def test_front_matter_of_toml_is_read_as_that_of_yaml() -> None:
    front = """\
+++
title = "Ferry: late again"
date = 2026-03-03T10:15:00+01:00
lastmod = 2026-03-04
authors = ["Jane Roe", {name = "John Doe"}]
draft = false
weight = 3
[taxonomies]
tags = ["ferry", "pier"]
[extra]
description = "Nobody minded."
+++
"""
    reading = read(front.replace("\n", "\r\n") + STORY)
    assert (reading.title, reading.keywords) == ("Ferry: late again", ["ferry", "pier"])
    assert (reading.authors, reading.description) == (["Jane Roe", "John Doe"], "Nobody minded.")
    assert reading.published is not None
    assert reading.published.raw == "2026-03-03T10:15:00+01:00"
    assert reading.published.at == dt.datetime(2026, 3, 3, 9, 15, tzinfo=dt.UTC)
    assert reading.modified is not None
    assert reading.modified.day == dt.date(2026, 3, 4)
    assert reading.text == "\n".join(LINES)


def test_front_matter_that_is_no_toml_is_a_warning_and_no_text() -> None:
    reading = read(f"+++\ntitle = 'Ferry\n+++\n{STORY}")
    assert reading.warnings == ["the front matter is no TOML: TOMLDecodeError"]
    assert reading.text == "\n".join(LINES)
    assert read("+++\n").text == "+++"


def test_the_credit_of_a_picture_is_no_text() -> None:
    reading = read(
        f"# Old crane\n\n![crane](c.jpg)\n*Foto: dpa*\n\n{STORY}\n\n*© 2026*\n\n```\nFoto: x\n```"
    )
    assert reading.text == "\n".join([*LINES, "© 2026", "Foto: x"])


def test_a_file_too_long_to_be_markdown_is_rejected_unparsed():
    reading = read_markdown("[" * (MAX_CHARS + 1), Profile("quay"))
    assert reading.reject_reason == "too_large"
    assert reading.warnings == [f"Markdown of {MAX_CHARS + 1} characters, over {MAX_CHARS}"]


@pytest.mark.parametrize(("rule", "line"), [("---", "key: value\n"), ("+++", "key = 1\n")])
def test_front_matter_without_end_is_left_out_and_told(rule, line):
    front = line * (MAX_FRONT_CHARS // len(line) + 1)
    reading = read_markdown(f"{rule}\n{front}{rule}\n# Tide\n\nIt rose.\n", Profile("quay"))
    assert (reading.title, reading.text) == ("Tide", "It rose.")
    assert reading.warnings == [f"front matter of over {MAX_FRONT_CHARS} characters is not read"]


def test_front_matter_with_a_fault_is_read_line_by_line() -> None:
    reading = read(
        '---\ntitle: Ferry: late: again\nauthor: "Jane Roe\ndate: 2026-01-13\n---\nLate.\n'
    )
    assert (reading.title, reading.authors) == ("Ferry: late: again", ["Jane Roe"])
    assert reading.published is not None
    assert reading.warnings == ["the front matter is no YAML: ScannerError; read by its lines"]


def test_an_agency_in_front_matter_is_no_person() -> None:
    reading = read("---\nauthor: [Ann Lee, Reuters]\n---\nLate.")
    assert (reading.authors, reading.agency) == (["Ann Lee"], "Reuters")
    reading = read("---\nauthor: Reuters\n---\nLate.")
    assert (reading.authors, reading.agency) == ([], "Reuters")
