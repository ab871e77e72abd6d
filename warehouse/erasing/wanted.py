"""What somebody names, and which digests are left of it.

An article goes with every url its documents were found at, so that it does not come back as another
one when its page names another canonical url. Of a url that led to another one this is the latter,
and the former where it is the same path elsewhere: `http` for `https`, with `www` or without.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import pyarrow as pa

from transforms.errors import ConfigError
from warehouse.catalog import Lake
from warehouse.commit import given
from warehouse.erasing.condition import matching
from warehouse.erasing.erasing import fill_urls
from warehouse.keeping_away import Address, Away, Kind, kept_away, name_digest

Left = set[tuple[Kind, str]]
"""Digests to be kept, each with its kind."""
WAYS = ("url", "article", "source", "where")
"""In which something can be named."""

_ID_LETTERS = 64
_DIGITS = frozenset("0123456789abcdef")

_OF_FILE = """
SELECT DISTINCT source FROM lake.raw.articles WHERE url = $url
UNION SELECT DISTINCT source FROM lake.raw.documents WHERE url = $url ORDER BY source
"""
_OF_PREFIX = """
SELECT article_id FROM lake.raw.articles WHERE starts_with(article_id, $prefix)
UNION SELECT digest FROM lake.raw.takedowns WHERE kind = 'article' AND starts_with(digest, $prefix)
"""
_OF_SOURCE = "SELECT DISTINCT article_id FROM lake.raw.articles WHERE source = ?"
_AT_URLS = """
SELECT document_id, documents.source, documents.url, final_url, article_id
FROM lake.raw.documents AS documents JOIN lake.raw.articles USING (document_id)
WHERE (documents.source, documents.url) IN (SELECT (source, url) FROM away_urls)
OR (documents.source, final_url) IN (SELECT (source, url) FROM away_urls)
"""
_OF_ARTICLES = """
SELECT DISTINCT documents.source, documents.url, final_url, payload_digest, content_hash
FROM lake.raw.documents AS documents JOIN lake.raw.articles USING (document_id)
SEMI JOIN incoming USING (article_id)
"""
_COPIES = """
WITH text AS (
    SELECT content_hash FROM lake.raw.articles SEMI JOIN incoming USING (article_id)
    WHERE content_hash IS NOT NULL
),
cluster AS (SELECT cluster_id FROM lake.raw.clusters SEMI JOIN text USING (content_hash)),
member AS (
    FROM text UNION SELECT content_hash FROM lake.raw.clusters SEMI JOIN cluster USING (cluster_id)
)
SELECT article_id FROM lake.raw.articles SEMI JOIN member USING (content_hash)
UNION SELECT article_id FROM incoming
"""


@dataclass(frozen=True)
class Wanted:
    """What is to be taken down: one of the four."""

    url: str | None = None
    article: str | None = None
    source: str | None = None
    where: str | None = None
    """An SQL condition on rows of `raw.articles`; articles of which one matches now go whole."""
    with_copies: bool = False
    """Whether all of its clusters go, and the same text and bytes are kept away wherever."""

    def check(self) -> None:
        """Look whether exactly one thing is named.

        Raises:
            ConfigError: none or several are, or it is empty.
        """
        named = [way for way in WAYS if getattr(self, way) is not None]
        if len(named) != 1:
            raise ConfigError("name what is to go by one of --url, --article, --source and --where")
        if not getattr(self, named[0]).strip():
            raise ConfigError(f"--{named[0]} is empty: say what is to go")


def digests_of(lake: Lake, wanted: Wanted, address: Address) -> Left:
    """Give the digests that are left of what is named, whether it is stored or not.

    Args:
        lake: an open warehouse.
        wanted: what is named.
        address: how urls are told apart.

    Raises:
        ConfigError: it names none or several, or a file that several sources have.
        QueryError: the condition is not one.
    """
    wanted.check()
    left, articles = _named(lake, wanted, address)
    if wanted.with_copies:
        articles = _column(lake, _COPIES, articles)
    if not (wanted.source and not wanted.with_copies):
        left |= {("article", name) for name in articles} | _found_at(lake, articles, address)
    return left | (_texts(lake, articles) if wanted.with_copies else set())


def _named(lake: Lake, wanted: Wanted, address: Address) -> tuple[Left, set[str]]:
    """Give what is named itself, and the articles that go with it."""
    if wanted.source:
        found = lake.connection.execute(_OF_SOURCE, [wanted.source]).fetchall()
        return {("source", name_digest(wanted.source))}, {str(name) for (name,) in found}
    if wanted.url:
        digest = _address_of(lake, wanted.url, address)
        return {("article", digest)}, {digest, *_articles_at(lake, digest, address)}
    if wanted.article:
        return set(), {_id_of(lake, wanted.article)}
    return set(), matching(lake.root, str(wanted.where))


def _address_of(lake: Lake, url: str, address: Address) -> str:
    if not url.startswith("file:"):
        return address(url, "")
    sources = _sources_of_file(lake, url, address)
    if len(sources) != 1:
        names = ", ".join(sources)
        raise ConfigError(
            "a file belongs to one source, "
            + (f"and these have one of this name: {names}" if names else "and none has this one")
            + "; name the article by its id",
            url=url,
        )
    return address(url, sources[0])


def _sources_of_file(lake: Lake, url: str, address: Address) -> list[str]:
    """Give the sources that have a file, else those of which it was taken down before."""
    stored = lake.connection.execute(_OF_FILE, {"url": url}).fetchall()
    if stored:
        return [str(name) for (name,) in stored]
    away = kept_away(lake, address)
    known = lake.connection.execute("SELECT source FROM lake.raw.sources ORDER BY ALL").fetchall()
    return [str(name) for (name,) in known if away.has_url(url, str(name))]


def _articles_at(lake: Lake, digest: str, address: Address) -> set[str]:
    """Give the articles whose documents were found at a url."""
    fill_urls(lake, Away(address, {"article": frozenset([digest])}))
    rows = lake.connection.execute(_AT_URLS).fetchall()
    return {
        str(article_id)
        for _, source, url, final_url, article_id in rows
        if any(address(each, source) == digest for each in _own_urls(url, final_url))
    }


def _id_of(lake: Lake, words: str) -> str:
    prefix = words.strip().lower()
    if not set(prefix) <= _DIGITS or len(prefix) > _ID_LETTERS:
        raise ConfigError(
            "an id has 64 digits out of 0-9 and a-f, of which the first few will do: "
            "the column article_id of the views shows it",
            article=words,
        )
    if len(prefix) == _ID_LETTERS:
        return prefix
    found = lake.connection.execute(_OF_PREFIX, {"prefix": prefix}).fetchall()
    if len(found) != 1:
        remedy = "name more of its digits" if found else "look it up in the column article_id"
        number = len(found) or "no"
        raise ConfigError(f"{number} articles have an id that begins so: {remedy}", article=words)
    return str(found[0][0])


def _found_at(lake: Lake, articles: Iterable[str], address: Address) -> Left:
    """Give the addresses at which the documents of some articles were found."""
    rows = _rows(lake, _OF_ARTICLES, articles)
    return {
        ("article", address(each, source))
        for source, url, final_url, _, _ in rows
        for each in _own_urls(url, final_url)
    }


def _texts(lake: Lake, articles: Iterable[str]) -> Left:
    left: Left = set()
    for *_, payload, text in _rows(lake, _OF_ARTICLES, articles):
        left.add(("payload", payload))
        left |= {("text", text)} if text else set()
    return left


def _own_urls(url: str, final_url: str | None) -> list[str]:
    """Give where a document was found: never a page that led elsewhere, for it may again."""
    if final_url is None:
        return [url]
    return [url, final_url] if _path(url) == _path(final_url) not in ("", "?") else [final_url]


def _path(url: str) -> str:
    parts: SplitResult = urlsplit(url)
    return f"{parts.path.rstrip('/')}?{parts.query}"


def _column(lake: Lake, query: str, articles: Iterable[str]) -> set[str]:
    return {str(row[0]) for row in _rows(lake, query, articles)}


def _rows(lake: Lake, query: str, articles: Iterable[str]) -> list[tuple[str, ...]]:
    ids = pa.table({"article_id": pa.array(sorted(articles), pa.string())})
    with given(lake, ids):
        return lake.connection.execute(query).fetchall()
