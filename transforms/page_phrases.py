"""Short lines that belong to the page and not to the article: "Advertisement", "Read more: ..."."""

from __future__ import annotations

import re

from transforms.photo_credits import is_photo_credit

MAX_CHARS = 220
"""A longer line is looked at by nothing here: it may begin like one, and be a paragraph."""

_LINE = re.compile(
    r"""(?:
    advert(?:ise?ments?)?|anzeige|werbung|publicit[éà]|publicidad|pubblicità
    |(?:story|article)?\s*continues?\ (?:below|after).{0,30}
    |share\ (?:this|on|via)\b.{0,60}
    |(?:read|see|watch)\ (?:more|also|next)\b.{0,160}
    |related(?:\ (?:articles?|content|coverage|links?|news|posts?|reading|stories|topics?
    |video))?\s*:?
    |also\ read\b.{0,150}|more:?|click\ here.{0,80}|sign\ up\ (?:for|to)\b.{0,150}
    |subscribe\ (?:to|now|for)\b.{0,150}|follow\ (?:us|\S+\ on|@)\b.{0,120}
    |(?:credit|file\ photo|image|photo|picture|source|video)s?\s*(?:by|credit|courtesy)?\s*:.{0,80}
    |getty\ images.{0,40}|copyright\W{0,3}(?:c\b|\d{4}|by\b|notice).{0,190}
    |all\ rights\ reserved.{0,60}
    |comments?(?:\ \(\d+\)|\ are\ closed.?)?|leave\ a\ (?:reply|comment).{0,40}
    |print(?:\ this)?|e-?mail(?:\ this)?|tweet|facebook|twitter|whatsapp|pinterest|linkedin|reddit
    |save|loading.{0,20}|(?:like|join|find)\ us\ on\ .{0,100}
    |download\ (?:the|our)\ .{0,60}app.{0,60}|this\ (?:site|website)\ uses\ cookies.{0,200}
    |tags?\s*:.{0,200}|filed\ under.{0,100}|topics?\s*:.{0,200}|posted\ (?:by|on|in)\b.{0,100}
    |(?:published|(?:last\ )?updated|watch)\s*:.{0,80}
    |\d+\ (?:comments?|shares?|min(?:ute)?s?\ read)|view\ (?:all|more|comments|gallery).{0,40}
    |(?:skip|jump)\ to\ .{0,30}|back\ to\ top|next|previous|prev|home|menu|search
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    r"(?:copyright\b.{0,40}|(?:published|(?:last )?updated)\b.{0,60}|watch\b.{0,80})\W*",
    re.IGNORECASE,
)
"""What a sentence may begin with, too."""
_NEWSLETTER = re.compile(r".{0,60}\bnewsletters?\b.{0,60}\W*", re.IGNORECASE)
_TO_READERS = re.compile(r"\b(?:our|your|you|inbox|sign(?: |-)?up|subscribe)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<!\b[ap]\.m)[.!?…。！？][\"'”’»)]*$", re.IGNORECASE)
_BEGINNINGS = frozenset({
    "ad", "al", "an", "ar", "ba", "cl", "co", "cr", "do", "e-", "em", "fa", "fi", "fo", "ge", "ho",
    "im", "jo", "ju", "le", "li", "lo", "me", "mo", "ne", "ph", "pi", "po", "pr", "pu", "re", "sa",
    "se", "sh", "si", "sk", "so", "st", "su", "ta", "th", "to", "tw", "up", "vi", "wa", "we", "wh",
    "la",
})  # fmt: skip
"""What the phrases begin with."""
_BYLINE = re.compile(
    r"[Bb]y [A-Z]\S*(?:,? (?:and|de|del|der|for|la|of|van|von|[A-Z]\S*|&)){0,8}\W*"
)
_COPYRIGHT = re.compile(r"\W{0,3}(?:©|\(c\)\s?\d{4}).{0,200}", re.IGNORECASE)
_WORD = re.compile(r"\w")


def is_boilerplate(line: str) -> bool:
    """Tell whether a whole line is one of the phrases around articles, or has no word at all."""
    if len(line) >= MAX_CHARS:
        return False
    first = _WORD.search(line)
    if first is None:
        return True
    said = line[first.start() :]
    # The two letters and the one word are looked at first: nine of ten lines have neither.
    lower = said.lower()
    if (lower[:2] in _BEGINNINGS or lower[0].isdigit()) and _is_phrase(said):
        return True
    if "newsletter" in lower and _is_offer(said):
        return True
    return bool(_BYLINE.fullmatch(said) or _COPYRIGHT.fullmatch(line)) or is_photo_credit(line)


def _is_phrase(said: str) -> bool:
    if _LINE.fullmatch(said):
        return True
    return bool(_LABEL.fullmatch(said)) and not _SENTENCE_END.search(said)


def _is_offer(said: str) -> bool:
    """Tell an offer from a sentence about a newsletter."""
    if _NEWSLETTER.fullmatch(said) is None:
        return False
    return bool(_TO_READERS.search(said)) or not _SENTENCE_END.search(said)
