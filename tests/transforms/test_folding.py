"""Folding, tokens, shingles and the content hash."""

from __future__ import annotations

import hashlib
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.folding import (
    MIN_SHINGLES,
    content_hash,
    fold,
    fold_any,
    label_content,
    shingle_count,
    tokens,
)
from transforms.schema import ARTICLE

FORTY_FOUR_WORDS = " ".join(f"word{n}" for n in range(44))

# Letters, marks, digits, signs, points, spaces and joiners, dense enough to meet each other.
ODD_TEXT = st.text(
    st.sampled_from(
        "aZß\u0130Σς\u0301\u0308\u200d5٣½²+-\u2212.,٫_ \n'’\u00ad東ー\uff76\uff9eกำ\u1100\u1161"
    )
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Rates ROSE, again!", "rates rose again"),
        ("up 3.5% to 1,000", "up 3.5 to 1,000"),
        ("from -5 to +7 and \u22122", "from -5 to +7 and -2"),
        ("Covid-19 on 2024-02-25", "covid 19 on 2024 02 25"),
        ("a score of 2-1, then 3.", "a score of 2 1 then 3"),
        ("ﬁnal ①② Ｗｉｄｅ", "final 12 wide"),
        ("STRASSE straße", "strasse straße"),
        ("snake_case and می\u200cخواهم", "snake case and می خواهم"),
        ("हिन्दी में", "हिन्दी में"),
        ("ｶﾞｿﾘﾝ「高騰」", "ガソリン 高騰"),
        ("٣٫٥ مليون", "٣٫٥ مليون"),
        (" \u201cQuoted\u201d \u2014 said \N{WHITE SMILING FACE} ", "quoted said"),
        ("...", ""),
        ("", ""),
    ],
)
def test_fold_keeps_words_and_numbers_and_nothing_else(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.one_of(st.text(), ODD_TEXT))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_folding_is_stable_for_every_code_point_of_a_living_script() -> None:
    folded = [fold(chr(point)) for point in range(0x20000) if not 0xD800 <= point < 0xE000]
    assert [one for one in folded if fold(one) != one] == []


@given(st.one_of(st.text(), ODD_TEXT))
def test_folding_does_not_see_unicode_forms_case_or_the_kind_of_space(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text.replace(" ", "\u00a0\n")) == fold(text)


@given(st.one_of(st.text(), ODD_TEXT))
def test_folded_text_has_single_spaces_inside_only(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())


@given(
    st.one_of(
        st.text(st.characters(max_codepoint=127)),
        st.text(st.sampled_from("aZ05+-.,_ '\n\x1f\u2019\u2026\u2014\u00a0")),
    )
)
def test_the_short_way_of_ascii_folds_by_the_same_rules(text: str) -> None:
    assert fold(text) == fold_any(text)


def test_numbers_that_differ_by_a_sign_or_point_stay_different() -> None:
    assert len({fold(text) for text in ("fell 35", "fell 3.5", "fell -3.5", "fell 3 5")}) == 4


def test_letters_of_scripts_without_spaces_are_tokens_of_their_own() -> None:
    assert tokens(fold("東京タワー、2024年 Tokyo")) == [*"東京タワー", "2024", "年", "tokyo"]
    assert tokens(fold("น้ำ")) == ["น้ํ", "า"]


@given(st.one_of(st.text(), ODD_TEXT))
def test_tokens_lose_nothing_but_spaces(text: str) -> None:
    folded = fold(text)
    assert "".join(tokens(folded)) == folded.replace(" ", "")
    assert "" not in tokens(folded)


@pytest.mark.parametrize(("words", "count"), [(0, 0), (1, 0), (4, 0), (5, 1), (44, 40)])
def test_shingles_are_windows_of_five_tokens(words: int, count: int) -> None:
    assert shingle_count(" ".join(["word"] * words)) == count


def test_the_title_counts_only_under_forty_shingles() -> None:
    short = FORTY_FOUR_WORDS.rsplit(" ", 1)[0]
    assert shingle_count(FORTY_FOUR_WORDS) == MIN_SHINGLES
    assert content_hash("One", FORTY_FOUR_WORDS) == content_hash("Two", FORTY_FOUR_WORDS)
    assert content_hash("One", short) != content_hash("Two", short)


def test_the_hash_is_sha256_of_the_folded_words() -> None:
    long_hash = hashlib.sha256(FORTY_FOUR_WORDS.encode()).hexdigest()
    short_hash = hashlib.sha256(b"quake\nno damage").hexdigest()
    assert content_hash("Quake", FORTY_FOUR_WORDS.upper()) == long_hash
    assert content_hash("QUAKE!", "No damage.") == short_hash


def test_a_title_cannot_be_moved_into_the_text() -> None:
    assert content_hash("a b", "c") != content_hash("a", "b c")


def test_rejected_rows_have_no_hash(make_articles) -> None:
    batch: pa.RecordBatch = make_articles(
        {"title": "Quake", "text": "No damage."},
        {"title": "Quake", "text": "No damage.", "reject_reason": "too_short"},
        {"title": None, "text": "No damage."},
    )
    hashes = label_content(batch).column("content_hash").to_pylist()
    assert hashes == [content_hash("Quake", "No damage."), None, content_hash("", "No damage.")]
    assert label_content(batch).schema == ARTICLE
