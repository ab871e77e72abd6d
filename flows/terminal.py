"""Text from anywhere, written so that a terminal shows it and obeys nothing of it.

Control and format characters are what escape sequences and reversed text are made of.
"""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Format characters that words of Persian and Hindi are spelled with, and many emoji."""
_LEFT_BY_JSON = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Of these characters, those that JSON lets stand as they are."""


def without_controls(text: str) -> str:
    """Put a space for each character that a terminal would obey: one line is left."""
    return "".join(
        " " if unicodedata.category(char) in _CONTROLS and char not in _JOINERS else char
        for char in text
    )


def escaped_json(text: str) -> str:
    """Escape such characters within JSON, which says the same then."""
    return _LEFT_BY_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
