"""Reading the text that somebody took off a page, menus and all: the records of WET archives."""

# ruff: noqa: RUF001 - punctuation of other scripts is meant

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from transforms.bylines import Byline
from transforms.dates import parse_moment
from transforms.folding import fold
from transforms.html.body.notes import is_note
from transforms.page_phrases import is_boilerplate
from transforms.photo_credits import without_photo_credits
from transforms.plaintext import NO_TITLE
from transforms.printed_head import read_head_line
from transforms.reading import Profile, Reading
from transforms.words import has_spaceless

MIN_PARAGRAPH, MIN_PROSE = 100, 40
"""Characters of a line that is the article's for certain, and of one that may be its last."""
MIN_WORDS, MAX_TITLE_CHARS = 4, 200
"""Of a headline; the items of a menu have fewer words."""
MIN_SPACELESS_CHARS = 8
MAX_SITE_WORDS = 4
MIN_LABEL_CHARS = 3
"""Of a host, for a site to be called by it."""
MAX_ABOVE = 200_000
"""Characters at the beginning, in which the headline and what repeats it are looked for."""

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»」)]*$")
_NO_HEADLINE = re.compile(r"[.,:;…。，：；、]$|https?://|[|›»>]|\S+@\S+")
_BAR = re.compile(r"[|│｜»]")
_SITE = re.compile(r"\s+[-–—|·•»]\s+|\s*[|│｜]\s*")


def read_page_text(text: str, profile: Profile, url: str = "") -> Reading:
    """Read the lines of a page's text: headline, who and when, and the paragraphs.

    The headline is the first line that is like one, best one that the page's title repeats; what
    stands above it and behind the last paragraph is the frame of the page. Without a headline all
    lines are text.

    Args:
        text: as it was taken off the page.
        profile: what the configuration says of its source.
        url: of the page; its host may be what the site is called by.
    """
    raws = unicodedata.normalize("NFC", text).splitlines()
    lines = [line for raw in raws if (line := " ".join(raw.split()))]
    at = _headline(lines, profile)
    if at is None:
        return Reading(text="\n".join(lines) or None, text_from="text", warnings=[NO_TITLE])
    head, rest = _split_head(lines[at + 1 :], profile)
    reading = Reading(
        title=_title(lines, at, url),
        text="\n".join(_body(rest)) or None,
        text_from="text",
        authors=head.authors,
        byline=head.printed or None,
        agency=head.agency,
    )
    _set_dates(reading, head, profile)
    return reading


def _headline(lines: list[str], profile: Profile) -> int | None:
    first = next((at for at, line in enumerate(lines) if _is_paragraph(line)), 0)
    likely = [at for at in range(first) if _is_headline(lines[at], profile)]
    # Each line is folded once: again for each of 4,000 headlines that took 23 s.
    folded, starts = _folded(lines[:first])
    for at in likely:
        if at < len(starts) and folded.find(fold(lines[at]), 0, starts[at]) >= 0:
            return at
    return next(iter(likely), None)


def _folded(lines: list[str]) -> tuple[str, list[int]]:
    """Fold the lines one below the other, and say where each of them starts, up to a limit."""
    starts, pieces, start = list[int](), list[str](), 0
    for line in lines:
        if start > MAX_ABOVE:
            break
        starts.append(start)
        pieces.append(f"{fold(line)}\n")
        start += len(pieces[-1])
    return "".join(pieces), starts


def _is_paragraph(line: str) -> bool:
    weight = 2 * len(line) if has_spaceless(line) else len(line)
    return weight >= MIN_PARAGRAPH and _SENTENCE_END.search(line) is not None


def _is_headline(line: str, profile: Profile) -> bool:
    said = _without_site(line)
    if len(said) > MAX_TITLE_CHARS or _NO_HEADLINE.search(said) or is_boilerplate(said):
        return False
    is_long = len(said.split()) >= MIN_WORDS
    is_long |= has_spaceless(said) and len(said) >= MIN_SPACELESS_CHARS
    return is_long and read_head_line(said, profile) is None


def _without_site(line: str) -> str:
    """Cut what may be the name of the site off the title of a page."""
    *parts, site = _SITE.split(line)
    return line[: line.rindex(site)].rstrip(" -–—|·•»│｜") if _is_site(parts, site) else line


def _title(lines: list[str], at: int, url: str) -> str:
    """Cut the name of the site off a headline, and not the headline's own last words.

    A bar stands in no headline. Behind a dash it is the site where its host says so, or another
    line that is no sentence and does not repeat the headline.
    """
    line, cut = lines[at], _without_site(lines[at])
    site = fold(_SITE.split(line)[-1])
    if cut == line or _BAR.search(line) or _is_called(url, site.replace(" ", "")):
        return cut
    said = fold(line)
    others = (fold(other) for other in lines if _is_no_sentence(other))
    return cut if any(f" {site} " in f" {o} " and said not in o for o in others) else line


def _is_no_sentence(line: str) -> bool:
    return len(line) < MIN_PROSE or not _ends(line) or is_boilerplate(line)


def _is_called(url: str, name: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    labels = [label.replace("-", "") for label in host.split(".")[:-1]]
    return any(
        name.startswith(label) or label.startswith(name)
        for label in labels
        if len(label) >= MIN_LABEL_CHARS <= len(name) and label != "www"
    )


def _is_site(parts: list[str], site: str) -> bool:
    words = len(" ".join(parts).split())
    return bool(site) and len(site.split()) <= MAX_SITE_WORDS <= words


def _split_head(lines: list[str], profile: Profile) -> tuple[Byline, list[str]]:
    """Take who and when off the lines above the first paragraph; of the others keep prose."""
    head, rest = Byline(), list[str]()
    for at, line in enumerate(lines):
        if _is_paragraph(line):
            return head, [*rest, *lines[at:]]
        if said := read_head_line(line, profile):
            head.add(said)
        elif len(line) >= MIN_PROSE or _ends(line):
            rest.append(line)
    return head, rest


def _body(lines: list[str]) -> list[str]:
    prose = [at for at, line in enumerate(lines) if len(line) >= MIN_PROSE and _ends(line)]
    shown = lines[: prose[-1] + 1] if prose else lines
    kept = (line for line in without_photo_credits(shown) if not is_boilerplate(line))
    return [line for line in kept if not is_note(line, "li")]  # any may be of a list


def _ends(line: str) -> bool:
    return _SENTENCE_END.search(line) is not None


def _set_dates(reading: Reading, head: Byline, profile: Profile) -> None:
    stated = [*head.dates[:1], *filter(None, [head.updated])]
    moments = [
        parse_moment(
            raw,
            evidence="text",
            timezone=profile.timezone,
            language=profile.language,
            country=profile.country,
        )
        for raw in stated
    ]
    reading.published = moments[0] if head.dates else None
    reading.modified = moments[-1] if head.updated else None
