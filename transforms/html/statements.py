"""What a page states of itself beside people and dates: titles, section, keywords, picture ..."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from transforms.html.evidence import Page
from transforms.html.jsonld import Thing, texts_of, types_of
from transforms.html.nodes import tidy
from transforms.html.titles import choose_title
from transforms.reading import Reading

_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "title")
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_SECTIONS = (
    "article:section",
    "parsely-section",
    "section",
    "sailthru.section",
    "cxenseparse:section",
)
_KEYWORDS = (
    "news_keywords",
    "article:tag",
    "parsely-tags",
    "sailthru.tags",
    "keywords",
    "dc.subject",
)
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher")
_HANDLES = ("twitter:site", "article:publisher")
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_SITE_TYPES = frozenset(
    {"WebSite", "Organization", "NewsMediaOrganization", "Corporation", "Brand"}
)

_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z]{4})?(?:[-_](?:[a-zA-Z]{2}|\d{3}))?")
_LIST_MARK = re.compile(r"\s*[,;|\n]\s*")
_NO_LABEL = frozenset({"www", "com", "co", "org", "net", "gov", "edu", "ac"})


def read_statements(reading: Reading, page: Page, article: Thing, url: str) -> None:
    """Fill in what needs no choice among many: all of a reading but text, people and dates."""
    linked = page.linked
    reading.title = choose_title(
        page.headings,
        tidy(linked.text(article, "headline") or linked.text(article, "name")),
        _tidied([*page.all_meta(*_TITLES), page.title]),
        site_names(page, article, url),
    )
    reading.description = _first(
        [linked.text(article, "description"), *page.all_meta(*_DESCRIPTIONS)]
    )
    sections = [*page.all_meta(*_SECTIONS), *page.all_props("articleSection")]
    reading.section = _first([linked.text(article, "articleSection"), *sections])
    reading.keywords = _keywords(page, article)
    reading.article_type = _most_special(types_of(article))
    reading.publisher = _first([linked.text(article, "publisher"), *page.all_meta(*_SITES)])
    images = [page.meta(*_IMAGES), linked.text(article, "image", "url"), *page.all_props("image")]
    reading.image_url = _absolute(_first(images), url)
    reading.canonical_url = _absolute(page.canonical, url) or _absolute(page.meta("og:url"), url)
    reading.declared_language = _language(page, article)
    reading.is_free = _is_free(page, article)


def site_names(page: Page, article: Thing, url: str) -> list[str]:
    """Return the names the site goes by: stated ones, its host and the labels of the host."""
    sites = [thing for thing in page.linked.things if _SITE_TYPES & set(types_of(thing))]
    stated = [*page.all_meta(*_SITES, *_HANDLES), *page.linked.texts(article, "publisher")]
    for key in ("name", "alternateName"):
        stated.extend(name for site in sites for name in texts_of(site.get(key)))
    host = _host(url)
    labels = [label for label in host.split(".")[:-1] if label not in _NO_LABEL]
    return [*_tidied(stated), host, host.removeprefix("www."), *labels]


def _keywords(page: Page, article: Thing) -> list[str]:
    stated = page.linked.texts(article, "keywords") or page.all_meta(*_KEYWORDS)
    words: dict[str, str] = {}
    for line in _tidied(stated):
        for word in filter(None, _LIST_MARK.split(line)):
            words.setdefault(word.casefold(), word)
    return list(words.values())


def _most_special(types: list[str]) -> str | None:
    """Choose among several types; schema.org names a special type by a longer name."""
    return max(types, key=len, default=None)


def _language(page: Page, article: Thing) -> str | None:
    stated = [
        page.language,
        *page.all_meta("content-language", "og:locale", "dc.language", "language"),
        page.linked.text(article, "inLanguage"),
    ]
    for raw in filter(None, stated):
        if _LANGUAGE.fullmatch(raw.strip()):
            return _as_bcp47(raw.strip())
    return None


def _as_bcp47(raw: str) -> str:
    """Write a tag in the usual case: language, Script, REGION. Source: RFC 5646, section 2.1.1."""
    language, *others = re.split("[-_]", raw)
    return "-".join(
        [language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in others)]
    )


def _is_free(page: Page, article: Thing) -> bool | None:
    stated = article.get("isAccessibleForFree")
    if isinstance(stated, bool):
        return stated
    word = str(stated or page.meta("article:content_tier") or "").strip().casefold()
    free = {"true": True, "free": True, "false": False, "locked": False, "metered": False}
    return free.get(word.rsplit("/", 1)[-1])


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
