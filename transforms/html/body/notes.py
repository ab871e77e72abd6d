"""What a page says to its reader within a story: offers, and notes on reading and of the desk."""

from __future__ import annotations

import re

from transforms.html.body.marks import WALL
from transforms.html.body.outline import Line, Outline

MAX_CHARS = 160
"""A longer line may begin like a note, and be a paragraph."""
MAX_OFFER = 500
"""Characters of an offer with all its lines; in a longer block of its name is the article."""
MIN_PARAGRAPH = 80
"""Of the story, beside which in one block only the lines that ask for something are an offer."""
MAX_WALLS = 2
"""Where more are called so, they are the paragraphs of a story behind one."""

_NOTE = re.compile(
    r"""(?:
    \d{1,3}\ ?(?:min|mins|minutes?|minuten|分钟|分鐘|分|분)(?:\.|\ read|\ lesezeit|\ de\ lecture)?
    |(?:temps\ de\ lecture|lesezeit|lesedauer|reading\ time|tiempo\ de\ lectura|leestijd
    |tempo\ (?:di\ lettura|de\ leitura)|czas\ czytania)\ ?:?\ (?:env\.|etwa|ca\.)?\ ?\d{1,3}.{0,12}
    |scroll\ (?:down\ )?to\ continue(?:\ (?:with|reading)\b.{0,40})?
    |[（(【\[]\s*(?:本文)?(?:责任编辑|責任編輯|责编|編集)\s*[:：].{1,40}|责任编辑\s*[:：].{1,40}
    |(?:jetzt|nur)\ (?=.{0,60}(?:€|\beuro\b|gratis|kostenlos))
    (?:(?!\b(?:k[aö]nn|d[aü]rf|m[uü]ss|soll|will|woll|möcht|lass|lässt)).){0,60}\b(?:testen|lesen)
    (?:[.!]\ jederzeit\ .{0,30})?
    |jetzt\ (?:abonnieren|freischalten|registrieren|testen|weiterlesen)
    |(?:lesen\ sie|weiterlesen)\ .{0,60}\bmit\ [„»]?\S+(?:\+|\bplus\b|\bpremium\b|-?abo\b).{0,9}
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_FIRST = frozenset("0123456789CcJjLlNnRrSsTtWw（(【[责")
"""What these begin with."""
_BARE_TIME = re.compile(r"\d{1,3} ?\w+\W*")
"""In a list it is one of its items: what a dish takes, rather than a text."""
_KOREAN = re.compile(
    r".{0,40}ⓒ.{1,80}"
    r"|.{0,60}무단\s?전재(?=\s*(?:[-–/·ㆍ,&및]|재?\s?배포|복제|복사|금지|와.{1,12}금(?:지|합))).{0,60}"
)
_ASKING = re.compile(
    r"\b(?:subscribe\b|already a subscriber|(?:your|for) subscri(?:ption|bers)|unlock"
    r"|free articles?|register now|sign up|log ?in|cancel any ?time|abonnieren|abonnent"
    r"|abonnez|abonnés?|jederzeit kündbar|weiterlesen"
    r"|suscríbe|suscripci|suscriptor|abbonat|assinante|assine|abonnee|prenumer|подпишитесь|подписк)",
    re.IGNORECASE,
)


def is_note(line: str, tag: str = "p") -> bool:
    """Tell whether a whole line of such an element is a note to the reader or of the desk."""
    if len(line) > MAX_CHARS:
        return False
    if line[:1] in _FIRST and _NOTE.fullmatch(line):
        return tag != "li" or not _BARE_TIME.fullmatch(line)
    is_korean = not line.isascii() and ("ⓒ" in line or "무단" in line)
    return is_korean and _KOREAN.fullmatch(line) is not None


def without_offers(outline: Outline) -> list[Line]:
    """Return the lines of a page but for blocks named after a wall that ask for something.

    Many sites call so what is behind the wall, the rest of the story or each paragraph of it.
    """
    if not any(marks & WALL for marks in outline.marks):
        return outline.lines
    around = _walls(outline)
    said: dict[int, list[str]] = {}
    for line in outline.lines:
        said.setdefault(around[line.owner], []).append(line.text)
    said.pop(0, None)
    if len(said) > MAX_WALLS:
        return outline.lines
    offers = {wall for wall, texts in said.items() if _is_offer(" ".join(texts))}
    tells = {wall for wall in offers if any(map(_is_of_story, said[wall]))}
    return [
        line
        for line in outline.lines
        if around[line.owner] not in offers
        or (around[line.owner] in tells and not _is_offer(line.text, MAX_CHARS))
    ]


def _walls(outline: Outline) -> list[int]:
    """Return the outermost block around each that is named after a wall, 0 where there is none."""
    around = [0] * len(outline.tags)
    for block in range(1, len(around)):
        outer = around[outline.parents[block]]
        is_wall = outline.marks[block] & WALL and outline.tags[block] != "p"
        around[block] = outer or (block if is_wall else 0)
    return around


def _is_offer(said: str, max_chars: int = MAX_OFFER) -> bool:
    return len(said) <= max_chars and _ASKING.search(said) is not None


def _is_of_story(line: str) -> bool:
    return len(line) >= MIN_PARAGRAPH and _ASKING.search(line) is None
