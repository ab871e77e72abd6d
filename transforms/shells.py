"""What stands where an article should: consent walls, errors, robot checks, logins.

An article may tell of any of these. So what asks something of the reader counts in the opening of a
short text, outside of quotes, and what a reporter could write as well only beside a second sign.
"""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import re

import regex

from transforms.folding import fold
from transforms.shell_words import (
    BROKEN,
    BROWSERS,
    CHECKS,
    CONSENT,
    GONE,
    LOGIN_SIGNS,
    LOGINS,
    ON_CHECKS,
    PASSWORDS,
    SCRIPTS,
    STATES,
    TITLES,
    TO_READERS,
)

MAX_SHELL_CHARS = 600
"""Code points over which a text is never taken for a wall or an error page."""

_OPENING_CHARS = 160
"""Of folded text: where a shell says what it wants, after the name of its site at most."""

_DEMANDS = SCRIPTS + GONE + LOGINS

_REASONS = (
    r"bad request|unauthori[sz]ed|authorization required|payment required|forbidden|not found"
    r"|page not found|method not allowed|request timeout|gone|too many requests"
    r"|unavailable for legal reasons|(?:internal )?server error|bad gateway"
    r"|service (?:temporarily )?unavailable|gateway time ?out|web server is down"
    r"|connection timed out|origin is unreachable|a timeout occurred|error|nicht gefunden"
    r"|introuvable|no encontrad[ao]|non trovata|não encontrada|не найден[ао]?"
)
_NUMBER = r"(?:40[0134]|410|429|451|50[0234]|52[0-6])"
_ERROR_NUMBER = re.compile(
    rf"(?:http )?(?:(?:error|fehler|erreur|errore|erro|fout|błąd|hata|ошибка) )?(?:code )?{_NUMBER}"
    rf"(?: (?:http )?(?:{_REASONS}))?"
)
"""Source: RFC 9110 section 15, RFC 6585, and the 52x of Cloudflare."""

_PART = re.compile(r"\s+[-–—|·•]+\s+|\s*[|│]\s*")
_MAX_SITE_WORDS = 4
"""Of the part of a title that is the name of the site."""
_QUOTED = re.compile(r"[\"“„«‚「『»][^\"“”„«»」』\n]{1,200}[\"”“»«」』]")
_COOKIES = regex.compile("cookie|クッキー|файлы куки|쿠키")


def says_error(title: str) -> bool:
    """Tell whether a whole title is that of an error page, by its words or its number.

    Args:
        title: folded.
    """
    return title in STATES or _ERROR_NUMBER.fullmatch(title) is not None


def asks_to_log_in(title: str) -> bool:
    """Tell whether a title begins as that of a login does; of an article it may, too.

    Args:
        title: folded.
    """
    return title in TITLES or title.startswith(LOGIN_SIGNS)


def is_shell(title: str, text: str, *, is_stated: bool = False) -> bool:
    """Tell whether a short text is a consent wall, an error page, a login or a robot check.

    Args:
        title: as stored.
        text: of `MAX_SHELL_CHARS` at most.
        is_stated: whether the page states when it was published, as an article does: then the words
            alone of what reports tell of, too, are not enough.
    """
    folded = fold(text)
    if says_error(fold(title)) or folded.startswith(STATES):
        return True
    if _COOKIES.search(folded) and any(cue in folded for cue in CONSENT):
        return True
    said = fold(_QUOTED.sub(" ", text))
    if any(demand in said[:_OPENING_CHARS] for demand in _DEMANDS):
        return True
    return not is_stated and (_is_titled(title) or _is_signed(said))


def _is_titled(title: str) -> bool:
    parts = [fold(part) for part in _PART.split(title)]
    said = [part for part in parts if part in TITLES or says_error(part)]
    words = sum(len(part.split()) for part in parts if part not in said)
    return bool(said) and words <= _MAX_SITE_WORDS


def _is_signed(said: str) -> bool:
    """Tell by two signs, of what is reported and of what is said to the reader."""
    pairs = (
        (CHECKS, ON_CHECKS),
        (BROKEN, TO_READERS),
        (LOGIN_SIGNS, PASSWORDS),
        (("javascript",), BROWSERS),
    )
    return any(_any_of(first, said) and _any_of(second, said) for first, second in pairs)


def _any_of(signs: tuple[str, ...], said: str) -> bool:
    return any(sign in said for sign in signs)
