"""The texts a reader sees, in page order."""

from __future__ import annotations

from bisect import bisect_left

from transforms.html.nodes import TEXT, Nodes

_UNSEEN = frozenset({"option", "textarea", "code"})


class Shown:
    """The texts of one page's body that are not blank, in the order of the page."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.places = _shown(nodes)
        """Where they are among the nodes."""
        self.lines = [nodes.texts[at].strip() for at in self.places]

    def before(self, at: int) -> int:
        """Count the texts before a node."""
        return bisect_left(self.places, at)

    def text_before(self, at: int) -> str:
        """Return the last text before a node; empty before the first."""
        before = self.before(at)
        return self.lines[before - 1] if before else ""


def _shown(nodes: Nodes) -> list[int]:
    body = nodes.body
    if body is None:
        return []
    tags, parents, texts = nodes.tags, nodes.parents, nodes.texts
    return [
        at
        for at in nodes.tagged(TEXT)
        if at > body and not texts[at].isspace() and tags[parents[at]] not in _UNSEEN
    ]
