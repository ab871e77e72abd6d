"""What the readers share: a moment as printed, and what one document says of itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import Literal

from transforms.boilerplate import NOTHING, Boilerplate

NORMALIZER = "5"
"""Version of what this package makes of a document: raised when the same bytes give another row."""

Evidence = Literal[
    "jsonld", "meta", "microdata", "feed", "sitemap", "url", "time", "text", "record"
]
Precision = Literal["second", "minute", "day"]
Mode = Literal["accurate", "fast"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time as a publisher printed it."""

    at: dt.datetime
    """UTC; midnight of `day` in the assumed zone where only a day was printed."""
    day: dt.date
    """The day as printed, in the publisher's own zone."""
    precision: Precision
    raw: str
    evidence: Evidence
    tz_known: bool
    """False where the zone was assumed from the configuration, or UTC, or is in doubt."""
    doubtful_zone: str | None = None
    """The printed abbreviation, where it means several zones and nothing tells the country."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the configuration says of a source, as far as reading its documents needs it."""

    source: str
    timezone: str = "UTC"
    """IANA name: the zone of dates printed without one."""
    language: str | None = None
    """BCP-47: what to expect where the text is too short to tell."""
    country: str | None = None
    """ISO 3166-1 alpha-2: picks among zone abbreviations that mean several things."""
    publisher: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """Of a record source: (ARTICLE column or "html", dotted path in the record)."""
    mode: Mode = "accurate"
    """Fast: of a page, only what our own evidence gives, without a second parse."""
    boilerplate: Boilerplate = NOTHING
    """What is left out of its texts: no configuration, but what the warehouse has on its list."""


@dataclass(slots=True)
class Reading:
    """What one document says of itself, before any label is put on it."""

    title: str | None = None
    description: str | None = None
    text: str | None = None
    text_from: str | None = None
    authors: list[str] = field(default_factory=list)
    byline: str | None = None
    agency: str | None = None
    published: Moment | None = None
    published_raw: str | None = None
    """Kept where a date was printed that could not be read (then `published` is None)."""
    modified: Moment | None = None
    url: str | None = None
    """Where the document names its own address (a record's mapped url)."""
    canonical_url: str | None = None
    """As stated, resolved against the document's url, not yet cleaned."""
    section: str | None = None
    keywords: list[str] = field(default_factory=list)
    article_type: str | None = None
    publisher: str | None = None
    image_url: str | None = None
    is_free: bool | None = None
    copyright_holder: str | None = None
    robots: list[str] = field(default_factory=list)
    """Directives to crawlers, in lower case; those to one crawler begin with its name."""
    tdm_reserved: bool | None = None
    """True where the right to mine the text is reserved by `tdm-reservation`."""
    declared_language: str | None = None
    """BCP-47 as the document states it (html lang, a record's field)."""
    warnings: list[str] = field(default_factory=list)
    reject_reason: str | None = None


def normalizer(profile: Profile) -> str:
    """Name the version of the code, by a digest the options where any are set, and the list.

    "5", "5+5d41402a", "5~9a8b7c6d" or "5+5d41402a~9a8b7c6d".
    """
    if profile.boilerplate.lines:
        plain = replace(profile, boilerplate=NOTHING)
        return f"{normalizer(plain)}~{profile.boilerplate.version}"
    if profile == Profile(profile.source):
        return NORMALIZER
    options = (
        profile.timezone, profile.language, profile.country, profile.publisher, profile.fields,
        profile.mode,
    )  # fmt: skip
    return f"{NORMALIZER}+{hashlib.sha256(repr(options).encode()).hexdigest()[:8]}"


def list_version(name: str) -> str:
    """Take the version of the list from a normalizer's name; empty where it read under none."""
    return name.partition("~")[2]
