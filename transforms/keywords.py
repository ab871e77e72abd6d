"""Keywords, as every reader gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_KEYWORDS = 100
MAX_KEYWORD_CHARS = 100

_QUOTED = re.compile(r"^[\"'“„](.+)[\"'”“]$")


def each_once(stated: Iterable[str]) -> list[str]:
    """List keywords without quotes and the sign of a hashtag, each once, whatever its case.

    Args:
        stated: split already; of two that differ in case the first is kept.
    """
    words: dict[str, str] = {}
    for word in (_QUOTED.sub(r"\1", one.strip().lstrip("# ")) for one in stated):
        if 0 < len(word) <= MAX_KEYWORD_CHARS:
            words.setdefault(word.casefold(), word)
    return list(words.values())[:MAX_KEYWORDS]
