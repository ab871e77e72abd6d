"""Reading a printed date or time, and nothing that was not printed.

The clock and its zone are taken out first, which look alike in every language; what is left must
be one whole date: by our own grammar, else by dateparser in the language given. A day, month,
year or zone that is not there is never filled in, and no clock is read.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from transforms.reading import Evidence, Moment, Precision
from transforms.zones import take_zone, zone_named

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_Read = tuple[dt.datetime, Precision, bool]
"""As printed, in the zone printed or assumed; how precise; whether the zone was printed."""

_MAX_CHARS = 120
_YEARS = range(1800, 2201)

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMES = frozenset(_MONTHS) | {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
"""What is no zone, where it stands in capitals after a time."""

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""The year before the first of an era."""

_BUDDHIST_YEAR = re.compile(r"\b2[4-7]\d{2}\b")

_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "MH", "PW"})
"""Countries that print 2/25/2024. Source: CLDR 46, short date patterns of English."""

_BEFORE, _AFTER = r"\D{0,60}?", r"\D{0,40}"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})(?![a-z])\.?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<y>\d{4})"
_GAP = r"[\s,./-]+"
_WORDED = [
    re.compile(form)
    for form in (
        rf"{_BEFORE}{_DAY}(?:\s+of)?[\s,./-]*{_MONTH}[\s,./-]*{_YEAR}{_AFTER}",
        rf"{_BEFORE}(?<![a-z]){_MONTH}[\s,/-]*{_DAY}{_GAP}{_YEAR}{_AFTER}",
        rf"{_BEFORE}{_YEAR}{_GAP}{_MONTH}[\s,/-]*{_DAY}{_AFTER}",
    )
]
_YEAR_FIRST = re.compile(
    rf"{_BEFORE}{_YEAR}([-/.])\s?(?P<m>\d{{1,2}})\2\s?(?P<d>\d{{1,2}}){_AFTER}"
)
_YEAR_LAST = re.compile(
    rf"{_BEFORE}(?P<a>\d{{1,2}})(?P<sep>[-/.])\s?(?P<b>\d{{1,2}})(?P=sep)\s?{_YEAR}{_AFTER}"
)
_HAN = re.compile(
    rf"{_BEFORE}(?P<era>{'|'.join(_ERAS)})?\s?(?P<y>\d{{1,4}}|元)\s?[年년]"
    rf"\s?(?P<m>\d{{1,2}})\s?[月월]\s?(?P<d>\d{{1,2}})\s?[日号號일]{_AFTER}"
)

_VIETNAMESE = re.compile(
    rf"{_BEFORE}(?P<d>\d{{1,2}})\s+tháng\s+(?P<m>\d{{1,2}})(?:,|\s+năm)?\s+{_YEAR}{_AFTER}"
)

_COMPACT = re.compile(
    r"(?P<date>\d{8})(?:[T ]?(?P<hm>\d{4})(?P<s>\d{2})?(?P<fraction>[.,]\d+)?)?"
    r"(?P<zone>\s?(?:Z|[+-]\d{2}:?\d{2}))?"
)
_RFC_822 = re.compile(
    rf"^(?P<before>[a-z]{{3}}, \d{{1,2}} {_MONTH} )(?P<yy>\d{{2}})(?= \d{{2}}:\d{{2}})",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"1\d{9}(?P<ms>\d{3})?")
_UPDATED = re.compile(r"(?<=\d)(\D{0,40}?)\b(?:last )?(?:updated|modified)\b.*", re.IGNORECASE)

_CLOCK = re.compile(
    r"""(?P<early>上午|凌晨|早上|午前|오전)?(?P<late>下午|晚上|中午|午後|오후)?\s?
    (?<![\d:.+\u2212])
    (?: (?P<h>\d{1,2}) (?P<sep>[:.]) (?P<m>\d{2})
        (?: (?P=sep) (?P<s>\d{2}) (?:[.,](?P<f>\d{1,9}))? )? (?!\.?\d|:)
      | (?P<h2>\d{1,2}) \s?[时時点點시h]\s? (?: (?P<m2>\d{1,2}) \s?[分분]?
        (?: \s?(?P<s2>\d{1,2})\s?[秒초] )? )? (?![\da-z])
      | (?P<h3>\d{1,2}) (?=\s?[ap]\.?\s?m\b) )
    (?: \s? (?: (?P<am>a\.?\s?m\b\.?|π\.?\s?μ\b\.?|ص\b)
             | (?P<pm>p\.?\s?m\b\.?|μ\.?\s?μ\b\.?|م\b) ) )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DAY_WITH_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})")
"""An xsd:date."""
_UNKNOWN_ZONE = re.compile(r"\s*\(?([A-Z]{3,5})\b\)?")


def parse_moment(
    raw: str,
    *,
    evidence: Evidence,
    timezone: str = "UTC",
    language: str | None = None,
    country: str | None = None,
) -> Moment | None:
    """Read a date as printed, with its time and zone where it has them.

    A time the clocks skipped is read by the offset before the change, one they showed twice as
    the first of the two. 3/4/2024 is None unless country or language tell which is the month.

    Args:
        raw: one date and little else, in any script; longer texts give None.
        evidence: where it stood.
        timezone: IANA name of the zone of dates printed without one.
        language: BCP-47; without it month names are English ones.
        country: ISO 3166-1 alpha-2, for ambiguous zones and the order of day and month.
    """
    try:
        read = _read(_tidy(raw), ZoneInfo(timezone), language, country)
    except ValueError:  # a 14th month, a 25th hour: printed, but no date
        return None
    if read is None or read[0].year not in _YEARS:
        return None
    printed, precision, tz_known = read
    at = printed.astimezone(dt.UTC)
    return Moment(at, printed.date(), precision, raw, evidence, tz_known)


def _read(printed: str, home: ZoneInfo, language: str | None, country: str | None) -> _Read | None:
    if len(printed) > _MAX_CHARS:
        return None
    if match := _EPOCH.fullmatch(printed):
        moment = dt.datetime.fromtimestamp(int(printed[:10]), home)
        return moment.replace(microsecond=1000 * int(match["ms"] or 0)), "second", True
    country = country or _region(language)
    rest, clock, precision, zone = _take_time(_spelled_out(printed), country)
    day = _day(rest, language, country)
    if day is None:
        return None
    return dt.datetime.combine(day, clock, zone or home), precision, zone is not None


def _tidy(raw: str) -> str:
    """Fold digits and compatibility forms, drop what is invisible, and what follows "updated"."""
    folded = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFKC", raw[: 4 * _MAX_CHARS])
        if unicodedata.category(char) != "Cf"
    )
    return _UPDATED.sub(r"\1", " ".join(folded.split()))


def _spelled_out(printed: str) -> str:
    """Give compact forms their separators, and the two-digit years of RFC 822 their century."""
    if match := _COMPACT.fullmatch(printed):
        day, clock, second = match["date"], match["hm"], match["s"]
        printed = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        if clock:
            printed += f" {clock[:2]}:{clock[2:]}" + (f":{second}" if second else "")
        return printed + (match["zone"] or "")
    return _RFC_822.sub(_with_century, printed)


def _with_century(match: re.Match[str]) -> str:
    # Source: RFC 5322 section 4.3: 00 to 49 are of this century, 50 to 99 of the last.
    century = "20" if match["yy"] < "50" else "19"
    return f"{match['before']}{century}{match['yy']}"


def _take_time(
    printed: str, country: str | None
) -> tuple[str, dt.time, Precision, dt.tzinfo | None]:
    """Split into the text of the day, and the time and zone; midnight where no time is printed."""
    if match := _DAY_WITH_ZONE.fullmatch(printed):
        return match[1], dt.time(), "day", zone_named(match[2])
    match = _CLOCK.search(printed)
    if match is None:
        return printed, dt.time(), "day", None
    clock, precision = _clock(match)
    zone, after = take_zone(printed[match.end() :], country)
    unknown = _UNKNOWN_ZONE.match(after) if zone is None else None
    if unknown and unknown[1].lower() not in _NAMES:
        after = after[unknown.end() :]
    return f"{printed[: match.start()]} {after}".strip(), clock, precision, zone


def _clock(match: re.Match[str]) -> tuple[dt.time, Precision]:
    hour = int(match["h"] or match["h2"] or match["h3"])
    minute = int(match["m"] or match["m2"] or 0)
    second = match["s"] or match["s2"]
    late = bool(match["pm"] or match["late"])
    if (late or match["am"] or match["early"]) and hour <= 12:
        hour = hour % 12 + 12 * late
    micros = int((match["f"] or "0")[:6].ljust(6, "0"))
    return dt.time(hour, minute, int(second or 0), micros), "second" if second else "minute"


def _day(rest: str, language: str | None, country: str | None) -> dt.date | None:
    text = rest.lower()
    for form in _WORDED:
        if match := form.fullmatch(text):
            return dt.date(int(match["y"]), _MONTHS[match["month"]], int(match["d"]))
    if match := _YEAR_FIRST.fullmatch(text) or _VIETNAMESE.fullmatch(text):
        return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _YEAR_LAST.fullmatch(text):
        return _ordered_day(match, language, country)
    if match := _HAN.fullmatch(text):
        year = 1 if match["y"] == "元" else int(match["y"])
        return dt.date(_ERAS.get(match["era"], 0) + year, int(match["m"]), int(match["d"]))
    return _foreign_day(text, (language or "en").partition("-")[0].lower())


def _ordered_day(match: re.Match[str], language: str | None, country: str | None) -> dt.date | None:
    """Tell day and month apart in 3/4/2024; None where both orders are possible."""
    year, first, second = int(match["y"]), int(match["a"]), int(match["b"])
    if first > 12 or match["sep"] == ".":
        return dt.date(year, second, first)
    if second > 12 or first == second or country in _MONTH_FIRST:
        return dt.date(year, first, second)
    known = country or (language or "en").partition("-")[0].lower() != "en"
    return dt.date(year, second, first) if known else None


def _region(language: str | None) -> str | None:
    """Find the region of a language tag: "US" of "en-US"."""
    regions = (part.upper() for part in (language or "").split("-")[1:] if len(part) == 2)
    return next(regions, None)


def _foreign_day(text: str, language: str) -> dt.date | None:
    """Ask dateparser; its answer counts where exactly its day and its year are the numbers."""
    parser = None if language == "en" else _dateparser(language)
    if parser is None:
        return None
    text = re.sub(r"\D+$", "", text)
    if language == "th":
        text = _BUDDHIST_YEAR.sub(lambda year: str(int(year[0]) - 543), text)
    for candidate in (text, re.sub(r"^\D+", "", text)):
        found = parser.get_date_data(candidate).date_obj
        numbers = sorted(map(int, re.findall(r"\d+", candidate)))
        if found and numbers == [found.day, found.year]:
            return found.date()
    return None


@functools.cache
def _dateparser(language: str) -> DateDataParser | None:
    # Not at the top: the import costs 0.15 s, and most dates never come here.
    from dateparser.data.languages_info import language_order
    from dateparser.date import DateDataParser

    if language not in language_order:
        return None
    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RELATIVE_BASE": dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    return DateDataParser(languages=[language], settings=settings)
