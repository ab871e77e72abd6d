"""The article's text: `read_body` finds it on the tree that was parsed for the evidence.

One walk (`read_outline`) gives an `outline` of blocks and lines, with what class names say of them
(`marks`); `scoring` leaves out noise and finds the block of the article, `lines` chooses what of it
is text, `boilerplate` knows the phrases that are not.
"""

from __future__ import annotations

from typing import NamedTuple

from transforms.html.body.lines import choose_lines
from transforms.html.body.outline import Outline, read_outline
from transforms.html.body.scoring import container, live_blocks

__all__ = ["Body", "Outline", "read_body", "read_outline"]


class Body(NamedTuple):
    """What was found."""

    text: str
    """One block per line; empty where the page has none."""
    page_chars: int
    """Characters of all text on the page but of navigation and scripts."""


def read_body(outline: Outline) -> Body:
    """Find the text of the article on a page."""
    live, left = live_blocks(outline)
    lines = choose_lines(outline, live, container(outline, live, left))
    return Body("\n".join(lines), sum(line.chars for line in outline.lines))
