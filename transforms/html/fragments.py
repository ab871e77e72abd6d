"""Bodies with no page around them, as feeds, records and linked data state them: all their text."""

from __future__ import annotations

import html
import re
import unicodedata

from transforms.html.body.lines import as_rows
from transforms.html.body.marks import UNSEEN
from transforms.html.body.outline import Outline, read_outline
from transforms.html.nodes import parse
from transforms.html.plain import is_markup, one_line

_OPENED = re.compile(r"<(?:p|li)\b[^<>]*>", re.IGNORECASE)
"""What is seldom closed; in a line it may be spoken of."""
_BLOCK = re.compile(
    r"<(?:address|article|blockquote|body|br|center|d[dlt]|div|figure|h[1-6r]|header|li|main|[ou]l|p"
    r"|pre|section|table|t[dhr])\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"</p\b", re.IGNORECASE)
_TAG_OR_GAP = re.compile(r"<[^<>]*>|\n\s*\n")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z]\w{1,30});")


def body_text(stated: str) -> str | None:
    """Return a stated body as plain text, one block per line, NFC; None where it is too large.

    Args:
        stated: plain text, or markup, which may be escaped.
    """
    body = unescaped(stated)
    if is_body_markup(body):
        return read_fragment(body)
    # Once more: some systems escape what is escaped already (&amp;quot;).
    lines = (one_line(_decoded(line)) for line in body.splitlines())
    return "\n".join(line for line in lines if line)


def is_body_markup(text: str) -> bool:
    """Tell whether a body is markup."""
    return is_markup(text) or ("<" in text and _OPENED.search(text) is not None)


def unescaped(body: str) -> str:
    """Decode the entities of a body that is plain text, or markup escaped as a whole."""
    if "&" not in body or is_body_markup(body):
        return body
    return _decoded(body)


def _decoded(text: str) -> str:
    """Decode the entities that end in a semicolon: others are in addresses and code."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text


def read_fragment(markup: str) -> str | None:
    """Return all that markup shows, one block per line, NFC; None where it is too large.

    Where nothing in it is a block, its own lines are, as systems keep bodies that they break into
    paragraphs as they show them; where no paragraph is closed, what blank lines set apart.
    """
    has_blocks = _BLOCK.search(markup) is not None
    whole = _with_breaks(markup) if has_blocks else f"<pre>{markup}</pre>"
    nodes = parse(whole.replace("\0", "").encode(errors="replace"))
    if nodes.is_too_large:
        return None
    outline = read_outline(nodes)
    shown = _shown(outline)
    lines = [line for line in outline.lines if shown[line.owner]]
    rows = as_rows(outline, lines)
    # What is set in is code in a block, and nothing in a body without one.
    return unicodedata.normalize("NFC", "\n".join(rows if has_blocks else map(str.strip, rows)))


def _with_breaks(markup: str) -> str:
    """Put a break in each gap of blank lines outside tags, where no paragraph is closed."""
    if _CLOSED.search(markup):
        return markup
    return _TAG_OR_GAP.sub(lambda each: each[0] if each[0][0] == "<" else "\n<br>", markup)


def _shown(outline: Outline) -> list[bool]:
    """Tell which blocks are neither hidden nor forms to be filled in."""
    shown = [True] * len(outline.tags)
    for block in range(1, len(shown)):
        is_form = outline.tags[block] == "form"
        hidden = is_form or outline.marks[block] & UNSEEN
        shown[block] = shown[outline.parents[block]] and not hidden
    return shown
