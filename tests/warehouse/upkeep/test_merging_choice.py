"""Which parts are worth one new part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from warehouse.upkeep.merging import PARTS, SMALL_BYTES, TARGET_BYTES, Part, choose

MARCH, APRIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
MB = 1_000_000


def part(name: str, size: int, month: dt.date | None = MARCH, deleted: int = 0) -> Part:
    return Part(name, month, size, 100, deleted)


def names(groups: Iterator[list[Part]]) -> list[str]:
    return ["".join(each.path for each in group) for group in groups]


def test_small_parts_of_one_month_are_put_together() -> None:
    parts = [part("a", MB), part("b", MB), part("c", MB, APRIL), part("d", MB, APRIL)]
    assert names(choose(parts)) == ["ab", "cd"]
    assert names(choose(parts[1:3])) == []
    assert names(choose([part("a", MB, None), part("b", MB, None)])) == ["ab"]


def test_large_parts_stay_as_they_are() -> None:
    small = [part("a", MB), part("c", MB)]
    assert names(choose([small[0], part("b", SMALL_BYTES), small[1]])) == ["ac"]


def test_a_part_is_filled_to_its_size_and_no_further() -> None:
    size = TARGET_BYTES // 3
    assert names(choose([part(name, size) for name in "abcdef"])) == ["abc", "def"]
    assert [len(group) for group in choose([part("a", 9)] * (PARTS + 2))] == [PARTS, 2]


def test_a_part_is_not_written_anew_for_the_sake_of_far_smaller_ones() -> None:
    tiny = [part("a", MB), part("b", MB)]
    assert names(choose([part("x", 50 * MB), *tiny])) == ["ab"]
    assert names(choose([part("x", 50 * MB), tiny[0]])) == []
    assert names(choose([part("x", 6 * MB), *tiny])) == ["xab"]


def test_a_part_that_lost_many_rows_is_written_anew_alone_and_whatever_its_size() -> None:
    assert names(choose([part("a", MB, deleted=30)])) == ["a"]
    assert names(choose([part("a", MB, deleted=10)])) == []
    assert names(choose([part("a", 2 * SMALL_BYTES, deleted=30)])) == ["a"]
    assert names(choose([part("a", 2 * SMALL_BYTES, deleted=10)])) == []
