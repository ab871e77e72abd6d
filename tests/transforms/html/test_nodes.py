"""A page as lists of its nodes: what is in them, what is passed over, and what is asked of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html.limits import MAX_DEPTH, MAX_ELEMENTS
from transforms.html.nodes import MAX_LINE_CHARS, MAX_LINE_NODES, TEXT, Nodes, parse


def body(markup: str) -> Nodes:
    return parse(f"<html><head><title>Tides</title></head><body>{markup}</body></html>")


def text(markup: str) -> str | None:
    nodes = body(markup)
    assert nodes.body is not None
    return nodes.text_of(nodes.body)


def test_nodes_stand_in_page_order_each_with_the_one_around_it() -> None:
    nodes = body("<div><p>High <b>tide</b></p><hr></div>")
    assert nodes.tags == [
        "html", "head", "title", TEXT, "body", "div", "p", TEXT, "b", TEXT, "hr",
    ]  # fmt: skip
    around = [nodes.tags[up] for up in nodes.parents[1:]]
    assert around == ["html", "head", "title", "html", "body", "div", "p", "p", "b", "div"]


def test_what_says_nothing_of_an_article_is_passed_over_with_all_that_is_in_it() -> None:
    nodes = body(
        "<nav><ul><li>Harbour</li></ul></nav><script>let tide</script><style>p{}</style>"
        "<svg><title>Icon</title></svg><noscript><p>Old</p></noscript><!-- note --><p>Tide</p>"
    )
    assert nodes.tags == ["html", "head", "title", TEXT, "body", "p", TEXT]


@pytest.mark.parametrize(
    "crumbs",
    [
        '<nav class="site-Breadcrumb"><a href="/h">Harbour</a></nav>',
        '<nav aria-label="breadcrumbs"><a href="/h">Harbour</a></nav>',
        '<nav><div><ol class="breadcrumb"><li><a href="/h">Harbour</a></ol></div></nav>',
        '<nav itemscope itemtype="https://schema.org/BreadcrumbList"><a>Harbour</a></nav>',
    ],
)
def test_the_navigation_of_breadcrumbs_is_read(crumbs: str) -> None:
    assert text(f"{crumbs}<nav><a>Sports</a></nav>") == "Harbour"


@pytest.mark.parametrize(
    ("piece", "most"), [("<i>tide</i>", MAX_LINE_NODES // 2), ("tide", MAX_LINE_CHARS // 4)]
)
def test_what_holds_half_a_page_is_no_line(piece: str, most: int) -> None:
    assert text(piece * most) == "tide" * most
    assert text(piece * (most + 1)) is None


def test_space_between_words_is_kept_and_space_between_blocks_is_not() -> None:
    assert text("<p><b>High</b> <i>tide</i></p>") == "High tide"
    assert text("<p><b>High</b><span> </span><i>tide</i></p>") == "High tide"
    assert text("<p>Fi<b>nal</b></p>") == "Final"
    spread = body("<div>\n  <p>High</p>\n  <p>Low</p>\n</div>")
    assert spread.texts.count("\n  ") == 0


def test_a_block_or_a_break_puts_a_space_between_texts() -> None:
    assert text("<h2>High</h2><p>Low</p>one<br>two<ul><li>a</li><li>b</li></ul>") == (
        "High Low one two a b"
    )


def test_linked_data_is_kept_apart_from_other_scripts() -> None:
    nodes = body('<script>1</script><script type="Application/LD+json">{"a": 1}</script>')
    assert nodes.scripts == ['{"a": 1}']


def test_elements_are_found_by_tag_attribute_and_class() -> None:
    nodes = body('<p class="By-Line x">A</p><p id="b">B</p><i class="x">C</i><b class>D</b>')
    assert [nodes.text_of(at) for at in nodes.tagged("i", "p")] == ["A", "B", "C"]
    assert [nodes.text_of(at) for at in nodes.having("id")] == ["B"]
    assert [nodes.text_of(at) for at in nodes.called("by-line", "none")] == ["A"]
    assert [nodes.text_of(at) for at in nodes.called(" x ")] == ["A", "C"]
    assert nodes.called("absent") == []


def test_classes_that_differ_in_case_alone_are_all_found() -> None:
    nodes = body('<i class="Byline">A</i><i class="byline">B</i>')
    assert [nodes.text_of(at) for at in nodes.called("byline")] == ["A", "B"]


def test_what_is_inside_and_above_an_element_is_told_by_its_place() -> None:
    nodes = body("<div><p>A<b>B</b></p></div><p>C</p>")
    (div,) = nodes.tagged("div")
    assert [nodes.tags[at] for at in nodes.inside(div)] == ["p", TEXT, "b", TEXT]
    (bold,) = nodes.tagged("b")
    assert [nodes.tags[at] for at in nodes.above(bold)] == ["p", "div", "body", "html"]
    assert nodes.raw_text_of(div) == "AB"


@pytest.mark.parametrize(
    ("markup", "is_too_large"),
    [
        ("<div>" * (MAX_DEPTH - 2), False),
        ("<div>" * (MAX_DEPTH - 1), True),
        ("<p>a" * MAX_ELEMENTS, True),
        ("<nav>" + "<p>a" * MAX_ELEMENTS, True),
        ("a < b " * (2 * MAX_ELEMENTS), False),
    ],
    ids=["deep", "too deep", "too many", "too many passed over", "signs"],
)
def test_a_page_with_too_many_elements_or_levels_says_so(
    markup: str, *, is_too_large: bool
) -> None:
    assert body(markup).is_too_large is is_too_large


@pytest.mark.parametrize("markup", ["", "<frameset><frame></frameset>", b"\xff\xfe", "plain"])
def test_what_is_hardly_a_page_has_lists_of_one_length(markup: str | bytes) -> None:
    nodes = parse(markup)
    assert len(nodes.tags) == len(nodes.parents) == len(nodes.texts) == len(nodes.attributes)


PIECES = ("<div>", "</div>", "<p>", "<b>", "</b>", "<br>", "<ul><li>", "tide ", " ", "<!-- a -->")


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_what_is_inside_a_node_follows_it_without_a_gap(pieces: list[str]) -> None:
    nodes = body("".join(pieces))
    every = range(len(nodes.tags))
    assert all(nodes.parents[at] < at for at in every[1:])
    for at in every:
        assert list(nodes.inside(at)) == [below for below in every if at in nodes.above(below)]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_words_are_kept_and_never_grow_together_over_a_block(pieces: list[str]) -> None:
    assert (text("".join(pieces)) or "").split() == ["tide"] * pieces.count("tide ")
