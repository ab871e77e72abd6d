"""Pages that would take a parser for ever are told before they are parsed; odd ones are read."""

from __future__ import annotations

import pytest

from transforms.html import limits, read_html
from transforms.html.limits import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_OPEN,
    is_beyond,
)
from transforms.reading import Profile

MANY = 100_000


def named(count: int, first: int = 0) -> str:
    return " ".join(f"a{number}" for number in range(first, first + count))


HOSTILE = {
    "blocks": "<div>" * MANY,
    "blocks that are closed": "<section>" * MANY + "</section>" * MANY,
    "blocks after others": "<p>a</p>" * 30_000 + "<div>" * 30_000,
    "navigation": "<nav>" * MANY,
    "lists": "<ul><li>" * MANY,
    "descriptions": "<dl><dd>" * MANY,
    "links around blocks": "<a><div>" * MANY,
    "formatting": "<b>" * MANY,
    "formatting opened anew": "".join(f"<font color={n}><p>" for n in range(20_000)),
    "formatting first": "".join(f"<b id={n}>" for n in range(5_000)) + "<p>x" * 5_000,
    "formatting in capitals": "".join(f"<FONT color={n}><P>" for n in range(4_000)),
    "a tag of many attributes": f"<p {named(MANY)}>x",
    "many such tags": f"<p {named(MAX_ATTRIBUTES)}>x" * 100,
    "attributes of the body": "".join(f"<body a{n}=1>" for n in range(MANY)),
    "attributes of the root": "".join(f"<html a{n}='1'>" for n in range(MANY)),
    "signs": "<" * 1_000_000,
}
"""What stands within the body of a page, each of which took a parser from 20 s to for ever."""

ODD = {
    "deep": "<div>" * (MAX_OPEN // 2) + "<p>x</p>" * 11_000,
    "much formatting": "".join(f"<font color={n}><p>x</p></font>" for n in range(12_000)),
    "formatting that is alike": "<i class=icon>" + "<p>x" * 9_000,
    "paragraphs": "<p>x" * (MAX_ELEMENTS - 100),
    "attributes": f"<p {named(MAX_ATTRIBUTES - 1)}>x",
    "a long attribute": f"<p class='{'a ' * MANY}'>x",
    "a script": f"<script>{('a<b ' + 'c ' * 2_000 + '>') * 3}</script>",
    "a comment": f"<!-- <p {named(2_000)}> -->",
    "an attribute": f"<p title='<p {named(2_000)}>'>x",
    "words before all tags": "",
}


def page(body: str) -> bytes:
    return f"<!doctype html><html><head><title>Tides</title></head><body>{body}".encode()


@pytest.mark.first(3)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_that_takes_a_parser_for_ever_is_rejected_with_its_reason(name: str) -> None:
    assert is_beyond(page(HOSTILE[name]))
    reading = read_html(page(HOSTILE[name]), "https://a.example/x", Profile("quay"))
    assert reading.reject_reason == "too_large"
    assert reading.warnings == [
        f"over {MAX_ELEMENTS} elements, over {MAX_DEPTH} within each other, "
        f"or over {MAX_ATTRIBUTES} attributes of one"
    ]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_page_is_no_hostile_one(name: str) -> None:
    assert not is_beyond(page(ODD[name]))


def test_words_without_a_tag_are_no_attributes() -> None:
    assert not is_beyond(b"a b c " * MANY)


def test_a_page_that_takes_too_long_to_look_at_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    formatted = page("".join(f"<b a={n}>x</b>" for n in range(12_000)))
    assert not is_beyond(formatted)
    monkeypatch.setattr(limits, "_MOST_PARSED", 2 * len(formatted))
    assert is_beyond(formatted)


def test_a_tag_behind_lookalikes_is_found() -> None:
    lookalikes = f"<script>{('a<b ' + 'c ' * 2_000 + '>') * 3}</script>"
    assert is_beyond(page(f"{lookalikes}<p {named(MANY)}>"))


def test_lookalikes_together_take_no_longer_than_a_page_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    formatted = "".join(f"<b a={n}>x</b>" for n in range(12_000))
    lookalike = f"<script>a<b {'c ' * 2_000}</script>{'d' * 3_000}"
    few, many = (page(formatted + lookalike * count) for count in (2, 12))
    assert not is_beyond(many)
    monkeypatch.setattr(limits, "_MOST_PARSED", 4_000_000)
    assert not is_beyond(few)
    assert is_beyond(many)


def test_others_are_not_asked_of_a_page_they_would_walk_up_and_down_for_minutes() -> None:
    deep = "<span>" * 200 + "<p>" * 20_000
    reading = read_html(page(f"<p>The tide rose.</p>{deep}"), "", Profile("quay"))
    assert reading.text_from == "body"
    assert "too many elements within each other to ask other readers" in reading.warnings
