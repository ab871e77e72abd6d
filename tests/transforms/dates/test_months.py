"""The table of months is folded, and no name in it means two months."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.dates.months import JALALI_YEARS, jalali_day, months_in
from transforms.dates.names import DISPUTED, JALALI, NAMES
from transforms.dates.scripts import fold


def test_every_name_is_folded_and_means_one_month() -> None:
    names = [name for line in (*NAMES, *JALALI) for name in line.split()]
    assert [name for name in names if fold(name.replace("_", " ")) != name.replace("_", " ")] == []
    assert len(names) == len(set(names))


def test_a_disputed_name_is_not_among_the_certain_ones() -> None:
    certain = {name for line in NAMES for name in line.split()}
    assert not certain & {name for names in DISPUTED.values() for name in names}


def test_a_name_of_two_words_is_found_whole() -> None:
    text = "25 كانون الثاني 2024"
    assert [text[start:end] for start, end, _, _ in months_in(text, "ar")] == ["كانون الثاني"]


# Source: jdatetime 5, with which every month of 1300 to 1499 was compared once, and agrees.
@pytest.mark.parametrize(
    ("year", "first"),
    [(1357, "1978-03-21"), (1379, "2000-03-20"), (1400, "2021-03-21"), (1404, "2025-03-21")],
)
def test_the_year_begins_with_spring(year: int, first: str) -> None:
    assert jalali_day(year, 1, 1).isoformat() == first


@given(st.integers(JALALI_YEARS.start, JALALI_YEARS.stop - 2), st.integers(1, 12))
def test_each_month_begins_the_day_after_the_last_one_ends(year: int, month: int) -> None:
    following = jalali_day(year + month // 12, month % 12 + 1, 1)
    length = (following - jalali_day(year, month, 1)).days
    assert length in ({31} if month <= 6 else {30} if month < 12 else {29, 30})
    assert following - jalali_day(year, month, length) == dt.timedelta(days=1)
    with pytest.raises(ValueError, match="no day"):
        jalali_day(year, month, length + 1)
