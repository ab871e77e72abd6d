"""Counting words in any script."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from transforms.words import SPACELESS, count_words, has_spaceless, label_counts

MIXED = st.text(st.sampled_from("ab9'.,:-_ \n\u0301\u200d東カーกำ"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" — … !\n", 0),
        ("The minister isn’t well-known.", 5),
        ("U.S. growth of 3.5% to 1,000,000", 6),
        ("end.Start of a note: yes", 5),
        ("snake_case e-mail 2024-02-25", 6),
        ("Zażółć gęślą jaźń", 3),
        ("cafe\u0301 and café", 3),
        ("हिन्दी में समाचार", 3),
        ("الأخبار اليوم", 2),
        ("می\u200cخواهم بروم", 2),
        ("한국어 뉴스", 2),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 family", 1),
        ("_ ' \u0301", 0),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(st.sampled_from("aB1_'.:,;- \n")))
def test_words_of_ascii_are_counted_as_among_other_letters(text: str) -> None:
    assert count_words(text) == count_words(f"{text} é") - 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("東京タワー", 5),
        ("二〇二四年", 5),
        ("人々のニュース。", 7),
        ("ｶﾞｿﾘﾝ", 4),
        ("東京2024年のNATO会議", 8),
        ("น้ำมัน", 4),
        ("ລາວ", 3),
        ("ខ្មែរ", 3),
        ("မြန်မာ", 3),
    ],
)
def test_scripts_without_spaces_count_a_word_per_letter(text: str, words: int) -> None:
    assert count_words(text) == words


@given(MIXED, MIXED)
def test_a_paragraph_break_neither_makes_nor_loses_a_word(one: str, other: str) -> None:
    one, other = f"{one}a", f"a{other}"
    assert count_words(f"{one}\n{other}") == count_words(one) + count_words(other)


@given(st.one_of(st.text(), MIXED))
def test_there_are_no_more_words_than_letters_and_digits(text: str) -> None:
    assert count_words(text) <= len(regex.findall(r"[\p{L}\p{N}]", text))


def test_no_letter_of_a_script_without_spaces_is_overlooked() -> None:
    letter = regex.compile(f"(?V1){SPACELESS}")
    chars = (chr(point) for point in range(0x40000) if not 0xD800 <= point < 0xE000)
    assert [char for char in chars if letter.match(char) and not has_spaceless(char)] == []


def test_counts_are_of_the_text_alone(make_articles) -> None:
    batch = label_counts(
        make_articles(
            {"title": "A title of five words", "text": "Two\nwords"},
            {"text": None},
            {"text": "é\U0001f468"},
        )
    )
    assert batch.column("word_count").to_pylist() == [2, None, 1]
    assert batch.column("char_count").to_pylist() == [9, None, 2]
