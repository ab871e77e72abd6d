"""How copies are told: what `flows` hands to the copies step, which knows no text itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse import policy

Judge = Callable[
    [Iterable[tuple[str, str]], Mapping[str, str]], Iterator[tuple[str, str, str, float]]
]
"""Names of two texts each, name -> folded text: (a, b, rule, score) of those that are copies."""
Clusterer = Callable[[pa.Table], pa.Table]
"""n rows (a, b) of pairs -> rows of what becomes of them."""


@dataclass(frozen=True)
class Method:
    """One way of finding copies; what it finds depends on the texts and their days alone."""

    algo: str
    """Names all that the functions do: keys and pairs of two names are never mixed."""
    window_days: int
    """Texts are compared where some days of theirs lie so near, or where one is undated."""
    fold: Callable[[str], str]
    sign: Callable[[str], NDArray[np.uint64]]
    """Folded text -> its keys; two texts that share none are not compared. None: only equal."""
    judge: Judge
    cluster: Clusterer
    """(a, b) -> (content_hash, cluster_id): one row for each text."""
    stretched: Clusterer
    """(a, b) -> (cluster_id, texts, a, b, links): two texts far apart, where a cluster has such."""
    containment: Callable[[str, str], float]
    """Which share of the smaller of two folded texts stands in the other."""
    unlike_below: float
    """The containment under which no rule makes two texts copies."""
    representative: str = policy.DEFAULT
    """Which article of a cluster is shown: an SQL ORDER BY list, checked by `policy`."""


Facts = Mapping[str, str]
"""What the table `meta` says; an older warehouse lacks some."""


def is_of_another(facts: Facts, method: Method) -> bool:
    """Say whether what is stored of copies was found by another method."""
    stored = facts.get("algo"), facts.get("window_days")
    return stored != (method.algo, str(method.window_days))


def is_measured(facts: Facts, method: Method) -> bool:
    """Say whether all stored clusters have been looked at for chains."""
    return facts.get("chains") == method.algo


def chooses_anew(facts: Facts, method: Method) -> bool:
    """Say whether the views show the article of a cluster that another method chose."""
    return facts.get("representative") != method.representative
