"""Whom a page names as its authors, in the order of evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from transforms.agencies import is_agency
from transforms.authors import (
    clean_name,
    is_house,
    looks_like_label,
    looks_like_name,
    split_authors,
    squeeze,
)
from transforms.credits import OUTLET, PARTICLES, PLACES
from transforms.html.evidence import Page
from transforms.html.jsonld import Thing, texts_of, types_of
from transforms.html.plain import tidy
from transforms.reading import Reading
from transforms.wire_credits import agency_of

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "byline",
    "article:author_name", "og:author", "og:article:author", "cxenseparse:author",
    "shareaholic:article_author", "article.author", "authors",
)  # fmt: skip
_LIBRARY_METAS = (
    "citation_author", "dc.creator", "dcterms.creator", "dc:creator", "dcterms:creator",
)  # fmt: skip
_READING_TIME = ("time", "zeit", "durée", "temps", "tiempo", "tempo")
_OLEH, _MALAY = re.compile(r"^oleh\s+(?=\w)", re.IGNORECASE), ("id", "ms")
"""The "by" of Indonesian and Malay; elsewhere, without a colon, a given name of Ukrainian."""

Names = list[str]


def read_people(reading: Reading, page: Page, article: Thing, sites: list[str]) -> None:
    """Fill in authors, byline and agency.

    A body with a name of its own, such as the site, stands for a person only where no person and
    no agency is named.

    Args:
        reading: where they go; its text may name an agency.
        page: the evidence.
        article: of its JSON-LD.
        sites: names of the site.
    """
    known = {squeeze(name) for name in sites}
    stated = [split_authors(_tidied(lines)) for lines in stated_authors(page, article)]
    shown = [split_authors(_tidied(lines)) for lines in shown_authors(page)]
    named = [*stated, *shown]

    def is_person(name: str) -> bool:
        return not (squeeze(name) in known or is_house(name) or is_agency(name))

    persons = _checked(_first(stated, is_person), shown)
    if not persons:
        persons = _shown_persons(page, shown, is_person, is_strict=any(stated))
    agencies = (name for names in named for name in names if is_agency(name))
    reading.agency = next(agencies, None) or agency_of(reading.text)
    if not persons and not reading.agency:
        persons = _first(stated, bool) or _first(shown, lambda name: not is_person(name))
    reading.authors = persons
    reading.byline = _printed(page, persons)


def stated_authors(page: Page, article: Thing) -> Iterator[list[str]]:
    """Yield what a page states for machines, the best evidence first."""
    yield _linked_authors(page, article)
    yield page.all_meta(*_METAS)
    yield [turned_round(line) for line in page.all_meta(*_LIBRARY_METAS)]
    yield _labelled(page)
    yield page.all_props("author")


def shown_authors(page: Page) -> Iterator[list[str]]:
    """Yield what a reader sees, the best evidence first."""
    yield page.credits.links
    is_malay = (page.language or "").lower().startswith(_MALAY)
    for line in [*page.credits.lines, *page.credits.spoken]:
        yield [_OLEH.sub("Oleh: ", line) if is_malay else line]


def _first(evidence: Iterable[Names], is_wanted: Callable[[str], bool]) -> Names:
    """Give the wanted names of the first evidence that has any."""
    wanted = ([name for name in names if is_wanted(name)] for names in evidence)
    return next(filter(None, wanted), [])


def _checked(persons: Names, shown: list[Names]) -> Names:
    """Hold stated names against the printed ones.

    Of several, those that are printed nowhere are publishers and accounts where others are
    printed: right 5 more times of 124 on the pages of one set and wrong on none. "Gillman, Steve"
    is one person where "Steve Gillman" is printed.
    """
    printed = {squeeze(name) for names in shown for name in names}
    if len(persons) == 2 and squeeze(persons[1] + persons[0]) in printed:
        return [f"{persons[1]} {persons[0]}"]
    return [name for name in persons if squeeze(name) in printed] or persons


def _shown_persons(
    page: Page, shown: list[Names], is_person: Callable[[str], bool], *, is_strict: bool
) -> Names:
    """Find persons among the printed names; strictly, only those of the shape of a whole name.

    Strict where the page states a body as its author: an account or a label is then no better.
    """

    def is_whole(name: str) -> bool:
        return is_person(name) and looks_like_name(name)

    def is_likely(name: str) -> bool:
        return is_person(name) and (looks_like_name(name) or looks_like_label(name))

    found = _first(shown, is_whole if is_strict else is_likely)
    if found:
        return found
    people, lines = page.weak_credits()
    weak = [split_authors([line]) for line in _tidied([*people, *lines])]
    return _first(weak, is_whole) or ([] if is_strict else _first(weak[len(people) :], is_likely))


def _linked_authors(page: Page, article: Thing) -> list[str]:
    """Read author or creator of JSON-LD: persons and agencies, and other bodies only without any.

    A person's "Mercer, Ada" is one name.
    """
    stated = page.linked.whole(article.get("author") or article.get("creator"))
    authors = stated if isinstance(stated, list) else [stated]
    bodies = texts_of([author for author in authors if _is_body(author)])
    persons = [
        _one_name(name) if _is_of_type(author, ("Person",)) else name
        for author in authors
        if not _is_body(author)
        for name in texts_of(author)
    ]
    return [*persons, *filter(is_agency, bodies)] if persons else bodies


def _one_name(name: str) -> str:
    """Turn round a person's "Mercer, Ada", but not "Mercer, Reuters" or "Mercer, Editor"."""
    parts = [clean_name(part) for part in (tidy(name) or "").split(",")] if "," in name else []
    names = [part for part in parts if part and not _is_beside(part)]
    return turned_round(name) if len(names) == len(parts) == 2 else name


def _is_beside(part: str) -> bool:
    return is_agency(part) or part in PLACES or OUTLET.search(part) is not None


def turned_round(name: str) -> str:
    """Write "Mercer, Ada" as "Ada Mercer", as library metadata states names.

    A surname has one word, or a particle before it ("van der Berg"), or two before one given name.
    """
    last, comma, first = (part.strip() for part in name.partition(","))
    before, *others = last.split() or [""]
    is_given = first.istitle() and " " not in first
    is_surname = not others or before in PARTICLES or (len(others) == 1 and is_given)
    return f"{first} {last}" if comma and first and "," not in first and is_surname else name


def _is_body(author: Any) -> bool:
    return _is_of_type(author, ("Organization", "Corporation"))


def _is_of_type(author: Any, endings: tuple[str, ...]) -> bool:
    return isinstance(author, dict) and any(name.endswith(endings) for name in types_of(author))


def _labelled(page: Page) -> list[str]:
    """Read the first of the two labels WordPress states for social cards, else the reading time."""
    label = (page.meta("twitter:label1") or "").casefold()
    is_time = any(word in label for word in _READING_TIME)
    return page.all_meta("twitter:data1") if label and not is_time else []


def _printed(page: Page, authors: list[str]) -> str | None:
    """Return the visible line that names the first author."""
    if not authors:
        return None
    first = authors[0].casefold()
    lines = [*page.credits.lines, *page.credits.spoken]
    return next((line for line in lines if first in line.casefold()), None)


def _tidied(lines: Iterable[str]) -> list[str]:
    return [text for line in lines if (text := tidy(line))]
