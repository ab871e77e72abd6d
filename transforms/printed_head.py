"""The line that says above a text who wrote it and when, labelled or not."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re
from functools import partial

from transforms.agencies import is_agency
from transforms.authors import looks_like_name, split_authors
from transforms.bylines import Byline, read_byline
from transforms.plaintext import reads_as_date
from transforms.reading import Profile

MAX_CHARS = 160

_PARTS = re.compile(r"\s*[|•·]\s*|\s+[–—]\s+")
_LABELLED = re.compile(
    r"(?:(?P<who>authors?|by|written by|autor(?:in|es)?|von|auteurs?|autore|autori|par|por|di|door"
    r"|tekst|text|texte|texto|testo|автор|haber|作者|记者|記者|著者|기자)"
    r"|(?P<when>date|published(?: (?:on|at))?|posted(?: on)?|publication date|datum"
    r"|veröffentlicht(?: am)?|erschienen(?: am)?|publié(?: le)?|date de publication|fecha"
    r"|publicado(?: el)?|publicado em|data|pubblicato(?: il)?|gepubliceerd(?: op)?"
    r"|opublikowano|publicerad|publisert|дата|опубликовано|tarih|yayın tarihi|日期|发布(?:时间)?"
    r"|公開日?|日付|날짜)"
    r"|(?P<changed>(?:last )?(?:updated|modified)(?: on)?|aktualisiert(?: am)?|stand"
    r"|mis à jour(?: le)?|actualizado(?: el)?|atualizado(?: em)?|aggiornato(?: il)?|bijgewerkt"
    r"|обновлено|更新(?:日|时间)?))\s*[:：]\s*(?P<said>\S.*)",
    re.IGNORECASE,
)


def read_head_line(line: str, profile: Profile) -> Byline | None:
    """Read one line; None where anything else is in it than people and dates.

    Args:
        line: without marks of emphasis.
        profile: what to assume of dates.
    """
    if len(line) > MAX_CHARS:
        return None
    is_date = partial(reads_as_date, profile=profile)
    if not _LABELLED.match(line) and (byline := read_byline(line, is_date)):
        return byline if not byline.unfit else None
    whole = Byline()
    for part in _PARTS.split(line):
        said = _read_part(part, profile)
        if said is None or said.unfit:
            return None
        whole.add(said)
    return whole


def _read_part(part: str, profile: Profile) -> Byline | None:
    is_date = partial(reads_as_date, profile=profile)
    label = _LABELLED.fullmatch(part)
    if label is None:
        return read_byline(part, is_date)
    said = label["said"]
    if label["who"]:
        return _names(part, said)
    if not is_date(said):
        return None
    return Byline(dates=[said]) if label["when"] else Byline(updated=said)


def _names(part: str, said: str) -> Byline | None:
    names = split_authors([said])
    if not names or not all(looks_like_name(name) or is_agency(name) for name in names):
        return None
    agency = next(filter(is_agency, names), None)
    return Byline(part, [name for name in names if not is_agency(name)], agency)
