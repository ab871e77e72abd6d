"""Clean lines and plain text of what a page states."""

from __future__ import annotations

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser

from transforms.invisible import INVISIBLE

_NAMES = (
    r"a|abbr|acronym|address|article|aside|b|bdi|bdo|big|blockquote|body|center|cite|code|dd|del"
    r"|details|dfn|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|html|i|iframe"
    r"|ins|kbd|label|li|main|mark|nav|nobr|noscript|ol|p|pre|q|rp|rt|ruby|s|samp|script|section"
    r"|small|span|strike|strong|style|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u"
    r"|ul|var|video"
)
_MARKUP = re.compile(
    rf"</(?:{_NAMES})\s*>|<(?:br|hr|img|wbr)\b[^<>]*>|<(?:{_NAMES})\s+[a-z-]{{1,30}}\s*="
    rf"|\A\s*<(?:{_NAMES})(?:\s[^<>]*)?>|<!doctype\b",
    re.IGNORECASE,
)
"""Only names that HTML has for text, and those that are closed, without an end, or with attributes:
"Why the <blink> tag died" speaks of one."""
_EDGE = re.compile(
    r"</?(?:br|p|div|li|ul|ol|dl|dd|dt|h[1-6]|hr|blockquote|pre|table|tr|td|th|section)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_UNSEEN = ["script", "style", "noscript", "template", "iframe", "svg", "form"]
MAX_MARKUP_CHARS = 10_000
"""Of a line that is parsed; from a longer one tags are taken by pattern."""


def tidy(raw: str | None) -> str | None:
    """Make one clean line of a stated value: no tags, entities, controls or double spaces."""
    if not raw:
        return None
    return one_line(_decoded(raw) if "<" in raw or "&" in raw else raw)


def one_line(text: str) -> str | None:
    """Make one clean line of a text that is no markup: no controls or double spaces."""
    text = " ".join((text if text.isprintable() else INVISIBLE.sub("", text)).split())
    return (text if text.isascii() else unicodedata.normalize("NFC", text)) or None


def is_markup(text: str) -> bool:
    """Tell whether tags are in a text that are meant as such."""
    if "<" not in text:
        return False
    return _MARKUP.search(text) is not None or ("<!--" in text and "-->" in text)


def _decoded(raw: str) -> str:
    """Decode entities, and leave out tags once: what then looks like one is what is spoken of."""
    text = raw
    for _ in range(2):
        # Twice: some systems escape what is escaped already (&amp;quot;).
        if is_markup(text):
            return html.unescape(_shown(text))
        text = html.unescape(text)
    return _shown(text) if is_markup(text) else text


def _shown(markup: str) -> str:
    if len(markup) > MAX_MARKUP_CHARS:
        return html.unescape(_TAG.sub(" ", markup))
    apart = _EDGE.sub(r" \g<0>", markup).replace("\0", "")
    tree = LexborHTMLParser(apart.encode(errors="replace"))
    tree.strip_tags(_UNSEEN, recursive=True)
    return tree.body.text() if tree.body else ""
