"""From documents to articles: one row out for each row in, whatever the document is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from transforms.beginnings import is_page, name_of_no_page
from transforms.boilerplate import without
from transforms.encodings import decode, to_utf8
from transforms.html import read_html
from transforms.invisible import INVISIBLE
from transforms.items import FEED_ITEM, add_item, read_feed_item
from transforms.language import UNKNOWN, language_tag
from transforms.mail import MEDIA_TYPE as MAIL
from transforms.mail import read_mail
from transforms.markdown import read_markdown
from transforms.page_text import read_page_text
from transforms.permissions import add_permissions
from transforms.plaintext import read_plaintext
from transforms.reading import Moment, Profile, Reading, normalizer
from transforms.record import read_record
from transforms.schema import ARTICLE, UNDATED_MONTH
from transforms.urls import article_id, article_url, clean, is_front_page_beside, is_root
from transforms.wire_credits import add_wire_agency, add_wire_people

MAX_PAYLOAD_BYTES = 32 * 2**20
"""A longer payload is labelled and not parsed."""

Row = dict[str, Any]

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_READERS: Mapping[str, Callable[[str, Profile], Reading]] = {
    "text/plain": read_plaintext,
    "text/markdown": read_markdown,
}
_DOCUMENT_COLUMNS = (
    "document_id", "source", "url", "final_url", "status", "media_type", "charset", "headers",
    "payload", "item",
)  # fmt: skip

_LOOSE = ("  ", " \n", "\n ", "\n\n")
_INDENTED = re.compile(r"([ \t]*)(.*)", re.DOTALL)
_LINE_END = re.compile("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def extract(documents: pa.RecordBatch, profiles: Mapping[str, Profile]) -> pa.RecordBatch:
    """Read documents into articles.

    A document that cannot be read is a row with its reject reason: "undecodable", "too_large"
    (over `MAX_PAYLOAD_BYTES`), "not_an_article" (a media type that holds none), or "failed".
    Language is as declared, counts and content hash are left to the labels, `batch_id` and
    `added_at` to the commit.

    Args:
        documents: n rows of DOCUMENT.
        profiles: what the configuration says of each source, by name.

    Returns:
        n rows of ARTICLE, in the order of the documents.
    """
    columns = [documents.column(name).to_pylist() for name in _DOCUMENT_COLUMNS]
    rows = []
    for values in zip(*columns, strict=True):
        document = dict(zip(_DOCUMENT_COLUMNS, values, strict=True))
        source = document["source"]
        rows.append(read_row(document, profiles.get(source) or Profile(source)))
    return pa.RecordBatch.from_pylist(rows, schema=ARTICLE)


def read_row(document: Row, profile: Profile) -> Row:
    """Read one document into what is known of its row of ARTICLE; what is missing is null.

    Args:
        document: the columns `document_id`, `source`, `url`, `final_url`, `media_type`, `charset`,
            `payload`, `item` and, where there are any, `status` and `headers` of DOCUMENT.
        profile: what the configuration says of its source.
    """
    try:
        reading = _read(document, profile)
        add_wire_agency(reading)  # first: an item's body is no person beside it
        if document["item"]:
            add_item(reading, document["item"], profile)
        add_wire_people(reading)
        if headers := document.get("headers"):
            add_permissions(reading, headers)
        return _row(document, reading, profile)
    except MemoryError:
        raise  # says something of this machine, not of the document: no row to be stored
    except Exception as error:  # noqa: BLE001
        # The readers meet whatever the web holds: a fault one document finds in them must not
        # cost the others of its batch. The row is kept with its reason, for whoever mends it.
        name = type(error).__name__
        failed = Reading(reject_reason="failed", warnings=[f"reading the document raised {name}"])
        return _row(document, failed, profile)


def _read(document: Row, profile: Profile) -> Reading:
    payload: bytes | None = document["payload"]
    media_type = document["media_type"].partition(";")[0].strip().lower()
    if payload is None:
        return Reading(reject_reason="undecodable", warnings=["the payload is not at hand"])
    if len(payload) > MAX_PAYLOAD_BYTES:
        note = f"the payload has {len(payload)} bytes, over {MAX_PAYLOAD_BYTES}"
        return Reading(reject_reason="too_large", warnings=[note])
    if media_type == FEED_ITEM:
        return read_feed_item(payload, profile)
    if media_type == "application/json" or media_type.endswith("+json"):
        return read_record(payload, profile)
    if media_type == MAIL:
        return read_mail(payload, profile)
    is_text = media_type in _TEXT_READERS
    if media_type in _PAGES or (is_text and is_page(payload)):
        return _read_page(document, payload, profile)
    if read := _text_reader(document, media_type):
        return _read_text(document, payload, read, profile)
    note = f"the media type {media_type or '(none)'} holds no article"
    return Reading(reject_reason="not_an_article", warnings=[note])


def _text_reader(document: Row, media_type: str) -> Callable[[str, Profile], Reading] | None:
    """Choose by the media type; a text of the web without an answer was made of a page."""
    is_made = document.get("status") is None and not document["url"].startswith("file:")
    if is_made and media_type == "text/plain":
        return partial(read_page_text, url=document["url"])
    return _TEXT_READERS.get(media_type)


def _read_page(document: Row, payload: bytes, profile: Profile) -> Reading:
    if name := name_of_no_page(payload):
        note = f"the page is {name}, which holds no article by itself"
        return Reading(reject_reason="not_an_article", warnings=[note])
    page = to_utf8(payload, declared=document["charset"])
    if page.payload is None:
        return Reading(reject_reason="undecodable", warnings=list(page.warnings))
    reading = read_html(page.payload, document["final_url"] or document["url"], profile)
    reading.warnings = [*page.warnings, *reading.warnings]
    return reading


def _read_text(
    document: Row, payload: bytes, read: Callable[[str, Profile], Reading], profile: Profile
) -> Reading:
    decoded = decode(payload, declared=document["charset"])
    if decoded.text is None:
        return Reading(reject_reason="undecodable", warnings=list(decoded.warnings))
    reading = read(decoded.text, profile)
    reading.warnings = [*decoded.warnings, *reading.warnings]
    return reading


def _row(document: Row, reading: Reading, profile: Profile) -> Row:
    warnings = [*reading.warnings, *_doubts(reading.published, reading.modified)]
    tidied = _tidy_code(reading.text) if _has_code(reading) else tidy_text(reading.text)
    text = _own_text(tidied, profile, warnings)
    language = language_tag(reading.declared_language) or language_tag(profile.language)
    row = _addresses(document, reading, warnings) | _dates(reading)
    row |= {
        "document_id": document["document_id"],
        "source": document["source"],
        "text": text,
        "authors": _tidy_lines(reading.authors),
        "keywords": _tidy_lines(reading.keywords),
        "language": language or UNKNOWN,
        "publisher": tidy_line(reading.publisher or profile.publisher),
        "country": profile.country,
        "is_free": reading.is_free,
        "robots": _tidy_lines(reading.robots),
        "tdm_reserved": reading.tdm_reserved,
        "text_from": reading.text_from,
        "normalizer": normalizer(profile),
        "warnings": _tidy_lines(warnings),
        "reject_reason": reading.reject_reason,
    }
    for name in (
        "title", "description", "byline", "agency", "section", "article_type", "image_url",
        "copyright_holder",
    ):  # fmt: skip
        row[name] = tidy_line(getattr(reading, name))
    return row


def _doubts(*moments: Moment | None) -> list[str]:
    zones = dict.fromkeys(moment.doubtful_zone for moment in moments if moment)
    return [
        f"the zone {zone} means several, and no country of the source says which"
        for zone in zones
        if zone
    ]


def _own_text(text: str | None, profile: Profile, warnings: list[str]) -> str | None:
    """Leave out what is on the source's list, adding a warning where that is most of the text."""
    if not text:
        return text
    own = without(text, profile.boilerplate)
    if 2 * len(own or "") < len(text):
        lines, kept = text.count("\n") + 1, own.count("\n") + 1 if own else 0
        warnings.append(f"{lines - kept} of its {lines} lines stand on many pages of the source")
    return own


def _addresses(document: Row, reading: Reading, warnings: list[str]) -> Row:
    """Choose the article url, adding a warning for each stated address of no use."""
    own = document["final_url"] or document["url"]
    # A record names its own address, and a short path may be one; rel=canonical is often a mistake.
    stated = _stated("address", reading.url, is_root, warnings)
    url = stated or clean(own) or own
    canonical = clean(reading.canonical_url or "")
    if canonical != url:
        is_elsewhere = partial(is_front_page_beside, own=url)
        canonical = _stated("canonical url", reading.canonical_url, is_elsewhere, warnings)
    url = article_url(url, canonical)
    return {
        "article_id": article_id(url, document["source"]),
        "url": url,
        "canonical_url": canonical,
    }


def _stated(
    what: str, url: str | None, is_no_article: Callable[[str], bool], warnings: list[str]
) -> str | None:
    """Clean an address a document states; None where it cannot be that of one article."""
    if not url:
        return None
    cleaned = clean(url)
    if cleaned is None or cleaned.startswith("file:"):
        warnings.append(f"the {what} {url[:200]} is not a web address")
        return None
    if is_no_article(cleaned):
        warnings.append(f"the {what} {cleaned[:200]} is a front page")
        return None
    return cleaned


def _dates(reading: Reading) -> Row:
    published, modified = reading.published, reading.modified
    if published is None:
        return {
            "published_raw": tidy_line(reading.published_raw),
            "modified_at": modified and modified.at,
            "month": UNDATED_MONTH,
        }
    return _published(published) | {"modified_at": modified and modified.at}


def _published(moment: Moment) -> Row:
    return {
        "published_at": moment.at,
        "published_date": moment.day,
        "published_precision": moment.precision,
        "published_raw": tidy_line(moment.raw),
        "published_from": moment.evidence,
        "published_tz_known": moment.tz_known,
        "event_date": moment.day,
        "month": moment.day.replace(day=1),
    }


def tidy_text(text: str | None) -> str | None:
    """Bring a text to NFC, a block per line, single spaces, nothing `INVISIBLE`; None if empty."""
    if text is None:
        return None
    if text.replace("\n", "").isprintable() and not any(map(text.__contains__, _LOOSE)):
        return unicodedata.normalize("NFC", text).strip() or None
    lines = (" ".join(line.split()) for line in _LINE_END.split(_visible(text)))
    return "\n".join(line for line in lines if line) or None


def _has_code(reading: Reading) -> bool:
    """Tell whether rows of a page's text are indented: only those of code are."""
    text = reading.text or ""
    return reading.text_from == "body" and ("\n " in text or "\n\t" in text)


def _tidy_code(text: str | None) -> str | None:
    """Do the same line by line, keeping how far each is indented."""
    rows = [_INDENTED.match(row) for row in (text or "").split("\n")]
    tidied = [(row[1], tidy_line(row[2])) for row in rows if row]
    return "\n".join(indent + line for indent, line in tidied if line).lstrip() or None


def tidy_line(text: str | None) -> str | None:
    """The same on one line."""
    return (" ".join(_visible(text).split()) or None) if text else None


def _visible(text: str) -> str:
    return unicodedata.normalize("NFC", text if text.isprintable() else INVISIBLE.sub("", text))


def _tidy_lines(texts: list[str]) -> list[str]:
    return [line for line in map(tidy_line, texts) if line]
