"""What is said of two articles follows from what is known of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from invented import told

from flows.copying import CANONICAL
from flows.explaining import Judged, Link
from transforms.folding import fold
from transforms.pairs import conditions, grams_of, measure
from transforms.passages import common_passages
from warehouse.copies.explaining import Keys, Known, Pair

DAY = dt.date(2026, 3, 14)
TEXTS = told("story"), f"{told('story')} {told('end', 1)}"


def known(name: str) -> Known:
    return Known(
        name, name, f"text {name}", "wire", f"https://{name}.example/", None, DAY,
        DAY.replace(day=1), f"cluster {name}", is_representative=True, is_compared=True,
    )  # fmt: skip


@pytest.fixture
def copies() -> Judged:
    """Two articles that are copies by a rule, and in two clusters."""
    measured = measure(*(grams_of(fold(text)) for text in TEXTS))
    return Judged(
        known("a"), known("b"), Keys(9, (True, True)), 3, 45, measured, conditions(measured),
        common_passages(*TEXTS), [],
    )  # fmt: skip


def test_copies_that_are_in_two_clusters_are_said_to_be_joined_by_a_rebuild(
    copies: Judged,
) -> None:
    assert copies.sentence() == (
        "Not in one cluster: they are copies by the rule `contained`, but are not joined yet: "
        "`wirelake dedupe --rebuild` does it."
    )


def test_copies_that_share_no_key_are_said_not_to_be_compared(copies: Judged) -> None:
    apart = replace(copies, keys=Keys(0, (True, True)))
    assert apart.sentence().endswith("but share none of their 64 keys, so they are never compared.")
    assert "lie 46 days apart" in replace(apart, days=46).sentence()


def test_a_canonical_address_binds_whatever_the_texts_are(copies: Judged) -> None:
    other = replace(copies.other, cluster_id=copies.one.cluster_id)
    pair = Pair("text a", "text b", CANONICAL, 1.0, None)
    bound = replace(copies, other=other, path=[Link(copies.one, other, pair, 3)])
    assert (bound.rule, bound.sentence()) == (
        "canonical", "In one cluster: their pages name one canonical address.",
    )  # fmt: skip


def test_what_a_short_text_is_a_copy_of_is_said_in_numbers_that_are_in_force(
    copies: Judged,
) -> None:
    short = replace(copies, keys=Keys(0, (True, False)))
    assert "a text of less than 40 stretches of 5 words is a copy only of" in short.sentence()
