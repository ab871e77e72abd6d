"""One form for what scripts and habits write differently: digits, accents, letters, case."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARS = 120
"""A longer text is no line with a date."""

# Accents of Latin, Greek and Cyrillic; the dots below of Devanagari, Bengali and Gurmukhi, which
# the press prints or leaves out; the hamza above of Persian.
_MARKS = re.compile("[\u0300-\u036f\u093c\u09bc\u0a3c\u0654]")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیۍې", "ي"),
        **{"ک": "ك", "ە": "ه", "ۀ": "ه", "ı": "i", "’": "'", "ʼ": "'", "׳": "'"},
    }
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—", "-"))


def plain(raw: str) -> str:
    """Bring digits and compatibility forms to ASCII, drop what is invisible, one space each."""
    raw = raw[: 4 * MAX_CHARS]
    if raw.isascii():
        return " ".join(raw.split())
    folded = unicodedata.normalize("NFKC", raw)
    return " ".join("".join(map(_plain_char, folded)).translate(_DASHES).split())


def _plain_char(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "" if unicodedata.category(char) == "Cf" else char


def fold(text: str) -> str:
    """Fold case, accents and letters that are written in two ways."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFKC", _MARKS.sub("", parts)).translate(_ALIKE)
