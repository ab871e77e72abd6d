"""The passages of two texts: the longest is the longest, and both texts come out whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import passages
from transforms.blocks import side_by_side
from transforms.passages import Words, common_passages

LETTERS = st.lists(st.sampled_from("abc"), max_size=40)


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
def test_side_by_side_both_texts_are_whole(a: str, b: str, both: str) -> None:
    one, other = f"{a}{both}{b}x", f"{b}{both}x"
    blocks = side_by_side(common_passages(one, other))
    assert "".join(each.a for each in blocks) == one
    assert "".join(each.b for each in blocks) == other


@given(st.text("ab .,\n", max_size=99), st.text("ab .,\n", max_size=99), st.integers(1, 9))
def test_side_by_side_texts_that_are_cut_are_whole_too(a: str, b: str, most: int) -> None:
    a, b = f"a {a}", f"b {b}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passages, "MAX_WORDS", most)
        blocks = side_by_side(common_passages(a, b))
        one, other = Words(a), Words(b)
    assert "".join(each.a for each in blocks) == a
    assert "".join(each.b for each in blocks) == b
    beyond = [(each.a, each.b) for each in blocks if each.kind == "beyond"]
    assert beyond == ([(one.beyond, other.beyond)] if one.beyond or other.beyond else [])
    assert max(len(one), len(other)) <= most


def test_what_stands_behind_the_words_that_are_looked_at_is_not_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passages, "MAX_WORDS", 10)
    head = "ten words of a pilot who went home by tram."
    common = common_passages(f"{head} And slept.", f"{head} \nNobody saw him (they say).")
    assert common.shares == (1.0, 1.0)
    assert [(each.kind, each.a, each.b) for each in side_by_side(common)] == [
        ("same", f"{head} ", f"{head} \n"),
        ("beyond", "And slept.", "Nobody saw him (they say)."),
    ]
    assert common_passages(head, f"{head} …").b.beyond == ""


def test_what_is_the_same_differs_or_has_moved_is_told() -> None:
    opening = "The ferry left the harbour before the bells had ended."
    first = "Nobody on the quay could say who had cast off its ropes."
    second = "Its captain was found asleep in the cellar of the brewery."
    blocks = side_by_side(
        common_passages(f"{opening} {first} {second} Yes.", f"{opening} {second} {first} No.")
    )
    kinds = [each.kind for each in blocks]
    assert kinds.count("moved") == 2
    assert kinds[0] == "same"
    assert blocks[-1].kind == "other"
    assert [each.a for each in blocks if each.kind == "other"] == ["Yes.", ""]
    assert [each.b for each in blocks if each.kind == "other"] == ["", "No."]


def test_texts_without_a_word_have_nothing_in_common() -> None:
    assert common_passages("", "…").passages == []
    assert side_by_side(common_passages("", "")) == []
