"""Text dumps are read by their lines; what is missing stays missing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.encodings import decode
from transforms.plaintext import read_plaintext
from transforms.reading import Profile, Reading
from transforms.wire_credits import add_wire_agency

DUMPS = Path(__file__).parents[1] / "data" / "dumps"

TITLE = "Council Votes to Rebuild Ferry Pier"
CREDIT = "Mayor Ida Brandt (Harbour Images)"
BYLINE = "By Jane Roe | Sunday, 25 February 2024 09:14 PM EST ET"
BODY = [
    "The harbour council voted on Tuesday to rebuild the old ferry pier before the storms.",
    '"We waited long enough," said Mayor Ida Brandt, who had asked for the money twice.',
    "Work is to start in May, and the ferry will stop for nine days.",
]
COPYRIGHT = "© 2025 Harbour Post. All rights reserved."
TAIL = {
    "section": "Waterfront",
    "description": "The council voted for a new pier, and for a ferry.",
    "keywords": "harbour, ferry, pier",
    "words": "42",
    "machine": "2024-02-25",
    "date": "Sunday, 25 February 2024 09:14 PM",
    "publisher": "Harbour Post Media, Inc.",
    "view": "View on Harbour Post",
}


def read(text: str, timezone: str = "Europe/London", country: str | None = None) -> Reading:
    return read_plaintext(text, Profile("wire", timezone=timezone, country=country))


def dump(
    *,
    head: tuple[str, ...] = (TITLE, CREDIT, BYLINE),
    body: list[str] | None = None,
    copyright_line: str = COPYRIGHT,
    tail: dict[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> str:
    lines = (TAIL if tail is None else tail).items()
    end = "\n".join(line for name, line in lines if name not in without)
    blocks = [*head, *(BODY if body is None else body), copyright_line]
    return "\n\n".join([block for block in blocks if block] + [f"\n{end}"])


def read_file(name: str) -> Reading:
    decoded = decode((DUMPS / name).read_bytes())
    assert decoded.text is not None
    return read(decoded.text)


def test_a_whole_dump_is_taken_apart() -> None:
    reading = read_file("whole.txt")
    assert reading.title == TITLE
    assert reading.published is not None
    assert reading.published.at == dt.datetime(2024, 2, 26, 2, 14, tzinfo=dt.UTC)
    assert reading.published.day == dt.date(2024, 2, 25)
    assert reading.published.evidence == "text"
    assert reading.published.tz_known
    assert reading.published.precision == "minute"
    assert reading.authors == []
    assert reading.byline is None
    assert reading.section == "Waterfront"
    assert reading.publisher == "Harbour Post Media, Inc."
    assert reading.keywords == ["harbour", "ferry", "pier", "ida brandt"]
    assert reading.description is not None
    assert reading.description.endswith('pier, "at last."')
    assert reading.text is not None
    lines = reading.text.split("\n")
    assert len(lines) == 3
    assert lines[0].startswith("The harbour council voted")
    assert lines[-1].endswith("stop for nine days.")
    assert reading.text_from == "text"


def test_the_tail_is_held_against_the_rest() -> None:
    warnings = read_file("whole.txt").warnings
    assert any("'2024-14-25'" in warning for warning in warnings)
    assert any("52 words are stated" in warning for warning in warnings)


def test_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    reading = read_file("crlf_bom_bst_two_authors.txt")
    assert reading.title == "Lighthouse Keeper Retires After Forty Years"
    assert reading.authors == ["Jane Roe", "John Doe"]
    assert reading.published is not None
    assert reading.published.at == dt.datetime(2024, 6, 30, 23, 5, tzinfo=dt.UTC)
    assert reading.published.day == dt.date(2024, 7, 1)
    assert reading.keywords == ["lighthouse", "keeper"]
    assert read(dump()) == read("\ufeff" + dump().replace("\n", "\r\n"))


def test_blank_lines_may_be_missing() -> None:
    reading = read_file("no_blank_lines.txt")
    assert reading.title == TITLE
    assert reading.authors == ["JANE ROE"]
    assert reading.agency == "Reuters"
    assert reading.byline == "By JANE ROE | Reuters"
    assert reading.text is not None
    assert reading.text.count("\n") == 2
    assert reading.text.endswith("nine days.")
    assert reading.section == "Waterfront"
    assert reading.description == "The council voted for a new pier."
    assert reading.keywords == ["harbour", "ferry", "pier"]


def test_lines_of_the_body_that_look_like_a_tail_stay_in_it() -> None:
    reading = read_file("tail_like_lines_in_body.txt")
    assert reading.authors == ["Ursula van den Berg", "José dos Santos", "Ann Poe"]
    assert reading.published is not None
    assert reading.published.at == dt.datetime(2024, 3, 5, 7, 45, tzinfo=dt.UTC)
    assert not reading.published.tz_known
    assert reading.modified is not None
    assert reading.modified.day == dt.date(2024, 3, 6)
    assert reading.text is not None
    for line in ("428", "2019-05-04", "View on Harbour Street", "© 1998"):
        assert f"\n{line}" in reading.text
    assert reading.section == "Waterfront"
    assert reading.warnings == []


@pytest.mark.parametrize(
    ("byline", "authors", "agency"),
    [
        ("By Jane Roe and John Doe", ["Jane Roe", "John Doe"], None),
        ("By Jane Roe, John Doe and Ann Poe", ["Jane Roe", "John Doe", "Ann Poe"], None),
        ("By Jane Roe, John Doe, and Ann Poe", ["Jane Roe", "John Doe", "Ann Poe"], None),
        ("By JANE ROE | Reuters", ["JANE ROE"], "Reuters"),
        ("By Jane Roe, Associated Press", ["Jane Roe"], "Associated Press"),
        ("By Jane Roe / AFP", ["Jane Roe"], "AFP"),
        ("By Reuters", [], "Reuters"),
        ("By Harbour Post Staff", [], None),
        ("By Jane Roe, Staff Writer", ["Jane Roe"], None),
        ("By Jane Roe in Oslo and John Doe in Turku", ["Jane Roe", "John Doe"], None),
        ("By Ida van der Berg and José de la Cruz", ["Ida van der Berg", "José de la Cruz"], None),
        ("By Jean-Luc O'Neill, Jr.", ["Jean-Luc O'Neill, Jr."], None),
        ("By Jane Roe with John Doe", ["Jane Roe", "John Doe"], None),
        ("By 王小明", ["王小明"], None),
        ("By Jane Roe\nand John Doe", ["Jane Roe", "John Doe"], None),
        ("By Jane Roe\nJohn Doe", ["Jane Roe", "John Doe"], None),
        ("By Jane Roe\nThe Associated Press", ["Jane Roe"], "The Associated Press"),
    ],
)
@pytest.mark.parametrize("between", [" | ", "\n", " - "])
def test_names_agencies_and_the_date_of_a_byline_are_told_apart(
    byline: str, authors: list[str], agency: str | None, between: str
) -> None:
    if "\n" in byline and between != "\n":
        between = " | "
    reading = read(dump(head=(TITLE, f"{byline}{between}Monday, 3 March 2025 11:02 AM CET")))
    assert reading.title == TITLE
    assert (reading.authors, reading.agency) == (authors, agency)
    assert reading.published is not None
    assert reading.published.at == dt.datetime(2025, 3, 3, 10, 2, tzinfo=dt.UTC)
    assert reading.text is not None
    assert reading.text.startswith("The harbour council")


@pytest.mark.parametrize(
    ("zone", "hour", "known"),
    [("BST", 10, True), ("CET", 10, True), ("EST ET", 16, True), ("", 10, False)],
)
def test_the_zone_printed_counts_else_the_one_configured(zone: str, hour: int, known: bool) -> None:
    reading = read(dump(head=(TITLE, f"By Jane Roe | Monday, 1 July 2024 11:00 AM {zone}")))
    assert reading.published is not None
    assert (reading.published.at.hour, reading.published.tz_known) == (hour, known)


@pytest.mark.parametrize("missing", list(TAIL))
@pytest.mark.parametrize("copyright_line", [COPYRIGHT, ""])
def test_any_line_of_the_tail_may_be_missing(missing: str, copyright_line: str) -> None:
    whole = read(dump(copyright_line=copyright_line))
    part = read(dump(copyright_line=copyright_line, without=(missing,)))
    assert part.text == whole.text == "\n".join(BODY)
    for name in ("section", "description", "keywords", "publisher"):
        expected = getattr(whole, name) if name != missing else type(getattr(whole, name))()
        assert (getattr(part, name) or type(expected)()) == expected


@pytest.mark.parametrize("copyright_line", [COPYRIGHT, ""])
def test_the_whole_tail_may_be_missing(copyright_line: str) -> None:
    reading = read(dump(copyright_line=copyright_line, tail={}))
    assert reading.text == "\n".join(BODY)
    assert (reading.section, reading.publisher, reading.keywords) == (None, None, [])
    assert reading.warnings == []


def test_without_a_byline_the_date_of_the_tail_counts() -> None:
    reading = read(dump(head=(TITLE, CREDIT)))
    assert reading.title == TITLE
    assert reading.published is not None
    assert reading.published.raw == "Sunday, 25 February 2024 09:14 PM"
    assert not reading.published.tz_known
    assert reading.text == "\n".join(BODY)


def test_the_machine_date_never_overrules_the_printed_one() -> None:
    reading = read(dump(tail=TAIL | {"machine": "2024-05-25"}))
    assert reading.published is not None
    assert reading.published.day == dt.date(2024, 2, 25)
    assert any("'2024-05-25' is another day" in warning for warning in reading.warnings)


def test_a_date_that_names_no_day_is_kept_as_it_stood() -> None:
    byline = "By Jane Roe | Sunday, 31 February 2024 09:14 PM EST ET"
    reading = read(dump(head=(TITLE, byline), tail={}))
    assert reading.published is None
    assert reading.published_raw == "Sunday, 31 February 2024 09:14 PM EST ET"
    assert reading.authors == ["Jane Roe"]


def test_a_missing_title_is_not_made_up() -> None:
    reading = read(dump(head=(BYLINE,)))
    assert reading.title is None
    assert reading.authors == ["Jane Roe"]
    assert "no line reads as a title" in reading.warnings


def test_a_title_may_start_like_a_byline() -> None:
    reading = read(dump(head=("By George, They Did It", BYLINE)))
    assert reading.title == "By George, They Did It"
    assert reading.authors == ["Jane Roe"]


@pytest.mark.parametrize(
    "credit", ["(Ida Strand)", "The pier (Ida Strand)", "The pier / Reuters", "Photo: Ida Strand"]
)
@pytest.mark.parametrize("byline", [BYLINE, ""])
def test_the_credit_of_the_picture_is_no_text(credit: str, byline: str) -> None:
    if not byline and credit.startswith("The pier ("):
        credit = "The pier (AP Photo/Ida Strand)"
    reading = read(dump(head=(TITLE, credit, byline), tail={}))
    assert reading.text == "\n".join(BODY)
    assert reading.description is None
    assert reading.authors == (["Jane Roe"] if byline else [])


def test_a_subheading_in_the_body_is_no_byline() -> None:
    first = "The harbour council voted on Tuesday to rebuild the old ferry pier before the winter."
    body = [f"{first} It had waited for years.", "By Land and Sea", *BODY]
    reading = read(dump(head=(TITLE,), body=body))
    assert reading.authors == []
    assert reading.text == "\n".join(body)


def test_a_standfirst_is_the_description_where_the_tail_has_none() -> None:
    head = (TITLE, "Money found after two lean years", CREDIT, BYLINE)
    assert read(dump(head=head, tail={})).description == "Money found after two lean years"
    warnings = read(dump(head=head)).warnings
    assert any("Money found after two lean years" in warning for warning in warnings)


def test_a_list_of_related_articles_is_no_text() -> None:
    reading = read(dump(body=[*BODY, "Related Stories:\nMoney Found\nFerry Late Again"]))
    assert reading.text == "\n".join(BODY)
    assert any("'Ferry Late Again'" in warning for warning in reading.warnings)


def test_the_agency_of_a_dateline_is_credited() -> None:
    body = ["TURKU, Finland (AP) — The council voted.", *BODY[1:]]
    reading = read(dump(body=body))
    add_wire_agency(reading)
    assert reading.agency == "AP"


def test_the_day_of_a_dateline_counts_where_no_other_is_stated() -> None:
    told = "TURKU, Finland, March 5, 2024 (AP) - The council voted on the ferry, late at night."
    published = read(f"Ferry Money Found\n\n{told}\n\n{BODY[1]}").published
    assert published is not None
    assert (published.day, published.evidence) == (dt.date(2024, 3, 5), "text")


def test_a_title_and_paragraphs_need_no_dump() -> None:
    reading = read("A Quiet Day\n\nNothing happened in town.\nOr hardly anything did.\n")
    assert reading.title == "A Quiet Day"
    assert reading.text == "Nothing happened in town.\nOr hardly anything did."
    assert reading.published is None
    assert reading.warnings == []


def test_a_lone_block_is_text_without_a_title() -> None:
    reading = read("Nothing happened in town, or hardly anything.")
    assert reading.title is None
    assert reading.text == "Nothing happened in town, or hardly anything."


def test_lines_wrapped_at_a_width_are_one_paragraph() -> None:
    wrapped = (
        "The harbour council voted on Tuesday to rebuild the old ferry pier before\n"
        "the winter storms arrive, and the mayor said she had waited long enough for\n"
        "it."
    )
    reading = read(f"{wrapped}\n\nThe ferry stops in May.")
    assert reading.title is None
    assert reading.text == wrapped.replace("\n", " ") + "\nThe ferry stops in May."


def test_nothing_is_no_text() -> None:
    reading = read(" \r\n\ufeff\n")
    assert (reading.title, reading.text, reading.warnings) == (None, None, [])


LINES = st.sampled_from(
    [
        TITLE,
        CREDIT,
        BYLINE,
        *BODY,
        COPYRIGHT,
        *TAIL.values(),
        "",
        "By",
        "|",
        "428",
        "Related stories",
    ]
)


@given(st.lists(LINES, max_size=25).map("\n".join) | st.text(max_size=200))
def test_lines_in_any_order_are_read_without_raising(text: str) -> None:
    reading = read(text)
    assert reading == read(text)
    assert reading.text is None or all(line.strip() for line in reading.text.split("\n"))
