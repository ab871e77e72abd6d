"""Clean lines and plain text of what a page states."""

from __future__ import annotations

import html
import re
import unicodedata

from transforms.invisible import INVISIBLE

_TAG = re.compile(r"<[^<>]{1,500}>")
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|blockquote)\s*>|<br\s*/?>", re.IGNORECASE)


def tidy(raw: str | None) -> str | None:
    """Make one clean line of a stated value: no tags, entities, controls or double spaces."""
    if not raw:
        return None
    text = raw
    for _ in range(2):
        # Twice: some systems escape what is escaped already (&amp;quot;).
        text = html.unescape(text) if "&" in text else text
    text = _TAG.sub(" ", text) if "<" in text else text
    text = " ".join((text if text.isprintable() else INVISIBLE.sub("", text)).split())
    return (text if text.isascii() else unicodedata.normalize("NFC", text)) or None


def without_tags(raw: str) -> str:
    """Return a stated body as plain text, one block per line, NFC."""
    text = _BLOCK_END.sub("\n", html.unescape(raw)) if "<" in raw or "&" in raw else raw
    lines = (tidy(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
