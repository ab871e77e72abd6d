"""Telling lists from pages."""

from __future__ import annotations

from typing import Literal

from flows.sources._http import Answer
from transforms.errors import ParseError


def list_kind(answer: Answer) -> Literal["feed", "sitemap"] | None:
    """Say which kind of source reads the list in an answer; None where it is no list."""
    # The parsers are slow to import, and most commands need none.
    from flows.sources._feeds import parse_feed
    from flows.sources._sitemaps import parse_sitemap

    try:
        parse_feed(
            answer.body,
            url=answer.final_url,
            media_type=answer.media_type,
            charset=answer.charset,
        )
    except ParseError:
        try:
            parse_sitemap(answer.body, url=answer.final_url)
        except ParseError:
            return None
        return "sitemap"
    return "feed"
