"""Code pages that read the same bytes without an error are told apart by what they make of them."""

from __future__ import annotations

import pytest

from transforms.code_pages import is_latin2, is_no_latin

CZECH = "Loď u mola měla řadu let zpoždění, žádná škoda však nevznikla, říká ťukající kapitán."
POLISH = "Łódź stoi przy molo, a wąski śluz już świeci: później będzie ciąg dalszy."


@pytest.mark.parametrize("text", [CZECH, POLISH])
def test_latin2_is_told_from_what_has_the_same_letters_elsewhere(text: str) -> None:
    assert is_latin2(text.encode("iso-8859-2"), "cp1250")
    assert not is_latin2(text.encode("cp1250"), "cp1250")
    assert not is_latin2(text.encode("iso-8859-2"), "cp1251")


@pytest.mark.parametrize(
    ("text", "codec", "is_other"),
    [
        ("Паром снова ходит, и на пристани никто не жалуется на ветер.", "cp1251", True),
        ("Το πλοίο φεύγει ξανά, και κανείς στην προβλήτα δεν γκρινιάζει.", "cp1253", True),
        ("Die Fähre fährt für Übermütige, größer als üblich, spät abends. " * 8, "cp1252", False),
        ("Короче", "cp1251", False),
    ],
)
def test_words_of_other_letters_are_no_latin(text: str, codec: str, is_other: bool) -> None:
    assert is_no_latin(text.encode(codec)) is is_other
