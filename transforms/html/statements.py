"""What a page states of itself beside people and dates: titles, section, keywords, picture ..."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from transforms.authors import squeeze
from transforms.html.evidence import Page
from transforms.html.jsonld import Thing, texts_of, types_of
from transforms.html.plain import tidy
from transforms.html.rights import read_rights
from transforms.html.titles import HOMES, choose_title
from transforms.keywords import each_once
from transforms.language import language_tag
from transforms.reading import Reading

_TITLES = (
    "og:title", "twitter:title", "dc.title", "dcterms.title", "dc:title", "citation_title",
    "parsely-title", "sailthru.title", "title",
)  # fmt: skip
_DESCRIPTIONS = (
    "og:description", "description", "twitter:description", "dc.description",
    "dcterms.description", "sailthru.description",
)  # fmt: skip
_SECTIONS = (
    "article:section", "og:article:section", "parsely-section", "section", "sailthru.section",
    "cxenseparse:section", "category", "article.section",
)  # fmt: skip
_KEYWORDS = (
    "news_keywords", "article:tag", "og:article:tag", "parsely-tags", "sailthru.tags", "keywords",
    "citation_keywords", "dc.subject", "dcterms.subject", "dc:subject",
)  # fmt: skip
_SITES = (
    "og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher",
    "dcterms.publisher", "citation_publisher",
)  # fmt: skip
_HANDLES = ("twitter:site", "article:publisher")
_IMAGES = (
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src",
    "parsely-image-url", "sailthru.image.full", "image",
)  # fmt: skip
_NO_PICTURE = re.compile(
    r"^(?:data|blob|about):|[/_.-](?:logos?|favicon|placeholder|spacer|blank|sprite|avatar"
    r"|default[-_]?(?:image|share|og|social|thumb\w*)?)(?:[-_.x]\w{1,8}){0,2}\.\w+$",
    re.IGNORECASE,
)
"""What is stated as the picture where there is none, by the end of its address."""
_SITE_TYPES = frozenset(
    {"WebSite", "Organization", "NewsMediaOrganization", "Corporation", "Brand"}
)

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")
"""Language, script and region: what else pages append are names of translations."""
_YES = frozenset({"true", "yes", "1", "free"})
_NO = frozenset({"false", "no", "0", "locked", "metered"})
_LIST_MARK = re.compile(r"\s*[,;|\n、，；]\s*")
_NO_LABEL = frozenset({"www", "com", "co", "org", "net", "gov", "edu", "ac"})


def read_statements(reading: Reading, page: Page, article: Thing, url: str) -> None:
    """Fill in what needs no choice among many: all of a reading but text, people and dates."""
    linked = page.linked
    sites = site_names(page, article, url)
    reading.title = choose_title(
        page.headings,
        tidy(linked.text(article, "headline") or linked.text(article, "name")),
        _tidied([*page.all_meta(*_TITLES), *page.all_props("headline"), page.title]),
        sites,
        page.placed,
    )
    reading.description = _first(
        [linked.text(article, "description"), *page.all_meta(*_DESCRIPTIONS)]
    )
    reading.section = _section(page, article, [*sites, reading.title or ""])
    reading.keywords = _keywords(page, article)
    reading.article_type = _most_special(types_of(article) or page.types)
    reading.publisher = _first(
        [linked.text(article, "publisher"), *page.all_meta(*_SITES), *page.all_props("publisher")]
    )
    base = _absolute(page.base, url) or url
    reading.image_url = _image(page, article, base)
    reading.canonical_url = _absolute(page.canonical, base) or _absolute(page.meta("og:url"), base)
    reading.declared_language = _language(page, article, reading.canonical_url or url)
    reading.is_free = _is_free(page, article)
    read_rights(reading, page, article)


def site_names(page: Page, article: Thing, url: str) -> list[str]:
    """Return the names the site goes by: stated ones, its host and the labels of the host."""
    sites = [thing for thing in page.linked.things if _SITE_TYPES & set(types_of(thing))]
    stated = [
        *page.all_meta(*_SITES, *_HANDLES),
        *page.linked.texts(article, "publisher"),
        *page.all_props("publisher"),
    ]
    for key in ("name", "alternateName"):
        stated.extend(name for site in sites for name in texts_of(site.get(key)))
    host = _host(url)
    labels = [label for label in host.split(".")[:-1] if label not in _NO_LABEL]
    return [*_tidied(stated), host, host.removeprefix("www."), *labels]


def _section(page: Page, article: Thing, no_sections: list[str]) -> str | None:
    """Read the section, in the last place the last of the breadcrumbs before the headline."""
    stated = [
        page.linked.text(article, "articleSection"),
        *page.all_meta(*_SECTIONS),
        *page.all_props("articleSection"),
    ]
    none = {squeeze(name) for name in no_sections}
    trail = _tidied(_linked_trail(page) or page.breadcrumbs)
    crumbs = [
        crumb for crumb in trail if squeeze(crumb) not in none and crumb.casefold() not in HOMES
    ]
    return _first(stated) or next(reversed(crumbs), None)


def _linked_trail(page: Page) -> list[str]:
    """Return the names of the first BreadcrumbList of JSON-LD."""
    for thing in page.linked.things:
        items = thing.get("itemListElement")
        if "BreadcrumbList" in types_of(thing) and isinstance(items, list):
            found = [item for item in items if isinstance(item, dict)]
            return [
                name
                for item in found
                for name in texts_of(item.get("name")) or texts_of(item.get("item"))
            ]
    return []


def _keywords(page: Page, article: Thing) -> list[str]:
    """Split what is stated at commas and the like; each word once, whatever its case."""
    stated = page.linked.texts(article, "keywords") or page.all_meta(*_KEYWORDS)
    lines = _tidied(stated or page.all_props("keywords"))
    return each_once(part for line in lines for part in _LIST_MARK.split(line))


def _image(page: Page, article: Thing, base: str) -> str | None:
    """Choose the first stated picture that is no logo and no placeholder."""
    linked = page.linked
    stated = [
        *page.all_meta(*_IMAGES),
        *linked.texts(article, "image", "url"),
        *linked.texts(article, "image", "contentUrl"),
        *linked.texts(article, "thumbnailUrl"),
        *page.all_props("image", "thumbnailUrl"),
    ]
    pictures = (link for link in _tidied(stated) if not _NO_PICTURE.search(link.partition("?")[0]))
    return next(filter(None, (_absolute(link, base) for link in pictures)), None)


def _most_special(types: list[str]) -> str | None:
    """Choose among several types; schema.org names a special type by a longer name."""
    return max(types, key=len, default=None)


def _language(page: Page, article: Thing, url: str) -> str | None:
    """Return the first language stated that is one; of its own alternates, that of its address."""
    own = [language for language, link in page.alternates.items() if _absolute(link, url) == url]
    stated = [
        page.language,
        *page.all_meta("content-language", "og:locale", "dc.language", "dcterms.language"),
        *page.all_meta("language"),
        page.linked.text(article, "inLanguage", "alternateName"),
        *page.all_props("inLanguage"),
        *own,
    ]
    tags = (language_tag(raw) for raw in stated)
    return next((tag for tag in tags if tag and _LANGUAGE.fullmatch(tag)), None)


def _is_free(page: Page, article: Thing) -> bool | None:
    """Read isAccessibleForFree of the article, else of its parts, of which one may be locked."""
    key = "isAccessibleForFree"
    parts = page.linked.whole(article.get("hasPart"))
    locked = [
        part
        for part in (parts if isinstance(parts, list) else [parts])
        if isinstance(part, dict) and _truth(part.get(key)) is False
    ]
    said = [article.get(key), *page.all_props(key), page.meta("article:content_tier", key.lower())]
    answers = [answer for answer in map(_truth, said) if answer is not None]
    return next(iter(answers), False if locked else None)


def _truth(stated: Any) -> bool | None:
    """Read true or false, also as a word, in an address of schema.org, or in a list of one."""
    if isinstance(stated, list) and stated:
        return _truth(stated[0])
    word = str(stated).strip().casefold().rsplit("/", 1)[-1]
    return True if word in _YES else False if word in _NO else None


def _absolute(link: str | None, url: str) -> str | None:
    """Resolve a link against the url of the page, where both are of the web."""
    if not link:
        return None
    try:
        whole = urljoin(url, link.strip()) if _is_web(url) else link.strip()
        return whole if _is_web(whole) and urlsplit(whole).hostname else None
    except ValueError:
        return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "" if _is_web(url) else ""
    except ValueError:
        return ""


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _first(stated: Iterable[str | None]) -> str | None:
    return next(iter(_tidied(stated)), None)


def _tidied(stated: Iterable[str | None]) -> list[str]:
    return [text for raw in stated if (text := tidy(raw))]
