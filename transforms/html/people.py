"""Whom a page names as its authors, in the order of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from transforms.bylines import agency_in
from transforms.html.authors import split_authors, turned_round
from transforms.html.evidence import Page
from transforms.html.jsonld import Thing
from transforms.html.nodes import tidy
from transforms.reading import Reading

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "byline",
    "article:author_name", "og:author", "og:article:author", "cxenseparse:author",
    "shareaholic:article_author", "article.author", "authors",
)  # fmt: skip
_LIBRARY_METAS = ("citation_author", "dc.creator", "dcterms.creator", "dc:creator")
_READING_TIME = ("time", "zeit", "durée", "temps", "tiempo", "tempo")


def read_people(
    reading: Reading, page: Page, article: Thing, sites: list[str], searched: Iterable[str]
) -> None:
    """Fill in authors, byline and agency.

    The site's own name stands for a person only where nobody else is named.

    Args:
        reading: where they go.
        page: the evidence.
        article: of its JSON-LD.
        sites: names of the site.
        searched: lines another search finds; iterated only where all else names nobody.
    """
    kinds = [_tidied(lines) for lines in _kinds(page, article)]
    names = _first_named(kinds, sites) or _first_named([_tidied(searched)], sites)
    agencies = [name for name in names if agency_in(name) == name]
    reading.authors = [name for name in names if name not in agencies]
    reading.agency = next(iter(agencies), None)
    reading.byline = _printed(page, reading.authors)


def _first_named(kinds: list[list[str]], sites: list[str]) -> list[str]:
    found = (split_authors(lines, known) for known in (sites, []) for lines in kinds)
    return next(filter(None, found), [])


def _kinds(page: Page, article: Thing) -> Iterator[list[str]]:
    """Yield what names the authors, one kind of evidence after the other."""
    yield page.linked.texts(article, "author") or page.linked.texts(article, "creator")
    yield page.all_meta(*_METAS)
    yield [turned_round(line) for line in page.all_meta(*_LIBRARY_METAS)]
    yield _labelled(page)
    yield page.all_props("author")
    yield page.author_links
    for line in page.bylines:
        yield [line]


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
    return next((line for line in page.bylines if first in line.casefold()), None)


def _tidied(lines: Iterable[str]) -> list[str]:
    return [text for line in lines if (text := tidy(line))]
