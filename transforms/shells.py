"""Pages that are plainly no article: walls, error pages and bare lists."""

from __future__ import annotations

import re

from transforms.evidence import Page
from transforms.reading import Reading

_REFUSED = re.compile(
    r"(?:error\s*)?(?:40[0134]|410|429|50[0-4])\b.{0,40}"
    r"|(?:https?\s+)?(?:error|fehler|erreur)\s+\d{3}\b.{0,40}"
    r"|access (?:to this page has been )?denied.{0,40}|forbidden|not found"
    r"|(?:the )?(?:page|seite|artikel|article|document) (?:not found|nicht gefunden|introuvable)"
    r"|p[áa]gina no encontrada|página não encontrada|pagina non trovata|page introuvable"
    r"|(?:oops|sorry)\W.{0,60}|just a moment\W*|attention required!?.{0,40}"
    r"|are you (?:a robot|human)\W*|(?:please )?verify you are (?:a )?human.{0,40}"
    r"|(?:robot|security|bot) (?:check|verification|challenge).{0,20}|pardon our interruption\W*"
    r"|before you continue.{0,40}|one moment,? please\W*|site (?:under )?maintenance",
    re.IGNORECASE,
)
"""Whole titles of error pages and robot checks."""

_CONSENT = re.compile(
    r"cookies?\b|\bconsent|\bpartners?\b|\bprivacy|einwillig|zustimm|datenschutz|consentement"
    r"|consentimiento|consenso|accepter|aceptar|accett|personali[sz]ed ads|personalisierte",
    re.IGNORECASE,
)

MAX_SHELL_CHARS = 1200
"""More text than this is read before it is judged."""
MAX_LIST_CHARS = 200
MIN_CONSENT_SHARE = 0.04
"""Share of words about consent; a column on the subject stays under 0.02."""


def is_shell(reading: Reading, page: Page) -> bool:
    """Tell whether a page is an error page, a wall, or a list with hardly any text.

    Anything doubtful is no shell: a page that states an article type or a day of publication in
    its metadata is believed.
    """
    text = reading.text or ""
    if len(text) > MAX_SHELL_CHARS or reading.article_type:
        return False
    titles = filter(None, [reading.title, page.title, *page.headings])
    if any(_REFUSED.fullmatch(title.strip()) for title in titles):
        return True
    if page.meta("article:published_time"):
        return False
    return _is_consent_wall(text) or _is_list(text, page)


def _is_consent_wall(text: str) -> bool:
    words = len(text.split())
    found = len(_CONSENT.findall(text))
    return found >= 4 and found >= MIN_CONSENT_SHARE * words


def _is_list(text: str, page: Page) -> bool:
    return page.meta("og:type") == "website" and len(text) < MAX_LIST_CHARS
