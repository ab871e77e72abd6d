"""Where the headings of a page stand."""

from __future__ import annotations

import pytest

from transforms.html.headings import copyright_line, read_headings
from transforms.html.nodes import parse

HEAD = "<h1>Bridge opens</h1>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<article><header>{HEAD}</header></article>",
        f"<main><div>{HEAD}</div></main>",
        "<div class='h-entry'><h1 class='p-name'>Bridge opens</h1></div>",
        "<h1 class='entry-title'>Bridge opens</h1>",
    ],
)
def test_a_heading_in_the_story_is_told(markup: str) -> None:
    found = read_headings(parse(markup))
    assert (found.of_story, found.of_site) == (["Bridge opens"], [])


@pytest.mark.parametrize(
    "markup",
    [
        f"<header><div>{HEAD}</div></header>",
        f"<div id='header'>{HEAD}</div>",
        f"<div class='top'><a class='logo' href='/'>{HEAD}</a></div>",
        "<h1 class='site-title'>Bridge opens</h1>",
    ],
)
def test_a_heading_in_the_header_of_the_page_is_told(markup: str) -> None:
    found = read_headings(parse(f"{markup}<article><h2>Tide is late</h2></article>"))
    assert (found.of_story, found.of_site) == ([], ["Bridge opens"])
    assert found.below == ["Tide is late"]


def test_a_heading_elsewhere_is_neither() -> None:
    found = read_headings(parse(f"<div>{HEAD}</div><h2>Tide is late</h2>"))
    assert (found.of_story, found.of_site, found.below) == ([], [], [])


def test_the_last_line_of_copyright_is_found_whole() -> None:
    page = "<p>© Ada Mercer</p><footer><p>© 2026 <a href='/'>Pier Post</a></p></footer><p>x</p>"
    assert copyright_line(parse(page)) == "© 2026 Pier Post"
    assert copyright_line(parse("<p>x</p>")) == ""


def test_what_the_page_shows_is_a_whole_text() -> None:
    found = read_headings(parse("<title>Bridge opens - Pier</title><p> Bridge opens </p>"))
    assert found.shows("Bridge opens")
    assert not found.shows("Bridge")
