"""Reading plain text: dumps with a head and a tail, or a title and paragraphs, or paragraphs.

Lines that name a fact, as `Author: NAMES`, are read before all others. The line grammar, of which
any part may be missing, blank lines too:

    marks of a wire
    title
    credit of the picture
    By NAMES | AGENCY | DATE
    body, a paragraph per line
    copyright
    section, description, keywords, number of words, machine date, date, publisher
    View on SITE
    marks of a wire
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from transforms.agencies import agency_in
from transforms.bylines import Byline, IsDate, day_of_dateline, read_byline, read_names
from transforms.dates import parse_moment
from transforms.dump_tail import Tail, split_tail
from transforms.invisible import INVISIBLE
from transforms.labelled_head import add_labels, split_labels
from transforms.photo_credits import without_photo_credits
from transforms.reading import Moment, Profile, Reading
from transforms.wire_marks import without_wire_marks
from transforms.words import count_words

NO_TITLE = "no line reads as a title"
"""A warning."""

_MAX_DATE_CHARS = 80
_MAX_HEAD_LINES = 8
_MAX_TITLE_CHARS = 250
_MAX_CREDIT_CHARS = 200
_MIN_PARAGRAPH_CHARS = 100
"""Of a line that is body for certain: no byline stands under it."""

_SENTENCE_END = re.compile(r"[.,:;。．、，：；…][\"'”’»)]*$")  # noqa: RUF001
_PARAGRAPH_END = re.compile(r"[.!?][\"'”’»)]*$")
_CREDIT = re.compile(
    r".*\((?:[^()]*\b(?:getty|ap|reuters|afp|epa|photos?|images?|file|dreamstime|shutterstock"
    r"|istock|alamy|screenshot|courtesy|via|pool|handout|illustration|newscom|sipa)\b[^()]*)\)"
    r"|.*(?:getty images|ap photo|dreamstime|shutterstock|alamy|istock|newscom"
    r"|/\s?(?:reuters|afp|ap|epa))(?:/\w+)*"
    r"|\([^()]*\)"
    r"|(?:photos?|pictures?|images?|credits?|illustration)\b.{0,15}:.*",
    re.IGNORECASE,
)
_AFTER_DATE = re.compile(
    r"(?:\W|\b[^\W\d]{1,4}\b|\b(?:eastern|central|pacific|mountain|standard|daylight|summer|mean"
    r"|european|greenwich|british|indian?|israel|japan|korean|moscow|beijing|london|local|time"
    r"|coordinated|universal)\b)*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Head:
    """What stands above the body."""

    title: str | None = None
    standfirst: str | None = None
    byline: Byline = field(default_factory=Byline)


def read_plaintext(text: str, profile: Profile) -> Reading:
    """Read a text file: what its lines say, and the paragraphs of its body.

    Nothing is guessed: a line that fits no place in the grammar is body, or named in a warning.
    """
    is_date = partial(reads_as_date, profile=profile)
    lines = without_photo_credits(without_wire_marks(_lines(text)))
    labels, lines = split_labels(lines)
    lines, tail = split_tail(lines, is_date)
    split = _split_byline if "title" in labels else _split_head
    head, lines = split(lines, is_date)
    paragraphs = _paragraphs(lines)
    reading = Reading(
        title=head.title,
        description=tail.description or head.standfirst,
        text="\n".join(paragraphs) or None,
        text_from="text",
        authors=head.byline.authors,
        byline=head.byline.printed or None,
        agency=head.byline.agency or agency_in(tail.copyright or ""),
        section=tail.section,
        keywords=tail.keywords,
        publisher=tail.publisher,
        canonical_url=tail.url,
    )
    add_labels(reading, head.byline, labels)
    dateline = day_of_dateline(paragraphs[0], is_date) if paragraphs else None
    stated = (*head.byline.dates, tail.date, tail.machine_date, dateline)
    _set_dates(reading, [*filter(None, stated)], head.byline.updated, profile)
    _warn_of_tail(reading, head, tail)
    return reading


def _lines(text: str) -> list[str]:
    """Cut into lines, NFC, single spaces, runs of blank lines as one."""
    lines: list[str] = []
    for raw in unicodedata.normalize("NFC", text).splitlines():
        line = " ".join(INVISIBLE.sub("", raw).split())
        if line or (lines and lines[-1]):
            lines.append(line)
    return lines


def _moment(raw: str, profile: Profile) -> Moment | None:
    return parse_moment(
        raw,
        evidence="text",
        timezone=profile.timezone,
        language=profile.language,
        country=profile.country,
    )


def reads_as_date(line: str, profile: Profile) -> bool:
    """Say whether a string is a date with at most a zone behind it, no sentence with one in it."""
    if len(line) > _MAX_DATE_CHARS or not any(char.isdigit() for char in line):
        return False
    after = re.split(r"\d", line)[-1]
    return _AFTER_DATE.fullmatch(after) is not None and _moment(line, profile) is not None


def _split_head(lines: list[str], is_date: IsDate) -> tuple[Head, list[str]]:
    head = Head()
    at = _find_byline(lines, is_date)
    if at is None:
        above, rest = _title_alone(lines)
    else:
        head.byline, end = _read_byline_block(lines, at, is_date)
        above, rest = [line for line in lines[:at] if line], lines[end:]
    if above and not (at is not None and _CREDIT.fullmatch(above[0])):
        head.title = above.pop(0)
    # Above a byline whatever ends in brackets is a credit; "(Name of an outlet)" too.
    standfirst = [
        line for line in above if not (_is_credit(line) or (at is not None and line[-1] == ")"))
    ]
    head.standfirst = " ".join(standfirst) or None
    return head, rest


def _split_byline(lines: list[str], is_date: IsDate) -> tuple[Head, list[str]]:
    """Take the byline off the first line of a text whose title is labelled."""
    at = next((at for at, line in enumerate(lines) if line), None)
    first = read_byline(lines[at], is_date) if at is not None else None
    if at is None or first is None or not first.says_who:
        return Head(), lines
    byline, end = _read_byline_block(lines, at, is_date)
    return Head(byline=byline), lines[end:]


def _find_byline(lines: Sequence[str], is_date: IsDate) -> int | None:
    filled = [at for at, line in enumerate(lines) if line][:_MAX_HEAD_LINES]
    for place, at in enumerate(filled):
        byline = read_byline(lines[at], is_date)
        if byline and (place or byline.dates or _is_dated(lines, filled[1:2], is_date)):
            return at
        if len(lines[at]) > _MAX_TITLE_CHARS or (place and _is_paragraph(lines[at])):
            return None
    return None


def _is_paragraph(line: str) -> bool:
    return len(line) > _MIN_PARAGRAPH_CHARS and _PARAGRAPH_END.search(line) is not None


def _is_dated(lines: Sequence[str], places: Sequence[int], is_date: IsDate) -> bool:
    bylines = [read_byline(lines[at], is_date) for at in places if lines[at][:3].lower() != "by "]
    return any(byline and byline.dates for byline in bylines)


def _read_byline_block(lines: Sequence[str], at: int, is_date: IsDate) -> tuple[Byline, int]:
    """Read a byline and the lines that go on with it; give back where the body starts."""
    byline = read_byline(lines[at], is_date) or Byline()
    end = at + 1
    filled = [place for place in range(at + 1, min(at + 6, len(lines))) if lines[place]][:3]
    for place, following in zip(filled, [*filled[1:], None], strict=False):
        more = _continuation(lines, place, byline, is_date)
        if more is None and following and not lines[place - 1 : place].count(""):
            dated = read_byline(lines[following], is_date)
            more = read_names(lines[place]) if dated and dated.dates else None
        if more is None:
            break
        byline.add(more)
        end = place + 1
    return byline, end


def _continuation(lines: Sequence[str], at: int, byline: Byline, is_date: IsDate) -> Byline | None:
    line = lines[at]
    dated = read_byline(line, is_date)
    if dated and (dated.updated or (dated.dates and not byline.dates)):
        return dated
    if line.startswith(("and ", "& ", "with ")) or byline.printed.endswith((" and", ",", "&")):
        return read_names(line)
    names = read_names(line) if len(line) <= 40 else None
    return names if names and not names.authors else None


def _title_alone(lines: list[str]) -> tuple[list[str], list[str]]:
    """Take the title, and a credit under it, off a text without a byline."""
    if len(lines) < 2 or not _reads_as_title(lines):
        return [], lines
    end = 2 if not lines[1] else 1
    if end < len(lines) - 1 and _is_credit(lines[end]):
        return [lines[0], lines[end]], lines[end + 1 :]
    return [lines[0]], lines[end:]


def _reads_as_title(lines: Sequence[str]) -> bool:
    first, second = lines[0], lines[1]
    if len(first) > _MAX_TITLE_CHARS or _SENTENCE_END.search(first):
        return False
    if not any(char.isalpha() for char in first):
        return False
    # Directly under it a longer line, or else these are wrapped lines of one paragraph.
    return not second or (len(second) > 1.5 * len(first) and not second[0].islower())


def _is_credit(line: str) -> bool:
    return len(line) <= _MAX_CREDIT_CHARS and _CREDIT.fullmatch(line) is not None


def _paragraphs(lines: Sequence[str]) -> list[str]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        else:
            blocks.append([])
    return [line for block in blocks for line in _unwrapped(block)]


def _unwrapped(block: list[str]) -> list[str]:
    """Join the lines of a block that was wrapped at a width; others are paragraphs already."""
    widths = [len(line) for line in block[:-1]]
    if not widths or max(widths) > 100 or min(widths) < max(40, 0.6 * max(widths)):
        return block
    ended = sum(_PARAGRAPH_END.search(line) is not None for line in block[:-1])
    return block if ended > len(widths) / 2 else [" ".join(block)]


def _set_dates(
    reading: Reading, stated: Sequence[str], updated: str | None, profile: Profile
) -> None:
    """Take the first date that can be read: of the byline, else of the tail, else the dateline."""
    for raw in stated:
        moment = _moment(raw, profile)
        first = reading.published
        if moment is None:
            reading.warnings.append(f"the date {raw!r} cannot be read")
            reading.published_raw = reading.published_raw or raw
        elif first is None:
            reading.published = moment
        elif moment.day != first.day:
            reading.warnings.append(f"the date {raw!r} is another day than {first.raw!r}")
    if reading.published:
        reading.published_raw = None
    reading.modified = _moment(updated, profile) if updated else None


def _warn_of_tail(reading: Reading, head: Head, tail: Tail) -> None:
    counted = count_words(reading.text or "") if tail.words is not None else None
    if tail.words != counted:
        reading.warnings.append(f"{tail.words} words are stated, {counted} were counted")
    left_out = [*tail.unread]
    if head.standfirst and tail.description and head.standfirst != tail.description:
        left_out.insert(0, head.standfirst)
    reading.warnings += [f"the line {line!r} was left out" for line in left_out]
    reading.warnings += [f"the byline names {part!r}, no person" for part in head.byline.unfit]
    if reading.title is None and reading.text:
        reading.warnings.append(NO_TITLE)
