"""What the first bytes of a document say it is, whatever its name or its server said."""

from __future__ import annotations

import json
import re

_BOM = b"\xef\xbb\xbf"
_START_BYTES = 2048
_PAGE = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?(?:<!doctype\s+html\b[^>]{0,300}>|<html\b[^>]{0,1000}>)"
    rb"\s*(?=<|\Z)",
    re.IGNORECASE | re.DOTALL,
)
"""A text about tags goes on with words."""
_LIST = re.compile(
    rb"\s*(?:<\?xml\b[^>]{0,200}>\s*)?(?:<(?:!--.{0,500}?--|\?xml-stylesheet\b[^>]{0,200})>\s*)*"
    rb"<(?P<kind>rss|feed|rdf:RDF|urlset|sitemapindex|opml)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_LIST_STARTS = (b"<?", b"<r", b"<f", b"<u", b"<s", b"<o")


def is_page(payload: bytes) -> bool:
    """Tell whether a document begins as a page does: with a doctype of HTML, or its first tag."""
    return _PAGE.match(payload[:_START_BYTES].removeprefix(_BOM)) is not None


def name_of_no_page(payload: bytes) -> str | None:
    """Name what a document is that calls itself a page; None where it may be one.

    A page begins with "<" but for spaces; what begins with a bracket of JSON is parsed as it.
    """
    start = payload[:_START_BYTES].removeprefix(_BOM).lstrip()
    if start[:1] in b"{[" and start:
        return "JSON" if _is_json(payload.removeprefix(_BOM)) else None
    found = _LIST.match(start) if start[:2].lower() in _LIST_STARTS else None
    return f"a list of the kind <{found['kind'].decode()}>" if found else None


def _is_json(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return True
