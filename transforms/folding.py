"""What two texts are compared by: folded text, its tokens, its digest.

Everything said of copies (content hash, signature, size ratio, containment) reads folded text only.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

import numpy as np
import pyarrow as pa
import regex
from numpy.typing import NDArray

from transforms.schema import set_columns
from transforms.words import SPACELESS, has_spaceless

SHINGLE_TOKENS = 5
"""Tokens of one shingle."""

MIN_SHINGLES = 40
"""Under it a text is compared together with its title, and by equality only."""

# In `regex`, \w is letters, marks and numbers, but also connectors and zero-width joiners.
_NOT_LETTERS = regex.compile(r"[\p{Pc}\u200C\u200D]+")
_KEPT = regex.compile(r"(?:[+-](?=\d)(?<!\w.))?\w+(?:[.,٫٬](?<=\d.)(?=\d)\w+)*")
_SPACES = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0"
"""What is not ASCII in most English texts; each folds to a space."""
_SEPARATORS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "+-.,")}
_LONE = re.compile(
    r"[+\-.,](?:(?!\d)|(?<=[+\-])(?<=[0-9a-z].)|(?<=[.,])(?<!\d.))"  # the sign comes first: quick
)
"""A sign or point of ASCII that is no part of a number."""
_TOKEN_OR_LETTER = regex.compile(rf"(?V1){SPACELESS}\p{{M}}*|[\S--{SPACELESS}]+")


def fold(text: str) -> str:
    r"""Reduce a text to what copies of it have in common.

    NFKC and lower case; letters, marks and digits stay, with the sign and point of numbers; any
    other run becomes one space, none at the ends. A sign is `+`, `-` or U+2212 before a digit and
    not after a letter, mark or digit ("-5", but "covid 19"); a point is `. , ٫ ٬` between two
    digits, so that 3.5 is not 35. Folding what is folded changes nothing.
    """
    for sign in _SPACES:
        if sign in text:
            text = text.replace(sign, " ")
    return _fold_ascii(text) if text.isascii() else fold_any(text)


def fold_any(text: str) -> str:
    """Fold by the rules of `fold` alone, without its short way for ASCII."""
    # Lower case can undo NFKC (U+0130 gives two code points), so it is composed once more.
    lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    letters = _NOT_LETTERS.sub(" ", lower.replace("\u2212", "-"))
    return " ".join(_KEPT.findall(letters))


def _fold_ascii(text: str) -> str:
    """Fold what is ASCII in a quarter of the time: every other article in English is."""
    return " ".join(_LONE.sub(" ", text.lower().translate(_SEPARATORS)).split())


def tokens(folded: str) -> list[str]:
    """Split folded text into what shingles and the signatures of near copies are made of.

    A token is what stands between spaces; a letter of a script without spaces, with its marks, is
    a token of its own.
    """
    return _TOKEN_OR_LETTER.findall(folded) if has_spaceless(folded) else folded.split()


def token_places(folded: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Say where the tokens of a folded text start and end, in bytes of UTF-8."""
    if has_spaceless(folded):
        spans = [found.span() for found in _TOKEN_OR_LETTER.finditer(folded)]
        ends = _byte_places(folded)
        places = ends[np.array(spans, np.int64).reshape(-1, 2)]
        return places[:, 0], places[:, 1]
    codes = np.frombuffer(folded.encode(), np.uint8)
    if not len(codes):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    spaces = np.flatnonzero(codes == ord(" "))
    return np.append(0, spaces + 1), np.append(spaces, len(codes))


def _byte_places(text: str) -> NDArray[np.int64]:
    """Give where each code point starts in UTF-8, and where the last one ends."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    widths = 1 + (codes > 0x7F).astype(np.int64) + (codes > 0x7FF) + (codes > 0xFFFF)
    return np.append(0, np.cumsum(widths))


def shingle_count(folded: str) -> int:
    """Count the windows of five tokens; 0 under five tokens."""
    return max(0, len(tokens(folded)) - SHINGLE_TOKENS + 1)


def content_hash(title: str, text: str) -> str:
    """Digest what an article says, so that equal digests mean equal words.

    sha256, hex, of the folded text in UTF-8; under `MIN_SHINGLES` shingles of the folded title, a
    newline and the folded text, because two flashes of one sentence may be two events.
    """
    return _digest(title, fold(text))


def label_content(articles: pa.RecordBatch) -> pa.RecordBatch:
    """Set `content_hash`; null for rejected rows, which are compared with nothing.

    Args:
        articles: n rows of ARTICLE, their reject reasons final.
    """
    return label_folded(articles)[0]


def label_folded(articles: pa.RecordBatch) -> tuple[pa.RecordBatch, list[str | None]]:
    """Set `content_hash` as `label_content` does, and give the folded texts it is made of.

    Args:
        articles: n rows of ARTICLE, their reject reasons final.

    Returns:
        The rows, and for each of them its folded text; None where it is rejected.
    """
    columns = [articles.column(name).to_pylist() for name in ("title", "text", "reject_reason")]
    folded = [
        fold(text or "") if reason is None else None
        for _, text, reason in zip(*columns, strict=True)
    ]
    hashes = [
        None if text is None else _digest(title or "", text)
        for title, text in zip(columns[0], folded, strict=True)
    ]
    return set_columns(articles, {"content_hash": hashes}), folded


def _digest(title: str, folded: str) -> str:
    if shingle_count(folded) < MIN_SHINGLES:
        folded = f"{fold(title)}\n{folded}"
    return hashlib.sha256(folded.encode()).hexdigest()
