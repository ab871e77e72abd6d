"""Quality floors of reading pages, on a corpus that is not part of the project."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import adapters
import pytest
from corpora import Corpus

CORPUS = Corpus("extraction")
CORPUS_DIGEST = "236de52f4abda0136580ec06346342f33c8dd61e2d6281aa3befcd89a0730c1c"

FLOORS = {
    "postlight": {"title": 0.911, "day": 0.829, "authors": 0.724},
    "scrapinghub": {"F1": 0.960},
    "trafilatura": {"snippet F1": 0.927, "title": 0.854, "day": 0.873, "authors": 0.627},
    "wcxb_dev": {
        "F1": 0.941, "snippet F1": 0.915, "title": 0.858, "day": 0.862, "authors": 0.771,
    },
}  # fmt: skip
"""A hundredth under what was measured on the whole of each set, and never under what is promised:
text as good as trafilatura's (.960, .932, .925), title .82 (postlight .86), day .86, .87 and .77,
authors .70, .60 and .56 of wcxb_dev, trafilatura and postlight."""

pytestmark = pytest.mark.gate
CORPUS.require()


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    return CORPUS.scorer()


@pytest.fixture(scope="module")
def pages(scorer: ModuleType) -> dict[str, list[dict[str, Any]]]:
    sets: dict[str, list[dict[str, Any]]] = scorer.load(CORPUS.path)
    return sets


def test_the_corpus_is_the_one_the_floors_were_measured_on():
    assert CORPUS.digest == CORPUS_DIGEST


@pytest.mark.parametrize("name", FLOORS)
def test_no_measure_of_a_set_falls_below_its_floor(name, scorer, pages):
    answers, errors = scorer.run(adapters.extract, pages[name])
    measured, _ = scorer.score(pages[name], answers)
    below = {key: measured[key] for key, floor in FLOORS[name].items() if measured[key] < floor}
    assert (errors, below) == ([], {})
