"""The passages of two texts: the longest is the longest, and both texts come out whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import passages
from transforms.folding import fold, tokens
from transforms.passages import Automaton, Words, common_passages

LETTERS = st.lists(st.sampled_from("abc"), max_size=40)


def longest_by_hand(a: list[str], b: list[str]) -> int:
    best = 0
    ends = [0] * (len(b) + 1)
    for one in a:
        before = 0
        for place, other in enumerate(b, 1):
            ends[place], before = (before + 1 if one == other else 0), ends[place]
            best = max(best, ends[place])
    return best


@given(LETTERS, LETTERS)
def test_the_automaton_finds_the_longest_run_and_every_run_it_gives_is_one(
    a: list[str], b: list[str]
) -> None:
    automaton = Automaton()
    for word in b:
        automaton.add(word)
    matches = list(automaton.matches(a))
    for each in matches:
        assert a[each.a : each.a + each.words] == b[each.b : each.b + each.words]
    assert max((each.words for each in matches), default=0) == longest_by_hand(a, b)


@given(LETTERS, LETTERS)
def test_passages_come_longest_first_and_share_no_word(a: list[str], b: list[str]) -> None:
    common = common_passages(" ".join(a), " ".join(b))
    lengths = [each.words for each in common.passages]
    longest = longest_by_hand(a, b)
    assert lengths == sorted(lengths, reverse=True)
    assert (lengths[0] if lengths else 0) == (longest if longest >= passages.MIN_WORDS else 0)
    for start in ("a", "b"):
        places = [
            place
            for each in common.passages
            for place in range(getattr(each, start), getattr(each, start) + each.words)
        ]
        assert len(places) == len(set(places))


@given(LETTERS, LETTERS)
def test_which_text_is_first_changes_nothing(a: list[str], b: list[str]) -> None:
    there, back = (common_passages(" ".join(x), " ".join(y)) for x, y in ((a, b), (b, a)))
    assert [(each.a, each.b, each.words) for each in there.passages] == [
        (each.b, each.a, each.words) for each in back.passages
    ]
    assert there.shares == back.shares[::-1]


def test_passages_that_are_too_many_are_said_not_to_be_all(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [" ".join(f"{word}{line}" for word in "abcdefg") for line in range(4)]
    a, b = " x ".join(lines), " y ".join(lines)
    common = common_passages(a, b)
    assert (len(common.passages), common.are_all) == (4, True)
    for limit, most in (("MAX_PASSAGES", 3), ("MAX_LOOKED", 21)):
        with monkeypatch.context() as patch:
            patch.setattr(passages, limit, most)
            common = common_passages(a, b)
        assert (len(common.passages), common.are_all) == (3, False)


@given(st.text("aBéßÄ字漢かไทยहिσ٣7.,:—’ \n", max_size=200))
def test_words_are_what_copies_are_compared_by(text: str) -> None:
    assert Words(text).folded == tokens(fold(text))


def test_case_quotes_and_dashes_do_not_part_a_passage() -> None:
    common = common_passages(
        "“We went home”, SAID the pilot — and closed the door.",
        '"We went home," said the pilot, and closed the door!',
    )
    [passage] = common.passages
    assert (passage.words, common.shares) == (10, (1.0, 1.0))


@pytest.mark.parametrize(("letters", "are_found"), [(11, 0), (12, 1), (40, 1)])
def test_where_letters_are_words_a_passage_has_more_of_them(letters: int, are_found: int) -> None:
    shared = "".join(chr(0x4E00 + number) for number in range(letters))
    a, b = f"甲乙{shared}丙丁", f"戊{shared}己庚"
    assert len(common_passages(a, b).passages) == are_found


def test_of_a_sentence_that_stands_twice_in_one_text_one_is_common() -> None:
    line = "every morning the baker counts his loaves aloud"
    common = common_passages(f"{line}. {line}.", line)
    assert [each.words for each in common.passages] == [8]
    assert common.shares == (0.5, 1.0)


def test_a_long_periodic_text_has_one_passage_with_another() -> None:
    [passage] = common_passages("ab cd " * 16_000, "cd ab " * 12_000).passages
    assert passage.words == 24_000


@given(LETTERS)
def test_the_automaton_has_at_most_two_states_a_word(words: list[str]) -> None:
    automaton = Automaton()
    for word in words:
        automaton.add(word)
    assert len(automaton) <= 2 * len(words) + 1
