"""How large a page may be: found out before it is parsed whole, for some take a parser for ever.

By the rules browsers keep, a parser looks through all open elements at each tag, opens formatting
anew in each paragraph and compares the attributes of a tag with each other. 100,000 tags within
each other took 24 s, 100,000 attributes of one tag 45 s, and 8,000 tags of fonts and paragraphs in
turn, 100 kB of them, 3.6 GB. So a page that may be such a one is parsed by growing beginnings, the
next a little larger than one that was found sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

MAX_ELEMENTS = 100_000
MAX_DEPTH = 250
"""Elements within each other: libxml2 gives up at 256."""
MAX_OPEN = 512
"""The same, in navigation and drawings too, which are not read: no browser makes more of a page.

Source: Blink, HTMLConstructionSite, kMaximumHTMLParserDOMTreeDepth.
"""
MAX_ATTRIBUTES = 1_000
"""Of one element; the most on 1,532 pages is under 100."""

_MAX_TAGS = 3 * MAX_ELEMENTS
"""Signs "<", also in scripts: 23,000 on the largest of 1,532 pages."""
_HARMLESS_TAGS = 10_000
"""However they stand within each other, they take 0.2 s."""
_MORE_TAGS = 16_000
"""From a beginning to the next: within each other they take 0.4 s."""

_HARMLESS_ELEMENTS = 500_000
"""Formatting times tags: as many elements may come of them, of 450 bytes each. 7 of 1,532 pages
have more."""
_FEW_TAGS = 4_000
"""However they open each other anew, they take 0.8 s and 810 MB."""
_MOST_PARSED = 30_000_000
"""Bytes of all beginnings of a page together: 3 s. One that takes more is refused."""
_MORE_FORMATTED_TAGS = 1_000
"""From a beginning to the next where much is formatted: with `MAX_OPEN` they take 170 MB."""
_ALIKE = 3
"""Formatting that is alike and open at once."""

_HARMLESS_BYTES = 250_000
"""However many attributes they hold, they take 6 s; 18 of 100 pages are larger, or of more tags."""
_FEW_ROOTS = 10
"""Each of them has `MAX_ATTRIBUTES` at most: as many of one element take 0.12 s."""
_LONG_TAG = 3 * MAX_ATTRIBUTES
"""Bytes: two letters and a space for each attribute. With signs of tags in its values a tag may be
hidden from the search, which costs the time limit of a document; to look into every tag would
cost each page 6 % of its time."""
_MAX_LOOKALIKES = 20
"""Tags of many attributes that are none: `a<b` begins one in a script that was made small."""
_TIMES_LOOKED = 4
"""As many times `_MOST_PARSED` may be parsed for all lookalikes of a page: 12 s."""

# Source: the HTML Standard, 13.2.4.3, the list of active formatting elements: it has three at most
# that are alike, as those without an attribute are, and one link.
_FORMATTING = (
    rb"<[bBcCeEfFiIsStTuU]"
    rb"(?:(?<=[bBiIsSuU])|(?i:m(?<=em)|t(?<=tt)|ig|ode|ont|mall|trike|trong))"
)


def _table() -> NDArray[np.uint8]:
    """Make a table of what a tag may be by its first two bytes: 1 is formatting, 2 a root."""
    table = np.zeros((256, 256), np.uint8)
    pairs = [(1, pair) for pair in ("em", "tt", "bi", "co", "fo", "sm", "st")]
    for kind, pair in [*pairs, (2, "bo"), (2, "ht")]:
        for one, other in product(*((each, each.upper()) for each in pair)):
            table[ord(one), ord(other)] = kind
    for name, end in product("bBiIsSuU", " \t\n\v\f\r/"):
        table[ord(name), ord(end)] = 1
    return table


_KINDS = _table()
_FIRST = _KINDS.any(axis=1)
"""Whether a tag may be either by its first byte."""
_ATTRIBUTE = rb"""[\s/]++=?+[^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?+"""
_SOME_FORMATTING = re.compile(rb"%b[\s/]" % _FORMATTING)
_WHOLE_FORMATTING = re.compile(rb"%b(?:%b)++" % (_FORMATTING, _ATTRIBUTE))
_ANY_ATTRIBUTE = re.compile(_ATTRIBUTE)
_MANY_ATTRIBUTES = re.compile(rb"[a-zA-Z][^\s/>]*+(?:%b){%d}" % (_ATTRIBUTE, MAX_ATTRIBUTES))
# However often they stand there, of each there is one, with the attributes of all.
_ROOT = re.compile(rb"<(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])((?:%b)++)" % _ATTRIBUTE)

_TOO_DEEP = ">".join("*" * (MAX_OPEN + 1))


def is_beyond(markup: bytes) -> bool:
    """Tell whether a page is larger than `MAX_OPEN`, `MAX_ATTRIBUTES` or all that is ever seen.

    One that is not can be parsed in seconds. What is harmless by its size is not looked at, so
    small pages may be over them.

    Args:
        markup: the whole page, in UTF-8.
    """
    letters = np.frombuffer(markup, np.uint8)
    signs = letters == ord("<")
    tags = int(np.count_nonzero(signs))
    if tags > _MAX_TAGS:
        return True
    if tags <= _FEW_TAGS and len(markup) <= _HARMLESS_BYTES:
        return False
    _, formatting, roots = _kinds(letters, signs)
    if roots > _FEW_ROOTS and _has_crowded_root(markup):
        return True
    if _has_many_attributes(markup, signs):
        return True
    is_harmless = tags <= _HARMLESS_TAGS and formatting * tags <= _HARMLESS_ELEMENTS
    return not is_harmless and _parsed(markup, _allowed(markup)) is None


def count_signs(markup: bytes) -> int:
    """Count the signs "<": `bytes.count` takes four times as long for so common a one."""
    return int(np.count_nonzero(np.frombuffer(markup, np.uint8) == ord("<")))


def _kinds(letters: NDArray[np.uint8], signs: NDArray[np.bool_]) -> list[int]:
    """Count of some tags how many are neither, may be of formatting, and may be of the root.

    By their first two letters, 0.1 ms; to read each as `_SOME_FORMATTING` takes 0.4 ms.
    """
    at = np.flatnonzero(signs[:-2]) + 1
    at = at[_FIRST.take(letters.take(at))]
    found = _KINDS[letters.take(at), letters.take(at + 1)]
    return [int(count) for count in np.bincount(found, minlength=3)]


def _has_crowded_root(markup: bytes) -> bool:
    roots = _ROOT.finditer(markup)
    return sum(len(_ANY_ATTRIBUTE.findall(root[1])) for root in roots) > MAX_ATTRIBUTES


def _has_many_attributes(markup: bytes, signs: NDArray[np.bool_]) -> bool:
    allowed = _TIMES_LOOKED * _allowed(markup)
    for number, at in enumerate(_many(markup, signs)):
        before = markup[:at]
        parsed = _parsed(before, allowed)
        if number == _MAX_LOOKALIKES or parsed is None or _ends_in_text(before):
            return True
        allowed -= parsed
    return False


def _many(markup: bytes, signs: NDArray[np.bool_]) -> Iterator[int]:
    """Yield where a sign "<" stands that many attributes seem to follow.

    So long a tag leaves one stretch of half its length at least without a sign.
    """
    half = _LONG_TAG // 2
    whole = len(signs) // half * half
    is_bare = ~np.any(signs[:whole].reshape(-1, half), axis=1)
    is_first = is_bare & ~np.append([False], is_bare)[:-1]
    for stretch in np.flatnonzero(is_first):
        at = markup.rfind(b"<", 0, int(stretch) * half)
        if at >= 0 and markup.find(b">", at, at + 1 + _LONG_TAG) < 0:
            piece = markup[at + 1 : _end_of(markup, at)]
            if len(piece) >= _LONG_TAG and _MANY_ATTRIBUTES.match(piece):
                yield at


def _end_of(markup: bytes, at: int) -> int:
    """Return where the next sign "<" stands, or the page ends."""
    end = markup.find(b"<", at + 1)
    return end if end >= 0 else len(markup)


def _ends_in_text(beginning: bytes) -> bool:
    """Tell whether a tag may follow: it does not in a script, a comment or an attribute."""
    return LexborHTMLParser(beginning + b"<look-here>").css_first("look-here") is not None


def _allowed(markup: bytes) -> int:
    return max(_MOST_PARSED, len(markup))


def _parsed(markup: bytes, allowed: int) -> int | None:
    """Count the bytes of the beginnings by which it is sound; None: deep, or they are too many."""
    parsed = 0
    for beginning in _beginnings(markup):
        parsed += len(beginning)
        if parsed > allowed or _is_too_deep(beginning):
            return None
    return parsed if parsed <= allowed else None


def _beginnings(markup: bytes) -> Iterator[bytes]:
    """Yield beginnings of a page each a little longer, and the page itself; none of a plain one."""
    tags = count_signs(markup)
    formatting = _formatting(markup, tags) if tags > _FEW_TAGS else 0
    if tags <= _HARMLESS_TAGS and formatting * tags <= _HARMLESS_ELEMENTS:
        return
    few = max(_MORE_FORMATTED_TAGS, _HARMLESS_ELEMENTS // max(formatting, 1))
    step = min(_MORE_TAGS, few)
    for tag in islice(re.finditer(b"<", markup), step, None, step):
        yield markup[: tag.start()]
    yield markup


def _formatting(markup: bytes, tags: int) -> int:
    """Count the formatting that may be open at once; all of it, where that is harmless."""
    some = len(_SOME_FORMATTING.findall(markup))
    if some * tags <= _HARMLESS_ELEMENTS:
        return some
    return min(some, _ALIKE * len(set(_WHOLE_FORMATTING.findall(markup))))


def _is_too_deep(beginning: bytes) -> bool:
    return LexborHTMLParser(beginning).css_first(_TOO_DEEP) is not None
