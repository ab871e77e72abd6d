"""The two feed parsers, each brought to the same items."""

from __future__ import annotations

import io
import warnings
from typing import Any

import fastfeedparser  # type: ignore[import-untyped]
import feedparser  # type: ignore[import-untyped]

from flows.sources._feed_drafts import Draft, FeedItem
from flows.sources._feed_facts import Facts
from flows.sources._feed_xml import Prepared

_Entry = dict[str, Any]

# Dates are read from the tree; what fastfeedparser's own reading complains of is noise.
warnings.filterwarnings("ignore", module=r"dateutil\.parser")


def parse_with_fast(prepared: Prepared, facts: Facts) -> tuple[FeedItem, ...] | None:
    """Read items, titles and categories with fastfeedparser, the rest from the tree.

    Returns:
        None where it fails, or sees other items than the tree has.
    """
    try:
        entries = fastfeedparser.parse(
            prepared.body, include_content=False, include_media=False, include_enclosures=False
        ).entries
    except Exception:  # noqa: BLE001 - no promise what it raises; feedparser is asked next
        return None
    if len(entries) != len(facts.drafts):
        return None
    for draft, entry in zip(facts.drafts, entries, strict=True):
        draft.title = draft.title or entry.get("title")
        draft.categories = _terms(entry)
    return tuple(draft.item(facts.feed.language) for draft in facts.drafts)


def parse_with_feedparser(
    prepared: Prepared, url: str, language: str | None = None
) -> tuple[FeedItem, ...]:
    """Read all of it with feedparser; a handle, so that no byte of it is taken for a path.

    Links are resolved by xml:base alone: with the feed's url, guids would be resolved too. HTML
    stays as it is: cleaning it is not a feed's business.
    """
    try:
        parsed = feedparser.parse(
            io.BytesIO(prepared.body),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # noqa: BLE001 - a KeyError at a stray end tag, for one: no items
        return ()
    is_rss = not str(parsed.get("version")).startswith("atom")
    drafts = (_draft(entry, url, is_rss=is_rss) for entry in parsed.entries)
    return tuple(draft.item(language) for draft in drafts)


def _draft(entry: _Entry, url: str, *, is_rss: bool) -> Draft:
    guid, link = entry.get("id"), entry.get("feedburner_origlink") or _page(entry)
    # Its own `get` gives one date for the other, with a warning.
    published, updated = dict.get(entry, "published"), dict.get(entry, "updated")
    if is_rss and not published:  # dc:date is `updated` to it
        published, updated = updated, None
    return Draft(
        base=url,
        # A guid that stands in for a link is one only where it is a whole address.
        link=None if link == guid else link,
        guid=guid,
        guid_is_link=link == guid or bool(entry.get("guidislink")) or not is_rss,
        title=entry.get("title"),
        # Without its detail it is a copy of the content.
        summary=entry.get("summary") if "summary_detail" in entry else None,
        content=_first(entry.get("content"), "value"),
        published=published or entry.get("created"),
        updated=updated,
        authors=_authors(entry),
        categories=_terms(entry),
        language=_first([entry.get("title_detail") or {}], "language"),
        image=_image(entry),
    )


def _authors(entry: _Entry) -> list[str]:
    """List the names, without the halves that "mail (Name)" is cut into at times."""
    names = [author.get("name") or "" for author in entry.get("authors", ())]
    whole = [name for name in names if ("(" in name) == (")" in name)]
    return [name for name in whole if name] or [entry.get("author") or ""]


def _page(entry: _Entry) -> str | None:
    """Choose among alternates the page in HTML, then the first one."""
    alternates = [link for link in entry.get("links", ()) if link.get("rel") == "alternate"]
    pages = [link for link in alternates if "html" in link.get("type", "html")]
    return _first(pages or alternates, "href") or entry.get("link")


def _image(entry: _Entry) -> str | None:
    pictures = [m for m in entry.get("media_content", ()) if _is_picture(m)]
    enclosures = [m for m in entry.get("enclosures", ()) if _is_picture(m)]
    return (
        _first(pictures, "url")
        or _first(enclosures, "href")
        or _first(entry.get("media_thumbnail"), "url")
    )


def _is_picture(media: _Entry) -> bool:
    return "image" in (media.get("medium"), str(media.get("type", "")).partition("/")[0])


def _terms(entry: _Entry) -> list[str]:
    return [tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or ()]


def _first(found: list[_Entry] | None, name: str) -> str | None:
    return next((str(one[name]) for one in found or () if one.get(name)), None)
