"""The line that says whose a picture is: "Photo: Ann Poe/Reuters", "Foto: dpa", "AFP via Getty"."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.agencies import is_agency

MAX_CHARS, MAX_WORDS = 100, 12
"""A longer line is a caption, or prose that begins like a credit."""

_PICTURE = (
    r"(?:file |archive? |press |stock |handout )?(?:photo(?:graph(?:s|y)?|s)?|pictures?|images?)"
    r"|(?:archiv|symbol|presse)?(?:fotos?|bild(?:er)?)|bildnachweis|fotografie|titelbild"
    r"|crédits?(?: photos?)?|photos?|photographies?|fotograf[ií]as?|im[aá]gen(?:es)?|créditos?"
    r"|fotografia|immagin[ei]|foto's|beeld|fot\.|zdjęci[ea]|fotka|fotó|valokuva|kuvat?"
    r"|фото|фотографи[яи]|снимки?|світлина|fotoğraf(?:lar)?|ảnh|صور[ةه]|تصوير"
    r"|图片?(?:来源)?|圖片?(?:來源)?|图源|摄影|攝影|写真|撮影|画像|사진"
)
_BY = r"by|von|vom|di|par|de|por|av|af|door|credit|courtesy|courtesy of|credits|提供"
_LED = re.compile(
    rf"(?:{_PICTURE})(?:\s+(?:{_BY}))?\s*[:：／]\s*\S.*"
    rf"|(?:{_PICTURE})\s+(?:by|von|di|par|por|av|door)\s+(?-i:[A-ZÀ-Þ]).*"
    r"|(?:fot\.|摄影|攝影|撮影)\s*\S.*",
    re.IGNORECASE,
)
_BEGINNINGS = frozenset({
    "fil", "arc", "pre", "sto", "han", "pho", "pic", "ima", "imá", "sym", "fot", "bil", "tit",
    "cré", "imm", "bee", "zdj", "val", "kuv", "фот", "сни", "сві", "ảnh", "صور", "تصو",
})  # fmt: skip
"""What any of these begins with, looked at before the pattern, which takes 30 µs."""
_HAN_BEGINNINGS = frozenset("图圖摄攝写撮画사")
_SENTENCE = re.compile(r"[?!？！。]$|\w{3}(?<!fot)[.…]\s+\S|\.{3}$", re.IGNORECASE)
_SIGNED = re.compile(r"©\s*[^\d\s][^\d]{1,60}")
"""Whose a picture is; with a year it is the notice below a text."""
_BRACKETS = "()[]（）【】 "
_STOCK = re.compile(
    r"(?:getty(?: images)?|picture[- ]alliance|imago(?: images)?|alamy(?: stock photo)?"
    r"|shutterstock|i?stock(?:photo)?|adobe stock|dreamstime|newscom|zuma(?: press)?"
    r"|sipa(?: usa)?|unsplash|pixabay|(?:ap|afp|epa|reuters|pti|ani|efe) photo"
    r"|epa(?:-efe)?|action images|nurphoto)",
    re.IGNORECASE,
)
_APART = re.compile(r"\s*[/|／]\s*|\s+via\s+")
_MAX_NAME_WORDS = 4


def is_photo_credit(line: str) -> bool:
    """Tell whether a whole line says whose a picture is and nothing else.

    It is one by the word it begins with, or where it names owners one behind the other, of whom one
    is an agency or deals in pictures: as a line of names "Ann Poe/Reuters" may be a byline, too.
    """
    if len(line) > MAX_CHARS:
        return False
    said = line.strip(_BRACKETS) if line[:1] in _BRACKETS else line
    if _begins_so(said) and credits_picture(said):
        return True
    return ("/" in said or " via " in said) and _names_owners(said)


def without_photo_credits(lines: Sequence[str]) -> list[str]:
    """Leave out the lines of a text that credit a picture; the first may be its title.

    Args:
        lines: stripped; an empty one between blocks.
    """
    whole = max((at for at, line in enumerate(lines) if len(line) > MAX_CHARS), default=0)
    return [
        line
        for at, line in enumerate(lines)
        if not (at and line and credits_picture(line.strip(_BRACKETS)))
        and not (0 < at < whole and _SIGNED.fullmatch(line))
    ]


def credits_picture(line: str) -> bool:
    """Tell whether a line begins as only the credit of a picture does: "Foto: dpa"."""
    if len(line) > MAX_CHARS or not _begins_so(line):
        return False
    return _LED.fullmatch(line) is not None and not _is_sentence(line)


def _begins_so(line: str) -> bool:
    return line[:3].lower() in _BEGINNINGS or line[:1] in _HAN_BEGINNINGS


def _is_sentence(line: str) -> bool:
    words = line.count(" ") + 1
    most = MAX_WORDS // 2 if line.endswith(".") else MAX_WORDS
    return words > most or _SENTENCE.search(line) is not None


def _names_owners(line: str) -> bool:
    parts = _APART.split(line)
    if any(len(part.split()) > _MAX_NAME_WORDS for part in parts):
        return False
    owners = [is_agency(part) or bool(_STOCK.fullmatch(part)) for part in parts]
    return any(owners[1:]) and all(
        is_owner or part[:1].isupper() for part, is_owner in zip(parts, owners, strict=True)
    )
