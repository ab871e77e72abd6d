"""Texts that say the same share a key, in any script; texts that do not, hardly ever."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.folding import MIN_SHINGLES, fold, shingle_count, token_places, tokens
from transforms.signature import BANDS, SLOTS, keys_of, shingles_of

DATA = Path(__file__).parents[1] / "data"
WORDS = [f"word{number}" for number in range(4_000)]


def story(seed: int, count: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def common(a: str, b: str) -> int:
    return len(set(keys_of(a).tolist()) & set(keys_of(b).tolist()))


@given(st.text())
def test_places_are_those_of_the_tokens(text: str) -> None:
    folded = fold(text)
    payload = folded.encode()
    places = zip(*(each.tolist() for each in token_places(folded)), strict=True)
    assert [payload[start:end].decode() for start, end in places] == tokens(folded)


@given(st.text(max_size=400))
def test_there_is_a_shingle_for_each_window_of_tokens(text: str) -> None:
    folded = fold(text)
    assert len(shingles_of(folded)) == shingle_count(folded)
    assert len(keys_of(folded)) in {0, BANDS}
    assert bool(len(keys_of(folded))) == (shingle_count(folded) >= MIN_SHINGLES)


def test_a_shingle_is_the_same_wherever_it_stands() -> None:
    a, b = shingles_of("one two three four five"), shingles_of("x yy one two three four five z")
    assert set(a.tolist()) <= set(b.tolist())


def test_the_order_of_paragraphs_changes_few_keys_and_another_story_all() -> None:
    halves = story(1), story(2)
    assert common(" ".join(halves), " ".join(halves[::-1])) > BANDS // 2
    assert common(story(1), story(3)) == 0


@pytest.mark.parametrize("kept", [0.3, 0.5, 0.8])
def test_a_copy_cut_short_has_a_key_in_common(kept: float) -> None:
    found = 0
    for seed in range(40):
        words = story(seed).split()
        found += common(" ".join(words), " ".join(words[: int(kept * len(words))])) > 0
    assert found >= 38


SCRIPTS: dict[str, str] = json.loads((DATA / "scripts.json").read_text(encoding="utf-8"))
"""A few sentences in each of several scripts."""


@pytest.mark.parametrize("script", SCRIPTS)
def test_copies_in_every_script_share_a_key_and_other_texts_none(script: str) -> None:
    text = fold(SCRIPTS[script])
    parts = tokens(text)
    glue = "" if script in {"Chinese", "Japanese", "Thai"} else " "
    assert shingle_count(text) >= MIN_SHINGLES
    assert common(text, fold(glue.join(parts[: int(0.8 * len(parts))]))) > 0
    others = [fold(other) for name, other in SCRIPTS.items() if name != script]
    assert [common(text, other) for other in others] == [0] * len(others)


def test_a_text_of_a_million_words_is_signed_in_pieces() -> None:
    text = " ".join(f"w{number % 70_001}" for number in range(300_000))
    assert len(keys_of(text)) == BANDS == SLOTS // 2


def test_keys_are_the_same_in_every_process() -> None:
    program = (
        "from transforms.signature import keys_of\n"
        "print(*keys_of(' '.join(f'w{n}' for n in range(60))).tolist())"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    mine = keys_of(" ".join(f"w{number}" for number in range(60)))
    assert ran.stdout.split() == [str(key) for key in mine.tolist()]
    # What is stored must be found again by every later version under this name.
    assert mine[:2].tolist() == [7094910318973285219, 9631639503990037944]
