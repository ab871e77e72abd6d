"""Reading a record: one JSON object, as a row of a JSONL, JSON, CSV or Parquet file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from transforms.authors import credited
from transforms.fields import Fields, Record, kind_of
from transforms.html import read_html
from transforms.html.fragments import body_text, is_body_markup, unescaped
from transforms.html.plain import tidy
from transforms.keywords import each_once
from transforms.reading import Profile, Reading

_ADDRESSES = ("url", "canonical_url", "image_url")
_LINES = ("title", "description", "byline", "agency", "section", "article_type", "publisher")
_PAGE = re.compile(r"(?i)<(?:!doctype|html|head|body)\b")
NO_TEXT = "no text is found"
"""How the warning of a record begins that has none."""
_MAX_NAMES, _MAX_NAME_CHARS = 8, 40


def read_record(payload: bytes, profile: Profile) -> Reading:
    """Read what one JSON object says of an article.

    `profile.fields` says by dotted path where a column stands; the other columns are looked for
    under `USUAL_NAMES`. A page, in `html` or in place of the text, is read as one, and the record's
    own values win over the page's; of a fragment of markup all the text is taken. A value of the
    wrong type is a warning.

    Args:
        payload: UTF-8, UTF-16 or UTF-32.
        profile: where the columns stand, and what to assume of dates.
    """
    record, trouble = _parse(payload)
    if record is None:
        return Reading(reject_reason="undecodable", warnings=[trouble])
    fields = Fields(record, profile)
    reading = _read_text(fields)
    _set_statements(reading, fields)
    _set_dates(reading, fields)
    reading.warnings = list(dict.fromkeys(fields.warnings + reading.warnings))
    return reading


def _parse(payload: bytes) -> tuple[Record | None, str]:
    try:
        record = json.loads(payload)
    except json.JSONDecodeError as error:
        return None, f"the record is not JSON from character {error.pos} on"
    except UnicodeDecodeError as error:
        place = f"from byte {error.start} on"
        return None, f"the record is not {error.encoding} {place}: set `encoding` of its source"
    except (ValueError, RecursionError):
        return None, "the record has a number too long or is nested too deep"
    if not isinstance(record, dict):
        return None, f"the record is not a JSON object but {kind_of(record)}"
    return record, ""


def _read_text(fields: Fields) -> Reading:
    html, text = fields.text("html"), fields.text("text")
    text = text and unescaped(text)
    if text is not None and not is_body_markup(text):
        reading = _read_page(html, fields) if html else Reading()
        reading.text, reading.text_from = text, "record"
        reading.reject_reason = None  # of the page, which is not what the text was read from
        return reading
    markup = html or text
    if markup is None:
        is_empty = fields.has_place_for("text") or fields.has_place_for("html")
        return Reading(warnings=[] if is_empty else [_where_to_look(fields)])
    return _read_page(markup, fields) if _PAGE.search(markup) else _read_fragment(markup)


def _where_to_look(fields: Fields) -> str:
    """Say what to set for a record without a text, naming what it has."""
    named = [f"`{name[:_MAX_NAME_CHARS]}`" for name in fields.record][:_MAX_NAMES]
    more = len(fields.record) - len(named)
    names = ", ".join(named) + (f" and {more} more" if more else "")
    where = dict(fields.profile.fields).get("text")
    looked = f"at `{where}`" if where else "under a usual name"
    has = f"the row has {names}" if named else "the row has nothing"
    return f"{NO_TEXT} {looked}: {has}; set fields = {{ text = '...' }} of the source"


def _read_page(markup: str, fields: Fields) -> Reading:
    return read_html(markup, fields.text("url") or "", fields.profile)


def _read_fragment(markup: str) -> Reading:
    """Take all the text of a field: it holds a body already, with nothing around to be left out."""
    text = body_text(markup)
    if text is None:
        limits = "the markup of its text has too many elements, or too many within each other"
        return Reading(reject_reason="too_large", warnings=[limits])
    return Reading(text=text or None, text_from="record")


def _set_statements(reading: Reading, fields: Fields) -> None:
    for name in (*_LINES, *_ADDRESSES):
        stated = fields.text(name)
        if stated is not None:
            setattr(reading, name, tidy(stated) if name in _LINES else stated)
    named = fields.texts("authors") or fields.texts("byline")
    persons, agency = credited(named, filter(None, [reading.publisher]))
    reading.authors = persons or reading.authors
    reading.agency = tidy(fields.text("agency")) or agency or reading.agency
    reading.keywords = each_once(_split_keywords(fields.texts("keywords"))) or reading.keywords
    reading.declared_language = fields.text("language") or reading.declared_language
    free = fields.truth("is_free")
    reading.is_free = reading.is_free if free is None else free


def _split_keywords(stated: list[str]) -> Iterator[str]:
    """Split a single text at commas and the like; a list is split already."""
    parts = re.split(r"[,;|]", stated[0]) if len(stated) == 1 else stated
    return (tidy(part) or "" for part in parts)


def _set_dates(reading: Reading, fields: Fields) -> None:
    published, raw = fields.moment("published_at")
    if raw is not None and published is None:
        fields.warnings.append(f"the record's date {raw[:80]!r} cannot be read")
    if raw is not None and (published or not reading.published):
        reading.published, reading.published_raw = published, raw
    modified, _ = fields.moment("modified_at")
    reading.modified = modified or reading.modified
