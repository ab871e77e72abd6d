from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources._json import Scanner
from transforms.errors import ParseError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Trickle(io.RawIOBase):
    """A stream that gives few bytes at a time, as a slow pipe does."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data = io.BytesIO(data)
        self._step = step

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, self._step))


def scanner(text: bytes, step: int = 1 << 16, max_bytes: int = 1000) -> Scanner:
    return Scanner(Trickle(text, step), max_bytes)


@given(values=st.lists(VALUES), step=st.integers(1, 7), indent=st.sampled_from([None, 1]))
def test_an_array_is_cut_into_the_values_it_was_made_of(values, step, indent):
    text = json.dumps(values, indent=indent).encode()
    rows = list(scanner(text, step, max_bytes=10**6).rows())
    assert [json.loads(row) for row in rows] == values


@given(
    values=st.lists(st.dictionaries(st.text(), st.text(), max_size=3), min_size=1),
    step=st.integers(1, 7),
)
def test_objects_that_follow_one_another_are_rows_too(values, step):
    text = "\n".join(json.dumps(value, ensure_ascii=False) for value in values).encode()
    rows = list(scanner(text, step, max_bytes=10**6).rows())
    assert [json.loads(row) for row in rows] == values


@given(st.binary(max_size=40), st.integers(1, 3))
def test_bytes_of_any_kind_end_in_rows_or_a_parse_error(noise, step):
    for text in (noise, b"[" + noise, b'{"a":' + noise):
        try:
            assert all(isinstance(row, bytes) for row in scanner(text, step).rows())
        except ParseError as error:
            assert "at byte" in error.message


def test_a_row_is_given_byte_for_byte():
    text = rb'[ {"price": 1.10, "n":123456789012345678901234567890, "x":NaN} ,"\ud800"]'
    assert list(scanner(text).rows()) == [
        rb'{"price": 1.10, "n":123456789012345678901234567890, "x":NaN}',
        rb'"\ud800"',
    ]


def test_a_row_over_the_limit_is_none_and_the_next_one_whole():
    text = b'["' + b"x" * 2000 + b'", [' + b"1," * 2000 + b'1], "kept"]'
    assert list(scanner(text, step=64).rows()) == [None, None, b'"kept"']


def test_a_hundred_thousand_brackets_do_no_harm():
    deep = b"[" * 100_000 + b"]" * 100_000
    assert list(scanner(deep).rows()) == [None]


@pytest.mark.parametrize("step", [1, 1000])
def test_descending_goes_past_what_is_not_asked_for(step):
    text = rb'{"meta": {"rows": [0]}, "a\u0062c": {"x": "}", "rows": [1, 2]}, "rows": [3]}'
    found = scanner(text, step)
    assert found.descend(["abc", "rows"])
    assert list(found.rows()) == [b"1", b"2"]


@pytest.mark.parametrize("text", [b"{}", b"[]", b"", b'{"a": [1]}', b'{"rows": 1'])
def test_descending_says_where_nothing_is(text):
    assert not scanner(text).descend(["rows", "deeper"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "neither an array nor an object begins at byte 0"),
        (b"null", "neither an array nor an object begins at byte 0"),
        (b'[{"a":1}', "an array is not closed at byte 8"),
        (b'[{"a":"', "the text ends within a value at byte 7"),
        (b"[1 2]", "an array is not closed at byte 3"),
        (b"[,]", "a value is missing at byte 1"),
    ],
)
def test_broken_text_is_told_with_its_place(text, message):
    with pytest.raises(ParseError, match=message):
        list(scanner(text).rows())


def test_text_after_the_last_value_is_told():
    ended = scanner(b"[1] , [2]")
    assert list(ended.rows()) == [b"1"]
    with pytest.raises(ParseError, match="more text after the last value at byte 4"):
        ended.end()
