import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html.jsonld import (
    MAX_SCRIPT_CHARS,
    is_article,
    parse_loosely,
    read_linked_data,
    types_of,
)

ARTICLE = {"@type": "NewsArticle", "headline": "Harbour bridge opens"}


BROKEN = {
    "trailing comma": '{"headline": "Harbour bridge opens",}',
    "trailing comma in a list": '{"headline": "Harbour bridge opens", "keywords": ["a", "b",],}',
    "block comment": '/* made by a plugin */ {"headline": "Harbour bridge opens"}',
    "comment never closed": '{"headline": "Harbour bridge opens"} /* made by a plugin',
    "line comment": '{"headline": "Harbour bridge opens" // the title\n}',
    "html comment": '<!-- {"headline": "Harbour bridge opens"} -->',
    "cdata": '//<![CDATA[\n{"headline": "Harbour bridge opens"}\n//]]>',
    "bare cdata": '<![CDATA[{"headline": "Harbour bridge opens"}]]>',
    "semicolon": '{"headline": "Harbour bridge opens"};',
    "entities for quotes": "{&quot;headline&quot;: &quot;Harbour bridge opens&quot;}",
    "controls": '{"headline": "Harbour bridge opens", "description": "two\nlines\tand\x0bmore"}',
    "escaped apostrophe": '{"headline": "Harbour bridge opens", "description": "mayor\\\'s day"}',
    "prefixed key": '{"schema:headline": "Harbour bridge opens"}',
    "key by its address": '{"http://schema.org/headline": "Harbour bridge opens"}',
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_slightly_broken_json_is_mended(script):
    (value,) = parse_loosely(script) or []
    assert value["headline"] == "Harbour bridge opens"


def test_addresses_and_commas_within_strings_are_no_comments():
    text = 'see https://news.example/a, } /* not a comment */ "quoted"'
    (value,) = parse_loosely('{"description": ' + json.dumps(text) + ",}") or []
    assert value["description"] == text


def test_two_objects_in_one_script_are_both_read():
    linked = read_linked_data(['{"@type": "WebPage"}\n{"@type": "Article", "headline": "Second"}'])
    assert [types_of(thing) for thing in linked.things] == [["WebPage"], ["Article"]]


def test_single_fields_are_rescued_from_a_script_that_is_no_json():
    script = '{"@type":"NewsArticle","headline":"The "best" bridge","datePublished":"2024-02-25"}'
    linked = read_linked_data([script])
    assert linked.broken == 1
    assert linked.article([])["datePublished"] == "2024-02-25"


def test_section_and_author_are_rescued_too():
    script = (
        '{"@type":"Article","headline":"The "best" one","articleSection":"Harbour",'
        '"author":[{"@type":"Person","name":"Ada Mercer"}]}'
    )
    article = read_linked_data([script]).article([])
    assert (article["articleSection"], article["author"]) == ("Harbour", "Ada Mercer")


def test_what_one_script_leaves_out_of_the_article_another_says():
    other = {"@type": "Article", "headline": "Harbour bridge opens", "author": "Ada Mercer"}
    first = ARTICLE | {"isAccessibleForFree": False, "author": []}
    linked = read_linked_data([json.dumps(first), json.dumps(other | {"headline": "Elsewhere"})])
    assert linked.article(["Harbour bridge opens"]) == ARTICLE | {"isAccessibleForFree": False}
    linked = read_linked_data([json.dumps(first), json.dumps(other)])
    assert linked.article(["Harbour bridge opens"]) == first | {"author": "Ada Mercer"}


def test_an_article_within_the_page_it_is_the_main_entity_of_is_found():
    page = {"@type": "WebPage", "mainEntityOfPage": {"@type": "WebPage", "mainEntity": ARTICLE}}
    assert read_linked_data([json.dumps(page)]).article([]) == ARTICLE


def test_a_script_beyond_any_size_is_not_mended():
    script = '{"@type": "Article", "headline": "Bridge", "x": "' + "y" * MAX_SCRIPT_CHARS
    linked = read_linked_data([script])
    assert linked.article([])["headline"] == "Bridge"
    assert linked.broken == 1


def test_the_article_of_a_graph_is_found_beside_page_and_site():
    graph = {"@graph": [{"@type": "WebSite", "name": "Coast"}, {"@type": "WebPage"}, ARTICLE]}
    assert read_linked_data([json.dumps(graph)]).article([])["headline"] == "Harbour bridge opens"


def test_the_article_named_like_the_page_wins_over_an_earlier_one():
    others = [{"@type": "NewsArticle", "headline": "Another day"}, ARTICLE]
    linked = read_linked_data([json.dumps(others)])
    assert linked.article(["Harbour bridge opens"]) == ARTICLE
    assert linked.article([])["headline"] == "Another day"


def test_items_of_a_list_are_not_the_article():
    listing = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ARTICLE}]}
    assert read_linked_data([json.dumps(listing)]).article([]) == {}


def test_an_author_given_by_reference_is_followed_into_another_script():
    article = {"@type": "Article", "author": [{"@id": "#ada"}, {"@id": "#nobody"}]}
    person = {"@type": "Person", "@id": "#ada", "name": "Ada Mercer"}
    linked = read_linked_data([json.dumps(article), json.dumps(person)])
    assert linked.texts(linked.article([]), "author") == ["Ada Mercer"]


def test_the_type_may_be_a_list_and_carry_a_namespace():
    assert is_article({"@type": "https://schema.org/NewsArticle/"})
    thing = {"@type": ["Thing", "http://schema.org/ReportageNewsArticle"]}
    assert types_of(thing) == ["Thing", "ReportageNewsArticle"]
    assert is_article(thing)
    assert not is_article({"@type": ["WebPage", None, 3]})


def test_nesting_beyond_any_sense_is_no_error():
    assert parse_loosely("[" * 100_000) is None
    assert read_linked_data(['{"a":' * 50_000]).things == []


def test_a_hundred_thousand_values_in_a_row_are_read_in_linear_time():
    assert parse_loosely("1," * 100_000) == [1] * 100_000


@pytest.mark.parametrize("piece", ['"\\', "/* ", '"a\\'])
@pytest.mark.parametrize("end", ["", "\\"])
def test_what_is_opened_again_and_again_is_read_in_linear_time(piece, end):
    script = piece * 500_000 + end
    assert not any(read_linked_data([script]).things)


def test_an_author_after_much_space_is_rescued_in_linear_time():
    script = f'{{"author":{" " * 500_000}oops, "headline": "Harbour bridge opens"}}'
    assert read_linked_data([script]).things == [{"headline": "Harbour bridge opens"}]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@id", "@graph", "author", "name"]), inner)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_sound_json_is_read_as_it_is(value):
    assert parse_loosely(json.dumps(value)) == [value]


@given(_JSON, st.text(max_size=30))
def test_no_shape_of_data_is_an_error(value, junk):
    linked = read_linked_data([json.dumps(value), junk])
    article = linked.article(["x"])
    linked.texts(article, "author")
    assert article == {} or is_article(article)
