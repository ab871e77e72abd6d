"""What a feed or sitemap says of a document: evidence beside the document's own."""

from __future__ import annotations

import json
from dataclasses import replace

from transforms.authors import credited
from transforms.dates import parse_moment
from transforms.keywords import each_once
from transforms.reading import Evidence, Moment, Profile, Reading
from transforms.record import read_record

FEED_ITEM = "application/feed+json"
"""Media type of an item that is a document itself: written as JSON Feed 1.1 writes one."""

_WEAKER: frozenset[Evidence] = frozenset({"time", "text"})
"""Evidence of the page for its date that a list's own statement is better than."""


def read_feed_item(payload: bytes, profile: Profile) -> Reading:
    """Read an item of a feed that carries its whole text.

    Args:
        payload: a JSON object with the names of JSON Feed 1.1.
        profile: what to assume of dates.
    """
    reading = read_record(payload, profile)
    reading.text_from = reading.text_from and "feed"
    if reading.published:
        reading.published = replace(reading.published, evidence="feed")
    return reading


def add_item(reading: Reading, item: str, profile: Profile) -> None:
    """Fill in from the item what the document does not say, and the date where it only hints.

    Args:
        reading: what the document says of itself; changed in place.
        item: a JSON object as `identity.item_json` writes it.
        profile: what to assume of dates.
    """
    said: dict[str, object] = json.loads(item)
    moment = _moment(said, profile)
    if moment and (reading.published is None or reading.published.evidence in _WEAKER):
        reading.published, reading.published_raw = moment, moment.raw
    reading.title = reading.title or _text(said, "title")
    reading.description = reading.description or _text(said, "summary")
    # Beside an agency that the page names no body stands for a person.
    named = [*filter(None, [reading.agency]), *_texts(said, "authors")]
    persons, agency = credited(named, filter(None, [reading.publisher or profile.publisher]))
    reading.authors = reading.authors or persons
    reading.agency = reading.agency or agency
    stated = _texts(said, "categories") or _texts(said, "keywords")
    reading.keywords = reading.keywords or each_once(stated)
    reading.declared_language = reading.declared_language or _text(said, "language")


def _moment(said: dict[str, object], profile: Profile) -> Moment | None:
    evidence: Evidence = "sitemap" if "loc" in said else "feed"
    raw = _text(said, "published")
    if not raw:
        return None
    return parse_moment(raw, evidence=evidence, timezone=profile.timezone, country=profile.country)


def _text(said: dict[str, object], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None


def _texts(said: dict[str, object], name: str) -> list[str]:
    value = said.get(name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
