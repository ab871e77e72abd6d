import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html.headings import Headings
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


HEAD = "Harbour bridge opens a year late"


def noticed(line):
    return Headings(notice=lambda: line)


@pytest.mark.parametrize("mark", [" :: ", "_", " — ", " – ", " | ", "｜", " / ", " « ", ": "])
def test_what_the_line_of_copyright_names_is_cut_off_the_end(mark):
    title = f"{HEAD}{mark}Pier Post"
    assert choose_title([], None, [title], [], placed=noticed("© 2026 Pier Post Ltd")) == HEAD
    assert choose_title([], None, [title], [], placed=noticed("© 2026")) == title


@pytest.mark.parametrize("end", ["2026", "Rights", "Copyright", "Port", "Review"])
def test_other_words_of_the_line_of_copyright_are_kept(end):
    notice = noticed("Copyright © 2026 Pier Portal Preview Ltd. All rights reserved.")
    title = f"The best of the quay: {end}"
    assert choose_title([], None, [title], [], placed=notice) == title


@pytest.mark.parametrize(
    ("head", "name", "line"),
    [
        ("岸壁に新しい船", "みなと新聞", "© 2026 みなと新聞社"),
        (HEAD, "PierPost", "© 2026 Pier Post Ltd"),
    ],
)
def test_a_holder_is_known_where_its_words_have_no_spaces(head, name, line):
    assert choose_title([], None, [f"{head}: {name}"], [], placed=noticed(line)) == head


@pytest.mark.parametrize(
    ("title", "found"),
    [
        (f"{HEAD} | Harbour | Pier Post", HEAD),
        (f"Pier Post » {HEAD}", HEAD),
        (f"{HEAD} - from today on", HEAD),
        ("Tides - Of all the coast in a table", "Tides - Of all the coast in a table"),
        (f"The year in which nothing went well: {HEAD}",) * 2,
    ],
)
def test_the_longer_part_of_a_title_that_the_page_shows_is_the_headline(title, found):
    placed = Headings(shows={HEAD, "Tides"}.__contains__)
    assert choose_title([], None, [title], [], placed=placed) == found


def test_a_heading_in_chinese_is_confirmed_by_a_title_with_an_underscore():
    assert (
        choose(["跨海大桥延期一年通车"], None, ["跨海大桥延期一年通车_海岸晚报"])
        == "跨海大桥延期一年通车"
    )


@pytest.mark.parametrize("end", ["…", "..."])
def test_a_headline_cut_short_yields_to_the_whole_one(end):
    cut = f"Harbour bridge opens a ye{end}"
    assert choose([HEAD], cut, []) == HEAD
    assert choose([], cut, [HEAD]) == HEAD
    assert choose([cut], None, [HEAD]) == HEAD
    assert choose([], cut, []) == cut


@pytest.mark.parametrize("rest", [" | Pier Post", " and nobody answers | Pier Post"])
@pytest.mark.parametrize("dots", ["…", "..."])
def test_a_headline_that_ends_in_dots_is_whole(dots, rest):
    heading = "“Who rings the bell?” asks Dene"
    assert choose([heading + dots], None, [f"{heading}…{rest}"]) == heading + dots


def test_a_title_that_names_the_site_or_its_front_page_yields_to_the_only_heading():
    assert choose([HEAD], None, ["Coast Courier", "Home"]) == HEAD
    assert choose([HEAD, "Letters"], None, ["Coast Courier"]) == "Coast Courier"


@pytest.mark.parametrize(
    ("heading", "is_taken"), [("Harbour bridge opens", True), ("Harbour news", False)]
)
def test_a_title_unlike_the_only_heading_yields_where_that_stands_in_the_story(heading, is_taken):
    title = "All about our town"
    assert choose_title([heading], None, [title], []) == title
    found = choose_title([heading], None, [title], [], placed=Headings(of_story=[heading]))
    assert found == (heading if is_taken else title)


@pytest.mark.parametrize(
    "title", [f"{HEAD} | Pier Post", f"{HEAD} – Pier Post", f"Pier Post: {HEAD}"]
)
def test_a_heading_in_the_header_that_the_title_adds_is_the_sites(title):
    placed = Headings(of_site=["Pier Post"], below=[HEAD])
    assert choose_title(["Pier Post"], None, [title], [], placed=placed) == HEAD


@pytest.mark.parametrize("mark", [": ", " | ", " - "])
def test_a_deck_behind_the_headline_of_the_header_is_no_headline(mark):
    deck = "Crews win more pay and a new boat"
    placed = Headings(of_site=[HEAD], below=[deck])
    assert choose_title([HEAD], None, [f"{HEAD}{mark}{deck}"], [], placed=placed) == HEAD


def test_a_headline_in_the_header_stays_one():
    site = "The Coast and Harbour Bridge Journal"
    stated = [f"Bridge opens - {site}"]
    placed = Headings(of_site=["Bridge opens"], below=["More"])
    assert choose_title(["Bridge opens"], None, stated, [], placed=placed) == "Bridge opens"


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
