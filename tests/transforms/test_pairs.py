"""Copies are told from what only looks like them, and nothing depends on which comes first."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.folding import fold
from transforms.pairs import (
    CONTAINED,
    ONE_START,
    SAME_START,
    conditions,
    grams_of,
    judge,
    judge_all,
    measure,
    rule_met,
)

NOUNS = [
    "harbour",
    "ferry",
    "council",
    "crane",
    "lamp",
    "winter",
    "pilot",
    "baker",
    "island",
    "school",
    "bridge",
    "tide",
]
VERBS = [
    "waits",
    "turns",
    "opens",
    "closes",
    "promises",
    "repairs",
    "carries",
    "leaves",
    "paints",
    "counts",
    "buys",
    "hears",
]


def story(seed: int, sentences: int = 14) -> list[str]:
    """Make up a story, of which no two sentences are alike."""
    dice = random.Random(seed)
    return [
        f"The {dice.choice(NOUNS)} of {dice.choice(NOUNS)} number {dice.randrange(900)} "
        f"{dice.choice(VERBS)} what the {dice.choice(NOUNS)} {dice.choice(VERBS)} at {n} in the "
        f"{dice.choice(NOUNS)}, and {dice.choice(NOUNS)} {dice.randrange(900)} turns up."
        for n in range(sentences)
    ]


def text(*sentences: str) -> str:
    return fold(" ".join(sentences))


def verdict(a: str, b: str) -> str | None:
    first, second = judge(grams_of(a), grams_of(b)), judge(grams_of(b), grams_of(a))
    assert first == second
    return first and first[0]


def misread(line: str, seed: int, share: float = 0.02) -> str:
    dice = random.Random(seed)
    return "".join(dice.choice("abceors") if dice.random() < share else char for char in line)


ORIGINAL, OTHER, THIRD = story(1), story(2), story(3)
BOILERPLATE = [
    "This text was sent by the association of harbour papers and may be printed by its members.",
    "Write to the desk at any hour of the day, or ring the bell beside the green door of the hall.",
    "Whoever wants to be told of new stories each morning may leave an address with the porter.",
    "The association thanks the island council, the ferry and all who have given to its fund.",
]
COPIES = {
    "the same with another end": (text(*ORIGINAL), text(*ORIGINAL, *BOILERPLATE[:2]), CONTAINED),
    "cut short": (text(*ORIGINAL), text(*ORIGINAL[:6]), CONTAINED),
    "cut shorter": (text(*ORIGINAL), text(*ORIGINAL[:5]), CONTAINED),
    "a sentence dropped": (text(*ORIGINAL), text(*ORIGINAL[:4], *ORIGINAL[5:]), CONTAINED),
    "cut short with boilerplate": (
        text(*ORIGINAL), text(*ORIGINAL[:8], *BOILERPLATE), SAME_START,
    ),
    "told on under a new beginning": (
        text(*ORIGINAL), text(*OTHER[:4], *ORIGINAL[:10]), ONE_START,
    ),
    "an introduction before it": (text(*ORIGINAL), text(*OTHER[:3], *ORIGINAL), CONTAINED),
    "misread here and there": (text(*ORIGINAL), fold(misread(" ".join(ORIGINAL), 5)), CONTAINED),
}  # fmt: skip
OTHERS = {
    "another story": (text(*ORIGINAL), text(*OTHER)),
    "the same boilerplate": (text(*ORIGINAL[:4], *BOILERPLATE), text(*OTHER[:4], *BOILERPLATE)),
    "a digest that has it in the middle": (
        text(*ORIGINAL[:6]), text(*OTHER[:8], *ORIGINAL[:6], *THIRD[:8]),
    ),
    "its end below another beginning": (text(*ORIGINAL), text(*OTHER[:5], *ORIGINAL[5:])),
    "much shorter, its beginning below another": (
        text(*ORIGINAL), text(*OTHER[:3], *ORIGINAL[:6]),
    ),
    "a small part of it": (text(*ORIGINAL), text(*ORIGINAL[:2])),
    "a template": (
        text(*(f"In the port of {noun} boats counted {n * 7} and nets {n * 3} for the week."
               for n, noun in enumerate(NOUNS))),
        text(*(f"In the port of {noun} boats counted {n * 5} and nets {n * 9} for the week."
               for n, noun in enumerate(reversed(NOUNS), 40))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_one_by_its_rule(name: str) -> None:
    a, b, rule = COPIES[name]
    assert verdict(a, b) == rule


@pytest.mark.parametrize("name", OTHERS)
def test_what_shares_a_part_is_no_copy(name: str) -> None:
    a, b = OTHERS[name]
    assert verdict(a, b) is None


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_judgement_is_the_same_from_both_sides(a: str, b: str) -> None:
    verdict(fold(a), fold(b))


@given(st.text(min_size=60, max_size=300))
def test_a_text_is_a_copy_of_itself_if_it_has_anything_to_compare(raw: str) -> None:
    folded = fold(raw)
    grams = grams_of(folded)
    assert judge(grams, grams) == ((CONTAINED, 1.0) if len(folded.encode()) >= 9 else None)


def test_of_many_candidates_those_that_are_copies_are_given_with_their_score() -> None:
    texts = {"a": text(*ORIGINAL), "b": text(*ORIGINAL[:7]), "c": text(*OTHER), "d": text(*THIRD)}
    candidates = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")]
    assert list(judge_all(candidates, texts)) == [("a", "b", CONTAINED, 1.0)]


CASES = [case[:2] for case in (*COPIES.values(), *OTHERS.values())]


@pytest.mark.parametrize(("a", "b"), CASES)
def test_what_the_rules_ask_for_decides_as_the_judgement_does(a: str, b: str) -> None:
    first, second = grams_of(a), grams_of(b)
    measured = measure(first, second)
    verdict = judge(first, second)
    assert rule_met(conditions(measured)) == (verdict and verdict[0])
    assert verdict is None or measured.share == verdict[1]
    assert measure(second, first).contained == measured.contained[::-1]


@given(st.text("abcdef ", max_size=200), st.text("abcdef ", max_size=200))
def test_any_two_texts_are_measured_as_they_are_judged(a: str, b: str) -> None:
    first, second = grams_of(fold(f"{a} {b}")), grams_of(fold(f"{b} {a}{a}"))
    verdict = judge(first, second)
    assert rule_met(conditions(measure(first, second))) == (verdict and verdict[0])
