"""What nobody sees of a text: left out, so that SQL finds the words that a reader reads."""

from __future__ import annotations

import re

INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls but for tab and line ends
    "\u00ad\u200b\u2060\ufeff"  # hyphens and spaces without width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # directions, which a screen finds by itself
    "\u2061-\u2065\ufff9-\ufffb\U000e0000-\U000e007f"  # marks of formulas, notes and languages
    "\ud800-\udfff\ufffe\uffff"  # halves of characters, which cannot be stored, and none
    "]+"
)
"""What is left out. The joiners U+200C and U+200D stay: they choose the form of letters in Persian
and in the scripts of India, and put emoji together.

Source: Unicode 16, general category Cf; UAX #9 for directions.
"""
