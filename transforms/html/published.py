"""When a page says it was published and changed: the candidates in order of evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from transforms.dates import parse_moment
from transforms.html.evidence import Page
from transforms.html.jsonld import Thing, is_page, texts_of
from transforms.reading import Evidence, Moment, Profile

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

_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:modified_time", "article:modified",
    "article.updated", "datemodified", "last-modified", "lastmod", "modified",
    "dcterms.modified", "dc.date.modified", "dc.modified",
)  # fmt: skip

_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])|"
    r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_DIGIT = re.compile(r"\d")
EARLIEST_DAY = dt.date(1995, 1, 1)
"""A day in a url before the web had news is a number that looks like one."""


def find_published(
    page: Page, article: Thing, url: str, profile: Profile
) -> tuple[Moment | None, str | None]:
    """Find the moment of publication, and the first date that could not be read.

    A value without a digit ("yesterday", a template's name) is no date, nor is every visible line
    with a year.
    """
    unread: str | None = None
    for raw, evidence in _published_candidates(page, article, url):
        moment = _parse(raw, evidence, page, profile)
        if moment is not None:
            return moment, unread
        if evidence != "text" and _DIGIT.search(raw):
            unread = unread or raw
    return None, unread


def find_modified(page: Page, article: Thing, profile: Profile) -> Moment | None:
    """Find the moment of the last change as stated."""
    moments = (_parse(raw, ev, page, profile) for raw, ev in _modified_candidates(page, article))
    return next((moment for moment in moments if moment is not None), None)


def day_of_url(url: str) -> str | None:
    """Read a whole day out of the path of a web url: /2024/02/25/, /2024-02-25-x, /20240225/."""
    if not url.lower().startswith(("http://", "https://")):
        return None
    for found in _URL_DAY.finditer(url.partition("?")[0]):
        year, month, day = found[1], found[3] or found[5], found[4] or found[6]
        try:
            stated = dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
        if stated >= EARLIEST_DAY:
            return found[0]
    return None


def _published_candidates(page: Page, article: Thing, url: str) -> Iterator[Candidate]:
    yield from _as_evidence(page.linked.texts(article, "datePublished", "@value"), "jsonld")
    yield from _as_evidence(page.all_meta("article:published_time"), "meta")
    pages = (thing for thing in page.linked.things if is_page(thing))
    yield from _as_evidence(_dates_of(pages, "datePublished"), "jsonld")
    yield from _as_evidence(page.all_props("datePublished"), "microdata")
    yield from _as_evidence([day] if (day := day_of_url(url)) else [], "url")
    yield from _as_evidence(page.all_meta(*_PUBLISHED_METAS), "meta")
    yield from _as_evidence(page.times, "time")
    yield from _as_evidence(page.dated_lines, "text")


def _modified_candidates(page: Page, article: Thing) -> Iterator[Candidate]:
    yield from _as_evidence(page.linked.texts(article, "dateModified", "@value"), "jsonld")
    yield from _as_evidence(page.all_meta(*_MODIFIED_METAS), "meta")
    pages = (thing for thing in page.linked.things if is_page(thing))
    yield from _as_evidence(_dates_of(pages, "dateModified"), "jsonld")
    yield from _as_evidence(page.all_props("dateModified"), "microdata")


def _as_evidence(raws: Iterable[str], evidence: Evidence) -> Iterator[Candidate]:
    return ((raw.strip(), evidence) for raw in raws if raw.strip())


def _dates_of(things: Iterable[Thing], key: str) -> Iterator[str]:
    return (raw for thing in things for raw in texts_of(thing.get(key), "@value"))


def _parse(raw: str, evidence: Evidence, page: Page, profile: Profile) -> Moment | None:
    if evidence == "url":
        digits = [part.zfill(2) for part in re.findall(r"\d+", raw)]
        iso = "-".join(digits) if len(digits) > 1 else f"{raw[:4]}-{raw[4:6]}-{raw[6:]}"
        moment = parse_moment(iso, evidence=evidence, timezone=profile.timezone)
        return replace(moment, raw=raw) if moment is not None else None
    return parse_moment(
        raw,
        evidence=evidence,
        timezone=profile.timezone,
        language=page.language or profile.language,
        country=profile.country,
    )
