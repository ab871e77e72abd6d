"""How copies are found: the functions that the copies step of the warehouse is given."""

from __future__ import annotations

from transforms import pairs, signature
from transforms.clusters import cluster
from transforms.folding import fold
from warehouse.method import Method

WINDOW_DAYS = 45
"""Up to which two texts are compared; the default of the settings."""


def method(window_days: int = WINDOW_DAYS) -> Method:
    """Give the method in force.

    Args:
        window_days: how many days apart two texts may be and still be compared.
    """
    return Method(signature.ALGO, window_days, fold, signature.keys_of, pairs.judge_all, cluster)
