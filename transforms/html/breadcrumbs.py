"""The trail of breadcrumbs above a headline: Home > Harbour > Bridges."""

from __future__ import annotations

from transforms.html.nodes import Nodes

MAX_CRUMB_CHARS = 60
MAX_TRAILS = 20
"""Elements called so that are looked into; within each other each holds the same."""


def read_breadcrumbs(nodes: Nodes) -> list[str]:
    """Return the texts of the first trail, those of its links or of its items."""
    for at in _trails(nodes)[:MAX_TRAILS]:
        trail = _crumbs(nodes, at, "a") or _crumbs(nodes, at, "li")
        if trail:
            return trail
    return []


def _trails(nodes: Nodes) -> list[int]:
    typed = (at for at in nodes.having("itemtype") if "BreadcrumbList" in nodes.get(at, "itemtype"))
    return sorted({*nodes.called("breadcrumb"), *typed})


def _crumbs(nodes: Nodes, trail: int, tag: str) -> list[str]:
    links = (at for at in (trail, *nodes.inside(trail)) if nodes.tags[at] == tag)
    texts = map(nodes.text_of, links)
    return list(dict.fromkeys(text for text in texts if text and len(text) <= MAX_CRUMB_CHARS))
