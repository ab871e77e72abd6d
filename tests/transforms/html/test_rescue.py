"""When others are asked for the text of a page, and which of the texts is kept."""

from __future__ import annotations

import pytest

from transforms.html.body import Body, read_body, read_outline
from transforms.html.nodes import parse
from transforms.html.reader import read_html
from transforms.html.rescue import fuller_text
from transforms.reading import Profile

STORY = " ".join(
    f"On day {day} of the closed bridge the ferry carried {day}0 carts, and the fish came late."
    for day in range(1, 9)
)
FAST = Profile("a", mode="fast")
PAGE = f"<html><body><h1>Ferry</h1><div><p>{STORY}</p><p>{STORY[::-1]}</p></div></body></html>"
BARE = PAGE.replace("div>", "dialog>")
"""Where our own reading sees nothing."""


def kept(markup: str, text: str, page_chars: int) -> tuple[str, str]:
    outline = read_outline(parse(markup))
    return fuller_text(markup.encode(), outline, Body(text, page_chars))


def test_a_text_that_is_most_of_the_page_is_not_doubted() -> None:
    text = STORY[:300]
    assert kept(PAGE, text, 400) == (text, "body")


def test_a_small_share_of_the_page_is_kept_where_the_opinion_sees_no_more() -> None:
    text = f"{STORY}\n{STORY[::-1]}"
    assert kept(PAGE, text, 100_000) == (text, "body")


def test_what_is_missing_is_read_more_loosely_first() -> None:
    # The longer half is called a banner, and is but part of the prose: taken for noise at first.
    halves = f"<div class='promo'><p>{STORY}</p></div><div><p>{STORY[:260]}</p></div>"
    text, source = kept(f"<body><div>{halves}</div></body>", STORY[:260], 100_000)
    assert (text.splitlines(), source) == ([STORY, STORY[:260]], "body")


def test_a_short_text_of_a_page_that_has_no_more_is_kept() -> None:
    assert kept("<body><p>The ferry is late.</p></body>", "The ferry is late.", 18) == (
        "The ferry is late.",
        "body",
    )


def test_trafilatura_gives_what_the_scorer_cannot_see() -> None:
    assert read_body(read_outline(parse(BARE))).text == ""
    text, source = kept(BARE, "", 0)
    assert source == "trafilatura"
    assert STORY in text.splitlines()


@pytest.mark.parametrize("markup", ["", " ", "<html>", "<frameset>", "<!--", "<p" * 300])
def test_what_is_no_page_rescues_nothing(markup: str) -> None:
    assert kept(markup, "", 0) == ("", "body")


def test_the_fast_mode_asks_nobody() -> None:
    fast = read_html(BARE, "", FAST)
    accurate = read_html(BARE, "", Profile("a"))
    assert (fast.text, fast.text_from) == (None, None)
    assert accurate.text_from == "trafilatura"


def test_both_modes_read_alike_what_our_own_evidence_gives() -> None:
    assert read_html(PAGE, "", FAST) == read_html(PAGE, "", Profile("a"))
