"""The tail of a dump is cut off whole, and no body with it."""

from __future__ import annotations

import pytest

from transforms.dump_tail import split_tail

BODY = ["The ferry was late on Tuesday.", "", "Nobody minded, said the captain."]


def is_date(text: str) -> bool:
    return text == "5 March 2024"


@pytest.mark.parametrize(
    ("lead", "section", "description", "keywords"),
    [
        (["Sea", "A ferry is late.", "ferry, sea"], "Sea", "A ferry is late.", ["ferry", "sea"]),
        (["Sea", "A ferry is late.", "Ferry"], "Sea", "A ferry is late.", ["Ferry"]),
        (["Sea, Money", "A ferry, late.", "sea"], "Sea, Money", "A ferry, late.", ["sea"]),
        (["Sea", "A ferry is late."], "Sea", "A ferry is late.", []),
        (["Sea", "ferry, sea"], "Sea", None, ["ferry", "sea"]),
        (["A ferry is late.", "ferry, sea"], None, "A ferry is late.", ["ferry", "sea"]),
        (["Sea"], "Sea", None, []),
        (["A ferry is late."], None, "A ferry is late.", []),
        (["ferry, sea"], None, None, ["ferry", "sea"]),
    ],
)
@pytest.mark.parametrize("above", [["© 2024 Post"], [], ["© 2024 Post", ""], [""]])
def test_section_description_and_keywords_are_told_apart(
    above: list[str],
    lead: list[str],
    section: str | None,
    description: str | None,
    keywords: list[str],
) -> None:
    lines = [*BODY, "", *above, *lead, "9", "2024-03-05", "5 March 2024", "Post, Inc."]
    body, tail = split_tail(lines, is_date)
    assert body == BODY
    assert (tail.section, tail.description, tail.keywords) == (section, description, keywords)
    assert (tail.words, tail.machine_date, tail.date) == (9, "2024-03-05", "5 March 2024")
    assert tail.publisher == "Post, Inc."


@pytest.mark.parametrize("last", ["428", "5 March 2024", "2024-03-05", "Harbour Post", "Sea, land"])
def test_one_odd_line_at_the_end_is_body(last: str) -> None:
    body, tail = split_tail([*BODY, "", last], is_date)
    assert body == [*BODY, "", last]
    assert tail.words is None


def test_a_line_under_the_copyright_that_fits_nothing_is_kept_apart() -> None:
    body, tail = split_tail([*BODY, "© 2024 Post", "", "Follow us on the pier!"], is_date)
    assert body == BODY
    assert tail.unread == ["Follow us on the pier!"]


def test_paragraphs_under_a_copyright_line_are_body() -> None:
    lines = ["© 2019 Poet. All rights reserved.", *(["The ferry was late.", ""] * 9), "The end."]
    body, _ = split_tail(lines, is_date)
    assert body == lines


@pytest.mark.parametrize("line", ["(c) the third ferry was late", "Copyright law is old."])
def test_a_sentence_about_copyright_is_body(line: str) -> None:
    body, tail = split_tail([*BODY, line], is_date)
    assert body == [*BODY, line]
    assert tail.copyright is None
