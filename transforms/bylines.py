"""The line that says who wrote an article and when: `By NAMES | AGENCY | DATE` and its kin."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from transforms.agencies import is_agency
from transforms.authors import looks_like_name, split_authors
from transforms.credits import BOTH, NO_AUTHORS, REPORTED, STAFF_TAIL
from transforms.dates.weekdays import is_weekday
from transforms.han_names import MAX_CHARS as MAX_HAN_CHARS

IsDate = Callable[[str], bool]

MAX_BYLINE_CHARS = 200

DAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\b"
_DATE_START = rf"{DAYS}|{_MONTHS}\.?\s\d|\d{{1,4}}[\s./-]"
_WHEN = re.compile(
    rf"(?:^|[\s,–—-]+)(?:(?:on|published|posted|date)\b:?\s+)?"
    rf"(?P<when>(?:{_DATE_START}).*\d{{4}}.*)$",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"^(?:{DAYS}.*\d{{4}}|(?:\d{{1,2}}\s)?{_MONTHS}.*\d{{4}}|\d{{1,4}}[./-]\d{{1,2}}[./-]\d)",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"^(?:last\s+)?(?:updated|modified)\b", re.IGNORECASE)
_BY = re.compile(r"^by\b\s*:?\s*", re.IGNORECASE)
_LED = re.compile(
    r"(?:von|vom|par|por|di|door|av|af|przez"
    rf"|{BOTH}\s+(?:by|von|par|por|av|af|door|di)|{REPORTED}"
    r"|(?:oleh|text|texte|texto|testo|tekst|автор|текст|haber|muhabir|yazar|redacción|penulis"
    rf"|reporter|기자|{BOTH})\s*:)\s+(?=\w)"
    r"|[(（]?(?:本[报報刊社网])?(?:记者|記者|作者|撰文)(?:\s*[:：／]\s*|\s+)(?=\w)",
    re.IGNORECASE,
)
"""What leads the names in other languages, of the words `transforms.credits` knows."""
_SPLIT = re.compile(
    r"^(?:and|with)\s"
    r"|\s*(?:[;/&]|,(?!\s(?:Jr|Sr|II|III)\b)|,?\s(?:and|with|reporting by)\s)\s*(?:and\s)?"
)
_SENTENCE_END = re.compile(r"(?<!\bJr)(?<!\bSr)(?<!\b[ap]\.m)[.!?…][\"'”’]*$")
# "The ferry" is no town, nor is "Personal assistants", or what more than four words name.
_TOWN_WORD = r"[^\W\d_a-zß-ÿа-я][\w'’.-]*"
_SMALL_WORD = r"(?:[a-z]{1,2}|del|der|auf|sur|upon|and|[a-z.]{1,5}\.)"
_ABBREVIATION = r"[a-z][a-z.]{0,4}\.\w{0,4}\.?"
_DATELINE = re.compile(
    rf"(?P<where>(?!(?:The|An?|Die|Der|Das)\s){_TOWN_WORD}"
    rf"(?:[\s/]+(?:{_SMALL_WORD}\s+){{0,2}}{_TOWN_WORD}|\s{_ABBREVIATION}){{0,3}}\s*"
    r"(?:,[^()\n]{1,60})?)?"
    r"\((?P<agency>[\w\s./&-]{2,30})\)\s?\.?\s?[-–—_]"
)
_ROLE = re.compile(
    r"\b(?:staff|wires?|newsroom|desk|editorial|editors?|(?:staff )?writers?|reporters?"
    r"|correspondents?|columnist|bureau|team|agenc(?:y|ies)|services?|contributors?|analyst"
    r"|producers?)$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s(?:in|for|at|special to)\s.*$")
_WORD = r"[^\W\d_][\w'’.-]*"
_COMMON = re.compile(r"(?:the|an?|this|that|my|our|how|why)\s|[a-z\s]+$")
_NAME = re.compile(rf"{_WORD}(?:\s{_WORD}){{0,5}}(?:,\s(?:Jr\.?|Sr\.?|II|III))?")


@dataclass(slots=True)
class Byline:
    """Who and when, as printed."""

    printed: str = ""
    """The line without its dates."""
    authors: list[str] = field(default_factory=list)
    agency: str | None = None
    dates: list[str] = field(default_factory=list)
    updated: str | None = None
    unfit: list[str] = field(default_factory=list)
    """What is neither name, agency, role nor date."""
    is_led: bool = False
    """Whether names stand behind "Von", "Par" and the like: whole names, for these words are no
    sign of a byline by themselves, as "By" is."""

    def add(self, more: Byline) -> None:
        """Take over what a further line of the same block says."""
        self.printed = " ".join(filter(None, (self.printed, more.printed)))
        self.authors += [name for name in more.authors if name not in self.authors]
        self.agency = self.agency or more.agency
        self.dates += more.dates
        self.updated = self.updated or more.updated

    @property
    def says_who(self) -> bool:
        """True where somebody or some agency is named."""
        return bool(self.authors or self.agency)


def read_byline(line: str, is_date: IsDate) -> Byline | None:
    """Read one line; None where it is no byline.

    It is one where it starts with "By" and names, or has a date and nothing but names besides.

    Args:
        line: stripped.
        is_date: says whether a string is one date that can be read.
    """
    if len(line) > MAX_BYLINE_CHARS or _SENTENCE_END.search(line):
        return None
    byline = _dissect(_BY.sub("", line, count=1), is_date)
    if byline.is_led:
        return byline
    says_by = _BY.match(line) is not None
    if says_by and byline.printed:
        byline.printed = f"By {byline.printed}" if line[:2] != "BY" else f"BY {byline.printed}"
    if says_by and (byline.dates or not byline.unfit):
        return byline
    return byline if (byline.dates or byline.updated) and not byline.unfit else None


def read_names(line: str) -> Byline | None:
    """Read a line of names, agencies or roles alone; None where anything else is in it."""
    byline = _dissect(line, lambda _: False)
    byline.printed = line
    return None if byline.unfit or byline.dates or len(line) > MAX_BYLINE_CHARS else byline


def agency_of_dateline(paragraph: str) -> str | None:
    """Find the agency of "CITY (AP) - ...", which the city and the day may stand before."""
    found = _dateline(paragraph)
    return found["agency"] if found else None


def day_of_dateline(paragraph: str, is_date: IsDate) -> str | None:
    """Find the day of "CITY, March 5, 2024 (AP) - ...", as printed.

    Without an agency it may be that of a life: "Ada Mercer, 5 March 1950 - 3 June 2024, was ...".
    """
    found = _dateline(paragraph)
    _, *parts = (found["where"] or "").split(",") if found else [""]
    days = (",".join(parts[at:]).strip() for at in range(len(parts)))
    return next((day for day in days if is_date(day)), None)


def _dateline(paragraph: str) -> re.Match[str] | None:
    found = _DATELINE.match(paragraph)
    return found if found and is_agency(found["agency"]) else None


def _dissect(line: str, is_date: IsDate) -> Byline:
    byline, names = Byline(), []
    for part in filter(None, re.split(r"\s*[|•·]\s*", line)):
        if _UPDATED.match(part) and is_date(part):
            byline.updated = part
            continue
        who, when = _apart(part, is_date)
        byline.dates += [when] if when else []
        names += [who] if who else []
    names = [part for part in names if not is_weekday(part)]
    byline.printed = " | ".join(names)
    for part in names:
        byline.is_led |= _add_led_names(byline, part)
    return byline


def _apart(part: str, is_date: IsDate) -> tuple[str, str | None]:
    """Split "Jane Roe, 25 February 2024" into who and when."""
    found = _WHEN.search(part)
    if found and is_date(found["when"]):
        who = part[: found.start()].strip(" ,")
        return ("", part) if is_weekday(who) else (who, found["when"])
    if is_date(part) or _DATED.match(part):
        return "", part
    return part, None


def _add_led_names(byline: Byline, part: str) -> bool:
    """Add the names behind "Von" and its kin, and tell whether there are some; else any names."""
    led = _LED.match(part)
    names = split_authors([part]) if led else []
    if names and names != [part] and all(_is_whole(name) or is_agency(name) for name in names):
        _add_clean_names(byline, part)
        return True
    _add_names(byline, NO_AUTHORS.sub("", part))
    return False


def _is_whole(name: str) -> bool:
    """Tell a name from the beginning of a sentence; one in Chinese has four signs at most."""
    return looks_like_name(name) and (" " in name or len(name) <= MAX_HAN_CHARS)


def _add_names(byline: Byline, part: str) -> None:
    """Add what has the shape of names and nothing else, cleaned as everywhere."""
    for stated in filter(None, _SPLIT.split(part)):
        name = _PLACE.sub("", stated).strip(" ,:-–—")
        if is_agency(body := STAFF_TAIL.sub("", name)):
            byline.agency = byline.agency or body
        elif _ROLE.search(name):
            continue
        elif _NAME.fullmatch(name) and not _COMMON.match(name):
            _add_clean_names(byline, name)
        else:
            byline.unfit.append(name)


def _add_clean_names(byline: Byline, stated: str) -> None:
    names = split_authors([stated]) or [stated]
    byline.authors += [name for name in names if not is_agency(name)]
    byline.agency = byline.agency or next(filter(is_agency, names), None)
