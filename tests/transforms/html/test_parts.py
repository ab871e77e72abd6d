"""Whose part of a page an element is, by what it and those around it are called."""

from __future__ import annotations

import pytest

from transforms.html.nodes import parse
from transforms.html.parts import Parts


def is_apart(names: str) -> bool:
    nodes = parse(f'<body><h1>Tides</h1><div class="{names}"><p>By Ada Mercer</p></div></body>')
    return Parts(nodes).is_apart(nodes.tagged("p")[0])


@pytest.mark.parametrize(
    "names",
    [
        "related", "promo", "card", "news-card", "footer", "site-footer", "page-footer",
        "story footer", "widget", "most-read", "mostread", "more-from", "read-next", "nextpost",
    ],
)  # fmt: skip
def test_a_part_is_of_another_article_by_its_name(names: str) -> None:
    assert is_apart(names)


@pytest.mark.parametrize(
    "names",
    [
        "story",
        "author-promo",
        "h-vcard",
        "storyfooter",
        "widget-container",
        "widget-wrap",
        "readme",
    ],
)
def test_names_that_only_look_alike_are_the_articles(names: str) -> None:
    assert not is_apart(names)
