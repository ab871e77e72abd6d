import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html.titles import MAX_HEADINGS, choose_title, without_site


def choose(headings=(), headline=None, stated=(), sites=("Coast Courier", "coastcourier")):
    return choose_title(list(headings), headline, list(stated), list(sites))


def test_the_heading_a_reader_sees_wins_where_a_statement_confirms_it():
    found = choose(
        ["Harbour bridge opens a year late"], None, ["Harbour bridge opens late | Coast Courier"]
    )
    assert found == "Harbour bridge opens a year late"


def test_a_heading_that_is_the_sites_logo_is_passed_over():
    assert choose(["Coast Courier", "Bridge opens"], None, ["Bridge opens"]) == "Bridge opens"


def test_a_heading_nobody_confirms_yields_to_the_headline():
    assert choose(["Newsletter"], "Bridge opens", ["Bridge opens"]) == "Bridge opens"


def test_the_only_heading_is_the_last_resort():
    assert choose(["Bridge opens"]) == "Bridge opens"
    assert choose() is None


def test_the_heading_repeated_word_for_word_wins_over_the_sites_long_name():
    found = choose(
        ["The Coast and Harbour Bridge Journal", "Harbour bridge opens"],
        None,
        ["Harbour bridge opens", "Harbour bridge opens - The Coast and Harbour Bridge Journal"],
    )
    assert found == "Harbour bridge opens"


def test_a_heading_that_the_first_statement_confirms_is_not_shortened():
    found = choose(
        ["Harbour bridge opens late in the fog"],
        "Harbour bridge opens late in the fog",
        ["Harbour bridge opens late"],
    )
    assert found == "Harbour bridge opens late in the fog"


@pytest.mark.parametrize(
    "heading",
    ["Transport Harbour bridge opens late", "Harbour bridge opens late Three lanes each way"],
)
def test_kicker_and_deck_are_cut_where_a_statement_shows_the_ends(heading):
    assert choose([heading], None, ["Harbour bridge opens late"]) == "Harbour bridge opens late"


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("Bridge opens | Coast Courier", "Bridge opens"),
        ("Bridge opens - News - Coast Courier", "Bridge opens - News"),
        ("Coast Courier: Bridge opens", "Coast Courier: Bridge opens"),
        ("Coast Courier » Bridge opens", "Bridge opens"),
        ("Bridge opens – COAST COURIER", "Bridge opens"),
        ("Bridge – tunnel debate goes on", "Bridge – tunnel debate goes on"),
        ("Coast Courier", "Coast Courier"),
        ("Bridge opens | Courier Blog", "Bridge opens"),
        ("Bridge opens - Coast", "Bridge opens - Coast"),
    ],
)
def test_only_the_sites_own_name_is_cut_off(title, cut):
    assert without_site(title, {"coastcourier", "blogcourierexample"}) == cut


def test_a_title_without_end_is_no_title():
    assert choose(stated=["| " * 50_000, "Bridge opens"]) == "Bridge opens"


def test_the_site_is_cut_off_a_headline_that_no_heading_confirms():
    assert choose([], "Ferries sail again - Coast Courier") == "Ferries sail again"
    assert choose(["Menu"], "Ferries sail again | Coast Courier") == "Ferries sail again"


def test_a_headline_without_end_is_no_title():
    assert choose([], "ferries " * 200, ["Ferries sail again"]) == "Ferries sail again"


def test_only_the_first_of_many_headings_are_compared():
    # All against all took 12 s for a page of 4,000 headings and 1,500 statements.
    teasers = [f"Teaser {number}" for number in range(MAX_HEADINGS)]
    stated = ["Ferries sail again"]
    assert choose([*teasers[1:], "Today ferries sail"], None, stated) == "Today ferries sail"
    assert choose([*teasers, "Today ferries sail"], None, stated) == "Ferries sail again"


@given(st.lists(st.text(max_size=20)), st.lists(st.text(max_size=20)), st.lists(st.text()))
def test_what_is_chosen_was_stated(headings, stated, sites):
    found = choose(headings, None, stated, sites)
    assert found is None or any(found in text for text in [*headings, *stated])
