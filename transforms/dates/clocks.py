"""The time of day in a printed date: found, read and taken out, with its zone."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from transforms.reading import Precision
from transforms.zones import take_zone, zone_named

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
      | (?P<h3>\d{{1,2}}) (?=\s?[ap]\.?\s?m\b) )
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
_UNKNOWN_ZONE = re.compile(r"\s*\(?([A-Z]{3,5})\b\)?")
_NAMES = frozenset(
    [
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        *("march", "april", "june", "july", "sept", "tues", "thur", "thurs"),
        *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ]
)
"""What is no zone, where it stands in capitals after a time."""

_NOON_HOURS = range(1, 6)
"""What "noon 1:30" in Chinese, Hindi and Bengali adds twelve hours to."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as printed."""

    time: dt.time
    precision: Precision
    zone: dt.tzinfo | None


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
    is_half = bool(match["am"] or match["pm"])
    zone, after = take_zone(after, country, in_small=is_half)
    unknown = _UNKNOWN_ZONE.match(after) if zone is None else None
    if unknown and unknown[1].lower() not in _NAMES:
        after = after[unknown.end() :]
    return f"{before} {after}".strip(), Clock(time, precision, zone)


def _time(match: re.Match[str], half: re.Match[str] | None) -> tuple[dt.time, Precision]:
    hour = _hour(int(match["h"] or match["h2"] or match["h3"]), match, half)
    minute = int(match["m"] or match["m3"] or match["m2"] or 0)
    second = match["s"] or match["s2"]
    micros = int((match["f"] or "0")[:6].ljust(6, "0"))
    return dt.time(hour, minute, int(second or 0), micros), "second" if second else "minute"


def _hour(hour: int, match: re.Match[str], half: re.Match[str] | None) -> int:
    late = bool(match["pm"] or (half and half["pm"]))
    if (late or match["am"] or (half and half["am"])) and hour <= 12:
        return hour % 12 + 12 * late
    return hour + 12 if half and half["noon"] and hour in _NOON_HOURS else hour
