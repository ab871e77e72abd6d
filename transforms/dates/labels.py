"""Words the press prints beside a date: published, changed, weekdays, reading times."""

from __future__ import annotations

import re

CHANGED = (
    "updat", "modif", "edited", "revised", "reviewed", "stand:", "aktualis", "geändert",
    "überarbeitet", "mis à jour", "mise à jour", "actualiz", "atualiz", "aggiornat", "bijgewerkt",
    "gewijzigd", "uppdaterad", "ändrad", "opdater", "oppdater", "päivitetty", "muokattu",
    "zaktualizowano", "aktualiz", "upraveno", "обновлен", "оновлено", "изменен", "актуализ",
    "ενημερώθηκε", "güncelle", "frissítve", "actualitzat", "diperbar", "cập nhật", "تحديث",
    "به روز", "به‌روز", "עודכן", "अपडेट", "আপডেট", "แก้ไข", "更新", "改訂", "수정", "업데이트",
)  # fmt: skip
"""How words begin that say a date is of the last change, in lower case."""

PUBLISHED = (
    "publish", "public", "publié", "publik", "posted", "created", "veröffentlicht", "erschienen",
    "erstellt", "gepubliceerd", "geplaatst", "opublikowano", "опублик", "δημοσι", "yayın",
    "diterbitkan", "julkaistu", "megjelent", "objaven", "نشر", "الناشر", "منتشر", "פורסם",
    "प्रकाशित", "প্রকাশ", "เผยแพร่", "đăng", "公開", "掲載", "発行", "发布", "發布", "發佈", "입력",
    "등록", "게재",
)  # fmt: skip
"""How words begin that say a date is of publication, in lower case."""

READING_TIME = re.compile(
    r"(?<!\d)(?:\d{1,2}:){0,2}\d{1,3}\s?-?\s?"
    r"(?:min(?:s|utes?|uten|utos?|uti|uut)?\b\.?|мин\b\.?|分钟|分鐘)(?!\s?\d)"
    r"(?:\s?(?:read|lesezeit|de lecture|de lectura|de leitura|di lettura|leestijd|чтения|阅读))?",
    re.IGNORECASE,
)
WEEKDAY_NUMBER = re.compile(r"\bthứ\s?[2-7]\b,?|\b[2-6]a\s?-?\s?feira\b,?", re.IGNORECASE)
"""Weekdays that are called by number, in Vietnamese and Portuguese."""

_SHORTEST_REMARK_CHARS = len("25.2.2024 upd. 1.3.24")
_DIGIT = re.compile(r"\d")
_LAST = re.compile(r"[\s(|,;·•-]*(?:\blast\b)?[\s(|,;·•-]*$", re.IGNORECASE)


def says(words: tuple[str, ...], text: str) -> int | None:
    """Tell where the first word of a kind begins in a text in lower case; None where none does."""
    if not text:
        return None
    found = [at for word in words if word in text and (at := _word_start(word, text)) is not None]
    return min(found, default=None)


def without_remarks(printed: str) -> str:
    """Drop reading times, numbers of weekdays, and the date of a change beside one of publication.

    Args:
        printed: as `transforms.dates.scripts.plain` gives it.
    """
    if len(printed) < _SHORTEST_REMARK_CHARS:
        return WEEKDAY_NUMBER.sub(" ", printed)
    for remark in (READING_TIME, WEEKDAY_NUMBER):
        printed = remark.sub(" ", printed)
    return split_change(printed)[0]


def split_change(printed: str) -> tuple[str, str]:
    """Split into what is said of publication and what is said of a change, in either order.

    All is of publication, and nothing of a change, where not both have a number.
    """
    text = printed.replace("İ", "i").lower()
    changed = says(CHANGED, text) if len(text) == len(printed) else None
    if changed is None:
        return printed, ""
    published = says(PUBLISHED, text) or 0
    before, after = printed[:changed], printed[changed:]
    if published > changed:
        before, after = printed[published:], printed[changed:published]
    if _DIGIT.search(before) and _DIGIT.search(after):
        return _LAST.sub("", before), after
    return printed, ""


def _word_start(word: str, text: str) -> int | None:
    at = text.find(word)
    while at > 0 and text[at - 1].isalpha() and word.isascii():
        at = text.find(word, at + 1)
    return at if at >= 0 else None
