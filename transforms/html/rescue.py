"""What other extractors find where our own evidence found too little.

Each needs a parse of its own, made only when one of them is asked: resiliparse for a second opinion
of how much text there is, trafilatura for the text.
"""

from __future__ import annotations

import logging
import unicodedata

import trafilatura
from lxml.etree import LxmlError
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.settings import Document

from transforms.html.body import Body, Outline, read_loosely

MIN_CHARS, PAGE_SHARE = 250, 0.3
"""A text shorter than this, or than this share of the page's, is doubted: an opinion is heard."""
OPINION_SHARE = 0.5
"""Text is missing where ours is less than this share of the opinion's ..."""
MISSING_SHARE = 1.3
"""... and is replaced by one that is longer by this factor.

Measured on the development pages: an opinion is heard on 9 %, our own looser reading finds what is
missing on 1.1 %, and trafilatura is asked on 2.2 %.
"""

_MARKUP_ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, LxmlError)
"""What lxml and the extractors raise on markup they were not made for."""

# It logs every odd page, which is our business: it becomes a label or a warning of the row.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


class Rescue:
    """The other extractors over one page."""

    def __init__(self, markup: str, url: str) -> None:
        self._markup = markup
        self._url = url

    def text(self, body: Body, outline: Outline) -> tuple[str, str]:
        """Return the text to keep, and what gave it: the body, or one that holds what it lacks."""
        own, chars = body.text, len(body.text)
        if chars >= max(MIN_CHARS, PAGE_SHARE * body.page_chars):
            return own, "body"
        opinion = self._opinion()
        if chars >= OPINION_SHARE * len(opinion):
            return own, "body"
        loose = read_loosely(outline)
        if len(loose) > max(MISSING_SHARE * chars, OPINION_SHARE * len(opinion)):
            return loose, "body"
        other = self._trafilatura()
        if len(other) > MISSING_SHARE * chars:
            return other, "trafilatura"
        if chars < MIN_CHARS <= len(opinion):
            return opinion, "resiliparse"
        return own, "body"

    def _opinion(self) -> str:
        try:
            found = extract_plain_text(
                self._markup, main_content=True, alt_texts=False, list_bullets=False
            )
        except _MARKUP_ERRORS:
            return ""
        return _lines(found)

    def _trafilatura(self) -> str:
        # Its own fallbacks, which "fast" leaves out, take a third of its time; we have ours.
        document = _parsed(self._markup)
        if document is None:
            return ""
        try:
            found = trafilatura.bare_extraction(document, fast=True, include_comments=False)
        except _MARKUP_ERRORS:
            return ""
        return _lines(found.text or "") if isinstance(found, Document) else ""


def _parsed(markup: str) -> HtmlElement | None:
    try:
        return trafilatura.load_html(markup)
    except _MARKUP_ERRORS:
        return None


def _lines(text: str) -> str:
    """Bring a text to NFC, one block per line, single spaces."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines())
    return "\n".join(line for line in lines if line)
