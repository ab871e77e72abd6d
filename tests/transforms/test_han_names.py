"""Two names in Chinese are told from one in Japanese, whose halves stand apart."""

from __future__ import annotations

import pytest

from transforms.han_names import are_chinese


@pytest.mark.parametrize("line", ["李明 张晓华", "陳小雨 黃美玲 張文"])
def test_names_that_begin_with_surnames_of_china_are_several(line: str) -> None:
    assert are_chinese(line.split())


@pytest.mark.parametrize(
    "line",
    ["佐藤 花子", "武田 周平", "熊谷 武史", "唐沢 秦平", "李明", "李 明", "李明 said", "Li Ming"],
)
def test_two_halves_of_one_name_are_not(line: str) -> None:
    assert not are_chinese(line.split())
