"""The day in a printed date, without its time: worded in any language, or in numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from transforms.dates.months import JALALI_YEARS, is_thai, jalali_day, months_in
from transforms.dates.scripts import fold

MAX_BEFORE_CHARS, MAX_AFTER_CHARS = 60, 40
"""Of other text in the line of a date."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as printed, and the folded text around it."""

    date: dt.date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Locale:
    """Whose habits a date is printed by."""

    language: str
    """First subtag of BCP-47, "en" where it is not known."""
    country: str | None
    """ISO 3166-1 alpha-2."""
    stated: bool
    """Whether the language was given."""


_YEARS_FIRST = frozenset({"zh", "ja", "ko", "hu", "lt", "mn", "fa", "eu", "ne", "si", "sv", "ps"})
"""Languages that may print 24.02.25. Source: CLDR 46, short date patterns."""

_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "MH", "PW"})
"""Countries that print 2/25/2024. Source: CLDR 46, short date patterns of English."""

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""The year before the first of an era."""

_BUDDHIST_YEARS, _BUDDHIST_ERA = range(2400, 2744), 543
_SHORT_BUDDHIST_YEARS = range(50, 100)

# After a day: ordinal endings of any language (25th, 1er, 1o, 25-го, 25ης) and short links.
_DAY = r"(?<![\d.,:/-])(?P<d>\d{1,2})(?:[.'-]?(?:st|nd|rd|th|er|re|e|o|a|h|ης|η|го|ого|е|ти))?"
_OF = r"(?:(?:of|de|del|di|da|do|mis|des|den|na|د)(?![^\W\d_])[\s.]*|(?:d|ta)'\s*)?"
_GAP = r"[\s,،၊、.॰/-]*"
_BEFORE_MONTH = re.compile(rf"{_DAY}{_GAP}{_OF}$")
_YEAR_BEFORE = re.compile(r"(?<![\d,:/.])(?P<y>\d{4})[^\d:]{1,12}?(?:(?P<d>\d{1,2})[\s.]*)?$")
_YEAR_AFTER = re.compile(
    rf"{_GAP}(?:(?:of|de|del|din|do|di|da|la|พ\.?ศ\.?|ค\.?ศ\.?|سنه|г|anul)\.?\s*)?"
    r"(?:(?P<y>\d{4})(?!\d)|'(?P<yy>\d{2})(?!\d))"
)
_DAY_AFTER = re.compile(
    rf"{_GAP}(?P<d>\d{{1,2}})(?:-?(?:st|nd|rd|th|an|en|ei|e|a|o|ren|ak|д))?(?![\d:])"
    rf"(?:{_GAP}(?:of|de|del)?\s?(?P<y>\d{{4}})(?!\d))?"
)
_SHORT_YEAR = re.compile(r"[\s-](?P<yy>\d{2})(?!\d)")

_HIJRI = re.compile(r"\d{1,2}\s+[^\d\s]{2,12}(?:\s[^\d\s]{2,12})?\s*,?\s1[34]\d\d\s?ه\S*")
"""A day of the lunar calendar beside ours; by itself it is read by no rule but sighting."""

_SEP = r"(?P<sep>\s?[-/.|]\s?)"
_YEAR_FIRST = re.compile(
    rf"(?<![\d./-])(?P<y>\d{{4}}){_SEP}(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?!\d)"
)
_YEAR_LAST = re.compile(
    rf"(?<![\d./-])(?P<a>\d{{1,2}}){_SEP}(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d{{2}})(?!\d)"
)
_HAN = re.compile(
    rf"(?<!\d)(?P<era>{'|'.join(_ERAS)})?\s?(?P<y>\d{{1,4}}|元)\s?[年년]"
    r"\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日号號일]?(?!\d)"
)
_VIETNAMESE = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s+th(?:an)?g\s+(?P<m>\d{1,2})(?:,|\s+nam)?\s+(?P<y>\d{4})(?!\d)"
)
_MONGOLIAN = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s?оны\s(?P<m>\d{1,2})\s?-?р\sсарын\s(?P<d>\d{1,2})(?!\d)"
)


def find_day(rest: str, locale: Locale) -> Day | None:
    """Find the one day in a text without its time; None where there is none, or more numbers.

    Raises:
        ValueError: there is no such day.
    """
    text = fold(rest)
    text = _HIJRI.sub(" ", text) if "ه" in text else text
    if is_thai(text):
        locale = replace(locale, language="th")
    for search in (_worded, _numbered):
        for day in search(text, locale):
            if _is_alone(day):
                return day
    return None


def _is_alone(day: Day) -> bool:
    if len(day.before) > MAX_BEFORE_CHARS or len(day.after) > MAX_AFTER_CHARS:
        return False
    return not any(map(str.isdigit, day.before + day.after))


def _worded(text: str, locale: Locale) -> Iterator[Day]:
    for start, end, month, persian in months_in(text, locale.language):
        before, after = text[:start], text[end:].removeprefix(".").removeprefix("' ")
        for read in (_day_month_year, _month_day_year, _year_month_day):
            found = read(before, after, locale)
            if found:
                year, day, cut, rest = found
                make = jalali_day if persian else dt.date
                yield Day(make(year, month, day), before[:cut], after[rest:])
                break


_Worded = tuple[int, int, int, int]
"""Year, day, where the text before the date ends, and where the one after it begins."""


def _day_month_year(before: str, after: str, locale: Locale) -> _Worded | None:
    day = _BEFORE_MONTH.search(before)
    if day is None:
        return None
    if year := _YEAR_AFTER.match(after):
        stated = int(year["y"]) if year["y"] else _of_century(year["yy"])
        return western(stated, locale), int(day["d"]), day.start(), year.end()
    short = _SHORT_YEAR.match(after)
    if short and (after[0] == "-" or locale.language == "th"):
        return _short_year(short["yy"], locale), int(day["d"]), day.start(), short.end()
    if year := _YEAR_BEFORE.search(before[: day.start()]):  # 2024. gada 25. februaris
        return (int(year["y"]), int(day["d"]), year.start(), 0) if not year["d"] else None
    return None


def _month_day_year(before: str, after: str, locale: Locale) -> _Worded | None:
    found = _DAY_AFTER.match(after)
    if found is None or not found["y"]:
        return None
    return western(int(found["y"]), locale), int(found["d"]), len(before), found.end()


def _year_month_day(before: str, after: str, _: Locale) -> _Worded | None:
    year, day = _YEAR_BEFORE.search(before), _DAY_AFTER.match(after)
    if year is None or day is None or year["d"] or day["y"]:
        return None
    return int(year["y"]), int(day["d"]), year.start(), day.end()


def _numbered(text: str, locale: Locale) -> Iterator[Day]:
    for form, read in _FORMS:
        match = form.search(text)
        day = read(match, locale) if match else None
        if match and day:
            yield Day(day, text[: match.start()], text[match.end() :])


def _read_plain(match: re.Match[str], locale: Locale) -> dt.date | None:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if year in JALALI_YEARS:
        return jalali_day(year, month, day) if locale.language in {"fa", "ps"} else None
    return dt.date(western(year, locale), month, day)


def _read_han(match: re.Match[str], _: Locale) -> dt.date:
    year = 1 if match["y"] == "元" else int(match["y"])
    return dt.date(_ERAS.get(match["era"], 0) + year, int(match["m"]), int(match["d"]))


def _read_ordered(match: re.Match[str], locale: Locale) -> dt.date | None:
    """Tell day and month apart in 3/4/2024; None where both orders are possible."""
    first, second, separator = int(match["a"]), int(match["b"]), match["sep"].strip()
    short = len(match["y"]) == 2
    if short and not (locale.country or (locale.stated and locale.language != "en")):
        return None
    if short and locale.language in _YEARS_FIRST:
        return None
    year = _of_century(match["y"]) if short else western(int(match["y"]), locale)
    if locale.country in _MONTH_FIRST and separator != "." and first <= 12:
        return dt.date(year, first, second)
    if first > 12 or separator == "." or first == second:
        return dt.date(year, second, first)
    if second > 12:
        return dt.date(year, first, second)
    known = locale.country or (locale.stated and locale.language != "en")
    return dt.date(year, second, first) if known else None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Locale], dt.date | None]], ...] = (
    (_YEAR_FIRST, _read_plain),
    (_HAN, _read_han),
    (_VIETNAMESE, _read_plain),
    (_MONGOLIAN, _read_plain),
    (_YEAR_LAST, _read_ordered),
)


def western(year: int, locale: Locale) -> int:
    """Turn a year of the Buddhist era into ours, in Thai."""
    return year - _BUDDHIST_ERA if locale.language == "th" and year in _BUDDHIST_YEARS else year


def _short_year(digits: str, locale: Locale) -> int:
    # 25 ก.พ. 67 is of 2567; what is under 50 there could be of either era.
    if int(digits) in _SHORT_BUDDHIST_YEARS and locale.language == "th":
        return 2500 - _BUDDHIST_ERA + int(digits)
    return _of_century(digits)


def _of_century(digits: str) -> int:
    # Source: RFC 5322 section 4.3: 00 to 49 are of this century, 50 to 99 of the last.
    return int(digits) + (2000 if digits < "50" else 1900)
