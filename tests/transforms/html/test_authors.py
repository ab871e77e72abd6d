import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html.authors import clean_name, split_authors, turned_round


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Mercer", ["Ada Mercer"]),
        ("BY ADA MERCER AND JON VALE", ["ADA MERCER", "JON VALE"]),
        ("Ada Mercer, Jon Vale & Mia Oduya", ["Ada Mercer", "Jon Vale", "Mia Oduya"]),
        ("Von Ada Mercer und Jörg Vale", ["Ada Mercer", "Jörg Vale"]),
        ("Ada Mercer; Jon Vale", ["Ada Mercer", "Jon Vale"]),
        ("Ada Mercer, Jr., Jon Vale", ["Ada Mercer, Jr", "Jon Vale"]),
        ("Ada Mercer, MD, PhD", ["Ada Mercer"]),
        ("Ada Mercer (Hamburg)", ["Ada Mercer"]),
        ("Ada Mercer | ada.mercer@coast.example", ["Ada Mercer"]),
        ("Ada Mercer, Senior Staff Writer", ["Ada Mercer"]),
        ("Ada Mercer Senior Writer", ["Ada Mercer"]),
        ("By Ada Mercer on March 3, 2024", ["Ada Mercer"]),
        ("高木ひろ、佐藤まり", ["高木ひろ", "佐藤まり"]),
        ("Anderson Vale", ["Anderson Vale"]),
        ("Byron Mercer", ["Byron Mercer"]),
    ],
)
def test_a_line_is_split_into_its_names(line, names):
    assert split_authors([line]) == names


@pytest.mark.parametrize(
    "line",
    [
        "https://www.facebook.example/coastcourier",
        "@coastcourier",
        "admin",
        "",
        "—",
        "5 min read",
        "March 27",
        "a" * 300,
    ],
)
def test_an_address_label_or_date_names_nobody(line):
    assert split_authors([line]) == []


def test_each_name_is_kept_once_in_the_order_printed():
    assert split_authors(["Jon Vale", "Ada Mercer", "JON VALE"]) == ["Jon Vale", "Ada Mercer"]


def test_the_name_of_the_site_is_no_person():
    assert split_authors(["Coast-Courier", "Ada Mercer"], ["coast courier"]) == ["Ada Mercer"]


def test_library_metadata_states_names_last_name_first():
    assert turned_round("Mercer, Ada B.") == "Ada B. Mercer"
    assert turned_round("Ada Mercer, Jon Vale") == "Ada Mercer, Jon Vale"
    assert turned_round("Ada Mercer") == "Ada Mercer"


@given(st.lists(st.text(max_size=60), max_size=4))
def test_splitting_names_again_changes_nothing(lines):
    names = split_authors(lines)
    assert split_authors(names) == names


@given(st.text())
def test_a_cleaned_name_has_no_space_at_its_ends(part):
    name = clean_name(part)
    assert name is None or name == name.strip() != ""
