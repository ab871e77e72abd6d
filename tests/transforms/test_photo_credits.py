"""The credit of a picture is no text and no author."""

from __future__ import annotations

import pytest

from transforms.authors import split_authors
from transforms.photo_credits import credits_picture, is_photo_credit
from transforms.plaintext import read_plaintext
from transforms.reading import Profile

LED = (
    "Photo: Ann Poe/Reuters",
    "(Photo by Ann Poe/Getty Images)",
    "Photograph by Ann Poe",
    "Photo: A. B. Poe",
    "Image credit: Ann Poe",
    "Archive photo: Coast Courier",
    "Foto: dpa",
    "FOTO: Bo Ek / Ritzau",
    "Fotos: Ann Poe und Bo Ek",
    "Archivfoto: Ann Poe",
    "Bild: picture alliance/dpa",
    "Crédit photo : Anne Dupont / AFP",
    "Crédits : AFP",
    "Fotografía: Ana Ruiz",
    "Imagen: EFE",
    "Foto di Ann Poe",
    "Foto's: Ann Poe",
    "Beeld: ANP",
    "Fot. Jan Kowalski",
    "Zdjęcie: PAP",
    "Kuva: Aino Virta",
    "Фото: Иван Петров / ТАСС",
    "Fotoğraf: Ali Kaya",
    "Ảnh: TTXVN",
    "图片来源：新华社",
    "摄影：王小明",
    "写真：共同通信",
    "사진: 연합뉴스",
)
OWNERS = ("AFP via Getty Images", "Ann Poe/Reuters", "Ann Poe / AFP / Getty Images", "imago/dpa")
PROSE = (
    "Photo: what the harbour looked like when the old crane was taken down by three firms",
    "Bild: Herr Poe, wie geht es dem Hafen?",
    "BILD: Das sagt der Bürgermeister. Der Hafen bleibt offen.",
    "Images of the crane went round the world",
    "Photos by children hang in the library, and they stay.",
    "Foto der Woche",
    "Photograph by Ann Poe shows the crane that was taken down on Monday in the old harbour",
    "And/or",
    "Hafen/Stadt",
    "He spoke to Reuters via telephone",
    "Reuters",
    "",
)


@pytest.mark.parametrize("line", [*LED, *OWNERS])
def test_a_line_that_says_whose_a_picture_is_is_one(line: str) -> None:
    assert is_photo_credit(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_that_begins_alike_is_none(line: str) -> None:
    assert not is_photo_credit(line)


def test_names_behind_each_other_are_a_byline_as_well() -> None:
    assert not any(map(credits_picture, OWNERS))
    assert split_authors(["By Ann Poe/Reuters"]) == ["Ann Poe", "Reuters"]


@pytest.mark.parametrize("line", [line for line in LED if line[0] != "("])
def test_who_took_the_picture_did_not_write(line: str) -> None:
    assert split_authors([line]) == []


def test_the_writer_beside_a_photographer_stays() -> None:
    assert split_authors(["Text: Ann Poe, Fotos: Bo Ek"]) == ["Ann Poe"]
    assert split_authors(["Haber: Ayşe Yılmaz, Fotoğraf: Ali Kaya"]) == ["Ayşe Yılmaz"]


PARAGRAPH = (
    "The old crane on the quay was taken down on Monday, and the town means to put a park in its "
    "place before the summer."
)


@pytest.mark.parametrize("credit", ["Foto: dpa", "© AFP", "(Photo: Ann Poe/Reuters)"])
@pytest.mark.parametrize("place", [1, 2])
def test_a_credit_in_a_dump_is_left_out_of_its_text(credit: str, place: int) -> None:
    blocks = ["Old crane taken down", PARAGRAPH, f"{PARAGRAPH} It was cheap."]
    blocks.insert(place, credit)
    reading = read_plaintext("\n\n".join(blocks), Profile("wire"))
    assert reading.title == "Old crane taken down"
    assert reading.text == f"{PARAGRAPH}\n{PARAGRAPH} It was cheap."
    assert reading.authors == []
