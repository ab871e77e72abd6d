"""A printed date is read whole, or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.dates import parse_moment
from transforms.reading import Moment

UTC = dt.UTC


def read(raw: str, **where: str | None) -> Moment | None:
    return parse_moment(raw, evidence="text", **where)  # type: ignore[arg-type]


def at(raw: str, **where: str | None) -> str | None:
    moment = read(raw, **where)
    return moment and f"{moment.at:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("2024-02-25T21:14:00Z", "2024-02-25 21:14:00", "second"),
        ("2024-02-25t21:14:00z", "2024-02-25 21:14:00", "second"),
        ("2024-02-25T21:14:00-05:00", "2024-02-26 02:14:00", "second"),
        ("2024-02-25T21:14:00+0530", "2024-02-25 15:44:00", "second"),
        ("2024-02-25 21:14:00 +0000", "2024-02-25 21:14:00", "second"),
        ("2024-02-25T21:14Z", "2024-02-25 21:14:00", "minute"),
        ("20240225T211400Z", "2024-02-25 21:14:00", "second"),
        ("2024-02-25Z", "2024-02-25 00:00:00", "day"),
        ("2024-02-25+01:00", "2024-02-24 23:00:00", "day"),
        ("2024-02-25T10:00:00+01:00[Europe/Paris]", "2024-02-25 09:00:00", "second"),
        ("Sun, 25 Feb 2024 21:14:00 -0500", "2024-02-26 02:14:00", "second"),
        ("Sun, 25 Feb 24 21:14:00 GMT", "2024-02-25 21:14:00", "second"),
        ("Sun Feb 25 21:14:00 EST 2024", "2024-02-26 02:14:00", "second"),
        (
            "Sun Feb 25 2024 21:14:00 GMT-0500 (Eastern Standard Time)",
            "2024-02-26 02:14:00",
            "second",
        ),
        ("Sunday, 25 February 2024 09:14 PM EST ET", "2024-02-26 02:14:00", "minute"),
        ("Feb. 25, 2024, 9:14 p.m. ET", "2024-02-26 02:14:00", "minute"),
        ("Feb 25, 2024 at 9 p.m. Eastern | Updated Feb 26, 2024", "2024-02-26 02:00:00", "minute"),
        ("12:05 GMT, 25 February 2024", "2024-02-25 12:05:00", "minute"),
        ("25 May, 2024 9:14 pm UTC+2", "2024-05-25 19:14:00", "minute"),
    ],
)
def test_a_date_with_a_zone_is_read_to_the_second_or_minute_printed(
    raw: str, expected: str, precision: str
) -> None:
    moment = read(raw, timezone="Asia/Tokyo")
    assert moment is not None
    assert (f"{moment.at:%Y-%m-%d %H:%M:%S}", moment.precision) == (expected, precision)
    assert moment.tz_known
    assert moment.raw == raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2024-02-25", "2024-02-25 00:00:00"),
        ("20240225", "2024-02-25 00:00:00"),
        ("20240225211400", "2024-02-25 21:14:00"),
        ("2024/2/5 7:05", "2024-02-05 07:05:00"),
        ("25-Feb-2024", "2024-02-25 00:00:00"),
        ("4th of March, 2024 11:02", "2024-03-04 11:02:00"),
        ("11:02 MAR 4 2024", "2024-03-04 11:02:00"),
        ("Posted: 11:02, 4 Mar 2024", "2024-03-04 11:02:00"),
        ("12:30 a.m. May 3, 2024", "2024-05-03 00:30:00"),
        ("12 PM, 3 May 2024", "2024-05-03 12:00:00"),
        ("25.2.2024 21.14 Uhr", "2024-02-25 21:14:00"),
        ("le 25/02/2024 à 21h14", "2024-02-25 21:14:00"),
        ("02/25/2024", "2024-02-25 00:00:00"),
        ("2024年2月25日（日）午後9時14分", "2024-02-25 21:14:00"),
        ("2024年2月25日 21:14", "2024-02-25 21:14:00"),
        ("令和6年2月25日", "2024-02-25 00:00:00"),
        ("民國113年2月25日", "2024-02-25 00:00:00"),
        ("2024년 2월 25일 오후 9:14", "2024-02-25 21:14:00"),
        ("2024. 2. 25. 21:14", "2024-02-25 21:14:00"),
        ("25 tháng 2, 2024", "2024-02-25 00:00:00"),
        ("２０２４－０２－２５", "2024-02-25 00:00:00"),
        ("٢٠٢٤-٠٢-٢٥", "2024-02-25 00:00:00"),
        ("25\u00a0February\u200b 2024", "2024-02-25 00:00:00"),
    ],
)
def test_a_date_without_a_zone_is_read_as_utc_and_says_so(raw: str, expected: str) -> None:
    moment = read(raw)
    assert moment is not None
    assert f"{moment.at:%Y-%m-%d %H:%M:%S}" == expected
    assert not moment.tz_known


@pytest.mark.parametrize(
    ("language", "raw", "expected"),
    [
        ("fr", "Publié le dimanche 25 février 2024 à 21h14", "2024-02-25 21:14:00"),
        ("de", "25. Februar 2024, 21:14 Uhr", "2024-02-25 21:14:00"),
        ("es-MX", "25 de febrero de 2024 a las 9:14 p. m.", "2024-02-25 21:14:00"),
        ("ru", "25 февраля 2024 г., 21:14", "2024-02-25 21:14:00"),
        ("ar", "٢٥ فبراير ٢٠٢٤ ٩:١٤ م", "2024-02-25 21:14:00"),
        ("hi", "२५ फ़रवरी २०२४", "2024-02-25 00:00:00"),
        ("hu", "2024. február 25., 21:14", "2024-02-25 21:14:00"),
        ("el", "25 Φεβρουαρίου 2024 9:14 μ.μ.", "2024-02-25 21:14:00"),
        ("th", "25 กุมภาพันธ์ 2567", "2024-02-25 00:00:00"),
    ],
)
def test_month_names_are_read_in_the_language_given(language: str, raw: str, expected: str) -> None:
    assert at(raw, language=language) == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("428", "2024", "2024-14-25", "2024-02-30", "31 February 2024", "2024-02"),
        *("Sunday", "yesterday", "February 2024", "25 February", "09:14 PM", "", " ", "-"),
        *("25 February 2024 25:14", "2024-02-25T24:00:00Z", "2024-02-25 21:14:00 +2500"),
        *("0024-02-25", "1 Jan 1700", "1 Jan 2201", "25.02.24", "02/25/24"),
        *("25 Feb 2024 - 26 Feb 2024", "3 days before 25 Feb 2024", "2024-02-25" * 20),
        *("2 days ago", "25 février 2024", "in 3 hours", "1402/12/06"),
    ],
)
def test_what_is_no_whole_date_is_none(raw: str) -> None:
    assert read(raw) is None


@pytest.mark.parametrize("raw", ["hier", "428", "février 2024", "25 février", "il y a 2 jours"])
def test_a_language_does_not_make_up_what_is_missing(raw: str) -> None:
    assert read(raw, language="fr") is None


def test_an_unknown_language_reads_numbers_only() -> None:
    assert at("2024-02-25", language="tlh") == "2024-02-25 00:00:00"
    assert read("25 februari 2024", language="tlh") is None


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, None),
        ({"language": "en"}, None),
        ({"country": "US"}, "2024-03-04 00:00:00"),
        ({"language": "en-US"}, "2024-03-04 00:00:00"),
        ({"country": "GB"}, "2024-04-03 00:00:00"),
        ({"language": "fr"}, "2024-04-03 00:00:00"),
    ],
)
def test_day_and_month_are_told_apart_by_country_or_not_at_all(
    where: dict[str, str], expected: str | None
) -> None:
    assert at("03/04/2024", **where) == expected


@pytest.mark.parametrize(
    ("zone", "country", "expected"),
    [
        ("EST", None, "16:00"),
        ("EDT", None, "15:00"),
        ("ET", None, "15:00"),
        ("EST ET", None, "16:00"),
        ("ET EST", None, "16:00"),
        ("PT", None, "18:00"),
        ("EST", "AU", "01:00"),
        ("BST", None, "10:00"),
        ("BST", "BD", "05:00"),
        ("IST", None, "05:30"),
        ("IST", "IE", "10:00"),
        ("IST", "IL", "09:00"),
        ("CST", None, "17:00"),
        ("CST", "CN", "03:00"),
        ("CET", None, "10:00"),
        ("CEST", None, "09:00"),
        ("JST", None, "02:00"),
        ("(GMT)", None, "11:00"),
        ("Central European Summer Time", None, "09:00"),
        ("Europe/London", None, "10:00"),
        ("ET/PT", None, "15:00"),
    ],
)
def test_zone_names_mean_what_they_mean_in_the_country(
    zone: str, country: str | None, expected: str
) -> None:
    moment = read(f"1 July 2024 11:00 {zone}", country=country)
    assert moment is not None
    assert f"{moment.at:%H:%M}" == expected
    assert moment.tz_known
    assert moment.day == dt.date(2024, 7, 1)


def test_an_unknown_zone_leaves_the_configured_one_and_says_so() -> None:
    moment = read("25 February 2024 21:14 XYZT", timezone="America/New_York")
    assert moment is not None
    assert moment.at == dt.datetime(2024, 2, 26, 2, 14, tzinfo=UTC)
    assert not moment.tz_known


def test_the_day_is_the_one_printed_in_the_zone_of_the_publisher() -> None:
    moment = read("1 March 2024", timezone="Asia/Tokyo")
    assert moment is not None
    assert moment.day == dt.date(2024, 3, 1)
    assert moment.at == dt.datetime(2024, 2, 29, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("10 March 2024 02:30 ET", "2024-03-10 07:30:00"),
        ("3 November 2024 01:30 ET", "2024-11-03 05:30:00"),
    ],
)
def test_skipped_and_doubled_hours_are_read_one_way(raw: str, expected: str) -> None:
    assert at(raw) == expected


def test_seconds_and_milliseconds_of_the_epoch_are_moments() -> None:
    assert at("1708913640") == "2024-02-26 02:14:00"
    moment = read("1708913640123", timezone="America/New_York")
    assert moment is not None
    assert moment.at.microsecond == 123_000
    assert moment.day == dt.date(2024, 2, 25)


def test_fractions_are_kept_to_the_microsecond() -> None:
    moment = read("2024-02-25T21:14:00.123456789Z")
    assert moment is not None
    assert moment.at.microsecond == 123_456


PRINTED = [
    "%Y-%m-%dT%H:%M:%S%z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%d %B %Y %I:%M:%S %p UTC%z",
    "%H:%M:%S %z %A, %B %d, %Y",
    "%d.%m.%Y %H:%M:%S %z",
    "%Y年%m月%d日 %H:%M:%S %z",
]
MOMENTS = st.datetimes(
    min_value=dt.datetime(1800, 1, 2),  # noqa: DTZ001 (hypothesis wants them naive)
    max_value=dt.datetime(2200, 12, 30),  # noqa: DTZ001
    timezones=st.builds(
        lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)), st.integers(-720, 840)
    ),
)


@given(MOMENTS, st.sampled_from(PRINTED))
def test_what_was_printed_is_read_back(moment: dt.datetime, form: str) -> None:
    moment = moment.replace(microsecond=0)
    found = read(moment.strftime(form))
    assert found is not None
    assert found.at == moment
    assert found.day == moment.date()


@given(st.text(max_size=60) | st.text("0123456789 /.-:TZ+APM年月日", max_size=30))
def test_no_text_raises_and_every_day_was_printed(raw: str) -> None:
    found = read(raw)
    assert found is None or 1800 <= found.day.year <= 2200
