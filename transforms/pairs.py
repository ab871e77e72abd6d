"""Whether two texts are copies, by what stands in both: a symmetric judgement of the two alone.

Everything is counted in byte 9-grams of the folded texts. Three rules make a pair:

    contained    most of the smaller text stands in the other, and it is not a small part of a text
                 that begins with something else, as a digest of several stories does
    same_start   each text's beginning stands in the other, and more than half of the smaller text:
                 a copy cut short with boilerplate below, or noisy
    one_start    the beginning of one text stands whole in the other, most of the smaller text does,
                 and they are of a size: a story that was told on under a new beginning

Templates (earnings, weather, sport) share as many grams, but not their beginnings; boilerplate
stands below a story. Measured on 5,136 labelled articles, of which 120 are digests: the first rule
without a look at the beginnings F1 .950, precision .984, 28 digests merged; the first two F1 .956,
.992 and 18; all three .963, .992 and 18, and on each half of the articles better than the two.

Stored pairs are those of these very rules: who changes one raises `ALGO` in `flows/copying.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from transforms.crowds import Crowd
from transforms.rolling import Hashes, Rolling

GRAM_BYTES = 9
MIN_CONTAINMENT = 0.80
"""On the same articles .75 joins texts by chains of templates: F1 .63."""
MIN_RATIO = 0.25
"""Of the smaller set of grams to the larger one."""
HEAD_GRAMS = 200
"""The beginning of a text: three lines."""
BIG_RATIO = 0.5
"""From here on a contained text is no small part of the other."""
MIN_HEAD, SURE_HEAD = 0.60, 0.85
"""Of each beginning, in the other text: where the smaller text is small, and where it is enough
with `MIN_SHARE`."""
MIN_SHARE = 0.55
WHOLE_HEAD, ONE_START_SHARE, ONE_START_RATIO = 0.95, 0.60, 0.75
"""Of one beginning in the other text, and what is asked for besides. One digit of the beginning may
be another one; reports of earnings from one template reach .87, and at .80 they join."""

JUDGED_TOGETHER = 5_000
"""Pairs; judged one by one they take half a second."""
DENSE = 4
"""Pairs per text, of those that are judged together, from which on a crowd is the quicker way."""

CONTAINED, SAME_START, ONE_START = "contained", "same_start", "one_start"
RULES = (CONTAINED, SAME_START, ONE_START)


@dataclass(frozen=True, slots=True)
class Grams:
    """What a text is compared by."""

    distinct: Hashes
    """In order of their hashes."""
    head: Hashes
    """Of the beginning, in order of the text."""


def grams_of(folded: str) -> Grams:
    """Hash the byte 9-grams of a folded text."""
    grams = Rolling(folded.encode()).grams(GRAM_BYTES)
    return Grams(np.unique(grams), grams[:HEAD_GRAMS])


def judge(a: Grams, b: Grams) -> tuple[str, float] | None:
    """Say by which rule two texts are copies, and how much of the smaller one the other has.

    Returns:
        The rule and the containment, 0 to 1; None where they are none.
    """
    small, large = sorted((a, b), key=lambda each: len(each.distinct))
    ratio = len(small.distinct) / max(1, len(large.distinct))
    if ratio < MIN_RATIO:  # most candidates of a key that means little end here
        return None
    return _verdict(a, b, ratio, _share(small.distinct, large.distinct))


def _verdict(a: Grams, b: Grams, ratio: float, share: float) -> tuple[str, float] | None:
    if ratio < MIN_RATIO or share < MIN_SHARE:
        return None
    if share >= MIN_CONTAINMENT and ratio >= BIG_RATIO:
        return CONTAINED, share
    heads = _share(a.head, b.distinct), _share(b.head, a.distinct)
    if share >= MIN_CONTAINMENT and min(heads) >= MIN_HEAD:
        return CONTAINED, share
    if min(heads) >= SURE_HEAD:
        return SAME_START, share
    is_one = share >= ONE_START_SHARE and ratio >= ONE_START_RATIO and max(heads) >= WHOLE_HEAD
    return (ONE_START, share) if is_one else None


@dataclass(frozen=True)
class Measured:
    """What a judgement looks at."""

    contained: tuple[float, float]
    """Which share of the first text stands in the second, and of the second in the first."""
    ratio: float
    """Of the smaller set of grams to the larger one."""
    share: float
    """Which share of the smaller text stands in the other."""
    heads: tuple[float, float]
    """Which share of the beginning of the first stands in the second, and the other way."""


@dataclass(frozen=True)
class Condition:
    """One thing that a rule asks for."""

    rule: str
    what: str
    found: float
    least: float

    @property
    def is_met(self) -> bool:
        """Say whether it is as the rule asks."""
        return self.found >= self.least


def measure(a: Grams, b: Grams) -> Measured:
    """Measure all that `judge` may look at."""
    sizes = sorted((len(a.distinct), len(b.distinct)))
    contained = _share(a.distinct, b.distinct), _share(b.distinct, a.distinct)
    return Measured(
        contained,
        sizes[0] / max(1, sizes[1]),
        contained[0] if len(a.distinct) <= len(b.distinct) else contained[1],
        (_share(a.head, b.distinct), _share(b.head, a.distinct)),
    )


def conditions(of: Measured) -> list[Condition]:
    """Say what each rule asks of two texts: one all of whose conditions are met makes them copies.

    As `judge` decides, but in full.
    """
    share, ratio, head = "smaller text in the other", "size ratio", "beginnings in each other"
    is_small, both = of.ratio < BIG_RATIO, min(of.heads)
    return [
        Condition(CONTAINED, share, of.share, MIN_CONTAINMENT),
        Condition(CONTAINED, ratio, of.ratio, MIN_RATIO),
        *([Condition(CONTAINED, f"{head}, of unlike sizes", both, MIN_HEAD)] if is_small else []),
        Condition(SAME_START, share, of.share, MIN_SHARE),
        Condition(SAME_START, ratio, of.ratio, MIN_RATIO),
        Condition(SAME_START, head, both, SURE_HEAD),
        Condition(ONE_START, share, of.share, ONE_START_SHARE),
        Condition(ONE_START, ratio, of.ratio, ONE_START_RATIO),
        Condition(ONE_START, "one beginning in the other", max(of.heads), WHOLE_HEAD),
    ]


def rule_met(asked: Iterable[Condition]) -> str | None:
    """Give the first rule all of whose conditions are met."""
    met: dict[str, bool] = {}
    for each in asked:
        met[each.rule] = met.get(each.rule, True) and each.is_met
    return next((rule for rule, is_met in met.items() if is_met), None)


def containment(a: str, b: str) -> float:
    """Say which share of the smaller of two folded texts stands in the other, copies or not."""
    small, large = sorted((grams_of(a).distinct, grams_of(b).distinct), key=len)
    return _share(small, large)


def judge_all(
    candidates: Iterable[tuple[str, str]], texts: Mapping[str, str]
) -> Iterator[tuple[str, str, str, float]]:
    """Judge candidate pairs; give those that are copies, with rule and score, in the same order.

    Args:
        candidates: names of two texts each; what is made of their texts is held, ten times as much.
            Those of one first text stand together, or it takes longer.
        texts: name -> folded text.
    """

    @cache
    def grams(name: str) -> Grams:
        return grams_of(texts[name])

    crowd = Crowd({})
    rest = iter(candidates)
    while some := list(islice(rest, JUDGED_TOGETHER)):
        names = {name for pair in some for name in pair}
        is_dense = crowd.is_small and len(some) >= DENSE * len(names)
        if is_dense and not crowd.knows(names):
            crowd = Crowd({name: grams(name).distinct for name in sorted(names)})
        if is_dense and crowd.is_small:
            verdicts = _judged_in(crowd, some, grams)
        else:
            verdicts = (judge(grams(a), grams(b)) for a, b in some)
        for (a, b), verdict in zip(some, verdicts, strict=True):
            if verdict:
                yield a, b, *verdict


def _judged_in(
    crowd: Crowd, pairs: list[tuple[str, str]], grams: Callable[[str], Grams]
) -> Iterator[tuple[str, float] | None]:
    """Judge n pairs of sets of a crowd, as `judge` does."""
    for a, of_a in groupby(pairs, lambda pair: pair[0]):
        others = [b for _, b in of_a]
        size, sizes, shared = crowd.shared(a, others)
        smaller, larger = np.minimum(sizes, size), np.maximum(sizes, size)
        ratios, shares = smaller / np.maximum(1, larger), shared / np.maximum(1, smaller)
        for b, ratio, share in zip(others, ratios.tolist(), shares.tolist(), strict=True):
            yield _verdict(grams(a), grams(b), ratio, share)


def _share(part: Hashes, whole: Hashes) -> float:
    """Give which share of n hashes is among the ordered ones of another set; 0.0 of none."""
    if not len(part) or not len(whole):
        return 0.0
    places: NDArray[np.int64] = np.searchsorted(whole, part)
    places[places == len(whole)] = 0
    return float((whole[places] == part).mean())
