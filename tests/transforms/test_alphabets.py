"""Code pages of Latin letters are told by the alphabets of languages."""

from __future__ import annotations

import pytest

from transforms.alphabets import is_misnamed, latin_codec
from transforms.encodings import decode

FRENCH = (
    "La mairie a décidé de rouvrir le théâtre dès février. Les élus, eux-mêmes surpris, parlent "
    "d'une fête où l'île entière viendra. Un hôtel abîmé par la tempête sera reconstruit."
)
ITALIAN = "La città è più bella, perché il sindaco l'ha voluta così; però costerà."
TURKISH = "Öğrenciler sınıfta değil, bahçede ders gördü; çünkü ısıtma bozuldu, işler gecikti."
POLISH = "Burmistrz ogłosił, że młyn zostanie zamknięty, a ścieżka będzie biegła przez łąkę."
LITHUANIAN = "Meras sakė, kad žmonės džiaugėsi, o keltas vėl plauks į salą už šių medžių."


@pytest.mark.parametrize("declared", [None, "utf-8"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [(FRENCH, "cp1252"), (ITALIAN, "cp1252"), (TURKISH, "cp1254"), (LITHUANIAN, "cp1257")],
    ids=["french", "italian", "turkish", "lithuanian"],
)
def test_a_language_is_read_in_its_own_letters(text: str, codec: str, declared: str | None) -> None:
    assert decode(text.encode(codec), declared=declared).text == text


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (POLISH, "iso8859_2", "iso-8859-2"),
        (POLISH, "cp1250", "windows-1250"),
        (TURKISH, "cp1254", "windows-1254"),
    ],
)
def test_other_latin_declared_as_latin_1_is_read_and_named(
    text: str, codec: str, name: str
) -> None:
    decoded = decode(text.encode(codec), declared="iso-8859-1")
    assert (decoded.text, decoded.encoding) == (text, name)
    assert decoded.warnings[0] == f"declared as windows-1252, but it is {name}"


@pytest.mark.parametrize(
    "text",
    [
        FRENCH,
        "Þórður á að fara, sagði hún; það er ekki rétt, sögðu þeir í gær.",
        "Sold for £5m, £6m and £7m with 10 m³ of oil, 12 m³ of tar, ½ of it at 5 °C, ±1; ¼ cm².",
        "¿Quién? ¡Sí! 5º y 3ª, señor Muñoz: ¡qué lío!",
    ],
)
def test_what_is_latin_1_is_left_as_declared(text: str) -> None:
    assert not is_misnamed(text.encode("cp1252"))


def test_few_letters_tell_no_code_page() -> None:
    assert latin_codec("café, café".encode("cp1252")) is None
    assert latin_codec(b"") is None
