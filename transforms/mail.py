"""Reading an e-mail: a newsletter as it was sent, by its headers and its best part."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.headerregistry import Address, DateHeader
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from transforms.dates import parse_moment
from transforms.encodings import decode
from transforms.html import read_html
from transforms.language import language_tag
from transforms.mail_frame import without_mail_frame
from transforms.plaintext import NO_TITLE, read_plaintext
from transforms.reading import Moment, Profile, Reading
from transforms.zones import zone_of

MEDIA_TYPE = "message/rfc822"
_ANGLED = re.compile(r"<\s*(https?://[^<>\s]+)\s*>")
_REPLIED = re.compile(r"\A(?:(?:re|fwd?|aw|wg|tr|rv)\s*:\s*)+", re.IGNORECASE)
_OFFSET = re.compile(r"(?<!\S)[+-]\d{4}(?!\S)")


def read_mail(payload: bytes, profile: Profile) -> Reading:
    """Read one message: what its headers say, and the text of its HTML or else its plain part.

    Attachments are left alone. The sender is the publisher; persons are named by the text alone.
    Source of the headers: RFC 5322; of `Archived-At`, RFC 5064.
    """
    message = message_from_bytes(payload, policy=policy.default)
    reading = _read_body(message, profile)
    reading.title = _REPLIED.sub("", _header(message, "Subject") or "").strip() or reading.title
    reading.published = _sent(message, profile)
    reading.published_raw = None if reading.published else _header(message, "Date")
    if reading.published_raw:
        reading.warnings.append(f"the date {reading.published_raw!r} cannot be read")
    reading.publisher = _sender(message) or reading.publisher
    reading.canonical_url = _archived(message) or reading.canonical_url
    language = language_tag(_header(message, "Content-Language"))
    reading.declared_language = language or reading.declared_language
    reading.article_type = reading.description = reading.reject_reason = None
    return reading


def _read_body(message: EmailMessage, profile: Profile) -> Reading:
    for kind in ("html", "plain"):
        part = message.get_body((kind,))
        payload = part.get_payload(decode=True) if part is not None else None
        if part is None or not isinstance(payload, bytes):
            continue
        decoded = decode(payload, declared=part.get_content_charset(), html=kind == "html")
        if decoded.text is None:
            continue
        reading = (
            read_html(decoded.text, "", profile)
            if kind == "html"
            else read_plaintext(decoded.text, profile)
        )
        reading.text = without_mail_frame(reading.text)
        odd = [each for each in reading.warnings if each != NO_TITLE]  # that is in a header
        reading.warnings = [*decoded.warnings, *odd]
        if reading.text:
            return reading
    return Reading(warnings=["the message has no part with a text"])


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        return str(message[name]).strip() or None if name in message else None
    except (ValueError, IndexError, AttributeError):  # what the parser raises on some bad headers
        return None


def _sent(message: EmailMessage, profile: Profile) -> Moment | None:
    """Read when it was sent; a zone by its name is that of the source's country.

    -0000 states a time in UTC, and that nothing is known of the sender's zone.
    Source: RFC 5322, 3.3.
    """
    printed = _header(message, "Date")
    if not printed:
        return None
    header = message["Date"]
    at: dt.datetime | None = header.datetime if isinstance(header, DateHeader) else None
    # As it stands: the header as read says -0500 for any EST, and -0000 where no zone is.
    stated = next(str(raw) for name, raw in message.raw_items() if name.lower() == "date")
    if at is None or not _OFFSET.search(stated):
        named = _moment(stated, profile)
        return named or (_moment(at.isoformat(), profile) if at else None)
    if at.tzinfo:
        return _moment(format_datetime(at), profile)
    return _without_zone(_moment(format_datetime(at), profile), profile)


def _moment(printed: str, profile: Profile) -> Moment | None:
    return parse_moment(
        printed, evidence="meta", timezone=profile.timezone, country=profile.country
    )


def _without_zone(moment: Moment | None, profile: Profile) -> Moment | None:
    """Take the day of a moment in UTC in the source's zone."""
    if moment is None:
        return None
    day = moment.at.astimezone(zone_of(profile.timezone)).date()
    return replace(moment, day=day, tz_known=False)


def _sender(message: EmailMessage) -> str | None:
    """Give the name a message comes from, else the domain of its address."""
    try:
        addresses: tuple[Address, ...] = message["From"].addresses if "From" in message else ()
    except (ValueError, IndexError, AttributeError):
        return None
    return next((each.display_name or each.domain for each in addresses), None) or None


def _archived(message: EmailMessage) -> str | None:
    """Give the address at which the message can be read on the web, where it states one."""
    found = _ANGLED.search(_header(message, "Archived-At") or "")
    return found[1] if found and urlsplit(found[1]).hostname else None
