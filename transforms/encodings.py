"""From bytes to text: which encoding they are in, whatever was said of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from transforms.alphabets import is_misnamed, latin_codec
from transforms.code_pages import is_latin2, is_no_latin
from transforms.encoding_names import CODECS, name_of

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!")

_SAMPLE_BYTES = 16 * 1024
_META_BYTES = 1024
_MAX_CONTROL_SHARE = 0.005
"""Of the sample; text has none, compressed bytes have a tenth."""
_MAX_ZERO_SHARE = 0.75
"""Of the sample of a page."""

_CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_ASCII_CONTROLS = bytes([*range(9), *range(14, 32), 0x7F])
_LATER_CONTROLS = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
"""The others, as UTF-8."""
_NEWLINES = ("\r\n", *"\r\v\f\x85\u2028\u2029")
"""What ends a line, the pair first."""
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)

_LONG_ASCII = re.compile(rb"([ -~]{60})[ -~]{80,}([ -~]{60})")
"""What tells nothing of an encoding: a file of one line may begin with a whole sample of it."""

_GUESSED = {
    **{f"cp125{digit}": f"windows-125{digit}" for digit in range(8)},
    **{"cp932": "shift_jis", "euc_jp": "euc-jp", "cp949": "euc-kr", "koi8_r": "koi8-r"},
    **{"gb18030": "gb18030", "big5": "big5"},
}
"""The codecs detection may choose from: what news was written in before UTF-8."""

_LATIN = frozenset({"cp1250", "cp1254", "cp1256", "cp1257", "cp1258"})
_WESTERN_ONLY = frozenset("àãåñœÀÃÅÑŒ")
_WESTERN = _WESTERN_ONLY | frozenset("æèêïõøùûÆÈÊÕØ")

_Found = tuple[str, str]
"""The text and the name of its encoding."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of some bytes."""

    text: str | None
    """NFC, lines end in "\\n", no control characters; None where the bytes are no text."""
    encoding: str | None
    """Name in the WHATWG Encoding Standard, lower case."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """Some bytes of another encoding in UTF-8."""

    payload: bytes | None
    """As they stand, controls and all; None where the bytes are no text."""
    warnings: tuple[str, ...] = ()


def decode(payload: bytes, *, declared: str | None = None, html: bool = False) -> Decoded:
    """Decode by byte order mark, UTF-8 where valid, declaration, `<meta>`, else detection.

    UTF-8 comes before what is declared: other bytes are hardly ever valid UTF-8 by accident, and
    declarations often are left over from before.

    Args:
        payload: a whole file or answer.
        declared: the label said outside of it ("latin1"; a transport header's charset).
        html: look for a declaration in its first 1024 bytes.
    """
    warnings: list[str] = []
    text, encoding = _read(payload, declared, warnings, html=html)
    cleaned = None if text is None else clean(text)
    return Decoded(cleaned, encoding, tuple(warnings))


def to_utf8(payload: bytes, *, declared: str | None = None) -> Encoded:
    """Bring a page to UTF-8 for a parser, by the same rules as `decode`, and else leave it alone.

    A page is not brought to one form before it is parsed: that is 0.9 ms for what most pages have
    no need of, and is done for what is taken of them.

    Args:
        payload: a whole page.
        declared: the label said outside of it.
    """
    warnings: list[str] = []
    text, encoding = _read(payload, declared, warnings, html=True)
    if text is None:
        return Encoded(None, tuple(warnings))
    is_ready = encoding == "utf-8" and not warnings and not payload.startswith(_BOMS[0][0])
    return Encoded(payload if is_ready else text.encode(errors="replace"), tuple(warnings))


def _read(
    payload: bytes, declared: str | None, warnings: list[str], *, html: bool
) -> tuple[str | None, str | None]:
    stated = _stated(payload, declared, warnings, html=html)
    found = _by_form(payload)
    if found is None and _is_binary(payload, html=html):
        warnings[:] = ["the bytes are no text"]
        return None, None
    text, encoding = (
        found
        or _valid_utf8(payload)
        or _by_statement(payload, stated)
        or _damaged_utf8(payload, warnings, is_stated="utf-8" in stated)
        or _detected(payload, warnings)
    )
    if stated and encoding not in stated and not payload.isascii():
        warnings.insert(0, f"declared as {stated[0]}, but it is {encoding}")
    return text, encoding


def _stated(payload: bytes, declared: str | None, warnings: list[str], *, html: bool) -> list[str]:
    """List the encodings declared, outside first, then inside."""
    labels = [declared] if declared else []
    if html:
        start = payload[:_META_BYTES]
        inside = _META.search(start) or _XML.search(start)
        labels += [inside[1].decode("ascii", "replace")] if inside else []
    names = [name_of(label) for label in labels]
    warnings += [
        f"declared as {label!r}, which is no encoding of the web"
        for label, name in zip(labels, names, strict=True)
        if name is None and not label.lower().startswith("utf-16")
    ]
    return [name for name in names if name]


def _by_form(payload: bytes) -> _Found | None:
    """Recognise what shows in the bytes: a mark, the escapes of ISO-2022-JP, UTF-16's zeros."""
    for mark, name in _BOMS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(name, "replace"), name
    if b"\x1b" in payload and b"\x1b$" in payload and payload.isascii():
        return payload.decode("iso2022_jp_ext", "replace"), "iso-2022-jp"
    if b"\0" not in payload[:_SAMPLE_BYTES]:
        return None
    even, odd = payload[:_SAMPLE_BYTES:2], payload[1:_SAMPLE_BYTES:2]
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if len(payload) > 3 and zeros.count(0) > 0.3 * len(zeros) and others.count(0) == 0:
            return payload.decode(name, "replace"), name
    return None


def codec_of(sample: bytes, *, is_start: bool) -> str | None:
    """Name Python's codec for bytes of a longer text; None where it is UTF-8 or cannot be told.

    It cannot be told where some of the bytes are in no character of what they are taken for, or
    where characters of UTF-8 stand among others that are none: one text of two encodings.

    Args:
        sample: whole characters but for the last, some of them beyond ASCII.
        is_start: whether the text begins with it.
    """
    found = _by_form(sample) if is_start or b"\x1b$" in sample else None
    if found or _damaged_utf8(sample, []):
        return found and CODECS.get(found[1], found[1])
    text = sample.decode(errors="replace")
    lost = text.count("\ufffd")
    good = _beyond_ascii(text) - lost
    whole = sample[: sample.rfind(b"\n") + 1]
    read, name = _detected(sample if whole.isascii() else whole, [])
    is_told = "\ufffd" not in read and 2 * good < lost
    return CODECS.get(name, name) if is_told else None


def is_plain(data: bytes) -> bool:
    """Say whether bytes are the same text in whatever encoding: ASCII without escapes."""
    return data.isascii() and b"\0" not in data and b"\x1b$" not in data


def _is_binary(payload: bytes, *, html: bool) -> bool:
    """Tell by what it begins with, and by controls; zeros in a page are an error to be ignored.

    Source: HTML Standard, 13.2.2, "unexpected-null-character".
    """
    sample = payload[:_SAMPLE_BYTES]
    if html and 0 < sample.count(0) < _MAX_ZERO_SHARE * len(sample):
        sample = sample.replace(b"\0", b"")
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return payload.startswith(_MAGIC) or controls > 2 + _MAX_CONTROL_SHARE * len(sample)


def _valid_utf8(payload: bytes) -> _Found | None:
    try:
        return payload.decode(), "utf-8"
    except UnicodeDecodeError:
        return None


def _by_statement(payload: bytes, stated: list[str]) -> _Found | None:
    for name in stated:
        if name == "windows-1252" and (is_no_latin(payload) or is_misnamed(payload)):
            continue
        try:
            return payload.decode(CODECS.get(name, name)), name
        except UnicodeDecodeError:
            continue
    return None


def _damaged_utf8(payload: bytes, warnings: list[str], *, is_stated: bool = False) -> _Found | None:
    """Read what is UTF-8 but for few bytes, or was cut within a character.

    Where it is said to be UTF-8, a whole character for each that is lost will do: of texts in
    sixteen older encodings, read so, the most had 0.45 (euc-jp).
    """
    text = payload.decode(errors="replace")
    lost = text.count("\ufffd")
    good = _beyond_ascii(text) - lost
    is_cut = lost == 1 and text[-1] == "\ufffd"
    if good < (1 if is_stated or is_cut else 10) * lost:
        return None
    warnings.append(f"{lost} places are not valid utf-8 and were replaced")
    return text, "utf-8"


def _beyond_ascii(text: str) -> int:
    """Count the characters that are not ASCII: twenty times as fast as to ask each."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _detected(payload: bytes, warnings: list[str]) -> _Found:
    # Not at the top: hardly any document comes here.
    from charset_normalizer import from_bytes

    lines = _LONG_ASCII.sub(rb"\1\n\2", payload).split(b"\n")
    sample = b"\n".join(line for line in lines if not line.isascii())
    best = from_bytes(
        sample[:_SAMPLE_BYTES], cp_isolation=list(_GUESSED), enable_fallback=False
    ).best()
    codec = best.encoding if best else "cp1252"
    codec = _latin(payload, codec) if codec in {"cp1252", *_LATIN} else codec
    text = payload.decode(codec, "replace")
    lost = text.count("\ufffd")
    name = _GUESSED.get(codec, "iso-8859-2")
    warnings.append(f"the encoding {name} was detected, not declared")
    warnings += [f"{lost} places could not be decoded"] if lost else []
    return text, name


def _latin(payload: bytes, codec: str) -> str:
    """Name the code page by the letters of languages, else by what is in no word of any."""
    by_letters = latin_codec(payload)
    if by_letters is None and codec in _LATIN and _is_western(payload, codec):
        by_letters = "cp1252"
    codec = by_letters or codec
    return "iso8859_2" if is_latin2(payload, codec) else codec


def _is_western(payload: bytes, codec: str) -> bool:
    """Say whether windows-1252 reads the bytes as well as the code page that was detected.

    Detection likes windows-1250 best for Spanish and German; no language written in that has
    these letters without others that windows-1252 reads as signs.
    """
    sample = payload[:_SAMPLE_BYTES]
    pairs = zip(sample.decode("cp1252", "replace"), sample.decode(codec, "replace"), strict=True)
    apart = {western for western, other in pairs if western != other}
    return not apart or (apart <= _WESTERN and bool(apart & _WESTERN_ONLY))


def clean(text: str) -> str:
    """Bring a text to NFC with plain line ends and without control characters."""
    # Asked for one by one: a pattern over all of a page takes ten times as long (2.0 ms).
    for mark in _NEWLINES if "\r" in text else _NEWLINES[2:]:
        if mark in text:
            text = text.replace(mark, "\n")
    if _has_controls(text):
        text = _CONTROLS.sub("", text)
    return unicodedata.normalize("NFC", text)


def _has_controls(text: str) -> bool:
    """Look for controls; in bytes that takes half the time (0.3 ms a page)."""
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw.translate(None, _ASCII_CONTROLS)) < len(raw) or bool(_LATER_CONTROLS.search(raw))
