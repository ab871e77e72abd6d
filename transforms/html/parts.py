"""Whose part of a page an element is: the article's, or that of a side column or another story."""

from __future__ import annotations

import re

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


def is_aside(nodes: Nodes, at: int) -> bool:
    """Tell whether a date within an element is likely that of another article or a comment."""
    if nodes.tags[at] in _ASIDE_OF_DATES:
        return True
    marks = nodes.marks(at)
    if _BUILDER in marks:
        marks = _BUILDER_MARKS.sub("", marks)
    return _OTHER_DATES.search(marks) is not None
