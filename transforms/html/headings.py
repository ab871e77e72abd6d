"""Where the headings of a page stand: in the header of the site, or in the story."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from transforms.html.nodes import TEXT, Nodes

_STORY = frozenset({"article", "main"})
_MASTHEAD = re.compile(
    r"logo|masthead|branding|(?:site|blog)-?(?:title|name|header)|(?:^|\s)header(?:\s|$)"
)
_HEADLINE = re.compile(r"\bp-name\b|(?:entry|post|article|story)-?(?:title|headline)")
_LEVELS = 4
"""Elements around a heading whose names may call it the site's."""
_MAX_HEADINGS = 10
"""Of one level: what stands within a thousand of them, each in the last, takes seconds to read."""
_MAX_TEXTS = 1_000
"""From the top, in which a headline is looked for."""
_MAX_LINE = 200
"""Characters of a notice of copyright; a longer line is a paragraph about it."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The h1 by where they stand, and what is shown beside them; each in page order."""

    of_site: list[str] = field(default_factory=list)
    """In the header of the page."""
    of_story: list[str] = field(default_factory=list)
    """In an article or the main part, or named as a headline."""
    below: list[str] = field(default_factory=list)
    """The texts of the h2, where one h1 is the site's; else not looked for."""
    shows: Callable[[str], bool] = lambda _: False
    """Tells whether a text of the page says just this; looked for only when asked."""
    notice: Callable[[], str] = str
    """Gives its line of copyright; likewise."""


def read_headings(nodes: Nodes) -> Headings:
    """Tell the headings of the site from those of its story."""
    found = Headings(shows=partial(_shows, nodes), notice=partial(copyright_line, nodes))
    for at in nodes.tagged("h1")[:_MAX_HEADINGS]:
        text = nodes.text_of(at)
        around = {nodes.tags[above] for above in nodes.above(at)}
        if text and (around & _STORY or _HEADLINE.search(nodes.marks(at))):
            found.of_story.append(text)
        elif text and ("header" in around or _is_masthead(nodes, at)):
            found.of_site.append(text)
    if found.of_site:
        below = (nodes.text_of(at) for at in nodes.tagged("h2")[:_MAX_HEADINGS])
        found.below.extend(text for text in below if text)
    return found


def _is_masthead(nodes: Nodes, at: int) -> bool:
    around = [at, *nodes.above(at)][: _LEVELS + 1]
    return any(_MASTHEAD.search(nodes.marks(each)) for each in around)


def copyright_line(nodes: Nodes) -> str:
    """Return the last line with a sign of copyright; empty where there is none."""
    for at in reversed(nodes.tagged(TEXT)):
        if "©" in nodes.texts[at]:
            line = nodes.text_of(nodes.parents[at]) or ""
            return line if len(line) <= _MAX_LINE else nodes.texts[at][:_MAX_LINE]
    return ""


def _shows(nodes: Nodes, line: str) -> bool:
    """Tell whether a text of the page says just this."""
    return any(nodes.texts[at].strip() == line for at in nodes.tagged(TEXT)[:_MAX_TEXTS])
