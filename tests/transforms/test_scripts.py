"""The script of a language is told by the text, then by what is stated, then by the region."""

from __future__ import annotations

import pytest

from transforms.scripts import SIMPLIFIED, TRADITIONAL, with_script

SIMPLE = "市政府周一决定关闭旧桥进行维修，直到秋天为止。"
TRADITION = "市政府週一決定關閉舊橋進行維修，直到秋天為止。"

CASES = {
    "simplified": ("zh", SIMPLE, "zh-Hans"),
    "traditional": ("zh", TRADITION, "zh-Hant"),
    "region kept": ("zh-TW", TRADITION, "zh-Hant-TW"),
    "text against the region": ("zh-TW", SIMPLE, "zh-Hans-TW"),
    "text against the stated script": ("zh-Hant", SIMPLE, "zh-Hans"),
    "region where the text is mute": ("zh-HK", "2:1", "zh-Hant-HK"),
    "stated where the text is mute": ("zh-Hant", "2:1", "zh-Hant"),
    "nothing tells": ("zh", "2:1", "zh"),
    "cantonese": ("yue", TRADITION, "yue-Hant"),
    "serbian cyrillic": ("sr", "Градско веће је у понедељак затворило стари мост.", "sr-Cyrl"),
    "serbian latin": ("sr", "Gradsko vijeće je u ponedeljak zatvorilo stari most.", "sr-Latn"),
    "a latin name in cyrillic": ("sr-RS", "Стари мост фирме ABCD је затворен.", "sr-Cyrl-RS"),
    "uzbek": ("uz", "Shahar kengashi eski ko‘prikni yopdi.", "uz-Latn"),
    "kurdish": ("ku", "شارەوانی پردی کۆنی داخست.", "ku-Arab"),
    "punjabi as most write it": ("pa", "ਪੁਰਾਣਾ ਪੁਲ ਬੰਦ ਕਰ ਦਿੱਤਾ ਗਿਆ।", "pa"),
    "punjabi of pakistan": ("pa", "پرانا پل بند کر دتا گیا", "pa-Arab"),
    "one script only": ("de-AT", "Die alte Brücke ist gesperrt.", "de-AT"),
    "unknown": ("und", SIMPLE, "und"),
}


@pytest.mark.parametrize(("tag", "text", "expected"), CASES.values(), ids=CASES)
def test_a_tag_gets_the_script_of_the_text(tag: str, text: str, expected: str) -> None:
    assert with_script(tag, text) == expected


@pytest.mark.parametrize(("tag", "text", "expected"), CASES.values(), ids=CASES)
def test_a_second_time_changes_nothing(tag: str, text: str, expected: str) -> None:
    assert with_script(with_script(tag, text), text) == expected


def test_the_two_tables_stand_side_by_side() -> None:
    assert len(SIMPLIFIED) == len(TRADITIONAL)
    assert all(one != other for one, other in zip(SIMPLIFIED, TRADITIONAL, strict=True))
