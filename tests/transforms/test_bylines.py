"""A byline is told from a sentence, a title and a date."""

from __future__ import annotations

import pytest

from transforms.bylines import agency_of_dateline, day_of_dateline, read_byline, read_names


def is_date(text: str) -> bool:
    return text.removeprefix("Updated ") in {"25 February 2024", "February 25, 2024"}


@pytest.mark.parametrize(
    "line",
    [
        "By the way, nobody was hurt",
        "By the numbers: three ferries",
        "By 2030, 50 ferries will run, says a 2024 report",
        "By Jane Roe was late again.",
        "Jane Roe",
        "The ferry was late on 25 February 2024, again",
        "By " + "Jane Roe, " * 50 + "John Doe",
        "",
    ],
)
def test_what_only_starts_like_a_byline_is_none(line: str) -> None:
    assert read_byline(line, is_date) is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Von Jörg Blüm | Sonntag, 25 February 2024", ["Jörg Blüm"]),
        ("Von Jörg Blüm und Ann Poe | 25 February 2024", ["Jörg Blüm", "Ann Poe"]),
        (
            "Par Chloé Marchand et Luc Petit | Dimanche, 25 February 2024",
            ["Chloé Marchand", "Luc Petit"],
        ),
        ("Por Ana Ruiz y Luis Soto | 25 February 2024", ["Ana Ruiz", "Luis Soto"]),
        ("Автор: Анна Петрова | Воскресенье | 25 February 2024", ["Анна Петрова"]),
        ("Door Jan Smit | Zondag 25 February 2024", ["Jan Smit"]),
        ("By Ann Poe, Bo Ek | Sunday | 25 February 2024", ["Ann Poe", "Bo Ek"]),
        ("Von Jörg Blüm", ["Jörg Blüm"]),
        ("Posted by Ann Poe | 25 February 2024", ["Ann Poe"]),
        ("By Ann Poe Updated 25 February 2024", ["Ann Poe"]),
        ("By Jörg Blüm und Ann Poe | 25 February 2024", ["Jörg Blüm", "Ann Poe"]),
        ("Text und Fotos: Jörg Blüm", ["Jörg Blüm"]),
        ("Story and photos by Ann Poe | 25 February 2024", ["Ann Poe"]),
        ("By Ann Poe; Editing by Bo Ek | 25 February 2024", ["Ann Poe"]),
        ("Reporting by Ann Poe; Editing by Bo Ek", ["Ann Poe"]),
        ("Oleh Kovalenko | 25 February 2024", ["Oleh Kovalenko"]),
        ("Oleh: Budi Santoso", ["Budi Santoso"]),
    ],
)
def test_names_are_led_in_other_languages_and_a_weekday_is_none(
    line: str, authors: list[str]
) -> None:
    byline = read_byline(line, is_date)
    assert byline is not None
    assert byline.authors == authors


@pytest.mark.parametrize(
    "line", ["Von der Leyen reist nach Kiew", "Par ici la sortie", "Di", "Par Westling"]
)
def test_what_only_starts_with_a_leading_word_is_none(line: str) -> None:
    assert read_byline(line, is_date) is None


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Roe | 25 February 2024",
        "Jane Roe | February 25, 2024",
        "By Jane Roe, February 25, 2024",
        "By: Jane Roe - Published: 25 February 2024",
        "BY Jane Roe • 25 February 2024",
    ],
)
def test_name_and_date_are_cut_apart(line: str) -> None:
    byline = read_byline(line, is_date)
    assert byline is not None
    assert byline.authors == ["Jane Roe"]
    assert byline.dates[0].endswith("2024")
    assert "2024" not in byline.printed


def test_the_word_before_a_date_is_no_name() -> None:
    byline = read_byline("Date: 25 February 2024", is_date)
    assert byline is not None
    assert (byline.dates, byline.authors) == (["25 February 2024"], [])


def test_a_date_of_updating_is_no_date_of_publication() -> None:
    byline = read_byline("By Jane Roe | Updated 25 February 2024", is_date)
    assert byline is not None
    assert (byline.dates, byline.updated) == ([], "Updated 25 February 2024")


def test_a_date_that_cannot_be_read_is_kept_as_printed() -> None:
    byline = read_byline("By | Sunday, 31 February 2024", is_date)
    assert byline is not None
    assert byline.dates == ["Sunday, 31 February 2024"]


def test_a_further_line_adds_its_names_once() -> None:
    byline, more = read_byline("By Jane Roe", is_date), read_names("and Jane Roe, John Doe")
    assert byline is not None
    assert more is not None
    byline.add(more)
    assert byline.authors == ["Jane Roe", "John Doe"]


@pytest.mark.parametrize(
    ("paragraph", "agency", "day"),
    [
        ("(AP) - The ferry was late.", "AP", None),
        ("Madrid, 5 mar (EFE).- El barco llega tarde.", "EFE", None),
        ("LOHBRUCK (dpa/lno) - Die Fähre kam spät.", "dpa/lno", None),
        ("ÉVREUX (AFP) – Le bac est en retard.", "AFP", None),
        ("Las Palmas de Lora, 5 mar (EFE).- El barco llega.", "EFE", None),
        ("LOHBRUCK v.d.H. (dpa/lhe) – Die Fähre kam.", "dpa/lhe", None),
        ("TURKU, Finland, February 25, 2024 (AP) _ Late.", "AP", "February 25, 2024"),
        ("TURKU, Sunday, 25 February 2024 (AP) - Late.", "AP", "25 February 2024"),
        ("Ada Mercer, 25 February 2024 – February 25, 2024, sailed.", None, None),
        ("The ferry (ANSA) - as it is called - sails.", None, None),
        ("The ferry, late on February 25, 2024, was full - and slow.", None, None),
        ("The ferry, February 25, 2024, was late.", None, None),
    ],
)
def test_a_dateline_says_which_agency_and_day(
    paragraph: str, agency: str | None, day: str | None
) -> None:
    assert agency_of_dateline(paragraph) == agency
    assert day_of_dateline(paragraph, is_date) == day


def test_a_dateline_credits_agencies_only() -> None:
    assert agency_of_dateline("TURKU, Finland (AP) - The ferry was late.") == "AP"
    assert agency_of_dateline("TURKU (population 200) - The ferry was late.") is None


def test_the_staff_of_an_agency_are_the_agency() -> None:
    byline = read_byline("By Reuters Staff | March 3, 2026", is_date)
    assert byline is not None
    assert (byline.authors, byline.agency) == ([], "Reuters")
