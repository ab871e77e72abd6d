"""Where the columns of a record stand."""

from __future__ import annotations

import pytest

from transforms.fields import USUAL_NAMES, Fields, find_value, kind_of, whole_characters
from transforms.reading import Profile
from transforms.schema import ARTICLE

PLAIN = Profile("wire")


def test_every_usual_name_is_of_a_column() -> None:
    assert set(USUAL_NAMES) - {"id", "html"} <= set(ARTICLE.names)


def test_no_usual_name_is_of_two_columns() -> None:
    names = [name for names in USUAL_NAMES.values() for name in names]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("column", USUAL_NAMES)
def test_a_value_is_found_under_each_usual_name(column: str) -> None:
    for name in USUAL_NAMES[column]:
        assert find_value({name: "x"}, column, PLAIN) == "x"


def test_a_reading_name_maps_as_its_column_does() -> None:
    for name, column in (("published", "published_at"), ("declared_language", "language")):
        profile = Profile("wire", fields=((name, "d"),))
        assert find_value({"d": "x"}, column, profile) == "x"


@pytest.mark.parametrize(("value", "found"), [(0, 0), (False, False), ("", None), ({}, None)])
def test_only_what_is_empty_is_passed_over(value: object, found: object) -> None:
    assert find_value({"id": value}, "id", PLAIN) is found


def test_a_text_that_only_looks_like_a_list_keeps_its_quotes() -> None:
    assert Fields({"tags": "'A' and \"B\""}, PLAIN).texts("keywords") == ["'A' and \"B\""]


def test_whole_texts_are_returned_as_they_are() -> None:
    text = "é \U0001f600"
    assert whole_characters(text) is text


@pytest.mark.parametrize(
    ("value", "name"), [(None, "null"), (True, "true or false"), (1.5, "a number"), ([], "a list")]
)
def test_types_have_names_for_a_person(value: object, name: str) -> None:
    assert kind_of(value) == name


def test_a_name_counts_in_any_case_where_there_is_none_of_its_own() -> None:
    profile = Profile("wire", fields=(("section", "desk"),))
    assert find_value({"Title": "Ferries", "TEXT": "They sail."}, "title", profile) == "Ferries"
    assert find_value({"Title": "no", "title": "yes"}, "title", profile) == "yes"
    assert find_value({"Desk": "Harbour"}, "section", profile) == "Harbour"
