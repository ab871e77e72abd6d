"""The fields of a record: where each column stands, and what type its value should have."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from transforms.dates import parse_moment
from transforms.reading import Moment, Profile
from transforms.zones import zone_of

Record = Mapping[str, Any]

USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "guid", "uuid", "_id", "article_id", "doc_id"),
    "title": ("title", "headline", "name"),
    "description": ("description", "summary", "abstract", "lead", "standfirst"),
    "text": ("text", "content", "body", "articleBody", "maintext", "article_text", "full_text"),
    "html": ("html", "content_html", "raw_html", "body_html"),
    "url": ("url", "link", "source_url", "web_url"),
    "canonical_url": ("canonical_url", "canonical", "canonical_link"),
    "published_at": (
        "published_at", "date", "published", "datePublished", "pubDate", "date_publish",
        "date_published", "publish_date", "published_date", "publication_date", "pub_date",
        "publishedAt",
    ),
    "modified_at": (
        "modified_at", "modified", "dateModified", "date_modify", "date_modified", "updated_at",
        "updated", "updatedAt",
    ),
    "authors": ("authors", "author", "creator"),
    "byline": ("byline",),
    "agency": ("agency",),
    "language": ("language", "lang", "inLanguage"),
    "section": ("section", "category", "articleSection", "section_name"),
    "keywords": ("keywords", "tags"),
    "article_type": ("article_type", "@type"),
    "publisher": ("publisher", "source_name", "site_name", "publication"),
    "image_url": ("image_url", "image", "image_link", "thumbnailUrl"),
    "is_free": ("is_free", "isAccessibleForFree"),
}  # fmt: skip
"""Per ARTICLE column (and `html`, `id`) the names data sets give it; the first with a value counts.

Source: schema.org NewsArticle, JSON Feed 1.1, RSS 2.0, and the output of news-please, trafilatura
and newspaper.
"""

_ALIASES = {
    "published": "published_at",
    "modified": "modified_at",
    "declared_language": "language",
}

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_SURROGATE = re.compile("[\ud800-\udfff]")
_LISTED = re.compile(r"""(['"])(.*?)\1""")
_SECONDS = re.compile(r"-?\d{9,10}(?:\.\d+)?")
_MILLISECONDS = re.compile(r"\d{13}(?:\.\d+)?")  # twelve digits may be a year, month, day and time
_TO_THE_HOUR = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])")
"""2024030510: as seconds it would be a day in 2034."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@lru_cache(maxsize=64)
def _paths(fields: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[str, ...]]:
    """A mapped column is looked for at its path alone."""
    return {**USUAL_NAMES, **{_ALIASES.get(column, column): (path,) for column, path in fields}}


def find_value(record: Record, column: str, profile: Profile) -> Any:
    """Find the value of a column, mapped or under a usual name; None where it is empty."""
    for path in _paths(profile.fields).get(column, ()):
        value = _at(record, path)
        if value not in (None, "", [], {}):
            return value
    return None


def _at(value: Any, path: str) -> Any:
    """Follow a dotted path; a key with dots in it comes first, a number picks of a list.

    A key that differs in case alone counts where there is none of the same case: the header of a
    spreadsheet says "Title".
    """
    if isinstance(value, Mapping):
        if path in value:
            return value[path]
        for key in value:
            if len(key) == len(path) and key.casefold() == path.casefold():
                return value[key]
    head, _, rest = path.partition(".")
    if isinstance(value, list) and head.isdecimal() and int(head) < len(value):
        inner = value[int(head)]
    elif isinstance(value, Mapping) and rest:
        inner = value.get(head)
    else:
        return None
    return _at(inner, rest) if rest else inner


def record_id(row: Record, profile: Profile) -> str | None:
    """Find the id of a record, mapped or under a usual name, as stable text; None without one.

    7, 7.0 and "7" are one id, since a table may hold a column as either; 7.5 is none.
    """
    value = find_value(row, "id", profile)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return whole_characters(str(value)).strip() or None


class Fields:
    """A record as columns, collecting a warning for each value of the wrong type."""

    def __init__(self, record: Record, profile: Profile) -> None:
        self.record = record
        self.profile = profile
        self.warnings: list[str] = []

    def find(self, column: str) -> Any:
        """Find the value of a column, of whatever type."""
        return find_value(self.record, column, self.profile)

    def has_place_for(self, column: str) -> bool:
        """Tell whether a column has a place in the record, if with nothing in it."""
        keys = {key.casefold() for key in self.record}
        paths = _paths(self.profile.fields).get(column, ())
        return any(keys & {path.casefold(), path.partition(".")[0].casefold()} for path in paths)

    def text(self, column: str) -> str | None:
        """Read a text, or the name of an object; None without one."""
        value = self.find(column)
        if isinstance(value, Mapping):  # {"name": ...}, {"url": ...}, as schema.org nests them
            value = value.get("name") or value.get("url") or value
        if isinstance(value, str):
            return whole_characters(value).strip() or None
        if value is not None:
            self.warn(column, value, "a text")
        return None

    def texts(self, column: str) -> list[str]:
        """Read a list of texts or named objects, or a single one."""
        value = self.find(column)
        values = value if isinstance(value, list) else _listed(value)
        named = [one.get("name") if isinstance(one, Mapping) else one for one in values]
        if any(not isinstance(one, str | None) for one in named):
            self.warn(column, value, "texts")
        return [whole_characters(one).strip() for one in named if isinstance(one, str)]

    def truth(self, column: str) -> bool | None:
        """Read true or false, as such or as a word."""
        value = self.find(column)
        if value is None or isinstance(value, bool):
            return value
        known = _TRUTH.get(str(value).strip().lower())
        if known is None:
            self.warn(column, value, "true or false")
        return known

    def moment(self, column: str) -> tuple[Moment | None, str | None]:
        """Read a date: the moment, and the string it stood as."""
        value = self.find(column)
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            self.warn(column, value, "a date")
            return None, None
        raw = "" if value is None else whole_characters(str(value)).strip()
        return (_moment(raw, self.profile), raw) if raw else (None, None)

    def warn(self, column: str, value: Any, wanted: str) -> None:
        """Note a value of the wrong type."""
        self.warnings.append(f"the record's {column} is {kind_of(value)}, not {wanted}")


def _listed(value: Any) -> list[Any]:
    """Take apart a list that a CSV file holds as text, "['Ann Lee', 'Bo Ek']"."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return [quoted for _, quoted in _LISTED.findall(value)]
    return [value]


def _moment(raw: str, profile: Profile) -> Moment | None:
    # A column of numbers with an empty cell is one of fractions to pandas.
    number = raw.removesuffix(".0")
    if hour := _TO_THE_HOUR.fullmatch(number):
        number = "{}-{}-{} {}:00".format(*hour.groups())
    elif _SECONDS.fullmatch(number):
        return _epoch_moment(raw, dt.timedelta(seconds=float(number)), profile)
    elif _MILLISECONDS.fullmatch(number):
        return _epoch_moment(raw, dt.timedelta(milliseconds=float(number)), profile)
    elif not number.isdecimal():
        return _printed_moment(raw, profile)
    found = _printed_moment(number, profile)
    return found and replace(found, raw=raw)


def _printed_moment(printed: str, profile: Profile) -> Moment | None:
    return parse_moment(
        printed,
        evidence="record",
        timezone=profile.timezone,
        language=profile.language,
        country=profile.country,
    )


def _epoch_moment(raw: str, since_1970: dt.timedelta, profile: Profile) -> Moment:
    at = _EPOCH + since_1970
    day = at.astimezone(zone_of(profile.timezone)).date()
    return Moment(at, day, "second", raw, evidence="record", tz_known=True)


def whole_characters(text: str) -> str:
    r"""Join or replace half characters, which JSON can write (\ud83d) and UTF-8 cannot."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def kind_of(value: Any) -> str:
    """Name a JSON type for a person."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")
