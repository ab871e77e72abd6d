"""A day is read in the language, script and calendar it was printed in."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.dates import find_printed_day, parse_moment

# Source: Unicode CLDR 46, date formats "long" and "medium", through Babel 2.17: by locale and
# month, with the day and the year taken out.
PRINTED: dict[str, list[list[str]]] = json.loads(
    (Path(__file__).parents[2] / "data/dates_of_cldr.json").read_text(encoding="utf-8")
)
FORMS = [
    (locale, month, form)
    for locale, months in PRINTED.items()
    for month, forms in enumerate(months, start=1)
    for form in forms
]
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙")


def day(raw: str, language: str | None = None, country: str | None = None) -> str | None:
    moment = parse_moment(raw, evidence="text", language=language, country=country)
    return moment.day.isoformat() if moment else None


@pytest.mark.parametrize("locale", PRINTED)
def test_every_month_of_a_locale_is_read(locale: str) -> None:
    for month, forms in enumerate(PRINTED[locale], start=1):
        for form in forms:
            printed = form.format(day=25, year=2024)
            assert day(printed, locale) == f"2024-{month:02}-25", printed


@given(
    st.sampled_from(FORMS),
    st.integers(1, 28),
    st.integers(1950, 2200),
    st.sampled_from(DIGITS),
    st.booleans(),
)
def test_a_day_printed_by_any_locale_in_any_digits_is_read_back(
    form: tuple[str, int, str], day_of_month: int, year: int, digits: str, capitals: bool
) -> None:
    locale, month, template = form
    printed = template.format(day=day_of_month, year=year)
    printed = printed.translate(str.maketrans(DIGITS[0], digits))
    printed = printed.upper() if capitals else printed
    assert day(printed, locale) == dt.date(year, month, day_of_month).isoformat()


@pytest.mark.parametrize(
    ("language", "raw"),
    [
        ("fr", "Publié le dimanche 25 février 2024 à 21h14"),
        ("fr", "le 25 fév. 2024"),
        ("de", "So., 25. Feber 2024"),
        ("es-MX", "25 de febrero de 2024 a las 9:14 p. m."),
        ("es", "Domingo, 25 Febrero 2024"),
        ("pt", "6ª-feira, 25 de fevereiro de 2024"),
        ("ca", "25 de febrer del 2024"),
        ("it", "25 febbraio 2024, ore 21.14"),
        ("nl", "zondag 25 feb. 2024 om 21:14 uur"),
        ("pl", "25 LUTEGO 2024"),
        ("hr", "25. veljače 2024."),
        ("hu", "2024. február 25-én"),
        ("lv", "2024. gada 25. februāris"),
        ("lt", "2024 m. vasario 25 d."),
        ("fi", "25. helmikuuta 2024 klo 14.30"),
        ("eu", "2024ko otsailaren 25a"),
        ("mt", "25 ta’ Frar 2024"),
        ("tr", "25 ŞUBAT 2024 Pazar"),
        ("ru", "25-го февраля 2024 г., 21:14"),
        ("ru", "25 фев 2024"),
        ("el", "25 ΦΕΒΡΟΥΑΡΙΟΥ 2024"),
        ("el", "25 Φεβρουαρίου 2024 9:14 μ.μ."),
        ("ar", "الأحد ٢٥ فبراير ٢٠٢٤ ٩:١٤ م"),
        ("ar-LB", "25 شباط 2024"),
        ("ar-DZ", "25 فيفري 2024"),
        ("ar-SA", "الأحد 15 شعبان 1445 هـ - 25 فبراير 2024"),
        ("fa", "یکشنبه ۲۵ فوریهٔ ۲۰۲۴"),
        ("he", "25 בפבר׳ 2024"),
        ("hi", "रविवार, २५ फरवरी २०२४"),
        ("bn", "২৫ ফেব্রুয়ারী ২০২৪"),
        ("th", "วันอาทิตย์ที่ 25 กุมภาพันธ์ พ.ศ. 2567"),
        ("th", "25 ก.พ. 67"),
        ("vi", "Chủ nhật, ngày 25 tháng 2 năm 2024"),
        ("vi", "Thứ 6, 25/02/2024"),
        ("mn", "2024 оны 2-р сарын 25"),
        ("ja", "２０２４年２月２５日（日）"),
        ("ja", "令和6年2月25日"),
        ("zh-TW", "民國113年2月25日"),
        ("ko", "2024년 2월 25일 (일)"),
        (None, "25. Februar 2024"),
        ("en", "25 février 2024"),
        ("en", "Feb 25, 2024 · 12 min read"),
        ("en", "Feb 25th 2024"),
        ("en", "the 25th of February, 2024"),
        ("en", "25-Feb-24"),
        ("en", "25 | 02 | 2024"),
        ("de", "25.02.24"),
        ("fr", "25/02/24"),
    ],
)
def test_a_day_is_read_as_the_press_of_a_language_prints_it(language: str, raw: str) -> None:
    assert day(raw, language) == "2024-02-25"


@pytest.mark.parametrize(
    ("language", "raw", "expected"),
    [
        ("hr", "3. listopada 2024.", "2024-10-03"),
        ("cs", "3. listopadu 2024", "2024-11-03"),
        ("pl", "3 listopada 2024", "2024-11-03"),
        ("pl", "3 lip 2024", "2024-07-03"),
        ("hr", "3. lip 2024.", "2024-06-03"),
        ("en", "3 listopada 2024", None),
    ],
)
def test_a_name_of_two_months_is_read_in_its_language_only(
    language: str, raw: str, expected: str | None
) -> None:
    assert day(raw, language) == expected


@pytest.mark.parametrize(
    ("where", "raw", "expected"),
    [
        ({}, "03/04/2024", None),
        ({"language": "en"}, "03/04/2024", None),
        ({"language": "en", "country": "US"}, "03/04/2024", "2024-03-04"),
        ({"language": "en-US"}, "03/04/2024", "2024-03-04"),
        ({"language": "en_US"}, "03/04/2024", "2024-03-04"),
        ({"country": "GB"}, "03/04/2024", "2024-04-03"),
        ({"language": "fr"}, "03/04/2024", "2024-04-03"),
        ({"country": "US"}, "3/4/24", "2024-03-04"),
        ({"language": "hu"}, "24.03.04", None),
        ({}, "04/04/2024", "2024-04-04"),
    ],
)
def test_day_and_month_are_told_apart_by_country_or_language_or_not_at_all(
    where: dict[str, str], raw: str, expected: str | None
) -> None:
    assert day(raw, **where) == expected


@pytest.mark.parametrize(
    ("language", "raw", "expected"),
    [
        ("fa", "۶ اسفند ۱۴۰۲", "2024-02-25"),
        ("fa", "۱۴۰۲/۱۲/۰۶", "2024-02-25"),
        ("fa", "۱ فروردین ۱۴۰۳", "2024-03-20"),
        ("fa", "۳۰ اسفند ۱۳۹۹", "2021-03-20"),
        ("fa", "۳۰ اسفند ۱۴۰۰", None),
        ("fa-AF", "۶ حوت ۱۴۰۲", "2024-02-25"),
        ("en", "1402/12/06", None),
        ("ar", "15 شعبان 1445 هـ", None),
        ("th", "25/02/2567", "2024-02-25"),
        ("en", "25/02/2567", None),
        ("th", "25 ก.พ. 24", "2024-02-25"),
    ],
)
def test_another_calendar_is_read_where_it_is_told_and_certain(
    language: str, raw: str, expected: str | None
) -> None:
    assert day(raw, language) == expected


@pytest.mark.parametrize(
    ("language", "raw"),
    [
        ("en", "3 hours ago"),
        ("en", "yesterday at 21:14"),
        ("de", "vor 2 Stunden"),
        ("de", "gestern, 21:14 Uhr"),
        ("fr", "il y a 2 jours"),
        ("fr", "février 2024"),
        ("fr", "25 février"),
        ("es", "hace 3 días"),
        ("ru", "вчера в 21:14"),
        ("ja", "3時間前"),
        ("ar", "منذ 3 ساعات"),
        ("en", "31 February 2024"),
        ("en", "25 February 0202"),
        ("en", "13/13/2024"),
        ("en", "The 25 best phones of 2024"),
        ("en", "Top 10 in March 2024"),
    ],
)
def test_what_is_no_whole_day_is_none_in_any_language(language: str, raw: str) -> None:
    assert day(raw, language) is None


def test_the_text_around_a_day_is_given_back_without_its_time() -> None:
    found = find_printed_day("By Ada Mercer | 25 February 2024 at 9:14 pm", language="en")
    assert found is not None
    assert (found.date, found.before, found.after) == (
        dt.date(2024, 2, 25),
        "by ada mercer | ",
        " at",
    )


def test_of_a_book_no_more_than_a_line_is_looked_at() -> None:
    assert day("25 February 2024 " * 100_000) is None
    assert day("٢٥ فبراير ٢٠٢٤ " * 100_000) is None
