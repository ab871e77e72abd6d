"""A printed date is read whole, or not at all."""

from __future__ import annotations

import datetime as dt
import unicodedata

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
    return f"{moment.at:%Y-%m-%d %H:%M:%S}" if moment else None


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
        ("2569-03-04", "2026-03-04 00:00:00"),
        ("2567-02-29", "2024-02-29 00:00:00"),
        ("2569-03-04T10:15:00+07:00", "2026-03-04 03:15:00"),
        ("2569-03-04 10:15", "2026-03-04 10:15:00"),
        ("25690304", "2026-03-04 00:00:00"),
        ("2026-03-04", "2026-03-04 00:00:00"),
        ("2569-02-30", None),
        ("2399-03-04", None),
        ("2744-03-04", None),
    ],
)
@pytest.mark.parametrize("language", ["th", "th-TH", "th_TH"])
def test_a_buddhist_year_for_machines_is_read_in_thai(
    raw: str, expected: str | None, language: str
) -> None:
    assert at(raw, language=language) == expected


@pytest.mark.parametrize("language", [None, "en", "de-TH", "lo", "km", "thp"])
def test_a_buddhist_year_is_read_in_thai_alone(language: str | None) -> None:
    assert at("2569-03-04T10:15:00+07:00", language=language) is None


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
    "raw",
    [
        *("428", "2024", "2024-14-25", "2024-02-30", "31 February 2024", "2024-02"),
        *("Sunday", "yesterday", "February 2024", "25 February", "09:14 PM", "", " ", "-"),
        *("25 February 2024 25:14", "2024-02-25T24:30:00Z", "2024-02-25 21:14:00 +2500"),
        *("0024-02-25", "1 Jan 1700", "1 Jan 2201", "25.02.24", "02/25/24"),
        *("25 Feb 2024 - 26 Feb 2024", "3 days before 25 Feb 2024", "2024-02-25" * 20),
        *("2 days ago", "in 3 hours", "1402/12/06", "15 رمضان 1445 هـ", "25 Foo 2024"),
    ],
)
def test_what_is_no_whole_date_is_none(raw: str) -> None:
    assert read(raw) is None


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
        ("BST", "BD", "05:00"),
        ("IST", "IE", "10:00"),
        ("IST", "IL", "09:00"),
        ("CST", "US", "17:00"),
        ("CST", "CN", "03:00"),
        ("CET", None, "10:00"),
        ("CEST", None, "09:00"),
        ("JST", None, "02:00"),
        ("(GMT)", None, "11:00"),
        ("Central European Summer Time", None, "09:00"),
        ("Europe/London", None, "10:00"),
        ("ET/PT", None, "15:00"),
        ("AMT", "AM", "07:00"),
        ("AMT", "BR", "15:00"),
        ("WST", "AU", "03:00"),
        ("KSA", None, "08:00"),
        ("Uhr MESZ", None, "09:00"),
        ("Uhr (MEZ)", None, "10:00"),
        ("uur CEST", None, "09:00"),
        ("hrs IST", "IN", "05:30"),
        ("мск", None, "08:00"),
        ("(МСК)", None, "08:00"),
        ("по московскому времени", None, "08:00"),
        ("heure de Paris", None, "09:00"),
        ("(hora de Brasília)", None, "14:00"),
        ("بتوقيت غرينتش", None, "11:00"),
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


@pytest.mark.parametrize(
    ("zone", "home", "expected", "doubtful"),
    [
        ("BST", "UTC", "10:00", "BST"),
        ("IST", "UTC", "05:30", "IST"),
        ("(CST)", "UTC", "17:00", "CST"),
        ("IST", "Asia/Tokyo", "05:30", "IST"),
        ("IST", "Europe/Dublin", "10:00", None),
        ("BST", "Europe/London", "10:00", None),
        ("IST +0530", "UTC", "05:30", None),
        ("EST", "UTC", "16:00", None),
    ],
)
def test_an_abbreviation_of_several_zones_is_in_doubt_where_nothing_tells_the_country(
    zone: str, home: str, expected: str, doubtful: str | None
) -> None:
    moment = read(f"1 July 2024 11:00 {zone}", timezone=home)
    assert moment is not None
    assert (f"{moment.at:%H:%M}", moment.doubtful_zone) == (expected, doubtful)
    assert moment.tz_known is (doubtful is None)
    region = read(f"1 July 2024 11:00 {zone}", timezone=home, language="en-IN")
    assert region is not None
    assert (region.tz_known, region.doubtful_zone) == (True, None)


def test_a_name_of_a_zone_in_letters_alike_is_no_error() -> None:
    moment = read("1 July 2024 11:00 heure de Pariſ")
    assert moment is not None


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


ALPHABET = "0123456789 /.,-:|TZ+APMjanfebrymchildust" + "年月日時февралягодаمارس২৫"


@given(st.text(max_size=60) | st.text(ALPHABET, max_size=40))
def test_no_text_raises_and_every_year_was_printed(raw: str) -> None:
    found = read(raw)
    printed = unicodedata.normalize("NFKC", raw)
    digits = "".join(str(unicodedata.decimal(c)) for c in printed if c.isdecimal())
    assert found is None or f"{found.day.year % 100:02}" in digits or len(digits) >= len("17" * 5)


@given(st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=60))
def test_a_text_without_a_digit_has_no_date(raw: str) -> None:
    assert read(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2024-02-25T24:00:00Z", "2024-02-26 00:00:00"),
        ("2024-02-25T24:00", "2024-02-25 23:00:00"),
        ("2024-03-30 24:00:00", "2024-03-30 23:00:00"),
        ("25. Februar 2024, 24.00 Uhr", "2024-02-25 23:00:00"),
        ("2024-02-25T23:59:60Z", "2024-02-25 23:59:59"),
        ("Sun, 25 Feb 2024 10:30:60 GMT", "2024-02-25 10:30:59"),
        ("2024-02-25T24:01:00Z", None),
        ("2024-02-25T10:60:00Z", None),
        ("2024-02-31T24:00:00Z", None),
    ],
)
def test_the_midnight_that_ends_a_day_and_a_leap_second_are_times(
    raw: str, expected: str | None
) -> None:
    assert at(raw, timezone="Europe/Berlin", language="de") == expected


def test_the_day_that_a_midnight_ends_is_the_day_printed() -> None:
    moment = read("2024-02-25T24:00:00Z")
    assert moment is not None
    assert moment.day == dt.date(2024, 2, 25)
