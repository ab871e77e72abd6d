"""Which month a word is, in any language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import zip_longest

from transforms.dates.names import DISPUTED, JALALI, NAMES

# Letters with their marks, in every script: all but digits, space and punctuation.
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~«»…·•॰،؛।၊။、。（）「」【】]+")
_MAX_GAP_CHARS = 2
_HEBREW_IN = "ב"
"""The letter Hebrew puts before the month in "13 of June"."""


def _numbered(names: tuple[str, ...]) -> dict[str, int]:
    return {
        name.replace("_", " "): month
        for month, line in enumerate(names, start=1)
        for name in line.split()
    }


_MONTHS = _numbered(NAMES)
_FIRST_WORDS = frozenset(words[0] for name in _MONTHS if len(words := _WORD.findall(name)) > 1)
"""Of the names of two words."""
_JALALI = _numbered(JALALI)
_THAI = re.compile("[\u0e00-\u0e7f]")

JALALI_YEARS = range(1300, 1500)
_JALALI_EPOCH = dt.date(622, 3, 21).toordinal()
_LONG_MONTHS, _LONG_DAYS, _SHORT_DAYS = 6, 31, 30


def months_in(text: str, language: str) -> Iterator[tuple[int, int, int, bool]]:
    """Yield the months named in a folded text: start, end, number, and whether a Persian one.

    Args:
        text: as `fold` gives it.
        language: first subtag of BCP-47, for the names that mean two months.
    """
    words = list(_WORD.finditer(text))
    for word, following in zip_longest(words, words[1:]):
        start, end, name = word.start(), word.end(), word[0]
        if following and name in _FIRST_WORDS and following.start() - end <= _MAX_GAP_CHARS:
            # Two words ("كانون الثاني"), or letters with dots between them ("ม.ค").
            joint = " ".join(text[start : following.end()].split())
            if joint in _MONTHS:
                yield start, following.end(), _MONTHS[joint], False
                continue
        month = DISPUTED.get(language, {}).get(name) or _MONTHS.get(name)
        if month is None and name[0] == _HEBREW_IN:
            month = _MONTHS.get(name[1:])
        if month:
            yield start, end, month, False
        elif name in _JALALI:
            yield start, end, _JALALI[name], True


def is_thai(text: str) -> bool:
    """Tell whether a text has Thai letters."""
    return _THAI.search(text) is not None


def jalali_day(year: int, month: int, day: int) -> dt.date:
    """Turn a day of the solar Hijri calendar into one of ours.

    By the cycle of 33 years with 8 leap years, which agrees with the calendar in `JALALI_YEARS`.

    Raises:
        ValueError: there is no such day.

    Source: https://en.wikipedia.org/wiki/Solar_Hijri_calendar
    """
    days = _LONG_DAYS if month <= _LONG_MONTHS else _SHORT_DAYS
    if month == 12 and not _is_leap(year):
        days -= 1
    if year not in JALALI_YEARS or not 1 <= month <= 12 or not 1 <= day <= days:
        message = "no day of the solar Hijri calendar"
        raise ValueError(message)
    past_months = 30 * (month - 1) + min(month - 1, _LONG_MONTHS)
    leaps = sum(map(_is_leap, range(1, year)))
    return dt.date.fromordinal(_JALALI_EPOCH + 365 * (year - 1) + leaps + past_months + day - 1)


def _is_leap(year: int) -> bool:
    return year % 33 in {1, 5, 9, 13, 17, 22, 26, 30}
