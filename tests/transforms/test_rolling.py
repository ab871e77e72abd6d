"""Any stretch of a text is hashed as the docstring says, wherever it stands."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.rolling import BASE, GOLDEN, Rolling, mixed

TWO_64 = 2**64


def by_the_book(stretch: bytes) -> int:
    """The formula of the docstring, in whole numbers."""
    value = sum((byte + 1) * pow(BASE, place, TWO_64) for place, byte in enumerate(stretch))
    value = (value % TWO_64) ^ (len(stretch) * GOLDEN % TWO_64)
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % TWO_64
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB % TWO_64
    return value ^ (value >> 31)


@given(st.binary(max_size=60), st.data())
def test_a_stretch_is_hashed_by_its_bytes_alone(text: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    (found,) = Rolling(text).hashes(np.array([start]), np.array([end])).tolist()
    assert found == by_the_book(text[start:end])


def test_a_hash_that_another_language_can_hold_itself_to() -> None:
    (found,) = Rolling(b"the harbour").hashes(np.array([0]), np.array([11])).tolist()
    assert found == by_the_book(b"the harbour") == 9375193395488414225


@given(st.binary(max_size=40), st.integers(1, 12))
def test_there_is_a_gram_at_each_place(text: bytes, size: int) -> None:
    wanted = [by_the_book(text[at : at + size]) for at in range(len(text) - size + 1)]
    assert Rolling(text).grams(size).tolist() == wanted


def test_a_long_text_is_hashed_as_a_short_one() -> None:
    text = b"x" * 200_000 + b"the end"
    places = np.array([200_000]), np.array([200_007])
    assert Rolling(text).hashes(*places).tolist() == [by_the_book(b"the end")]


@given(st.lists(st.integers(0, TWO_64 - 1), unique=True))
def test_different_values_stay_different(values: list[int]) -> None:
    assert len(set(mixed(np.array(values, np.uint64)).tolist())) == len(values)
