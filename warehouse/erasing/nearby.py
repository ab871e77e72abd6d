"""What is stored and called nearly as somebody said, where nothing is called so.

Of a url that is the same place by another scheme, with `www.` or without, with a slash at its end,
a query or a fragment or without; of a source a name of the same letters, or that begins so.

And what is stored elsewhere and states the url as its canonical one, as saved pages do: a page may
state any, so that this alone erases nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.catalog import Lake
from warehouse.erasing.wanted import Wanted
from warehouse.keeping_away import Address

FEW = 3

_PLACE = r"""
regexp_replace(regexp_replace(lower({url}), '^[a-z]+://(www\.)?|[?#].*$', '', 'g'), '/+$', '')
"""
_URLS = f"""
SELECT DISTINCT url FROM lake.raw.documents
WHERE {_PLACE.format(url="url")} = {_PLACE.format(url="$said")}
ORDER BY url LIMIT {FEW}
"""
_LETTERS = r"regexp_replace(lower({name}), '[^\pL\pN]', '', 'g')"
_SOURCES = f"""
SELECT source FROM (FROM lake.raw.sources SELECT source UNION FROM lake.raw.documents SELECT source)
WHERE starts_with({_LETTERS.format(name="source")}, {_LETTERS.format(name="$said")})
AND {_LETTERS.format(name="$said")} <> ''
ORDER BY source LIMIT {FEW}
"""

_POINTING = """
SELECT DISTINCT url, canonical_url FROM lake.raw.articles ANTI JOIN doomed USING (document_id)
WHERE sha256(canonical_url) = ? ORDER BY url
"""


@dataclass(frozen=True)
class Pointing:
    """The articles that stay and state the url that was named as their canonical one."""

    canonical_url: str
    urls: list[str]


def names(lake: Lake, wanted: Wanted) -> list[str]:
    """Give the names of a few things that may have been meant.

    Args:
        lake: an open warehouse.
        wanted: what was named, of which nothing is stored.
    """
    if wanted.url:
        return _column(lake, _URLS, wanted.url)
    if wanted.source:
        return _column(lake, _SOURCES, wanted.source)
    return []


def pointing(lake: Lake, wanted: Wanted | None, address: Address) -> Pointing | None:
    """Give what states a url as its canonical one and stays, after `look_up` told what goes.

    Args:
        lake: an open warehouse.
        wanted: what was named.
        address: how urls are told apart; canonical ones are stored in their one form.
    """
    if not wanted or not wanted.url or wanted.url.startswith("file:"):
        return None
    rows = lake.connection.execute(_POINTING, [address(wanted.url, "")]).fetchall()
    return Pointing(str(rows[0][1]), [str(url) for url, _ in rows]) if rows else None


def _column(lake: Lake, query: str, said: str) -> list[str]:
    return [str(name) for (name,) in lake.connection.execute(query, {"said": said}).fetchall()]
