"""How copies are found: the functions that the copies step of the warehouse is given."""

from __future__ import annotations

from dataclasses import replace

from flows.settings import Dedupe
from transforms import clusters, pairs, signature
from transforms.folding import fold
from warehouse.copies.method import Method

ALGO = "minhash-2"
"""Name of what `fold`, `signature`, `pairs` and `clusters` make of texts. It is raised with each
change by which texts get other keys, pairs or clusters: a warehouse of another name is compared
anew. New ones are made under it, too (`warehouse.making.DEFAULTS`)."""
CANONICAL = "canonical"
"""Rule of the pairs that the warehouse makes of canonical addresses; those of texts are
`pairs.RULES`."""
WINDOW_DAYS = Dedupe().window_days


def method_of(settings: Dedupe) -> Method:
    """Give the method in force."""
    return replace(method(settings.window_days), representative=settings.representative)


def method(window_days: int = WINDOW_DAYS) -> Method:
    """Give the method for a window, and else as it is by default.

    Args:
        window_days: how many days apart two texts may be and still be compared.
    """
    return Method(
        ALGO,
        window_days,
        fold,
        signature.keys_of,
        pairs.judge_all,
        clusters.cluster,
        clusters.stretched,
        pairs.containment,
        pairs.MIN_SHARE,
    )
