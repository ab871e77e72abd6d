"""Which of the titles a page states is the headline, without the site's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

_SEPARATOR = re.compile(r"\s+(?:[|\-–—·•:»«~/│]|::)+\s+|\s*[|│]\s*|(?<=\w)[_:](?=\w)")
_WORD = re.compile(r"\w+")

MAX_TITLE_CHARS = 500
"""What is longer is no title."""
MAX_HEADINGS = 20
"""Looked at: every one is compared with every statement."""
MIN_NAME_CHARS = 4
"""Letters of what is cut off as part of a site's name: fewer stand in any name by chance."""
MIN_SHARE = 0.5
"""Share of the words two titles have in common from which they name one article."""


def choose_title(
    headings: list[str], headline: str | None, stated: Iterable[str], site_names: Iterable[str]
) -> str | None:
    """Choose the headline of a page.

    A heading that another statement confirms comes first: it is what a reader sees, without the
    changes made for search engines.

    Args:
        headings: the h1 texts.
        headline: of JSON-LD.
        stated: other statements, the best first: og:title, the title element ...
        site_names: to be cut off the ends of the statements.
    """
    sites = {_squeeze(name) for name in site_names} - {""}
    headings = _short(headings)
    # Each once: most pages state one title three times.
    stated = dict.fromkeys(without_site(text, sites) for text in _short(stated))
    headline = next((without_site(text, sites) for text in _short([headline or ""])), None)
    witnesses = [Title.of(text) for text in [*([headline] if headline else []), *stated]]
    likely = [title for title in map(Title.of, headings) if title.squeezed not in sites]
    for heading in [*_repeated(likely, witnesses), *likely]:
        if any(heading.agrees(witness) for witness in witnesses):
            is_confirmed = heading.squeezed == witnesses[0].squeezed
            return heading.text if is_confirmed else _without_kicker(heading, witnesses)
    return headline or next(iter(stated), None) or next(iter(headings), None)


@dataclass(frozen=True, slots=True)
class Title:
    """A title, with what it is compared by."""

    text: str
    words: frozenset[str]
    squeezed: str

    @classmethod
    def of(cls, text: str) -> Title:
        """Look at the words once."""
        words = _words(text)
        return cls(text, frozenset(words), "".join(words))

    def agrees(self, other: Title) -> bool:
        """Tell whether both name one article: one within the other, or half the words shared."""
        shared = len(self.words & other.words)
        return shared > 0 and shared >= MIN_SHARE * max(1, min(len(self.words), len(other.words)))


def _short(texts: Iterable[str]) -> list[str]:
    """Return the first of the texts that may be titles, each once."""
    short = dict.fromkeys(text for text in texts if 0 < len(text) <= MAX_TITLE_CHARS)
    return list(islice(short, MAX_HEADINGS))


def _repeated(headings: list[Title], witnesses: list[Title]) -> list[Title]:
    """Return the headings a statement says word for word: no name of the site has that."""
    said = {witness.squeezed for witness in witnesses if len(witness.words) > 1}
    return [heading for heading in headings if heading.squeezed in said]


def without_site(title: str, sites: set[str]) -> str:
    """Cut the site's name off either end of a title.

    Args:
        title: one line.
        sites: names without spaces and in lower case.
    """
    for cut in reversed(list(_SEPARATOR.finditer(title))):
        end = title[cut.end() :]
        if _squeeze(end) in sites or (cut[0][0].isspace() and _is_of_site(end, sites)):
            return without_site(title[: cut.start()], sites)
    for cut in _SEPARATOR.finditer(title):
        if _squeeze(title[: cut.start()]) in sites:
            return title[cut.end() :]
    return title


def _is_of_site(end: str, sites: set[str]) -> bool:
    """Tell whether all words of an end stand in one name of the site and make up half of it.

    "Rust Blog" at blog.rust-lang.example, but not "New York" in a paper named after it.
    """
    words = _words(end)
    chars = len("".join(words))
    return chars >= MIN_NAME_CHARS and any(
        2 * chars >= len(site) and all(word in site for word in words) for site in sites
    )


def _without_kicker(heading: Title, witnesses: list[Title]) -> str:
    """Cut a kicker before or a deck after the headline, where a statement shows its ends."""
    squeezed = heading.squeezed
    for witness in witnesses:
        part = witness.squeezed
        if (
            len(part) < len(squeezed)
            and len(witness.words) > 2
            and (squeezed.endswith(part) or squeezed.startswith(part))
        ):
            return witness.text
    return heading.text


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _squeeze(text: str) -> str:
    return "".join(_words(text))
