"""What nobody sees of a text: left out, so that SQL finds the words that a reader reads."""

from __future__ import annotations

import re

MAX_TAGS = 6
"""Behind a black flag they say whose it is: England's ends "gbeng" and a sign of the end."""
_FLAG, _TAG = "\U0001f3f4", "[\U000e0020-\U000e007f]"
INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls but for tab and line ends
    "\u00ad\u200b\u2060\ufeff"  # hyphens and spaces without width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # directions, which a screen finds by itself
    "\u2061-\u2065\ufff9-\ufffb\U000e0000-\U000e007f"  # marks of formulas, notes and languages
    "\ud800-\udfff\ufffe\uffff"  # halves of characters, which cannot be stored, and none
    "]" + "".join(rf"(?<!{_FLAG}{_TAG}{{{count}}})" for count in range(1, MAX_TAGS + 1))
)
"""What is left out, sign by sign. The joiners U+200C and U+200D stay: they choose the form of
letters in Persian and in the scripts of India, and put emoji together.

Source: Unicode 16, general category Cf; UAX #9 for directions; UTS #51 for flags.
"""
