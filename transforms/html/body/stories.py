"""Stories that a page shows beside its own, as those a reader scrolls on to: other articles."""

from __future__ import annotations

from transforms.folding import fold
from transforms.html.body.outline import Line, Outline
from transforms.html.titles import is_long

MIN_STORY = 400
"""Characters of paragraphs in the article with the headline; a shorter one may be a teaser."""
MIN_PARAGRAPH = 60


def without_next_stories(outline: Outline, headline: str) -> list[Line]:
    """Return the lines of a page but for other articles than that which has its headline.

    Where no h1 of an article has it, or one outside them, they are the parts of one: the posts of a
    live blog, chapters, films in a list.
    """
    tags = outline.tags
    if not headline or tags.count("article") < 2 or tags.count("h1") < 2:
        return outline.lines
    around = _articles(outline)
    titles = _titles(outline, around)
    own = next((at for at, name in titles.items() if _names(name, headline)), None)
    if own is None or _has_headline_outside(outline, around):
        return outline.lines
    others = {
        article
        for article, name in titles.items()
        if name != titles[own] and around[outline.parents[article]] == around[outline.parents[own]]
    }
    told = sum(
        line.chars
        for line in outline.lines
        if around[line.owner] == own and line.chars >= MIN_PARAGRAPH
    )
    if not others or told < MIN_STORY:
        return outline.lines
    left_out = _within(outline, others)
    return [line for line in outline.lines if not left_out[line.owner]]


def _articles(outline: Outline) -> list[int]:
    """Return the innermost article around each block, 0 where there is none."""
    around = [0] * len(outline.tags)
    for block in range(1, len(around)):
        is_article = outline.tags[block] == "article"
        around[block] = block if is_article else around[outline.parents[block]]
    return around


def _titles(outline: Outline, around: list[int]) -> dict[int, str]:
    """Return the first h1 of each article that has one, in page order."""
    titles: dict[int, str] = {}
    for line in outline.lines:
        if outline.tags[line.owner] == "h1" and around[line.owner]:
            titles.setdefault(around[line.owner], line.text)
    return titles


def _names(name: str, headline: str) -> bool:
    """Tell whether an h1 is a headline, or begins or ends with it: it may hold a kicker, too."""
    name, headline = fold(name), fold(headline)
    return name.startswith(headline) or name.endswith(headline)


def _has_headline_outside(outline: Outline, around: list[int]) -> bool:
    """Tell whether an h1 as long as a headline stands outside every article."""
    return any(
        outline.tags[line.owner] == "h1" and not around[line.owner] and is_long(line.text)
        for line in outline.lines
    )


def _within(outline: Outline, articles: set[int]) -> list[bool]:
    """Tell which blocks are one of these or in one."""
    within = [False] * len(outline.tags)
    for block in range(1, len(within)):
        within[block] = block in articles or within[outline.parents[block]]
    return within
