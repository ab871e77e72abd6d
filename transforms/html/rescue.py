"""What other extractors find where our own evidence found too little.

Each needs a parse of its own, made only when one of them is asked: resiliparse for a second opinion
of how much text there is, trafilatura for the text.
"""

from __future__ import annotations

import logging
import unicodedata

import trafilatura
from lxml.etree import LxmlError
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.settings import Document

from transforms.encodings import clean
from transforms.html.body import Body, Outline, read_loosely

MIN_CHARS, PAGE_SHARE = 250, 0.3
"""A text shorter than this, or than this share of the page's, is doubted: an opinion is heard."""
ENOUGH_CHARS = 3_000
"""A text of this length is no remainder, however long the discussion below it."""
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


def fuller_text(markup: bytes, outline: Outline, body: Body) -> tuple[str, str]:
    """Return the text to keep, and what gave it: the body, or one that holds what it lacks.

    Args:
        markup: the page in UTF-8.
        outline: of it, once its body was read.
        body: what was found.
    """
    own, chars = body.text, len(body.text)
    if chars >= min(ENOUGH_CHARS, max(MIN_CHARS, PAGE_SHARE * body.page_chars)):
        return own, "body"
    page = markup.decode()
    opinion = _opinion(page)
    if chars >= OPINION_SHARE * len(opinion):
        return own, "body"
    loose = read_loosely(outline)
    if len(loose) > max(MISSING_SHARE * chars, OPINION_SHARE * len(opinion)):
        return loose, "body"
    other = _by_trafilatura(page)
    if len(other) > MISSING_SHARE * chars:
        return other, "trafilatura"
    return (opinion, "resiliparse") if chars < MIN_CHARS <= len(opinion) else (own, "body")


def _opinion(page: str) -> str:
    try:
        found = extract_plain_text(page, main_content=True, alt_texts=False, list_bullets=False)
    except _MARKUP_ERRORS:
        return ""
    return _lines(found)


def _by_trafilatura(page: str) -> str:
    # Its own fallbacks, which "fast" leaves out, take a third of its time; we have ours.
    try:
        found = trafilatura.bare_extraction(clean(page), fast=True, include_comments=False)
    except _MARKUP_ERRORS:
        return ""
    return _lines(found.text or "") if isinstance(found, Document) else ""


def _lines(text: str) -> str:
    """Bring a text to NFC, one block per line, single spaces."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines())
    return "\n".join(line for line in lines if line)
