"""What a newsletter prints around its text: where to view it, why it came, how to end it."""

from __future__ import annotations

import re

MAX_CHARS = 300
"""Of a line: a longer one is a paragraph, and so is all above it."""
MAX_LINES = 10
"""At the end of a text, for the frame and the address below it."""
MAX_LINES_ABOVE = 2
MAX_LINES_BELOW = 3
"""Below a line that says why it came: an address."""

_WEB = r"(?:browser|online(?: version)?|on the web)"
_ABOVE = re.compile(
    r"(?:view|read|open|see)\b.{0,40}\b(?:in (?:your|a|the)(?: web)?|version(?: in)?"
    r"|this(?: (?:e-?mail|mail|message|newsletter|letter|issue|edition|post))?(?: in)?)"
    rf"\s{_WEB}\b.{{0,80}}"
    rf"|(?:view|read|open|see)\b.{{0,16}}\b{_WEB}\b\W*(?:https?://.*)?"
    r"|.{0,40}\b(?:im browser|webversion|dans (?:votre|le) navigateur|version en ligne"
    r"|en (?:tu|su|el) navegador|nel browser|no navegador|in (?:je|uw) browser|w przeglądarce"
    r"|в браузере|i webbläsaren)\b.{0,80}",
    re.IGNORECASE,
)
_WHY = (
    r"(?:you(?:['’]re| are) receiving|you (?:have )?received) this\s"
    r"(?:(?:e-?mail|mess|newsl)\w*(?:\W+(?:as|at|because|since|due|if|for|from)\b|\W*$)|bec|as\b)"
    r"|this (?:e-?mail|message|newsletter) was sent to (?:you\b|\S+@)"
    r"|(?:to|if you) (?:(?:stop receiving|no longer w\w+ to receive)"
    r" (?:these|this|our|such|e-?mail)|unsubscribe(?:,| from (?:this|these|our)\b))"
    r"|sie (?:erhalten|bekommen) (?:diese[ns]?|unseren) (?:e-?mail|mail|newsl|nachricht)"
    r"|diese e-?mail wurde an|vous recevez ce(?:t|tte)? (?:e-?mail|courriel|message|newsl|lettre)"
    r"|pour vous dés(?:abonner|inscrire)\b"
    r"|recib(?:es?|ió|iste) este (?:correo|e-?mail|mensaje|bolet)"
    r"|(?:ricevi|hai ricevuto) questa (?:e-?mail|newsl)"
    r"|(?:está recebendo|você recebeu) est[ea] (?:e-?mail|mens|newsl)"
    r"|(?:je|u) ontvangt (?:deze|dit) (?:e-?mail|bericht|nieuwsb)"
    r"|otrzymujesz t[ęe] (?:wiad|e-?mail|newsl)|вы получ\w+ эт\w+ (?:письмо|рассылку|сообщ)"
    r"|du får (?:det|detta|dette|denne)\w* (?:mejl|mail|e-post|brev|nyhets)"
)
_END = (
    r"unsubscribe|manage (?:your )?(?:e-?mail )?(?:preferences|subscriptions?)"
    r"|(?:newsletter )?(?:abmelden|abbestellen)|se dés(?:abonner|inscrire)|darse de baja"
    r"|cancelar (?:la |a )?(?:suscripción|inscrição)|annulla l['’]iscrizione|disiscriviti"
    r"|uitschrijven|afmelden|wypisz się|отписаться|avregistrera|avprenumerera|afmeld|meld deg av"
)
_BELOW = re.compile(
    rf"(?:{_WHY}).*"
    rf"|(?:[^\W\d][\w ]{{0,30}}[|·•]\s*)?(?:{_END})"
    r"(?:\s*[|·•(<].*|(?:\s*:)?\s+(?:https?:|www\.|\S+@).*|\s+(?:here|hier|ici)\b.*|\W*)",
    re.IGNORECASE,
)


def without_mail_frame(text: str | None) -> str | None:
    """Leave out the lines before and behind the text of a newsletter.

    With a line that says why it came goes what stands below it, where that is shorter than what
    stands above it and no more than an address.

    Args:
        text: a block per line.
    """
    lines = (text or "").split("\n")
    start = next((at for at, line in enumerate(lines) if not _is_above(at, line)), 0)
    del lines[:start]
    for at in range(len(lines) - 1, max(0, len(lines) - MAX_LINES) - 1, -1):
        if len(lines[at]) > MAX_CHARS:
            break
        if _BELOW.fullmatch(lines[at]):
            del lines[at : len(lines) if _is_address(lines[at + 1 :], at) else at + 1]
    return "\n".join(lines) or None


def _is_address(below: list[str], lines_above: int) -> bool:
    is_few = len(below) <= MAX_LINES_BELOW and len(below) < lines_above
    return is_few and all(len(line) <= MAX_CHARS // 2 for line in below)


def _is_above(at: int, line: str) -> bool:
    is_short = at < MAX_LINES_ABOVE and len(line) <= MAX_CHARS // 2
    return is_short and _ABOVE.fullmatch(line) is not None
