"""A time of day is read as the language prints it, and its precision is what was printed."""

from __future__ import annotations

import pytest

from transforms.dates import parse_moment


@pytest.mark.parametrize(
    ("language", "raw", "expected", "precision"),
    [
        ("fr", "25 février 2024 à 14 h 30", "14:30:00", "minute"),
        ("fr", "25/02/2024 à 21h14", "21:14:00", "minute"),
        ("fr", "25 février 2024 à 14h", "14:00:00", "minute"),
        ("fr-CA", "25 février 2024, 03 h 38 min 23 s", "03:38:23", "second"),
        ("de", "25.02.2024 um 14.30 Uhr", "14:30:00", "minute"),
        ("de", "25.02.2024, 14 Uhr", "14:00:00", "minute"),
        ("da", "25. februar 2024 kl. 14.30", "14:30:00", "minute"),
        ("da", "25. februar 2024 14.30.05", "14:30:05", "second"),
        ("fi", "25.2.2024 klo 14.30", "14:30:00", "minute"),
        ("it", "25 febbraio 2024 ore 14:30", "14:30:00", "minute"),
        ("pl", "25 lutego 2024, godz. 14:30", "14:30:00", "minute"),
        ("ru", "25 февраля 2024 в 14:30", "14:30:00", "minute"),
        ("nl", "25 februari 2024, 14:30 uur", "14:30:00", "minute"),
        ("ja", "2024年2月25日 午後2時30分", "14:30:00", "minute"),
        ("ja", "2024年2月25日 14時30分05秒", "14:30:05", "second"),
        ("zh", "2024年2月25日 下午2:30", "14:30:00", "minute"),
        ("zh", "2024年2月25日 中午12:30", "12:30:00", "minute"),
        ("zh", "2024年2月25日 中午1:30", "13:30:00", "minute"),
        ("zh", "2024年2月25日 凌晨12:30", "00:30:00", "minute"),
        ("ko", "2024년 2월 25일 오후 2:30", "14:30:00", "minute"),
        ("ko", "2024. 2. 25. PM 2:30", "14:30:00", "minute"),
        ("ar", "25 فبراير 2024 2:30 م", "14:30:00", "minute"),
        ("ar", "25 فبراير 2024 2:30 ص", "02:30:00", "minute"),
        ("hi", "25 फ़रवरी 2024, शाम 6:30", "18:30:00", "minute"),
        ("hi", "25 फ़रवरी 2024, दोपहर 1:30", "13:30:00", "minute"),
        ("el", "25 Φεβρουαρίου 2024 2:30 μ.μ.", "14:30:00", "minute"),
        ("vi", "25/02/2024 2:30 CH", "14:30:00", "minute"),
        ("vi", "2:30 SA 25/02/2024", "02:30:00", "minute"),
        ("ms", "25 Februari 2024, 2:30 PTG", "14:30:00", "minute"),
        ("de", "25.02.2024, 10:30 CH", "10:30:00", "minute"),
        ("th", "25 กุมภาพันธ์ 2567 14 นาฬิกา 30 นาที", "14:30:00", "minute"),
        ("th", "25 ก.พ. 2567 14:30 น.", "14:30:00", "minute"),
        ("en", "25 February 2024, 12 a.m.", "00:00:00", "minute"),
        ("en", "25 February 2024, 1430 hrs", "14:30:00", "minute"),
        ("en", "25 February 2024, 14:30 hrs", "14:30:00", "minute"),
        ("en", "25 February 2024, 12.30pm", "12:30:00", "minute"),
        ("de", "25.02.2024", "00:00:00", "day"),
        ("de", "12.02.2024", "00:00:00", "day"),
    ],
)
def test_a_time_is_read_as_printed(language: str, raw: str, expected: str, precision: str) -> None:
    moment = parse_moment(raw, evidence="text", language=language)
    assert moment is not None
    assert (f"{moment.at:%H:%M:%S}", moment.precision) == (expected, precision)
    assert not moment.tz_known


def test_a_day_with_a_short_year_is_no_time() -> None:
    moment = parse_moment("12.02.24", evidence="text", language="de")
    assert moment is not None
    assert (moment.day.isoformat(), moment.precision) == ("2024-02-12", "day")


@pytest.mark.parametrize("behind", [", 5:30 min", " | 12:30 minutes", " 5:30 mins"])
def test_how_long_something_takes_is_no_time(behind: str) -> None:
    moment = parse_moment(f"25 February 2024{behind}", evidence="text")
    assert moment is not None
    assert (moment.day.isoformat(), moment.precision) == ("2024-02-25", "day")


@pytest.mark.parametrize(
    "raw", ["25.02.2024, 25:14", "25.02.2024 um 14:60 Uhr", "2024-02-25T24:01"]
)
def test_an_impossible_time_makes_no_date(raw: str) -> None:
    assert parse_moment(raw, evidence="text", language="de") is None


@pytest.mark.parametrize(
    ("language", "raw"),
    [
        ("en", "25 February 2024 10:30, Art"),
        ("en", "25 February 2024, 10:30 West Sussex"),
        ("en", "25 February 2024, 10:30 Art/Culture"),
        ("en", "25 February 2024, 10:30 am at"),
        ("nl", "25 februari 2024, 10:30 met Jan"),
        ("fr", "25 février 2024, 10:30 est"),
        ("de", "25.02.2024, 10:30 ist"),
    ],
)
def test_a_word_behind_a_time_is_no_zone(language: str, raw: str) -> None:
    moment = parse_moment(raw, evidence="text", language=language, timezone="Asia/Tokyo")
    assert moment is None or not moment.tz_known


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("25 February 2024, 10:30 EST", 15),
        ("25 February 2024, 10:30 am est", 15),
        ("25 February 2024, 10:30 p.m. (pst)", 6),
        ("25 February 2024, 10:30 gmt", 10),
        ("2024-02-25 10:30z", 10),
    ],
)
def test_a_zone_is_one_in_capitals_or_behind_a_half_day(raw: str, hour: int) -> None:
    moment = parse_moment(raw, evidence="text")
    assert moment is not None
    assert (moment.at.hour, moment.tz_known) == (hour, True)


@pytest.mark.parametrize(
    "hours",
    [" - 09:00-17:00", ", 19:00-21:00", " | 10:00\u201302:00", " 10am-4pm", ", 9:00-10:30 am"],
)
def test_hours_from_one_to_another_are_no_time_and_no_zone(hours: str) -> None:
    moment = parse_moment(f"25 February 2024{hours}", evidence="text")
    assert moment is not None
    assert (f"{moment.at:%d %H:%M}", moment.precision) == ("25 00:00", "day")


@pytest.mark.parametrize(
    ("raw", "at", "is_known"),
    [
        ("2024-02-25 14:05-05:00", "25 19:05", True),
        ("25 February 2024 14:05-0500", "25 19:05", True),
        ("25 February 2024 14:05:00-05:00", "25 19:05", True),
        ("25 February 2024 14:05 UTC-5", "25 19:05", True),
        ("25 February 2024 14:05 +14:00", "25 00:05", True),
        ("25 February 2024 14:05 +15:00", "25 14:05", False),
        ("25 February 2024 14:05 -17:00", "25 14:05", False),
    ],
)
def test_an_offset_is_of_a_clock_of_the_world(raw: str, at: str, is_known: bool) -> None:
    moment = parse_moment(raw, evidence="text")
    assert moment is not None
    assert (f"{moment.at:%d %H:%M}", moment.tz_known) == (at, is_known)
