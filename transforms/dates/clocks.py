"""The time of day in a printed date: found, read and taken out, with its zone."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from transforms.reading import Precision
from transforms.zones import ambiguous_in, take_zone, zone_named

# Source of the half-days: CLDR 46, day periods, and what the press of the language prints.
_EARLY_BEFORE = r"上午|凌晨|早上|清晨|午前|오전|\bÖÖ|\bAM|\bde\.|पूर्वाह्न|सुबह|সকাল"
_LATE_BEFORE = r"下午|晚上|傍晚|午後|오후|\bÖS|\bPM|\bdu\.|अपराह्न|शाम|रात|বিকাল|রাত"
_NOON_BEFORE = "中午|正午|दोपहर|দুপুর"
_EARLY_AFTER = (
    r"a\.?\s?m\b\.?|π\.?\s?μ\b\.?|ص(?:باحا\S?)?(?!\w)|ق\.?ظ\b\.?|قبل\s?از\s?ظهر|صبح"
    r"|p\.d\.|पूर्वाह्न|পূর্বাহ্ণ|ਪੂ\.ਦੁ\.?|ጥዋት"
)
_LATE_AFTER = (
    r"p\.?\s?m\b\.?|μ\.?\s?μ\b\.?|م(?:ساءا?\S?)?(?!\w)|ب\.?ظ\b\.?|بعد\s?از\s?ظهر|عصر"
    r"|m\.d\.|अपराह्न|অপরাহ্ণ|ਬਾ\.ਦੁ\.?|ከሰዓት"
)
_HOURS = r"[时時点點시]|h\b|h(?=\s?\d)|uhr\b|uur\b|heures?\b|นาฬิกา|ໂມງ"
_MINUTES, _SECONDS = r"[分분]|min\b|นาที|ນາທີ", r"[秒초]|s\b|วินาที|ວິນາທີ"
_CLOCK = re.compile(
    rf"""(?<![\d:.+\u2212])
    (?: (?P<h>\d{{1,2}}) (?: : (?P<m>\d{{2}}) (?: : (?P<s>\d{{2}}) (?:[.,](?P<f>\d{{1,9}}))? )?
                           | \. (?P<m3>\d{{2}}) ) (?!\.?\d|:)
      | (?P<h2>\d{{1,2}}) \s?(?:{_HOURS})\s?
        (?: (?P<m2>\d{{1,2}}) (?!\d) (?:\s?(?:{_MINUTES}))?
        (?: \s?(?P<s2>\d{{1,2}})\s?(?:{_SECONDS}) )? )? (?![\da-z])
      | (?P<h3>\d{{1,2}}) (?=\s?[ap]\.?\s?m\b)
      | (?P<h4>[01]\d|2[0-3])(?P<m4>[0-5]\d) (?=\s?hrs\b) )
    (?: \s? (?: (?P<am>{_EARLY_AFTER}) | (?P<pm>{_LATE_AFTER}) ) )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HALF_BEFORE = re.compile(
    rf"(?:(?P<am>{_EARLY_BEFORE})|(?P<pm>{_LATE_BEFORE})|(?P<noon>{_NOON_BEFORE}))\s?$",
    re.IGNORECASE,
)
_HALF_AFTER = {
    "vi": re.compile(r"\s?(?:(?P<am>SA)|(?P<pm>CH))\b(?P<noon>)", re.IGNORECASE),
    "ms": re.compile(r"\s?(?:(?P<am>PG)|(?P<pm>PTG))\b(?P<noon>)", re.IGNORECASE),
}
"""Half-days that are something else elsewhere: CH is Switzerland."""
_HALF_CHARS = 12
"""The longest half-day."""
# 21.14.05, the form of Danish, Finnish and Indonesian, beside a date with its whole year only:
# else it may be 21.12.05, a day.
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})\.(\d{2})(?![\d.])")
_WHOLE_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DAY_WITH_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})")
"""An xsd:date."""
_UNIT = re.compile(r"^\s?(?:uhr|uur|hrs?|ч|год)\b\.?", re.IGNORECASE)
"""Between a time and its zone: "14:05 Uhr MESZ", "10:30 hrs IST"."""
_UNKNOWN_ZONE = re.compile(r"\s*\(?(?:([A-Z]{3,5})\b|[+-]\d\d:?\d\d(?!\d))\)?")
_NAMES = frozenset(
    [
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        *("march", "april", "june", "july", "sept", "tues", "thur", "thurs"),
        *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ]
)
"""What is no zone, where it stands in capitals after a time."""

_RANGE = re.compile(
    r"[-–—](?:\d{1,2}:\d\d(?![\d:])(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?)(?![./-]?\d)",
    re.IGNORECASE,
)
"""The end of opening hours, right behind their beginning: "09:00-17:00"; no zone west of London."""
_ISO_BEFORE = re.compile(r"\d{4}-\d\d-\d\d[T\s]$", re.IGNORECASE)

_LEADING = re.compile(
    r"[\s,|•·/@–—-]*(?:(?:at|um|à|às|a\slas|alle|ore|klo|kl\.?|om|в|о|saat|pukul|lúc)\s+)?"
    rf"(?:(?:{_EARLY_BEFORE}|{_LATE_BEFORE}|{_NOON_BEFORE})\s?)?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[|•·])")

_NOON_HOURS = range(1, 6)
"""What "noon 1:30" in Chinese, Hindi and Bengali adds twelve hours to."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as printed."""

    time: dt.time
    precision: Precision
    zone: dt.tzinfo | None
    doubtful: str | None = None
    """The abbreviation of the zone, where it means several and no country says which."""


def take_clock(printed: str, country: str | None, language: str | None = None) -> tuple[str, Clock]:
    """Split into the text of the day, and the time and zone; midnight where no time is printed.

    Args:
        printed: a date, plain.
        country: for zones, as of `zone_named`.
        language: first subtag of BCP-47, for half-days that are words elsewhere.

    Raises:
        ValueError: there is no such time.
    """
    if match := _DAY_WITH_ZONE.fullmatch(printed):
        return match[1], Clock(dt.time(), "day", zone_named(match[2]))
    if printed.count(".") > 1 and _WHOLE_YEAR.search(printed):
        printed = _DOTTED.sub(r"\1:\2:\3", printed)
    match = _CLOCK.search(printed)
    if match is None:
        return printed, Clock(dt.time(), "day", None)
    before, after = printed[: match.start()], printed[match.end() :]
    half = _HALF_BEFORE.search(before[-_HALF_CHARS:])
    before = before.removesuffix(half[0]) if half else before
    if language in _HALF_AFTER and (local := _HALF_AFTER[language].match(after)):
        half, after = local, after[local.end() :]
    time, precision = _time(match, half)
    if not match["s"] and (range_ := _RANGE.match(after)) and not _ISO_BEFORE.search(before):
        return f"{before} {after[range_.end() :]}".strip(), Clock(dt.time(), "day", None)
    rest = _UNIT.sub("", after)
    is_half = bool(match["am"] or match["pm"])
    zone, after = _take_zone(rest, country, in_small=is_half)
    doubtful = None if country or zone is None else ambiguous_in(rest.removesuffix(after))
    return f"{before} {after}".strip(), Clock(time, precision, zone, doubtful)


def leading_clock(text: str) -> str:
    """Give the time of day with its zone that a text begins with, where nothing follows it.

    It is empty where the text goes on, as opening hours ("9:00 - 17:00") and scores ("2:10 for
    us") do, and where it may be none: "25:61", "4.50", "2 h".
    """
    lead = _LEADING.match(text)
    match = _CLOCK.match(text, lead.end() if lead else 0)
    if match is None or not _is_possible(match):
        return ""
    rest = text[match.end() :]
    if _RANGE.match(rest):
        return ""
    is_half = bool(match["am"] or match["pm"])
    _, after = _take_zone(_UNIT.sub("", rest), None, in_small=is_half)
    is_told = is_half or after != rest or any(match.group("m", "m2", "m4"))
    return text[: len(text) - len(after)].rstrip() if is_told and _ENDS.match(after) else ""


def has_clock(text: str) -> bool:
    """Tell whether a time of day is printed in a text."""
    return _CLOCK.search(text) is not None


def _take_zone(rest: str, country: str | None, *, in_small: bool) -> tuple[dt.tzinfo | None, str]:
    """Read the zone behind a time, and give back what follows it, or follows an unknown one."""
    zone, after = take_zone(rest, country, in_small=in_small)
    unknown = _UNKNOWN_ZONE.match(after) if zone is None else None
    if unknown and (unknown[1] or "").lower() not in _NAMES:
        after = after[unknown.end() :]
    return zone, after


def _time(match: re.Match[str], half: re.Match[str] | None) -> tuple[dt.time, Precision]:
    hour = _hour(int(match["h"] or match["h2"] or match["h3"] or match["h4"]), match, half)
    minute = int(match["m"] or match["m3"] or match["m2"] or match["m4"] or 0)
    second = match["s"] or match["s2"]
    micros = int((match["f"] or "0")[:6].ljust(6, "0"))
    return dt.time(hour, minute, int(second or 0), micros), "second" if second else "minute"


def _is_possible(match: re.Match[str]) -> bool:
    try:
        _time(match, None)
    except ValueError:
        return False
    return True


def _hour(hour: int, match: re.Match[str], half: re.Match[str] | None) -> int:
    late = bool(match["pm"] or (half and half["pm"]))
    if (late or match["am"] or (half and half["am"])) and hour <= 12:
        return hour % 12 + 12 * late
    return hour + 12 if half and half["noon"] and hour in _NOON_HOURS else hour
