"""The records of an API's answer: found, mapped, and written as documents."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import jmespath

from flows.sources._contents import Tally
from flows.sources._pages import Named
from flows.sources._placeholders import placeholders
from transforms.dates import parse_moment
from transforms.errors import ParseError
from transforms.fields import Fields, find_value, kind_of, record_id
from transforms.identity import sha256_hex
from transforms.reading import Moment, Profile
from transforms.urls import clean, is_root

MAPPED = "_mapped"
"""Key of a payload under which the mapped columns stand, beside all that came."""

_TROUBLE = (ValueError, TypeError, ArithmeticError, RecursionError)
"""What evaluating an expression, or writing what it found, may end in."""


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a list."""

    values: Mapping[str, Any]
    """As it came, and the mapped columns under `MAPPED`."""
    payload: bytes
    """The same, written in one form."""
    digest: str
    """Of what came."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one answer gave."""

    content: Any
    """The parsed answer."""
    rows: int
    """Of its list, records or not."""
    records: list[Record]


def read_answer(body: bytes, items: str | None, fields: Mapping[str, str], tally: Tally) -> Given:
    """Read the records of an answer, counting what is no object or cannot be mapped.

    Args:
        body: of the answer.
        items: JMESPath to the list; None: the answer itself, or the one list in it.
        fields: column -> JMESPath, evaluated on a record; a value that cannot be had is null.
        tally: where to count.

    Raises:
        ParseError: it is not JSON, has no list, or a list without a single object.
    """
    content = _parse(body)
    rows = _find_rows(content, items)
    records = _read_rows(rows, fields, tally)
    if rows and not records:
        raise ParseError(tally.sentence() or "")
    return Given(content, len(rows), records)


def _parse(body: bytes) -> Any:
    """Parse only what every parser reads alike: no key twice in an object, no NaN."""
    if not body.strip():
        raise ParseError("the answer is empty")
    try:
        return json.loads(
            body, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
        )
    except json.JSONDecodeError as error:
        raise ParseError(f"the answer is not JSON from character {error.pos} on") from error
    except UnicodeDecodeError as error:
        message = f"the answer is not {error.encoding} from byte {error.start} on"
        raise ParseError(message) from error
    except RecursionError as error:
        raise ParseError("the answer is nested too deep") from error
    except ValueError as error:
        raise ParseError(f"the answer cannot be read: {error}") from error


def _find_rows(content: Any, items: str | None) -> list[Any]:
    if items is None:
        return _obvious_list(content)
    try:
        found = jmespath.compile(items).search(content)
    except _TROUBLE as error:
        raise ParseError(f"items cannot be evaluated: {_first_line(error)}") from error
    if not isinstance(found, list):
        raise ParseError(f"items leads to {kind_of(found)}, not a list")
    return found


def _read_rows(rows: Iterable[Any], fields: Mapping[str, str], tally: Tally) -> list[Record]:
    records = []
    for number, row in enumerate(rows, 1):
        place = f"record {number}"
        if not isinstance(row, dict):
            tally.add(place, f"{kind_of(row)}, not an object")
            continue
        try:
            records.append(_record(row, fields, place, tally))
        except _TROUBLE as error:
            tally.add(place, _first_line(error))
    return records


def record_url(record: Record, profile: Profile) -> str | None:
    """Find the web address a record names as its own; a site's front page is none."""
    stated = find_value(record.values, "url", profile)
    url = clean(stated) if isinstance(stated, str) else None
    return None if url is None or url.startswith("file:") or is_root(url) else url


def named_url(record: Record, profile: Profile, address: str) -> str:
    """Name a record without an address after the API's own, and its id or content.

    In the query: a fragment is no part of the url an article is known by.
    """
    parts = urlsplit(address)
    path = "/".join(part for part in parts.path.split("/") if not placeholders(part))
    name = record_id(record.values, profile) or record.digest
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}?record={quote(name, safe='')}"


def named_page(record: Record, url: str, profile: Profile, address: str) -> Named:
    """Name the page of a record of a list; another title or date shows that it has changed."""
    fields = Fields(record.values, profile)
    published, _ = fields.moment("published_at")
    modified, _ = fields.moment("modified_at")
    said = {
        "title": fields.text("title"),
        "published": published and _in_utc(published),
        "modified": modified and _in_utc(modified),
    }
    said = {name: value for name, value in said.items() if value}
    stamp = json.dumps(said, ensure_ascii=False, sort_keys=True) if said else None
    item = {"id": record_id(record.values, profile), "url": url, **said}
    item["published"] = published and _as_printed(published, profile)
    kept = {name: value for name, value in item.items() if value}
    return Named(url, kept, stamp, named_by=address)


def _in_utc(moment: Moment) -> str:
    return f"{moment.at:%Y-%m-%dT%H:%M:%SZ}"


def _as_printed(moment: Moment, profile: Profile) -> str:
    """Give a date with the day and zone it was printed with, where it is read alike without more.

    A number of seconds is not, nor is a month in words that need the language.
    """
    again = parse_moment(moment.raw, evidence="feed", timezone=profile.timezone)
    return moment.raw if again and again.at == moment.at else _in_utc(moment)


def _record(row: dict[str, Any], fields: Mapping[str, str], place: str, tally: Tally) -> Record:
    came = _canonical(row)
    digest = sha256_hex(came)
    if not fields:
        return Record(row, came, digest)
    mapped: dict[str, Any] = {}
    for column, expression in fields.items():
        try:
            mapped[column] = jmespath.compile(expression).search(row)
        except _TROUBLE as error:
            mapped[column] = None
            tally.add(f"{column} of {place}", _first_line(error), is_given=True)
    values = {**row, MAPPED: mapped}
    return Record(values, _canonical(values), digest)


def _canonical(value: Any) -> bytes:
    def write(*, is_ascii: bool) -> str:
        return json.dumps(
            value, ensure_ascii=is_ascii, separators=(",", ":"), sort_keys=True, allow_nan=False
        )

    try:
        return write(is_ascii=False).encode()
    except UnicodeEncodeError:  # half a character, which JSON can write and UTF-8 cannot
        return write(is_ascii=True).encode()


def _obvious_list(content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    if not isinstance(content, dict):
        raise ParseError(f"the answer is {kind_of(content)}, not a list")
    lists = {key: value for key, value in content.items() if isinstance(value, list)}
    if not lists:
        raise ParseError("there is no list at the top of the answer: `items` says where it is")
    filled = {key: value for key, value in lists.items() if _has_object(value)}
    if len(filled) > 1:
        named = ", ".join(filled)[:200]
        raise ParseError(f"`items` must say which list has the records: {named}")
    return next(iter(filled.values()), None) or _only_list(lists)


def _only_list(lists: dict[str, list[Any]]) -> list[Any]:
    """Take the one list there is; beside others, none with an object in it has records."""
    return next(iter(lists.values())) if len(lists) == 1 else []


def _has_object(values: list[Any]) -> bool:
    return any(isinstance(value, dict) for value in values)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return made


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:80]} is too large a number")
    return number


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
