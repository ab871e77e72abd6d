"""From lines that name authors, as stated or as printed, to the persons in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LEAD = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|reviewed|words|story|text)\s+(?=by\b))?"
    r"(?:by|von|par|por|door|przez|(?:author|autore?a?|auteur|autor(?:in)?|text|von)\s*:)(?:\s+|$)"
    r"(?:(?:by|von|par|por)\s+)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·、，\n]|,(?!\s*(?:Jr|Sr|II|III)\b)|\s/\s|\s&\s|\s(?:and|und|et|with)\s)\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?:|www\.|[/@])\S*|\S+@\S+", re.IGNORECASE)
_NO_NAME = re.compile(
    r"\d{3}|^[\W\d_]*$|^.$|\bmins?\b|\.(?:head|extra)\."
    r"|^(?:author|admin|unknown|none|null|name|home|profile|account|posted|published|written by"
    r"|(?:learn|read|see|view) (?:more|all|full bio|profile)|stand|lesedauer|updated?)$",
    re.IGNORECASE,
)
"""What stands where a name should: labels, reading times, template variables."""
_ROLE = (
    r"(?:(?:senior|chief|associate|contributing|staff|guest|managing|executive)\s+)+"
    r"(?:writer|reporter|editor|correspondent|contributor|columnist)"
)
_TAIL = re.compile(
    r"\s*\([^()]*\)?$|\s+[-–—]\s.*$|\s*[-–—:,]+$"
    r"|,?\s+(?:(?:published|updated|posted|on|am)\b.*|\d{1,2}[./:]\d.*)$"
    r"|(?:^|\s+)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}$"
    rf"|(?<=\S)\s{_ROLE}$",
    re.IGNORECASE,
)
"""What follows a name: brackets, dates, roles."""
_NO_PERSON = re.compile(
    rf"(?i:{_ROLE})|(?:M\.?D|Ph\.?\s?D|D\.?O|M\.?S\.?c?|B\.?[AS]|M\.?A|MBA|MPH|RDN?|LDN?|R\.?N|DVM|CF[AP]|CPA|CPT"
    r"|DDS|Esq|FAND|CSSD|JD|LVT|VMD)[.®]?"
)
"""Roles, degrees and licences that follow a name after a comma."""

MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 6
MAX_PART_CHARS = 200
MAX_LINE_CHARS = 10_000


def split_authors(stated: Iterable[str], site_names: Iterable[str] = ()) -> list[str]:
    """Split lines of authors into names, in the order printed, each once.

    Args:
        stated: one or more authors each; a url, handle or address names nobody.
        site_names: names of the site, which are no persons.
    """
    no_names = {_squeeze(name) for name in site_names}
    names: dict[str, str] = {}
    for part in _parts(stated):
        name = clean_name(part)
        if name and _squeeze(name) not in no_names:
            names.setdefault(name.casefold(), name)
    return list(names.values())


def clean_name(part: str) -> str | None:
    """Strip what is no part of a name; None where nothing like a name is left."""
    if len(part) > MAX_PART_CHARS:
        return None
    name = _ADDRESS.sub(" ", part).strip()
    name = _LEAD.sub("", name, count=1)
    if _NO_PERSON.fullmatch(name):
        return None
    before = None
    while name != before:
        before, name = name, _TAIL.sub("", name.strip()).strip(" \t,.:|-–—*\"'“”„«»")
    if len(name) > MAX_NAME_CHARS or len(name.split()) > MAX_NAME_WORDS or _NO_NAME.search(name):
        return None
    return name


def turned_round(name: str) -> str:
    """Write "Mercer, Ada" as "Ada Mercer", as library metadata states names."""
    last, comma, first = name.partition(",")
    if not comma or "," in first or " " in last.strip() or not first.strip():
        return name
    return f"{first.strip()} {last.strip()}"


def _parts(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        text = line[:MAX_LINE_CHARS].strip()
        if not _ADDRESS.fullmatch(text):
            yield from _SPLIT.split(_LEAD.sub("", text, count=1))


def _squeeze(name: str) -> str:
    return re.sub(r"\W+", "", name).casefold()
