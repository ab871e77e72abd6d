"""Which printed date is the article's, and where it corrects a stated one."""

from __future__ import annotations

import datetime as dt

import pytest

from transforms.dates import parse_moment
from transforms.html.datelines import DatedLine
from transforms.html.printed import SURE_WEIGHT, Printed, corrected, likeliest
from transforms.reading import Evidence, Moment


def parse(raw: str, evidence: Evidence = "text") -> Moment | None:
    return parse_moment(raw, evidence=evidence, language="en-US")


def stated(raw: str, evidence: Evidence = "jsonld") -> Moment:
    moment = parse(raw, evidence)
    assert moment is not None
    return moment


def line(printed: str, weight: float = 3.0, place: str = "p", changed: bool = False) -> DatedLine:
    return DatedLine(printed, printed, "text", weight, changed, (place,))


def printed(raw: str, weight: float = SURE_WEIGHT) -> Printed:
    return Printed(stated(raw, "text"), weight)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("25 February 2024", "Sheep were counted on 24 February 2024 by nobody"),
        ("By Ada Mercer | 25 February 2024", "Nobody had said so by 24 February 2024 at all"),
        ("Published on 25 February 2024", "24 February 2024"),
        ("Sunday, 25 February 2024", "The bridge was built by 24 February 2024 or so"),
    ],
)
def test_a_date_alone_or_labelled_is_likelier_than_one_among_words(better: str, worse: str) -> None:
    for lines in ([line(better), line(worse, place="q")], [line(worse, place="q"), line(better)]):
        found = likeliest(lines, parse)
        assert found is not None
        assert found.moment.raw == better


def test_the_first_of_two_alike_counts() -> None:
    found = likeliest([line("25 February 2024"), line("24 February 2024")], parse)
    assert found is not None
    assert found.moment.day == dt.date(2024, 2, 25)


def test_a_list_of_days_is_less_likely() -> None:
    many = [line(f"{day} May 2024", 3.0, "li") for day in range(1, 9)]
    found = likeliest([*many, line("25 February 2024", 2.0)], parse)
    assert found is not None
    assert found.moment.day == dt.date(2024, 2, 25)


def test_a_later_line_is_read_only_where_it_can_be_likelier() -> None:
    read: list[str] = []

    def noted(raw: str, evidence: Evidence) -> Moment | None:
        read.append(raw)
        return parse(raw, evidence)

    lines = [
        line("25 February 2024", 3.0),
        line("24 February 2024", 1.0, "footer"),
        line("Published on 23 February 2024", 3.0, "head"),
    ]
    found = likeliest(lines, noted)
    assert found is not None
    assert found.moment.raw == "Published on 23 February 2024"
    assert read == ["25 February 2024", "Published on 23 February 2024"]


def test_changes_are_asked_for_apart() -> None:
    lines = [line("26 February 2024", changed=True)]
    assert likeliest(lines, parse) is None
    assert likeliest(lines, parse, changed=True) is not None


@pytest.mark.parametrize(
    "lines",
    [[], [line("3 hours ago")], [line("31 February 2024")], [line("25 February 2024", -4.0)]],
)
def test_no_date_or_no_likely_one_is_none(lines: list[DatedLine]) -> None:
    assert likeliest(lines, parse) is None


def test_an_element_whose_attribute_is_no_date_is_read_as_printed() -> None:
    element = DatedLine("2024-02-2514324", "25 February 2024", "time", 3.0, False, ("time",))
    found = likeliest([element], parse)
    assert found is not None
    assert (found.moment.day, found.moment.evidence) == (dt.date(2024, 2, 25), "time")


@pytest.mark.parametrize(
    ("name", "machine", "human", "day"),
    [
        ("printed before: a rebuild was stated", "2024-06-01", "25 February 2024", "2024-02-25"),
        ("printed after: a change", "2024-02-25", "1 June 2024", "2024-02-25"),
        ("day and month swapped", "2024-03-02", "02/03/2024", "2024-03-02"),
        ("one day before, stated with its zone", "2024-02-26T01:00-05:00", "25 February 2024",
         "2024-02-26"),
        ("one day before in UTC, nothing else", "2024-02-26T01:00Z", "25 February 2024",
         "2024-02-26"),
        ("the same moment in another zone", "2024-02-26T02:14:30Z", "25 February 2024, 9:14 pm",
         "2024-02-25"),
        ("another moment", "2024-02-26T02:14:30Z", "25 February 2024, 9:03 pm", "2024-02-26"),
    ],
)  # fmt: skip
def test_a_printed_day_corrects_a_stated_one(name: str, machine: str, human: str, day: str) -> None:
    found = corrected(stated(machine), printed(human), [])
    assert found.day.isoformat() == day, name


def test_a_day_printed_in_its_own_zone_keeps_the_moment_stated() -> None:
    moment = stated("2024-02-26T02:14:30Z")
    url = stated("2024-02-25", "url")
    found = corrected(moment, printed("25 February 2024"), [url])
    assert (found.day, found.at, found.evidence) == (dt.date(2024, 2, 25), moment.at, "jsonld")


def test_an_unsure_print_and_a_day_of_the_url_correct_nothing() -> None:
    machine = stated("2024-06-01")
    assert corrected(machine, printed("25 February 2024", SURE_WEIGHT - 0.5), []) == machine
    url = stated("2024-06-01", "url")
    assert corrected(url, printed("25 February 2024"), []) == url


@pytest.mark.parametrize(
    ("datetime", "shown", "hour"),
    [
        ("2024-05-07", "7 May 2024, 14:05", 14),
        ("2024-05-07", "8 May 2024, 14:05", 0),
        ("2024-05-07T09:00:00Z", "7 May 2024, 14:05", 9),
    ],
)
def test_an_element_whose_attribute_has_no_time_is_read_with_the_one_it_prints(
    datetime: str, shown: str, hour: int
) -> None:
    found = likeliest([DatedLine(datetime, shown, "time", 3.0, False, ("time",))], parse)
    assert found is not None
    assert (found.moment.day, found.moment.at.hour) == (dt.date(2024, 5, 7), hour)
