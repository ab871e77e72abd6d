"""Hashes of any stretch of a text, all of them from one pass over its bytes.

The hash of the bytes b[0..n-1] is

    mix(sum of (b[i] + 1) * BASE^i  over i,  modulo 2^64,  xor  n * GOLDEN modulo 2^64)

where `mix` is the finalizer of SplitMix64. With the sums over all prefixes of a text, that of a
stretch is a difference times a power of the inverse of BASE: one multiplication each, whatever its
length.

Source of `mix` and GOLDEN: Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators,
OOPSLA 2014. BASE is an odd number of our own choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

BASE = 0x9E6C63D0676A9A99
GOLDEN = 0x9E3779B97F4A7C15
_INVERSE = pow(BASE, -1, 2**64)
_PAGE = 1 << 16


class Rolling:
    """The prefix sums of one text.

    Args:
        text: its bytes.
    """

    def __init__(self, text: bytes) -> None:
        codes = np.frombuffer(text, np.uint8).astype(np.uint64) + np.uint64(1)
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * _powers(BASE, len(codes)), out=self._sums[1:])

    def hashes(self, starts: Places, ends: Places) -> Hashes:
        """Hash n stretches, each from a start up to its end."""
        lengths = (ends - starts).astype(np.uint64)
        shift = _powers(_INVERSE, len(self._sums))[starts]
        return mixed((self._sums[ends] - self._sums[starts]) * shift ^ lengths * np.uint64(GOLDEN))

    def grams(self, size: int) -> Hashes:
        """Hash every stretch of `size` bytes, in order; none where the text is shorter."""
        starts = np.arange(max(0, len(self._sums) - size))
        return self.hashes(starts, starts + size)


def mixed(values: Hashes) -> Hashes:
    """Spread n values over all 64 bits; equal ones stay equal, different ones different."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_known_powers: dict[int, Hashes] = {}


def _powers(base: int, count: int) -> Hashes:
    """Give base^0, base^1 ... modulo 2^64, at least `count` of them cut to as many."""
    known = _known_powers.get(base)
    if known is None or len(known) < count:
        size = -(-max(count, 1) // _PAGE) * _PAGE
        factors = np.full(size, base, np.uint64)
        factors[0] = 1
        known = _known_powers[base] = np.cumprod(factors)
    return known[:count]
