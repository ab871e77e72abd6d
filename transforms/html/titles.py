"""Which of the titles a page states is the headline, without the site's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, islice

from transforms.html.headings import Headings
from transforms.words import has_spaceless

_SEPARATOR = re.compile(r"\s+(?:[|\-–—·•:»«~/│_]|::)+\s+|\s*[|│｜]\s*|(?<=\w)[_:](?=\w)")  # noqa: RUF001 - as printed
_JOINT = re.compile(rf"{_SEPARATOR.pattern}|:\s+")
_WORD = re.compile(r"[^\W_]+")
_CUT_OFF = ("…", "...")
_RESERVED = re.compile(
    r"copyright|all rights reserved|alle rechte vorbehalten|alle rechten voorbehouden"
    r"|tous droits réservés|todos (?:los derechos|os direitos) reservados"
    r"|tutti i diritti (?:sono )?riservati|все права защищены",
    re.IGNORECASE,
)
"""What of a line of copyright is no name."""

HOMES = frozenset({
    "home", "homepage", "start", "startseite", "accueil", "inicio", "início", "hem", "hjem",
    "etusivu", "strona główna", "главная", "головна", "anasayfa", "ana sayfa", "beranda", "首页",
    "首頁", "トップ", "ホーム", "홈", "الرئيسية", "होम",
})  # fmt: skip
"""What a front page is called."""

MAX_TITLE_CHARS = 500
"""What is longer is no title."""
MAX_HEADINGS = 20
"""Looked at, and titles and parts of one: every one is compared with every statement."""
MIN_NAME_CHARS = 4
"""Letters of what is cut off as part of a site's name: fewer stand in any name by chance."""
MIN_SHARE = 0.5
"""Share of the words two titles have in common from which they name one article."""
MIN_HEADLINE_WORDS, MIN_HEADLINE_SIGNS = 3, 8
"""Of a headline nothing confirms, signs where words have no spaces: fewer may name a section."""


def choose_title(
    headings: list[str],
    headline: str | None,
    stated: Iterable[str],
    site_names: Iterable[str],
    placed: Headings | None = None,
) -> str | None:
    """Choose the headline of a page.

    A heading that another statement confirms comes first: it is what a reader sees, without the
    changes made for search engines.

    Args:
        headings: the h1 texts.
        headline: of JSON-LD.
        stated: other statements, the best first: og:title, the title element ...
        site_names: to be cut off the ends of the statements.
        placed: where the headings stand.
    """
    placed = placed or Headings()
    sites = {_squeeze(name) for name in site_names} - {""}
    headings = _short(headings)
    # Each once: most pages state one title three times.
    titles = _without_masthead(dict.fromkeys(_short(stated)), placed, sites)
    titles = dict.fromkeys(without_site(text, sites) for text in titles)
    of_data = dict.fromkeys(without_site(text, sites) for text in _short([headline or ""]))
    cut = _cut_short([*headings, *of_data, *titles])
    of_data, titles = (
        {text: None for text in texts if text not in cut} for texts in (of_data, titles)
    )
    witnesses = [Title.of(text) for text in [*of_data, *titles]]
    named = [title for title in map(Title.of, headings) if title.squeezed not in sites]
    likely = [title for title in named if title.text not in cut]
    if confirmed := _confirmed(likely, witnesses):
        return confirmed
    unconfirmed = _unconfirmed([title.text for title in likely], list(titles), sites, placed)
    return next(iter(of_data), None) or unconfirmed or next(iter(headings), None)


def _confirmed(likely: list[Title], witnesses: list[Title]) -> str | None:
    """Return the first heading that a statement agrees with."""
    for heading in [*_repeated(likely, witnesses), *likely]:
        if any(heading.agrees(witness) for witness in witnesses):
            is_whole = heading.squeezed == witnesses[0].squeezed
            return heading.text if is_whole else _without_kicker(heading, witnesses)
    return None


def _unconfirmed(
    headings: list[str], titles: list[str], sites: set[str], placed: Headings
) -> str | None:
    """Return the only heading, or else the first of the titles, without what names the site."""
    alone = _alone(headings, titles, sites, placed)
    if alone or not titles:
        return alone
    return _as_shown(titles[0], placed) or _without_holder(titles[0], sites, placed)


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


def _without_masthead(
    stated: dict[str, None], placed: Headings, sites: set[str]
) -> dict[str, None]:
    """Cut off what stands in the page's header as well; it is added to the names of the site.

    On nine development pages it is no headline: where the rest of the title is longer, or an h2.
    """
    for name in placed.of_site:
        first = islice(stated, MAX_HEADINGS)
        rests = {title: _beside(name, title, placed.below) for title in first}
        if any(rests.values()) and _squeeze(name) not in {_squeeze(title) for title in stated}:
            sites.add(_squeeze(name))
            stated = dict.fromkeys(rests.get(title) or title for title in stated)
    return stated


def _beside(name: str, title: str, below: list[str]) -> str | None:
    """Return what a title says beside the name of the site: before it, or an h2 after it.

    Behind as much as a headline an h2 as long is a deck.
    """
    squeezed = _squeeze(name)
    for cut in islice(_JOINT.finditer(title), MAX_HEADINGS):
        before, after = title[: cut.start()], title[cut.end() :]
        if _squeeze(after) == squeezed and len(before) > len(after):
            return before
        is_deck = is_long(name) and is_long(after)
        if _squeeze(before) == squeezed and after in below and not is_deck:
            return after
    return None


def _cut_short(texts: list[str]) -> set[str]:
    """Return those that end in "…" where another one begins so and goes on."""
    ending = [text for text in texts if text.endswith(_CUT_OFF)]
    return {text for text in ending if any(_goes_on(text, other) for other in texts)}


def _goes_on(text: str, other: str) -> bool:
    """Tell whether another one has words for the dots of a text; it may end in dots itself."""
    stem, squeezed = _squeeze(text), _squeeze(other)
    has_dots = other.replace("...", "…").startswith(text.replace("...", "…"))
    return len(stem) < len(squeezed) and squeezed.startswith(stem) and not has_dots


def _alone(headings: list[str], titles: list[str], sites: set[str], placed: Headings) -> str | None:
    """Return the only heading where nothing else is stated that may be the headline.

    That is a name of the site or its front page, or one title that shares few words with it.
    """
    if len(set(headings)) != 1:
        return None
    (heading,) = set(headings)
    if all(_squeeze(title) in sites or title.casefold() in HOMES for title in titles):
        return heading
    is_headline = heading in placed.of_story and is_long(heading)
    return heading if is_headline and len(titles) == 1 else None


def is_long(heading: str) -> bool:
    """Tell whether a heading has the length of a headline: names of sites have less."""
    if has_spaceless(heading):
        return len(_squeeze(heading)) >= MIN_HEADLINE_SIGNS
    return len(_words(heading)) >= MIN_HEADLINE_WORDS


def _as_shown(title: str, placed: Headings) -> str | None:
    """Return the longest beginning or end of a title that is the whole of a text on the page."""
    parts = [
        (each, len(title) - len(each))
        for cut in reversed(list(_SEPARATOR.finditer(title)))
        for each in (title[: cut.start()], title[cut.end() :])
    ]
    return next((part for part, rest in parts if len(part) > rest and placed.shows(part)), None)


def _without_holder(title: str, sites: set[str], placed: Headings) -> str:
    """Cut off a last part that names the site or who has the copyright."""
    cuts = list(_JOINT.finditer(title))
    end = _squeeze(title[cuts[-1].end() :]) if cuts else ""
    is_name = len(end) >= MIN_NAME_CHARS and not end.isdecimal()
    is_named = is_name and (end in sites or _names(placed.notice(), end))
    return title[: cuts[-1].start()] if is_named else title


def _names(notice: str, holder: str) -> bool:
    """Tell whether whole words of a line of copyright make up a name without spaces.

    In scripts without spaces it may be any part of one.
    """
    words = _words(_RESERVED.sub(" ", notice))
    if has_spaceless(holder):
        return holder in "".join(words)
    return any(holder in accumulate(words[start:]) for start in range(len(words)))


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
