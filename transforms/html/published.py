"""When a page says it was published and changed: the candidates in order of evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from transforms.dates import parse_moment
from transforms.html.evidence import Page
from transforms.html.jsonld import Thing, is_page, texts_of
from transforms.html.printed import (
    LIKELY_WEIGHT,
    MIN_WEIGHT,
    SURE_WEIGHT,
    Parse,
    corrected,
    likeliest,
)
from transforms.language import language_tag
from transforms.reading import Evidence, Moment, Profile, Reading

Candidate = tuple[str, Evidence]

_PUBLISHED_METAS = (
    "og:article:published_time", "og:published_time", "article:published", "article.published",
    "article:published_date", "datepublished", "date_published", "date.published",
    "published_time", "published_date", "publisheddate", "published", "publish-date",
    "publish_date", "publishdate", "publish_time", "publication_date", "publication-date",
    "publicationdate", "originalpublicationdate", "article_date_original", "article:post_date",
    "pubdate", "pub_date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "citation_publication_date", "citation_online_date",
    "citation_date", "rnews:datepublished", "vr:published_time", "bt:pubdate", "displaydate",
    "shareaholic:article_published_time", "date", "dc.date", "dc.date.issued",
    "dc.date.created", "dcterms.date", "dcterms.issued", "dcterms.created", "dc:date",
    "dc:created", "dc.created", "dcterms:issued", "dcterms:created", "dcterms.available",
    "created", "article:create_at", "release_date", "releasedate", "ptime", "timestamp",
)  # fmt: skip
"""What publishing systems call the day of publication, the most telling first.

Source: the names known to https://github.com/adbar/htmldate and
https://github.com/postlight/parser, and https://docs.parse.ly/metatags/.
"""

_PUBLISHED_META = re.compile(
    r"^(?!.*(?:publisher|name|modif|updat|revis|expir|last))"
    r".*(?:publi\w*[-_.:]?(?:date|time|at$|on$)|date[-_.:]?publi|pub[-_.:]?date)"
)
"""Further names of their kind."""

_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:modified_time", "article:modified",
    "article.updated", "datemodified", "last-modified", "lastmod", "modified",
    "dcterms.modified", "dc.date.modified", "dc.modified",
)  # fmt: skip

_URL_WORDED_DAY = re.compile(r"/(?:19|20)\d\d/[a-z]{3,9}/(?:0?[1-9]|[12]\d|3[01])(?=/|$)")
_URL_DAY_FIRST = re.compile(
    r"(?<!\d)(1[3-9]|2\d|3[01])([-._])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)"
)
"""Only a day that is no month too."""
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])|"
    r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_DIGIT = re.compile(r"\d")
_MANY_PROPS = 3
_LEAST_NUMBER, _END_OF_EPOCHS = 1e7, 2e12
"""Numbers between them state days: 20240225, or milliseconds since 1970 until 2033."""

_HOST = re.compile(r"https?://[^/?#:]*\.([a-z]+)", re.IGNORECASE)
_URL_LOCALE = re.compile(r"/([a-z]{2})-([a-z]{2})/", re.IGNORECASE)
_URL_LANGUAGES = frozenset({
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl",
    "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh",
})  # fmt: skip
"""Those that addresses name: "on" and "is" are none, with which /on-tv/ and /is-it/ begin."""
_COUNTRIES = {"UK": "GB", "GOV": "US", "MIL": "US", "EDU": "US"}
_NATIONAL = frozenset(["AU", "BD", "CA", "IE", "IN", "NZ", "PH", "SG", "ZA"])
"""Domains that tell the order of day and month, or a zone, where the language is English."""
_NO_DAY = dt.date(1970, 1, 1)
"""What systems state whose date is the number 0."""
EARLIEST_DAY = dt.date(1995, 1, 1)
"""A day in a url before the web had news is a number that looks like one."""


def read_dates(reading: Reading, page: Page, article: Thing, url: str, profile: Profile) -> None:
    """Fill in when the page was published and changed, warning of what is odd.

    Where a page tells machines of a change and readers of nothing else, it has no day of
    publication. Where the day of a change is all it tells anybody, that is its date: so it is
    meant (of 26 such pages with a known day on 20).
    """
    parse = partial(_parse, page=page, country=_country(url, page, profile), profile=profile)
    reading.modified = _stated(_modified_candidates(page, article), parse)[0]
    reading.published, unread = find_published(page, article, url, parse)
    if unread:
        reading.warnings.append(f"the date {unread!r} could not be read")
    if reading.modified is None:
        _read_change(reading, _last_printed(page, parse, reading.published))
    if reading.published is None:
        reading.published_raw = unread


def _read_change(reading: Reading, printed: Moment | None) -> None:
    if printed and reading.published:
        # Before it was published nothing changed: it is the day of something else.
        reading.modified = printed if printed.at >= reading.published.at else None
    elif printed:
        reading.published = reading.modified = printed
        reading.warnings.append("the only date printed is said to be of a change")


def find_published(
    page: Page, article: Thing, url: str, parse: Parse
) -> tuple[Moment | None, str | None]:
    """Find the moment of publication, and the first stated date that could not be read.

    What is stated for machines comes first; what is printed near the headline corrects its day in
    two cases (`corrected`), and stands for it where nothing is stated. A value without a digit
    ("yesterday", a template's name) is no date.
    """
    stated, unread = _stated(_published_candidates(page, article, url), parse)
    least = MIN_WEIGHT if stated is None else SURE_WEIGHT
    printed = likeliest(page.dated_lines, parse, least=least)
    if stated is None:
        return (printed.moment if printed else None), unread
    others = [moment for raw, ev in _witnesses(page, url) if (moment := parse(raw, ev))]
    return (corrected(stated, printed, others) if printed else stated), unread


def _last_printed(page: Page, parse: Parse, published: Moment | None) -> Moment | None:
    """Find the day a page prints that is said to be of a change.

    Beside a day of publication it is of the article where it stands in that or near its headline;
    as the only date of all it may stand anywhere.
    """
    least = LIKELY_WEIGHT if published else MIN_WEIGHT
    lines = [line for line in page.dated_lines if not (published and line.apart)]
    printed = likeliest(lines, parse, changed=True, least=least)
    return printed.moment if printed else None


def day_of_url(url: str) -> str | None:
    """Read a whole day out of the path of a web url.

    It is as in /2024/02/25/, /2024-02-25-x, /20240225/, /2024/feb/25/ or /25-02-2024.
    """
    if not url.lower().startswith(("http://", "https://")):
        return None
    path = url.partition("?")[0].lower()
    forms = (_URL_DAY, _URL_WORDED_DAY, _URL_DAY_FIRST)
    for found in (found[0].strip("/") for form in forms for found in form.finditer(path)):
        moment = parse_moment(_spaced(found), evidence="url")
        if moment and moment.day >= EARLIEST_DAY:
            return found
    return None


def _days_of_addresses(page: Page, url: str) -> Iterator[str]:
    """Yield the days in the address of the page and in those it states, which a saved one has."""
    for address in (url, page.canonical, page.meta("og:url")):
        if address and (day := day_of_url(address)):
            yield day


def _stated(candidates: Iterator[Candidate], parse: Parse) -> tuple[Moment | None, str | None]:
    """Return the first moment that can be read, and the first date before it that cannot."""
    unread: str | None = None
    for raw, evidence in candidates:
        moment = parse(raw, evidence)
        if moment is not None and moment.day != _NO_DAY:
            return moment, unread
        if _DIGIT.search(raw):
            unread = unread or raw
    return None, unread


def _published_candidates(page: Page, article: Thing, url: str) -> Iterator[Candidate]:
    yield from _as_evidence(_dates_of([article], "datePublished", page), "jsonld")
    yield from _as_evidence(page.all_meta("article:published_time"), "meta")
    pages = (thing for thing in page.linked.things if is_page(thing))
    yield from _as_evidence(_dates_of(pages, "datePublished", page), "jsonld")
    props = page.all_props("datePublished")
    # Where many are stated they are those of a list, the article's own among them or not.
    alone = len(set(props)) < _MANY_PROPS
    yield from _as_evidence(props if alone else [], "microdata")
    yield from _as_evidence(_days_of_addresses(page, url), "url")
    yield from _as_evidence(page.all_meta(*_PUBLISHED_METAS), "meta")
    alike = (name for name in page.metas if _PUBLISHED_META.search(name))
    yield from _as_evidence(page.all_meta(*alike), "meta")
    yield from _as_evidence([] if alone else props, "microdata")


def _witnesses(page: Page, url: str) -> Iterator[Candidate]:
    """Yield what may tell the publisher's own day from that of a moment stated in UTC."""
    yield from _as_evidence(_days_of_addresses(page, url), "url")
    yield from _as_evidence(page.all_meta(*_PUBLISHED_METAS), "meta")


def _modified_candidates(page: Page, article: Thing) -> Iterator[Candidate]:
    yield from _as_evidence(_dates_of([article], "dateModified", page), "jsonld")
    yield from _as_evidence(page.all_meta(*_MODIFIED_METAS), "meta")
    pages = (thing for thing in page.linked.things if is_page(thing))
    yield from _as_evidence(_dates_of(pages, "dateModified", page), "jsonld")
    yield from _as_evidence(page.all_props("dateModified"), "microdata")


def _as_evidence(raws: Iterable[str], evidence: Evidence) -> Iterator[Candidate]:
    return ((raw.strip(), evidence) for raw in raws if raw.strip())


def _dates_of(things: Iterable[Thing], key: str, page: Page) -> Iterator[str]:
    for thing in things:
        stated = page.linked.whole(thing.get(key))
        is_number = isinstance(stated, (int, float)) and _LEAST_NUMBER < stated < _END_OF_EPOCHS
        yield from [f"{stated:.0f}"] if is_number else texts_of(stated, "@value")


def _country(url: str, page: Page, profile: Profile) -> str | None:
    """Return the source's country, else the one the address names.

    Of a locale in the path the region of the page's own language says more.
    """
    if profile.country:
        return profile.country
    host = _HOST.match(url)
    suffix = host[1].upper() if host else ""
    locale = _URL_LOCALE.search(url)
    if locale and locale[1].lower() in _URL_LANGUAGES:
        return _region(page.language) or locale[2].upper()
    return _COUNTRIES.get(suffix, suffix if suffix in _NATIONAL else None)


def _region(language: str | None) -> str | None:
    subtags = (language_tag(language) or "").split("-")[1:]
    return next((subtag for subtag in subtags if len(subtag) == 2), None)


def _parse(
    raw: str, evidence: Evidence, *, page: Page, country: str | None, profile: Profile
) -> Moment | None:
    stated = _spaced(raw) if evidence == "url" else raw
    moment = parse_moment(
        stated,
        evidence=evidence,
        timezone=profile.timezone,
        language=page.language or _thai(page) or profile.language,
        country=country,
    )
    return replace(moment, raw=raw) if moment is not None and stated != raw else moment


def _thai(page: Page) -> str | None:
    """Tell that a page is in Thai where its root does not say so: it may count Buddhist years."""
    stated = page.meta("og:locale", "content-language", "language") or ""
    return "th" if stated[:2].lower() == "th" and not stated[2:3].isalpha() else None


def _spaced(day: str) -> str:
    """Write the day of an address with hyphens: year, month, day in the order they stand."""
    if day.isdigit():
        return f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return re.sub(r"[/_.]", "-", day)
