"""Whose part of a page an element is: the article's, or that of a side column or another story."""

from __future__ import annotations

import re
from bisect import bisect_left

from transforms.html.nodes import Nodes

# Names in themes of WordPress, Drupal and Arc, and of the development pages whose authors came from
# elsewhere on the page.
_ASIDE = frozenset({"aside", "nav"})
# Each begins with letters, not with what may not stand before it: in a third of the time.
_OTHER = re.compile(
    r"related|comment|sidebar|recommend|teaser|popular|trending|most-?read|latest"
    r"|more-?(?:from|news|stories|articles|posts)|promo(?<!author-promo)|carousel"
    r"|read-?(?:more|next)|next-?post|widget(?!-container|-wrap)"
    r"|footer(?:(?<=^footer)|(?<=\sfooter)|(?<=site-footer)|(?<=page-footer))"
    r"|newsletter|card(?<!vcard)|slider"
)
_OWN = re.compile(r"author|byline|entry-meta|post-meta|vcard")

# Nearly the same for dates, and not joined with it: a footer or a card prints the day of its story,
# and names other authors.
_ASIDE_OF_DATES = frozenset({"aside", "nav", "footer"})
_OTHER_DATES = re.compile(
    r"related|comment|sidebar|footer|recommend|teaser|widget|popular|trending|most-?read"
    r"|latest|more-?(?:from|news|stories)|promo|carousel|read-?(?:more|next)|next-?post"
)
_MIN_PARAGRAPHS = 2
"""An article with fewer may be the cover above that with the text."""
_BUILDER = "elementor-widget"
_BUILDER_MARKS = re.compile(r"elementor-widget[\w-]*")
"""What a page builder calls every element, the headline too."""


class Parts:
    """Tells of each element of one page whether it belongs to the article or to something else."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        # What holds the heading is the article's, whatever it is called.
        headings = nodes.tagged("h1")[:1]
        self._apart = {above: False for at in headings for above in nodes.above(at)}

    def is_apart(self, at: int) -> bool:
        """Tell whether a node belongs to a side column, a comment or another article."""
        passed: list[int] = []
        answer = False
        for above in self._nodes.above(at):
            if above in self._apart or self._nodes.tags[above] == "body":
                answer = self._apart.get(above, False)
                break
            passed.append(above)
            if self._is_other(above):
                answer = True
                break
        self._apart |= dict.fromkeys(passed, answer)
        return answer

    def _is_other(self, at: int) -> bool:
        nodes = self._nodes
        tag = nodes.tags[at]
        if tag == "footer":
            return nodes.tags[nodes.parents[at]] != "article"
        if tag in _ASIDE:
            return True
        marks = nodes.marks(at)
        return bool(_OTHER.search(marks) and not _OWN.search(marks))


class PartsOfDates:
    """Tells whose part of one page a date stands in.

    What holds the headline is the article's, whatever its name.
    """

    def __init__(self, nodes: Nodes, headline: int | None) -> None:
        self.nodes = nodes
        around = [] if headline is None else list(nodes.above(headline))
        self._asides = dict.fromkeys(around, False)
        article = self._article_of(around)
        is_story = article is not None and _paragraphs_in(nodes, article) >= _MIN_PARAGRAPHS
        self._own = article if is_story else None
        self._has_headline = headline is not None

    def is_aside(self, elements: list[int]) -> bool:
        """Tell whether any of the elements is an aside."""
        return any(map(self._is_aside, elements))

    def is_other(self, elements: list[int]) -> bool:
        """Tell whether a date is in another article than the headline, or in none below its own."""
        article = self._article_of(elements)
        if self._own is None or article == self._own:
            return False
        return article is not None or elements[0] > self._own

    def is_apart(self, elements: list[int], *, is_near: bool) -> bool:
        """Tell whether what a date says of a change is of something else than the article.

        Args:
            elements: from the date's own to the root.
            is_near: whether it is within few texts of the headline.
        """
        if self._own is None:
            return self.is_aside(elements) or (self._has_headline and not is_near)
        if self._article_of(elements) == self._own:
            # Its own foot, in which systems print when it was changed, is no aside.
            return self.is_aside([at for at in elements if self.nodes.tags[at] != "footer"])
        is_above = elements[0] < self._own
        return not (is_above and is_near) or self.is_aside(elements)

    def _article_of(self, elements: list[int]) -> int | None:
        tags = self.nodes.tags
        return next((at for at in elements if tags[at] == "article"), None)

    def _is_aside(self, at: int) -> bool:
        if at not in self._asides:
            is_frame = self.nodes.tags[at] in {"html", "body"}
            self._asides[at] = not is_frame and _is_aside(self.nodes, at)
        return self._asides[at]


def _paragraphs_in(nodes: Nodes, at: int) -> int:
    paragraphs, inside = nodes.tagged("p"), nodes.inside(at)
    return bisect_left(paragraphs, inside.stop) - bisect_left(paragraphs, inside.start)


def _is_aside(nodes: Nodes, at: int) -> bool:
    """Tell whether a date within an element is likely that of another article or a comment."""
    if nodes.tags[at] in _ASIDE_OF_DATES:
        return True
    marks = nodes.marks(at)
    if _BUILDER in marks:
        marks = _BUILDER_MARKS.sub("", marks)
    return _OTHER_DATES.search(marks) is not None
