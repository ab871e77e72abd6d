"""What a page says of its rights: who holds them, and what machines may do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.html.evidence import Page
from transforms.html.jsonld import Thing
from transforms.html.plain import tidy
from transforms.reading import Reading

MAX_HOLDER_CHARS = 100
"""What is longer is a licence, not a name."""

_HOLDERS = ("dcterms.rightsholder", "dc.rightsholder", "dcterms:rightsholder")
_NOTICES = ("copyright", "dcterms.rights", "dc.rights", "dc:rights", "rights")
_NO_HOLDER = re.compile(
    r"©|\(c\)|\bcopyright(?:ed)?\b|\ball rights reserved\b|\balle rechte vorbehalten\b"
    r"|\btous droits réservés\b|\b(?:todos los|todos os) (?:derechos|direitos) reservados\b"
    r"|\btutti i diritti (?:sono )?riservati\b|\balle rechten voorbehouden\b"
    r"|\b(?:19|20)\d\d(?:\s*[-–—/,]\s*(?:(?:19|20)\d\d|\w+))?\b|\bby\b",
    re.IGNORECASE,
)
"""What a notice says beside the holder."""

_ROBOTS = ("robots", "googlebot", "googlebot-news", "bingbot")
_RESERVATION = "tdm-reservation"


def read_rights(reading: Reading, page: Page, article: Thing) -> None:
    """Fill in copyright holder, directives to robots and the reservation of text mining."""
    reading.copyright_holder = next(_holders(page, article), None)
    reading.robots = list(dict.fromkeys(_directives(page)))
    stated = (page.meta(_RESERVATION) or "").strip()
    # Source: https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
    reading.tdm_reserved = {"1": True, "0": False}.get(stated)


def _holders(page: Page, article: Thing) -> Iterator[str]:
    named = [
        *page.linked.texts(article, "copyrightHolder"),
        *page.all_props("copyrightHolder"),
        *page.all_meta(*_HOLDERS),
    ]
    notices = [*page.all_meta(*_NOTICES), *page.linked.texts(article, "copyrightNotice")]
    for stated in [*named, *notices]:
        holder = _NO_HOLDER.sub(" ", tidy(stated) or "")
        holder = (tidy(holder) or "").strip(" .,;:|-–—/")
        is_name = 1 < len(holder) <= MAX_HOLDER_CHARS and "://" not in holder
        if is_name and any(char.isalpha() for char in holder):
            yield holder


def _directives(page: Page) -> Iterator[str]:
    """Yield the directives to all robots as stated, those to one with its name before them."""
    for robot in _ROBOTS:
        prefix = "" if robot == "robots" else f"{robot}: "
        for line in page.all_meta(robot):
            for part in line.lower().split(","):
                words = [" ".join(part.split())] if ":" in part else part.split()
                yield from (prefix + word for word in words if word)
