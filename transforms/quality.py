"""Which rows are not articles, by their text alone."""

from __future__ import annotations

import pyarrow as pa
import regex

from transforms.folding import fold
from transforms.schema import set_columns
from transforms.words import SPACELESS, has_spaceless

MIN_CHARS = 80
"""Code points. A dozen words: less is a caption, a teaser or a rest of navigation, and neither the
language nor a copy of it can be told. A one-sentence flash of an agency is longer."""

MIN_SPACELESS_CHARS = 30
"""The same for texts mostly in scripts without spaces, where a letter says about three times as
much: parallel sentences in Chinese have a third of the characters of the English ones."""

MAX_SHELL_CHARS = 600
"""Code points over which a text is never taken for a consent wall or an error page."""

_OPENING_CHARS = 160
"""Of folded text: where a shell says what it wants, after the name of its site at most."""

_SPACELESS_LETTER = regex.compile(rf"(?V1){SPACELESS}")

# Folded, as all tables below. Said to the reader in the opening of a text: no article does.
_DEMANDS = (
    "please enable javascript",
    "enable javascript and cookies",
    "you need to enable javascript",
    "javascript is disabled",
    "javascript is not available",
    "your browser does not support javascript",
    "this site requires javascript",
    "bitte aktivieren sie javascript",
    "javascript ist deaktiviert",
    "veuillez activer javascript",
    "por favor active javascript",
    "por favor habilite javascript",
    "habilita javascript",
    "ative o javascript",
    "abilita javascript",
    "schakel javascript in",
    "włącz obsługę javascript",
    "включите javascript",
    "javascriptを有効に",
    "请启用javascript",
    "請啟用javascript",
    "자바스크립트를 활성화",
    "you don t have permission to access",
    "the page you requested could not be found",
    "checking your browser",
    "checking if the site connection is secure",
    "verify you are human",
    "verifying you are human",
    "are you a robot",
    "please complete the security check",
)

# An article may speak of a page not found, so these are the whole title or the text's first words.
STATES = (
    "access denied",
    "403 forbidden",
    "404 not found",
    "error 404",
    "502 bad gateway",
    "503 service unavailable",
    "page not found",
    "just a moment",
    "attention required",
    "seite nicht gefunden",
    "zugriff verweigert",
    "page introuvable",
    "accès refusé",
    "página no encontrada",
    "acceso denegado",
    "página não encontrada",
    "pagina non trovata",
    "страница не найдена",
    "доступ запрещен",
    "ページが見つかりません",
    "页面不存在",
)

# A consent wall both names cookies and asks for something.
_COOKIES = regex.compile("cookie|クッキー|файлы куки|쿠키")
_CONSENT = (
    "accept all",
    "accept cookies",
    "manage preferences",
    "manage your preferences",
    "your consent",
    "we value your privacy",
    "our partners",
    "privacy policy",
    "alle akzeptieren",
    "akzeptieren und weiter",
    "ihre einwilligung",
    "ihrer einwilligung",
    "unsere partner",
    "datenschutzerklärung",
    "tout accepter",
    "nos partenaires",
    "votre consentement",
    "politique de confidentialité",
    "aceptar todo",
    "aceptar y continuar",
    "nuestros socios",
    "su consentimiento",
    "política de privacidad",
    "política de privacidade",
    "aceitar todos",
    "accetta tutti",
    "accetta e continua",
    "nostri partner",
    "alles accepteren",
    "onze partners",
    "zaakceptuj wszystko",
    "polityka prywatności",
    "принять все",
    "политика конфиденциальности",
    "すべて同意",
    "同意する",
    "プライバシーポリシー",
    "接受所有",
    "隐私政策",
    "개인정보",
)


def label_quality(articles: pa.RecordBatch) -> pa.RecordBatch:
    """Set `reject_reason` to "empty", "not_an_article" or "too_short"; an earlier reason stays.

    A missing title or date is no reason. Rows are labelled, never dropped.

    Args:
        articles: n rows of ARTICLE.
    """
    columns = (articles.column(name).to_pylist() for name in ("reject_reason", "title", "text"))
    reasons = [
        earlier or judge(title or "", text or "")
        for earlier, title, text in zip(*columns, strict=True)
    ]
    return set_columns(articles, {"reject_reason": pa.array(reasons, pa.string())})


def judge(title: str, text: str) -> str | None:
    """Say why a text is no article; None where it may be one."""
    if not text.strip():
        return "empty"
    if len(text) <= MAX_SHELL_CHARS and is_shell(title, text):
        return "not_an_article"
    return "too_short" if len(text) < _min_chars(text) else None


def is_shell(title: str, text: str) -> bool:
    """Say whether a short text is a consent wall, an error page or a robot check."""
    folded = fold(text)
    if fold(title) in STATES or folded.startswith(STATES):
        return True
    if any(demand in folded[:_OPENING_CHARS] for demand in _DEMANDS):
        return True
    return bool(_COOKIES.search(folded)) and any(cue in folded for cue in _CONSENT)


def _min_chars(text: str) -> int:
    if len(text) >= MIN_CHARS or not has_spaceless(text):
        return MIN_CHARS
    spaceless = len(_SPACELESS_LETTER.findall(text))
    return MIN_SPACELESS_CHARS if 2 * spaceless > sum(map(str.isalpha, text)) else MIN_CHARS
