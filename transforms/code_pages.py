"""Telling apart code pages that read the same bytes, each without an error."""

from __future__ import annotations

import re

_SIGN_IN_WORD = re.compile(r"[^\W\d_][±¶¬¦]|[¶¬¦][^\W\d_]")
_LIKE_LATIN2 = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "cp1258"})
"""What ISO-8859-2 is taken for: all have the same signs where it has "ą", "ś" and "ź"."""
_POLISH, _CZECH = frozenset("łęż"), frozenset("ěřů")
_C1_BYTES = bytes(range(0x80, 0xA0))

_HIGH_RUN = re.compile(rb"[\xc0-\xff]{4}")
_ASCII_BYTES = bytes(range(0x80))
_MIN_HIGH_BYTES = 40
_MAX_RUN_SHARE = 0.125
"""Of the bytes beyond ASCII; in Cyrillic and Greek a fifth begins a run of four."""


def is_no_latin(payload: bytes) -> bool:
    """Tell by words of other letters alone: four in a row are hardly in any language of Latin."""
    high = len(payload.translate(None, _ASCII_BYTES))
    return high > _MIN_HIGH_BYTES and len(_HIGH_RUN.findall(payload)) > _MAX_RUN_SHARE * high


def is_latin2(payload: bytes, codec: str) -> bool:
    """Tell whether bytes are ISO-8859-2, which differs from windows-1250 in š, ž, ť, ą, ś and ź.

    It has no byte from 80 to 9F, and any other read in its place puts signs into words, or
    windows-1250 "ą" and "ľ" into languages that have none.

    Args:
        payload: of one encoding.
        codec: what it was taken for.
    """
    if codec not in _LIKE_LATIN2 or len(payload.translate(None, _C1_BYTES)) < len(payload):
        return False
    read = payload.decode("cp1250", "replace")
    if _SIGN_IN_WORD.search(read):
        return True
    letters = set(read) if codec == "cp1250" else set()
    return ("ą" in letters and not letters & _POLISH) or ("ľ" in letters and bool(letters & _CZECH))
