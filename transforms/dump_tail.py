"""What stands under the body of a text dump: copyright, then facts on a line each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from transforms.bylines import DAYS, IsDate
from transforms.keywords import each_once

_MAX_TAIL_LINES = 14
_MAX_LEAD_LINES = 4
"""Section, description (perhaps on two lines), keywords."""
_MAX_LABEL_CHARS = 60

_COPYRIGHT = re.compile(
    r"©.{0,250}|(?:\(c\)|copyright\b).{0,60}\b\d{4}\b.{0,190}|.{0,100}\ball rights reserved\.?",
    re.IGNORECASE,
)
_RELATED = re.compile(r"(?:related|more) (?:stories|articles|coverage)\s*:?", re.IGNORECASE)
_VIEW = re.compile(
    r"(?:view|read|see)(?: (?:this|the|more|original|article|full))* (?:on|at) .{1,60}(?<![.!?])",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?:word count:?\s*)?(?P<words>\d{1,6})(?: words)?", re.IGNORECASE)
_MACHINE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ]\d.*)?")
_URL = re.compile(r"https?://\S+")
_WEEKDAY_DATE = re.compile(rf"{DAYS}.{{0,30}}\d{{4}}.*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;。！？…][\"'”’»)]*$")
_INCORPORATED = re.compile(r"\b(?:inc|llc|ltd|corp|co|plc|gmbh|ag)\.?$", re.IGNORECASE)
_COMPANY = re.compile(
    r"\b(?:inc|llc|ltd|limited|corp|corporation|company|co|plc|gmbh|ag|media|news|group"
    r"|publishing|press|network|times|post|herald|tribune|broadcasting)\.?$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Tail:
    """The facts under the body, as printed."""

    copyright: str | None = None
    section: str | None = None
    description: str | None = None
    keywords: list[str] = field(default_factory=list)
    words: int | None = None
    machine_date: str | None = None
    date: str | None = None
    publisher: str | None = None
    url: str | None = None
    unread: list[str] = field(default_factory=list)
    """Lines under the copyright that fit nothing."""


def split_tail(lines: Sequence[str], is_date: IsDate) -> tuple[list[str], Tail]:
    """Cut the tail off; give back the lines of the body and what the tail says.

    Only the last lines are a tail: what looks like one inside the body stays there.

    Args:
        lines: stripped, "" is a blank line.
        is_date: says whether a string is one date that can be read.
    """
    tail = Tail()
    body = _without_copyright(_trimmed(lines), tail)
    start = _start_under_copyright(body, is_date)
    if start is None:
        start = _start_of_facts(body, is_date)
    facts = [line for line in body[start:] if line]
    body = _without_copyright(_trimmed(body[:start]), tail)
    _read_facts(tail, facts, is_date)
    return _without_related(body, tail), tail


def _without_copyright(body: list[str], tail: Tail) -> list[str]:
    while body and _is_copyright(body[-1]):
        tail.copyright = body[-1]
        body = _trimmed(body[:-1])
    return body


def _is_copyright(line: str) -> bool:
    return _COPYRIGHT.fullmatch(line) is not None


def _trimmed(lines: Sequence[str]) -> list[str]:
    filled = [at for at, line in enumerate(lines) if line]
    return list(lines[filled[0] : filled[-1] + 1]) if filled else []


def _anchor(line: str, is_date: IsDate) -> str | None:
    """Say which fact a line is, where its own form tells."""
    if _VIEW.fullmatch(line):
        return "view"
    if _COUNT.fullmatch(line):
        return "words"
    if _MACHINE.fullmatch(line):
        return "machine_date"
    if _URL.fullmatch(line):
        return "url"
    if len(line) <= _MAX_LABEL_CHARS and (is_date(line) or _WEEKDAY_DATE.fullmatch(line)):
        return "date"
    return None


def _start_under_copyright(body: Sequence[str], is_date: IsDate) -> int | None:
    """Find where the tail starts under the last line of copyright, where what follows is one."""
    marks = [at for at, line in enumerate(body) if _is_copyright(line)]
    if not marks:
        return None
    under = [line for line in body[marks[-1] + 1 :] if line]
    anchors = [at for at, line in enumerate(under) if _anchor(line, is_date)]
    lead = anchors[0] if anchors else len(under)
    return marks[-1] + 1 if len(under) <= _MAX_TAIL_LINES and lead <= _MAX_LEAD_LINES else None


def _start_of_facts(body: Sequence[str], is_date: IsDate) -> int:
    """Find where the tail starts without a copyright line: len(body) where there is none."""
    first, seen, loose = len(body), set[str](), 0
    for at in range(len(body) - 1, 0, -1):
        kind = _anchor(body[at], is_date)
        if kind and kind not in seen:
            seen.add(kind)
            first = at
        elif body[at] and (kind or loose or not _is_publisher(body[at], seen)):
            break
        elif body[at]:
            loose += 1
            first = at if seen else first
    certain = len(seen) > 1 or "view" in seen or (loose and seen)
    return _start_of_lead(body, first) if certain else len(body)


def _is_publisher(line: str, seen: set[str]) -> bool:
    return (
        seen <= {"view", "url"}
        and len(line) <= _MAX_LABEL_CHARS
        and not (_SENTENCE_END.search(line) and not _COMPANY.search(line))
    )


def _start_of_lead(body: Sequence[str], first: int) -> int:
    """Go up from the first fact of plain form over keywords, description and section."""
    above = first
    while above > 0 and body[above - 1]:
        above -= 1
    if 0 < first - above < _MAX_LEAD_LINES and above > 1:
        return above
    filled = [at for at in range(first - 1, 0, -1) if body[at]][:3]
    start = first
    if filled and _split_keywords(body[filled[0]]):
        start = filled.pop(0)
    if len(filled) > 1 and _is_section(body[filled[1]]) and _SENTENCE_END.search(body[filled[0]]):
        start = filled[1]
    return start


def _read_facts(tail: Tail, facts: Sequence[str], is_date: IsDate) -> None:
    kinds = [_anchor(line, is_date) for line in facts]
    known = [at for at, kind in enumerate(kinds) if kind]
    first = known[0] if known else len(facts)
    lead, rest = list(facts[:first]), [at for at in range(first, len(facts)) if not kinds[at]]
    for line, kind in zip(facts, kinds, strict=True):
        _set_fact(tail, line, kind)
    if not rest and set(kinds) <= {None, "view", "url"} and _names_publisher(lead):
        tail.publisher = lead.pop()
    elif rest:
        tail.publisher = facts[rest.pop(0)]
    tail.unread = [facts[at] for at in rest]
    _read_lead(tail, lead, anchored=bool(known or tail.publisher))


def _names_publisher(lead: Sequence[str]) -> bool:
    if len(lead) < 2 or lead[-1].islower():
        return False
    return bool(_COMPANY.search(lead[-1])) or not re.search(r",|[.!?]$", lead[-1])


def _set_fact(tail: Tail, line: str, kind: str | None) -> None:
    if kind == "words" and (match := _COUNT.fullmatch(line)):
        tail.words = int(match["words"])
    elif kind == "machine_date":
        tail.machine_date = tail.machine_date or line
    elif kind == "date":
        tail.date = tail.date or line
    elif kind == "url":
        tail.url = tail.url or line


def _read_lead(tail: Tail, lead: list[str], *, anchored: bool) -> None:
    """Tell section, description and keywords apart, of which any may be missing."""
    if not anchored and len(lead) < 2:
        tail.unread += lead
        return
    if lead and (len(lead) > 2 or not _SENTENCE_END.search(lead[-1])):
        tail.keywords = _split_keywords(lead[-1], third=len(lead) > 2)
        lead = lead[:-1] if tail.keywords else lead
    if lead and (_is_section(lead[0]) or (len(lead) > 1 and len(lead[0]) <= _MAX_LABEL_CHARS // 2)):
        tail.section = lead.pop(0)
    tail.description = " ".join(lead) or None


def _is_section(line: str) -> bool:
    return (
        len(line) <= _MAX_LABEL_CHARS
        and len(line.split()) <= 5
        and "," not in line
        and not _SENTENCE_END.search(line)
        and not line[0].isdigit()
    )


def _split_keywords(line: str, *, third: bool = False) -> list[str]:
    """Split a list of keywords; empty where the line is none.

    Args:
        line: what may be one.
        third: it stands where keywords stand, so that one or two will do, and capitals.
    """
    words = [word for part in re.split(r"[,;、，]", line) if (word := part.strip())]
    short = all(len(word) <= 50 and len(word.split()) <= 5 for word in words)
    if not short or _SENTENCE_END.search(line) or _INCORPORATED.search(line):
        return []
    return each_once(words) if third or len(words) > 2 or line.islower() else []


def _without_related(body: list[str], tail: Tail) -> list[str]:
    """Cut the list of other articles some dumps print last."""
    for at in range(max(1, len(body) - 10), len(body)):
        if _RELATED.fullmatch(body[at]) and all(len(line) <= 150 for line in body[at:]):
            tail.unread += [line for line in body[at:] if line]
            return _trimmed(body[:at])
    return body
