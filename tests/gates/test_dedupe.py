"""Quality floors of finding copies, on a corpus that is not part of the project."""

from __future__ import annotations

import random
from typing import Any

import adapters
import pytest
from corpora import Corpus

CORPUS = Corpus("dedupe")
CORPUS_DIGEST = "c9078094adcac189efdf5201c6f2f38c8625a25da10fb018dac2cf75dd65acf7"

FLOORS = {"precision": 0.99, "recall": 0.933, "F1": 0.961, "ARI": 0.961}
"""Measured: .992, .936, .963 and .963."""
MAX_DIGESTS = 20
"""Of 120 that may be merged with something; measured: 18."""

pytestmark = pytest.mark.gate
CORPUS.require()


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return CORPUS.articles()


def labels_of(articles: list[dict[str, Any]]) -> dict[str, str]:
    given = [(row["id"], row["text"], row["published_at"]) for row in articles]
    return dict(zip((row["id"] for row in articles), adapters.cluster(given), strict=True))


@pytest.fixture(scope="module")
def found(articles: list[dict[str, Any]]) -> dict[str, str]:
    return labels_of(articles)


def test_the_corpus_is_the_one_the_floors_were_measured_on():
    assert CORPUS.digest == CORPUS_DIGEST


def test_no_measure_falls_below_its_floor(articles, found):
    measured, _, merged, _ = CORPUS.scorer().score(articles, [found[row["id"]] for row in articles])
    below = {key: measured[key] for key, floor in FLOORS.items() if measured[key] < floor}
    assert below == {}
    assert merged["neg_digest"][0] <= MAX_DIGESTS


def test_another_order_gives_the_same_clusters(articles, found):
    # A cluster is named after its texts, so its name is the same too.
    shuffled = random.Random(1).sample(articles, len(articles))
    assert labels_of(shuffled) == found
