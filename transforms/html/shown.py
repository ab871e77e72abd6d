"""The texts a reader sees, in page order, and which of them a pattern is found in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from transforms.html.nodes import TEXT, Nodes

MAX_LABEL_CHARS, MAX_LINE_CHARS = 60, 240
"""Of a longer text than a line, this much of its beginning is looked at."""

BETWEEN = "\0"
"""What every text begins with where patterns look; no page has one."""

_UNSEEN = frozenset({"option", "textarea", "code"})


class Shown:
    """The texts of one page that are not blank, in the order of the page.

    A pattern looks through all of them at once: asked of each, it takes three times as long.
    """

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.texts = _shown(nodes)
        """Where they are among the nodes."""
        heads = [_head(nodes.texts[at]) for at in self.texts]
        self._heads = BETWEEN + BETWEEN.join(heads)
        self._starts = list(accumulate((len(head) + 1 for head in heads), initial=0))

    def before(self, at: int) -> int:
        """Count the texts before a node."""
        return bisect_left(self.texts, at)

    def text_before(self, at: int) -> str:
        """Return the last text before a node; empty before the first."""
        before = self.before(at)
        return self.nodes.texts[self.texts[before - 1]] if before else ""

    def search(self, pattern: re.Pattern[str]) -> list[int]:
        """Return which texts a pattern is found in, counted from 0."""
        hits = pattern.finditer(self._heads) if self.texts else ()
        return list(dict.fromkeys(bisect_right(self._starts, hit.start()) - 1 for hit in hits))


def _shown(nodes: Nodes) -> list[int]:
    if nodes.body is None:
        return []
    tags, parents, texts = nodes.tags, nodes.parents, nodes.texts
    return [
        at
        for at in nodes.tagged(TEXT)
        if at > nodes.body and not texts[at].isspace() and tags[parents[at]] not in _UNSEEN
    ]


def _head(text: str) -> str:
    return text if len(text) <= MAX_LINE_CHARS else text[:MAX_LABEL_CHARS]
