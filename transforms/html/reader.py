"""From an HTML page to what it says of itself: own evidence reader, text by trafilatura.

The page is parsed by lexbor for the evidence and by lxml for the text, each once.
"""

from __future__ import annotations

import logging
import unicodedata

import trafilatura
from htmldate import find_date
from lxml.etree import LxmlError
from lxml.html import HtmlElement
from selectolax.lexbor import LexborHTMLParser
from trafilatura.metadata import extract_author
from trafilatura.settings import Document

from transforms.dates import parse_moment
from transforms.folding import fold
from transforms.html.evidence import Page, read_page
from transforms.html.jsonld import Thing
from transforms.html.kinds import label_kind
from transforms.html.nodes import without_tags
from transforms.html.people import read_people
from transforms.html.published import find_modified, find_published
from transforms.html.statements import read_statements, site_names
from transforms.reading import Moment, Profile, Reading

MAX_NODES = 100_000
MAX_DEPTH = 250
"""Elements within each other: libxml2 gives up at 256."""

EARLIEST_DAY, LATEST_DAY = "1995-01-01", "2099-12-31"
"""For htmldate, which would else ask the clock."""

_TOO_DEEP = " > ".join(["*"] * (MAX_DEPTH + 1))
_MARKUP_ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, LxmlError)
"""What lxml and the extractors raise on markup they were not made for."""

for _name in ("trafilatura", "htmldate"):
    # They log every odd page, which is our business: it becomes a label or a warning of the row.
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def read_html(text: str, url: str, profile: Profile) -> Reading:
    """Read what a page says of itself.

    Args:
        text: the decoded page.
        url: where it came from; only an http url is a base for links and may hold a date.
        profile: what the configuration says of its source.
    """
    reading = Reading()
    markup = _parsable(text)
    tree = LexborHTMLParser(markup)
    if _is_too_large(tree):
        reading.reject_reason = "too_large"
        reading.warnings.append(f"over {MAX_NODES} elements, or over {MAX_DEPTH} within each other")
        return reading
    page = read_page(tree)
    article = _article_of(page, url)
    document = _lxml_tree(markup)
    read_statements(reading, page, article, url)
    _read_text(reading, page, article, document, url)
    read_people(reading, page, article, site_names(page, article, url), _author_search(document))
    _read_dates(reading, page, article, document, url, profile)
    if page.linked.broken:
        reading.warnings.append("JSON-LD could not be read whole")
    label_kind(reading, page, article, tree, url)
    return reading


def _parsable(text: str) -> str:
    """Drop NUL and half surrogates, which no parser takes."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _is_too_large(tree: LexborHTMLParser) -> bool:
    return len(tree.css("*")) > MAX_NODES or tree.css_first(_TOO_DEEP) is not None


def _article_of(page: Page, url: str) -> Thing:
    names = [url, page.canonical, *page.headings, *page.all_meta("og:url", "og:title")]
    return page.linked.article(name for name in names if name)


def _lxml_tree(markup: str) -> HtmlElement | None:
    try:
        return trafilatura.load_html(markup)
    except _MARKUP_ERRORS:
        return None


def _read_text(
    reading: Reading, page: Page, article: Thing, document: HtmlElement | None, url: str
) -> None:
    """Fill in the text; what JSON-LD states of it only where that is more than twice as long."""
    text = _without_title(_extracted(document, url), reading.title)
    stated = without_tags(page.linked.text(article, "articleBody") or "")
    if len(stated) > 2 * len(text):
        reading.text, reading.text_from = stated, "jsonld"
    elif text:
        reading.text, reading.text_from = text, "trafilatura"


def _without_title(text: str, title: str | None) -> str:
    """Drop a first line that repeats the title: it depends on the page's frame, not on the story.

    With it, the copies of a story under two page layouts would be two texts.
    """
    first, _, rest = text.partition("\n")
    return rest.lstrip() if rest and title and fold(first) == fold(title) else text


def _extracted(document: HtmlElement | None, url: str) -> str:
    """Extract the text, one block per line; empty where there is none."""
    if document is None:
        return ""
    try:
        found = trafilatura.bare_extraction(document, url=url or None, include_comments=False)
    except _MARKUP_ERRORS:
        return ""
    body = found.text if isinstance(found, Document) else None
    return unicodedata.normalize("NFC", body or "").strip()


def _author_search(document: HtmlElement | None) -> list[str]:
    if document is None:
        return []
    try:
        found = extract_author(document)
    except _MARKUP_ERRORS:
        return []
    return [found] if found else []


def _read_dates(
    reading: Reading,
    page: Page,
    article: Thing,
    document: HtmlElement | None,
    url: str,
    profile: Profile,
) -> None:
    reading.modified = find_modified(page, article, profile)
    reading.published, unread = find_published(page, article, url, profile)
    if unread:
        reading.warnings.append(f"the date {unread!r} could not be read")
    if reading.published is None and unread:
        reading.published_raw = unread
    elif reading.published is None:
        reading.published = _date_search(document, url, profile, reading.modified)


def _date_search(
    document: HtmlElement | None, url: str, profile: Profile, modified: Moment | None
) -> Moment | None:
    """Let htmldate look for a day where nothing stated one.

    It falls back to the day of the last change, which is no day of publication, and to the first
    of January where it finds only a year.
    """
    if document is None:
        return None
    try:
        day = find_date(
            document,
            original_date=True,
            extensive_search=True,
            url=url if url.lower().startswith("http") else None,
            min_date=EARLIEST_DAY,
            max_date=LATEST_DAY,
        )
    except _MARKUP_ERRORS:
        return None
    if not day or day.endswith("-01-01") or (modified and day == modified.day.isoformat()):
        return None
    return parse_moment(day, evidence="htmldate", timezone=profile.timezone)
