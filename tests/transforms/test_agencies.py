"""Wire agencies are told from persons, whatever the language of the credit."""

from __future__ import annotations

import pytest

from transforms.agencies import NAMES, SHORT, agency_in, is_agency


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("© 2024 Thomson/Reuters. All rights reserved.", "Thomson/Reuters"),
        ("Copyright 2024 The Associated Press", "The Associated Press"),
        ("© 2024 Harbour Apartments", None),
        ("© 2024 Apa Dancers", None),
    ],
)
def test_an_agency_is_found_in_a_copyright_line(line: str, agency: str | None) -> None:
    assert agency_in(line) == agency


@pytest.mark.parametrize("name", [*NAMES, *SHORT])
def test_every_agency_of_the_table_is_known(name: str) -> None:
    assert is_agency(name)


@pytest.mark.parametrize(
    "name",
    ["THE ASSOCIATED PRESS", "the Associated Press", "AFP/AP", "dpa, Reuters", "新华社", "ТАСС"],
)
def test_an_agency_is_known_in_capitals_and_beside_others(name: str) -> None:
    assert is_agency(name)


@pytest.mark.parametrize("name", ["ap", "Ana", "Tass Mercer", "Reuters Breakingviews Desk", ""])
def test_what_only_resembles_an_agency_is_none(name: str) -> None:
    assert not is_agency(name)
