"""Signatures of texts: MinHash over shingles, cut into bands, so that copies share a key.

A text is compared by its set of shingles: stretches of `SHINGLE_TOKENS` tokens of the folded text
(a token is a word; a letter, with its marks, in scripts without spaces), as UTF-8, with what
stands between them, hashed as `rolling` says. Slot k of the signature is the least of

    ((2 * A[k] + 1) * h + B[k]) modulo 2^64, its upper 32 bits

over the shingles h, with A[k] and B[k] the outputs 2k and 2k+1 of SplitMix64 from the seed 1. The
key of band i is mix(slot 2i * 2^32 + slot 2i+1, plus i * GOLDEN). With 64 bands of two slots, texts
of which a share J of the shingles is common have a key in common with probability
1 - (1 - J^2)^64: .93 at J = .2, .998 at .3.

Stored keys are of this very making: who changes it raises `ALGO` in `flows/copying.py`.

Source: Broder, On the Resemblance and Containment of Documents, 1997; Leskovec, Rajaraman, Ullman,
Mining of Massive Datasets, 3.4, for the bands.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transforms.folding import MIN_SHINGLES, SHINGLE_TOKENS, token_places
from transforms.rolling import GOLDEN, Hashes, Rolling, mixed

SLOTS, BANDS = 128, 64
AT_ONCE = 256
"""Shingles whose slots are computed at once: 256 KB, which stay in the cache."""


def keys_of(folded: str) -> Hashes:
    """Give the `BANDS` keys of a text; none under `MIN_SHINGLES` shingles, which must be equal.

    Args:
        folded: as `fold` gives it.
    """
    shingles = shingles_of(folded)
    return _bands(_slots(shingles)) if len(shingles) >= MIN_SHINGLES else shingles[:0]


def shingles_of(folded: str) -> Hashes:
    """Hash the shingles of a folded text, in their order."""
    starts, ends = token_places(folded)
    last = SHINGLE_TOKENS - 1
    if len(starts) <= last:
        return np.empty(0, np.uint64)
    return Rolling(folded.encode()).hashes(starts[: len(starts) - last], ends[last:])


def _stream(seed: int, count: int) -> Hashes:
    """Give the first outputs of SplitMix64."""
    steps = np.arange(1, count + 1, dtype=np.uint64)
    return mixed(np.uint64(seed) + steps * np.uint64(GOLDEN))


# As often as shingles are taken at once: over rows of 128 numbers numpy takes 1.7 times as long as
# over all of them in one row.
_FACTORS = np.tile(_stream(1, 2 * SLOTS)[0::2] << np.uint64(1) | np.uint64(1), AT_ONCE)
_OFFSETS = np.tile(_stream(1, 2 * SLOTS)[1::2], AT_ONCE)
_BAND_NUMBERS = np.arange(BANDS, dtype=np.uint64) * np.uint64(GOLDEN)


def _slots(shingles: Hashes) -> NDArray[np.uint64]:
    least = np.full(SLOTS, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(shingles), AT_ONCE):
        hashes = np.repeat(shingles[start : start + AT_ONCE], SLOTS)
        hashes *= _FACTORS[: len(hashes)]
        hashes += _OFFSETS[: len(hashes)]
        np.minimum(least, hashes.reshape(-1, SLOTS).min(axis=0), out=least)
    return least >> np.uint64(32)


def _bands(slots: NDArray[np.uint64]) -> Hashes:
    first, second = slots[0::2], slots[1::2]
    return mixed((first << np.uint64(32) | second) + _BAND_NUMBERS)
