"""Which rows are not articles, by their text alone."""

from __future__ import annotations

import pyarrow as pa
import regex

from transforms.schema import set_columns
from transforms.shells import MAX_SHELL_CHARS, is_shell
from transforms.words import SPACELESS, has_spaceless

MIN_CHARS = 80
"""Code points. A dozen words: less is a caption, a teaser or a rest of navigation, and neither the
language nor a copy of it can be told. A one-sentence flash of an agency is longer."""

MIN_SPACELESS_CHARS = 30
"""The same for texts mostly in scripts without spaces, where a letter says about three times as
much: parallel sentences in Chinese have a third of the characters of the English ones."""

MAX_CHARS = 2_000_000
"""Code points, 300,000 words: a longer text is a file of data. To count and sign as many Chinese
letters takes 10 s, half the time that a document may take."""

_SPACELESS_LETTER = regex.compile(rf"(?V1){SPACELESS}")

_STATED = frozenset({"jsonld", "meta", "microdata", "record"})
"""Evidence for a date that is an article's own: a feed tells of a page that is an error by now."""


def label_quality(articles: pa.RecordBatch) -> pa.RecordBatch:
    """Set `reject_reason` where the text alone says it; an earlier reason stays.

    It is "empty", "too_large", "not_an_article" or "too_short". A missing title or date is none.
    Rows are labelled, never dropped.

    Args:
        articles: n rows of ARTICLE.
    """
    names = ("reject_reason", "title", "text", "published_from")
    columns = (articles.column(name).to_pylist() for name in names)
    reasons = [
        earlier or judge(title or "", text or "", is_stated=evidence in _STATED)
        for earlier, title, text, evidence in zip(*columns, strict=True)
    ]
    return set_columns(articles, {"reject_reason": pa.array(reasons, pa.string())})


def judge(title: str, text: str, *, is_stated: bool = False) -> str | None:
    """Say why a text is no article; None where it may be one.

    Args:
        title: as stored.
        text: as stored.
        is_stated: whether its document states for machines when it was published.
    """
    if not text.strip():
        return "empty"
    if len(text) > MAX_CHARS:
        return "too_large"
    if len(text) <= MAX_SHELL_CHARS and is_shell(title, text, is_stated=is_stated):
        return "not_an_article"
    return "too_short" if is_too_short(text) else None


def is_too_short(text: str) -> bool:
    """Tell whether a text is shorter than any article, by its script."""
    return len(text) < _min_chars(text)


def _min_chars(text: str) -> int:
    if len(text) >= MIN_CHARS or not has_spaceless(text):
        return MIN_CHARS
    spaceless = len(_SPACELESS_LETTER.findall(text))
    return MIN_SPACELESS_CHARS if 2 * spaceless > sum(map(str.isalpha, text)) else MIN_CHARS
