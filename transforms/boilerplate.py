"""The lines a source puts around its articles: those on its list are left out of its texts.

What is put on a list is found by `transforms.boilerplate_learning` and decided by a person; here is
what a list is, and what it does to a text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Place = Literal["start", "end", "anywhere"]
"""Where a line is left out: where nothing but lines of the list stands before it, or behind it; or
wherever it stands."""

_NO_LETTERS = re.compile(r"[\W_]+")

DIGEST_CHARS = 16
VERSION_CHARS = 8


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """The list of one source; made by `of`, equal lists are equal values."""

    lines: tuple[tuple[str, Place], ...] = ()
    """(digest of the line, place), sorted."""

    @classmethod
    def of(cls, lines: Iterable[tuple[str, Place]]) -> Boilerplate:
        """Make a list of its lines, in whatever order they come."""
        return cls(tuple(sorted(set(lines))))

    @property
    def version(self) -> str:
        """Name what is on the list by a digest; empty where nothing is."""
        if not self.lines:
            return ""
        said = "\n".join(f"{digest} {place}" for digest, place in self.lines)
        return hashlib.sha256(said.encode()).hexdigest()[:VERSION_CHARS]


NOTHING = Boilerplate()


def letters_of(line: str) -> str:
    """Fold a line to its letters and digits alone; lines that have the same are one line.

    Digits count: "© 2025" and "© 2026" are two lines, as are those of two market reports. Half
    the time that `fold` takes, which has to keep words and numbers apart.
    """
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", line).lower())


def digest_of(letters: str) -> str:
    """Name a line by its letters: the first 64 bits of their sha256, hex."""
    return hashlib.sha256(letters.encode()).hexdigest()[:DIGEST_CHARS]


def without(text: str, boilerplate: Boilerplate) -> str | None:
    """Leave the lines of a list out of a text; None where it has no other.

    Args:
        text: one block per line.
        boilerplate: the list of its source.
    """
    if not boilerplate.lines:
        return text
    known, lines = _places(boilerplate), text.split("\n")
    letters = [letters_of(line) for line in lines]
    places = [known.get(digest_of(each), "") if each else None for each in letters]
    first = count_outside([each and each != "end" for each in places])
    last = len(lines) - count_outside([each and each != "start" for each in places[first:][::-1]])
    kept = [lines[n] for n in range(first, last) if places[n] != "anywhere"]
    return "\n".join(kept) or None


@lru_cache(maxsize=64)
def _places(boilerplate: Boilerplate) -> dict[str, Place]:
    return dict(boilerplate.lines)


def count_outside(is_listed: Iterable[object]) -> int:
    """Count the lines before the text begins, seen from one of its edges; 0 where none is listed.

    Args:
        is_listed: of each line whether it is on the list, true or false; None: a line without a
            word, such as a rule, which goes with one that is listed.
    """
    count, found = 0, False
    for listed in is_listed:
        if listed is not None and not listed:
            break
        count, found = count + 1, found or bool(listed)
    return count if found else 0
