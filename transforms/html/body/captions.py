"""The captions of a gallery: its text, where a page has little other."""

from __future__ import annotations

from transforms.html.body.marks import UNSEEN
from transforms.html.body.outline import Outline
from transforms.html.body.scoring import surely_live_blocks
from transforms.page_phrases import is_boilerplate

FEW_CHARS = 250
"""Of a text that is no more than what introduces pictures."""
MIN_CAPTIONS = 4
"""An article of a few sentences may have three pictures."""
LINK_SHARE = 0.5
"""Of a caption, over which it is a teaser."""


def with_captions(outline: Outline, text: str) -> str:
    """Add the captions of a page to its text, where that is short and they say more."""
    if len(text) >= FEW_CHARS or outline.tags.count("figure") < MIN_CAPTIONS:
        return text
    captions = _captions(outline, text.split("\n"))
    if len(captions) < MIN_CAPTIONS or sum(map(len, captions)) <= len(text):
        return text
    return "\n".join(filter(None, [text, *captions]))


def _captions(outline: Outline, known: list[str]) -> list[str]:
    """Return each caption once, without those of other articles and of menus."""
    shown = _shown_in_figures(outline)
    said = (
        line.text
        for line in outline.lines
        if shown[line.owner] and line.link_chars <= LINK_SHARE * line.chars
    )
    return [each for each in dict.fromkeys(said) if each not in known and not is_boilerplate(each)]


def _shown_in_figures(outline: Outline) -> list[bool]:
    live, _ = surely_live_blocks(outline)
    inside = [False] * len(outline.tags)
    for block in range(1, len(inside)):
        around = outline.parents[block]
        is_figure = outline.tags[block] == "figure" and live[around]
        inside[block] = (is_figure or inside[around]) and not outline.marks[block] & UNSEEN
    return inside
