"""Quality floors of reading pages, on a corpus that is not part of the project."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import adapters
import pytest
from corpora import Corpus

CORPUS = Corpus("extraction")
CORPUS_DIGEST = "236de52f4abda0136580ec06346342f33c8dd61e2d6281aa3befcd89a0730c1c"

SAMPLE = 100
"""Pages of each set, spread over it."""

FLOORS = {
    "postlight": {"title": 0.89, "day": 0.80, "authors": 0.68},
    "scrapinghub": {"F1": 0.963},
    "trafilatura": {"snippet F1": 0.93, "title": 0.83, "day": 0.78, "authors": 0.53},
    "wcxb_dev": {"F1": 0.955, "snippet F1": 0.916, "title": 0.80, "day": 0.94, "authors": 0.82},
}
"""A little under what was measured on the sample, which is harder than the whole of some sets."""

pytestmark = pytest.mark.gate
CORPUS.require()


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    return CORPUS.scorer()


@pytest.fixture(scope="module")
def pages(scorer: ModuleType) -> dict[str, list[dict[str, Any]]]:
    sets = scorer.load(CORPUS.path)
    return {name: group[:: max(1, len(group) // SAMPLE)] for name, group in sets.items()}


def test_the_corpus_is_the_one_the_floors_were_measured_on():
    assert CORPUS.digest == CORPUS_DIGEST


@pytest.mark.parametrize("name", FLOORS)
def test_no_measure_of_a_set_falls_below_its_floor(name, scorer, pages):
    answers, errors = scorer.run(adapters.extract, pages[name])
    measured, _ = scorer.score(pages[name], answers)
    below = {key: measured[key] for key, floor in FLOORS[name].items() if measured[key] < floor}
    assert (errors, below) == ([], {})
