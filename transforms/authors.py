"""From lines that name authors, as stated or as printed, to the persons in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from transforms.agencies import is_agency
from transforms.credits import (
    BARE_LEAD,
    DEGREE,
    GENERIC,
    GIVEN,
    HOUSE,
    JOINED,
    LEAD,
    NO_AUTHORS,
    OFFICE,
    OUTLET,
    PARTICLES,
    PICTURES,
    PLACES,
    RANKED_TAIL,
    REPORTED_FROM,
    SPLIT,
    STAFF_TAIL,
    SURNAMES,
    TAKEN_FROM,
)
from transforms.han_names import are_chinese
from transforms.photo_credits import credits_picture

_ADDRESS = re.compile(
    r"(?:https?:|www\.)\S*|\S+@\S+|(?<!\w)@\S+|(?<!\S)/\S+|\(\s*@\w+\s*\)", re.IGNORECASE
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|{_MONTH}\.?\s+\d{{1,2}},?\s+\d{{4}}"
    rf"|\d{{1,2}}\.?\s+{_MONTH}\.?,?\s+\d{{4}})"
)
_NO_NAME = re.compile(
    r"\d{3}|^[\W\d_]*$|^.$|\bmins?\b|\.(?:head|extra)\.|\b\d{1,2}[:.]\d\d\b|[{}<>=?!]"
    r"|^(?:unknown|none|null|undefined|anonymous|various|name|home|profile|account|posted|by|and|on"
    r"|published|written(?: by)?|follow|share|subscribe|sponsored|about|contact|login|menu|date"
    r"|user ?name|benutzername|.*\.html?"
    r"|datum|stand|lesedauer|updated?|et al\.?|(?:learn|read|see) (?:more|full bio|profile)"
    rf"|(?:view|all|more|articles|posts)\b.*|{_MONTH} \d+(?:st|nd|rd|th)?"
    r"|january|february|march|july|september|october|november|december)$",
    re.IGNORECASE,
)
"""What stands where a name should: labels, reading times, template variables."""
_TAIL = re.compile(
    r"""
    \s*[(\[][^()\[\]]*[)\]]?$ | \s+[-–—]\s.*$ | \s*[-–—:,]+$
    | ,?\s+(?i:published|updated|posted|reviewed|edited|translated|contributed|sponsored|on|am
        |last\supdated|fact[-\s]checked|medically\sreviewed)\b.*$
    | ,?\s+\d{1,2}[./:]\d.*$ | \s+=\s+.*$ | \s+(?:기사)?(?:입력|승인|등록|송고|수정)(?:\s.*)?$
    | \s+(?:in(?!\s['’]t\b)|at|aus|bei)(?:\s+[^\W\d_a-z].*)?$
    """
    rf"""
    | \s+(?i:{_MONTH})\.?\s*\d.*$ | \s+\d{{1,2}}[a-z]{{0,2}}\.?\s+(?i:{_MONTH})\b.*$
    | \s+\d{{1,2}}\s+(?i:min|hours?|days?|months?|years?)\b.*$ | \s+\d{{4}}[-./]\d{{1,2}}[-./]\d.*$
    """,
    re.VERBOSE,
)
"""What follows a name: brackets, dates, places."""
_FOR = re.compile(r"^(\S+\s+\S.*?)\s+(?:for|from|für)\s.*$")
"""For whom somebody writes: behind a whole name, for bodies are called "Center for Tides"."""
_BEFORE = re.compile(
    r"^.{0,80}\d[^\d\n]{0,12}?[\s:](?:(?:by|von|par|por|av|af|door)\s+"
    rf"|(?:autor(?:in)?|auteur|author)\s*:\s*)|^\W*{_DATE}(?:\s+\d{{1,2}}:\d\d(?::\d\d)?)?\W*",
    re.IGNORECASE,
)
"""A date before a name, as in "Posted on 3 March 2024 by Ada Mercer"."""

_APART = (",", "|", "·", "/")
_AROUND_PLACE = frozenset({",", "|"})
_NO_LETTERS = re.compile(r"[\W_]+")
_BEHIND_DASH = re.compile(r"\s[-–—]\s([^-–—\n]{2,30})$")
_IN_BRACKETS = re.compile(r"\s*\(\s*(?:(?:with|avec|mit|con|com|met|med)\s+)?([^()]{2,40}?)\s*\)")

MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 6
MAX_LABEL_WORDS = 3
MAX_PART_CHARS = 200
MAX_LINE_CHARS = 10_000
MAX_PARTS = 500
"""Looked at for names: they are compared with each other."""
_FEW_NAMES = 64
"""Remembered: a page names its author five times, and to read the name takes 24 µs."""


def split_authors(stated: Iterable[str], site_names: Iterable[str] = ()) -> list[str]:
    """Split lines of authors into names, in the order printed, each once.

    Args:
        stated: one or more authors each; a url, handle or address names nobody.
        site_names: names of the site, which are no persons.
    """
    no_names = {squeeze(name) for name in site_names}
    names: dict[str, str] = {}
    found = (name for line in stated for name in _names_of(line))
    for name in islice(found, MAX_PARTS):
        if squeeze(name) not in no_names:
            names.setdefault(name.casefold(), name)
    return _without_others(list(names.values()))


def _names_of(line: str) -> list[str]:
    """Clean the parts of one line, without the place or paper that stands behind a whole name."""
    named = islice(_parts(line), MAX_PARTS)
    names = [name for part in named if (name := clean_name(part))]
    whole = next((at for at, name in enumerate(names) if looks_like_name(name)), len(names))
    behind = (name for name in names[whole + 1 :] if not _is_beside(name, line))
    return [*names[: whole + 1], *behind]


def _is_beside(name: str, line: str) -> bool:
    """Tell "Lindenau" and "Tide Herald" behind "By Ada Mercer, " from an agency.

    One word may be a name without "By" and an office, as machines state names ("Ani Wijaya,
    Suharto"), and between other marks than those around a place.
    """
    before, _, after = line.rpartition(name)
    mark = before.rstrip()[-1:]
    if is_agency(name) or mark not in _APART:
        return False
    marks = {mark, (after.strip() or mark)[0]}
    is_credit = OFFICE.search(line) or (LEAD.match(line) and marks <= _AROUND_PLACE)
    is_word = name.isalpha() and name.istitle()
    return bool((is_credit and is_word) or OUTLET.search(name))


def credited(stated: Iterable[str], sites: Iterable[str] = ()) -> tuple[list[str], str | None]:
    """Split lines of authors into the persons, and the first wire agency among them.

    A body with a name of its own stands for a person only where no person and no agency is named.

    Args:
        stated: as of `split_authors`.
        sites: names of the site.
    """
    names = split_authors(stated)
    bodies = {squeeze(name) for name in sites}
    agency = next(filter(is_agency, names), None)
    others = [name for name in names if not is_agency(name)]
    persons = [name for name in others if not (squeeze(name) in bodies or is_house(name))]
    return persons or ([] if agency else others), agency


@lru_cache(maxsize=_FEW_NAMES)
def clean_name(part: str) -> str | None:
    """Strip what is no part of a name; None where nothing like a name is left."""
    if len(part) > MAX_PART_CHARS or credits_picture(part):
        return None
    if taken := TAKEN_FROM.match(part):
        agency = part[taken.end() :].strip()
        return agency if is_agency(agency) else None
    name = _ADDRESS.sub(" ", part).strip()
    before = None
    while name != before:
        before, name = name, _stripped(name)
    if len(name) > MAX_NAME_CHARS or _is_long(name.split()) or _NO_NAME.search(name):
        return None
    agency = STAFF_TAIL.sub("", name)
    if agency != name and is_agency(agency):
        return agency
    return name if not _is_office(name) else None


def _stripped(name: str) -> str:
    name = without_lead(name)
    name = BARE_LEAD.sub("", name, count=1)
    name = _TAIL.sub("", _FOR.sub(r"\1", name.strip()))
    if len(name.split()) > 2 or not name.isascii():
        name = RANKED_TAIL.sub("", name)
    name = _once(name)
    return name.strip(" \t,:|-–—*\"'“”„«»●·•/）【】").strip()


def without_lead(line: str) -> str:
    """Strip "By" and its kin; a given name that is spelled like one is none."""
    given = GIVEN.fullmatch(line)
    if given and given["one"].istitle() and not is_agency(given["one"]):
        return line if not GENERIC.fullmatch(given["one"]) else given["one"]
    return LEAD.sub("", line, count=1)


def _once(name: str) -> str:
    """Say "Ada Mercer Ada Mercer" once, as a picture's text and the one below it give it."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half > 1 and words[:half] == words[half:] else name


def _is_long(words: list[str]) -> bool:
    return sum(word.lower() not in PARTICLES for word in words) > MAX_NAME_WORDS


def _is_office(name: str) -> bool:
    return bool(DEGREE.fullmatch(name) or OFFICE.search(name) or GENERIC.fullmatch(name))


def is_house(name: str) -> bool:
    """Tell whether a name is that of a body rather than of a person: "Coast Courier Staff"."""
    words = name.split()
    # "Staff" or "Press" alone behind a first name is a surname.
    is_surname = len(words) == 2 and words[1] in SURNAMES and not OUTLET.search(words[0])
    return HOUSE.search(name) is not None and not is_surname


def looks_like_name(text: str) -> bool:
    """Tell whether a text has the shape of a whole personal name.

    That is two to six words that begin like names or are particles, the last no particle;
    in scripts without case and spaces, two to six letters.
    """
    words = text.split()
    if len(words) == 1:
        return 2 <= len(text) <= 6 and all(unicodedata.category(char) == "Lo" for char in text)
    return (
        len(words) > 1
        and not _is_long(words)
        and all(word.lower() in PARTICLES or _begins_like_name(word) for word in words)
        and words[-1].lower() not in PARTICLES
    )


def looks_like_label(text: str) -> bool:
    """Tell whether a text is short and written as a name of any kind, not as part of a sentence."""
    words = text.split()
    return len(words) == 1 or (
        len(words) <= MAX_LABEL_WORDS and not any(word[0].islower() for word in words)
    )


def squeeze(name: str) -> str:
    """Reduce a name to its letters and digits, to compare it."""
    return _NO_LETTERS.sub("", name).casefold()


def _begins_like_name(word: str) -> bool:
    first = word.lstrip("'’\"(")[:1]
    return first.isalpha() and not first.islower() and not any(char.isdigit() for char in word)


@lru_cache(maxsize=_FEW_NAMES)
def _parts(line: str) -> tuple[str, ...]:
    # Without runs of spaces no pattern below takes more than linear time.
    rows = (" ".join(row.split()) for row in line[:MAX_LINE_CHARS].splitlines())
    text = "\n".join(filter(None, rows))
    text = _IN_BRACKETS.sub(_beside, text) if "(" in text else text
    text = _BEHIND_DASH.sub(_beside, text)
    if _ADDRESS.fullmatch(text) or credits_picture(text):
        return ()
    text = PICTURES.sub("", text)
    if not text.isascii():
        text = REPORTED_FROM.sub("", text)
    text = without_lead(_BEFORE.sub("", text, count=1))
    parts = SPLIT.split(NO_AUTHORS.sub("", text))
    return tuple(chain.from_iterable(map(_split_joined, parts)))


def _beside(match: re.Match[str]) -> str:
    """Put an agency in brackets or behind a dash beside the name before it; else leave them."""
    return f", {match[1]}" if is_agency(match[1]) else match[0]


def _split_joined(part: str) -> Iterator[str]:
    """Split "Ana Ruiz y Luis Soto", but not "José Ortega y Gasset"."""
    start = 0
    if not part.isascii() and are_chinese(words := BARE_LEAD.sub("", LEAD.sub("", part)).split()):
        yield from words
        return
    for joint in JOINED.finditer(part):
        following = JOINED.search(part, joint.end())
        right = part[joint.end() : following.start() if following else len(part)]
        if _is_whole(part[start : joint.start()]) and _is_whole(right):
            yield part[start : joint.start()]
            start = joint.end()
    yield part[start:]


def _is_whole(side: str) -> bool:
    name = without_lead(side.strip())
    return looks_like_name(name) or is_agency(name)


def _without_others(names: list[str]) -> list[str]:
    """Drop what beside a name is none: a place, and the account of who is spelled out."""
    spelled = {squeeze(name) for name in names if " " in name}
    kept = [name for name in names if " " in name or squeeze(name) not in spelled]
    return [name for name in kept if name not in PLACES] if len(kept) > 1 else kept
