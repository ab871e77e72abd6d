"""The article's text: `read_body` finds it among the nodes that are read for the evidence.

One pass over them (`read_outline`) gives an `outline` of blocks and lines, with what class names
say of them (`marks`); `scoring` leaves out noise and finds the block of the article, `lines`
chooses what of it is text, `page_phrases` knows the phrases that are not, `captions` are all that
a gallery says.
"""

from __future__ import annotations

from typing import NamedTuple

from transforms.html.body.captions import with_captions
from transforms.html.body.lines import choose_lines
from transforms.html.body.notes import without_offers
from transforms.html.body.outline import Outline, read_outline
from transforms.html.body.scoring import container, live_blocks, surely_live_blocks
from transforms.html.body.stories import without_next_stories

__all__ = ["Body", "Outline", "read_body", "read_loosely", "read_outline"]


class Body(NamedTuple):
    """What was found."""

    text: str
    """One block per line; empty where the page has none."""
    page_chars: int
    """Characters of all text on the page but of navigation and scripts."""


def read_body(outline: Outline, headline: str = "") -> Body:
    """Find the text of the article on a page.

    Args:
        outline: of the page, out of whose lines goes what is of other articles.
        headline: which of several articles is meant; empty where none is known.
    """
    outline.lines = without_offers(outline)
    outline.lines = without_next_stories(outline, headline)
    text = with_captions(outline, _text(outline, *live_blocks(outline)))
    return Body(text, sum(line.chars for line in outline.lines))


def read_loosely(outline: Outline) -> str:
    """Find the text of a page whose body was read, taking less of it for noise."""
    return _text(outline, *surely_live_blocks(outline))


def _text(outline: Outline, live: list[bool], prose: list[int]) -> str:
    return "\n".join(choose_lines(outline, live, container(outline, live, prose)))
