"""What nobody sees is left out, and what changes how signs look stays."""

from __future__ import annotations

import pytest

from transforms.invisible import INVISIBLE

ENGLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f"


@pytest.mark.parametrize(
    "mark", ["\x00", "\u00ad", "\u200b\u200b", "\u200e", "\ufeff", "\U000e0001\U000e0065", "\ud800"]
)
def test_marks_without_a_shape_are_left_out(mark: str) -> None:
    assert INVISIBLE.sub("", f"{mark}fer{mark}ry{mark}") == "ferry"


@pytest.mark.parametrize("text", ["می\u200cشود", "\U0001f469\u200d\U0001f680", ENGLAND, "a\tb\n"])
def test_joiners_flags_and_ends_of_lines_stay(text: str) -> None:
    assert INVISIBLE.sub("", text) == text


def test_marks_behind_a_flag_are_left_out_from_the_seventh_on() -> None:
    assert INVISIBLE.sub("", f"{ENGLAND}\U000e0067\u200b!") == f"{ENGLAND}!"
