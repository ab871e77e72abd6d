"""Answers that are wrong, and options that cannot work."""

from __future__ import annotations

import json

import pytest
from api_answers import stories, story, titles
from pydantic import ValidationError
from readings import documents, fetches

from flows.sources import Cursor, Poll, load
from flows.sources.api import Source
from transforms.errors import ConfigError, SourceError


@pytest.mark.parametrize(
    ("body", "options", "why"),
    [
        (b"", {}, "the answer is empty"),
        (b" \n", {}, "the answer is empty"),
        (b"<!doctype html><p>Log in", {}, "not JSON from character 0"),
        (b'[{"id": 1}', {}, "not JSON from character 10"),
        (b'[{"id": 1}] x', {}, "not JSON from character 12"),
        (b'[{"title": "\xff"}]', {}, "not utf-8 from byte 12"),
        (b"[" * 100_000, {}, "nested too deep"),
        (b'{"a":' * 100_000, {}, "nested too deep"),
        (b'[{"id": NaN}]', {}, "NaN is not JSON"),
        (b'[{"id": -Infinity}]', {}, "-Infinity is not JSON"),
        (b'[{"id": 1e999}]', {}, "1e999 is too large a number"),
        (b'[{"id": ' + b"9" * 5000 + b"}]", {}, "the answer cannot be read: Exceeds"),
        (b'[{"id": 1, "id": 2}]', {}, "the key 'id' stands twice in one object"),
        (b"null", {}, "the answer is null, not a list"),
        (b'"news"', {}, "the answer is a text, not a list"),
        (b'{"error": "no such day"}', {}, "no list at the top"),
        (b'{"a": [{}], "b": [{}]}', {}, "which list has the records: a, b"),
        (b'{"data": {}}', {"items": "data"}, "items leads to an object, not a list"),
        (b'{"data": []}', {"items": "data.items"}, "items leads to null, not a list"),
        (b'{"data": 3}', {"items": "keys(data)"}, "items cannot be evaluated"),
        (b"[1, 2]", {}, "2 could not be read, the first at record 1: a number, not an object"),
        (b"[[{}]]", {}, "a list, not an object"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_broken_and_says_why(
    outlet, configure, web, body, options, why
):
    url = outlet.serve("/news", body, headers={"ETag": '"v1"'})
    steps = []
    with pytest.raises(SourceError) as found:
        for step in configure(url, **options).read(None, {}, Poll(web=web)):
            steps.append(step)  # what comes before the error counts
    assert why in found.value.message
    assert found.value.facts["source"] == "press"
    (fetch,) = fetches(steps)
    assert fetch.outcome == "broken"
    assert why in fetch.error
    assert documents(steps) == []
    (cursor,) = [step for step in steps if isinstance(step, Cursor)]
    assert (cursor.failures, cursor.etag, cursor.body_digest) == (1, None, None)


def test_one_broken_list_does_not_keep_the_others_from_being_read(outlet, configure, read):
    urls = [
        outlet.serve("/broken", "<p>Sorry"),
        outlet.url("/missing"),
        outlet.serve("/news", json.dumps(stories(1))),
    ]
    steps = read(configure(urls))
    assert titles(steps) == ["1"]
    assert [fetch.outcome for fetch in fetches(steps)] == ["broken", "http_error", "ok"]


def test_what_is_no_object_is_counted_and_the_records_given(outlet, configure, read):
    url = outlet.serve("/news", json.dumps([None, story(1), "ad"]))
    steps = read(configure(url))
    assert titles(steps) == ["1"]
    (fetch,) = fetches(steps)
    assert fetch.outcome == "ok"
    assert fetch.error == "2 could not be read, the first at record 1: null, not an object"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"fields": {"headline": "title"}}, "'headline' is none of id, title"),
        ({"fields": {"title": "a b"}}, "not a JMESPath expression: Unexpected token: b"),
        ({"items": "a["}, "not a JMESPath expression"),
        ({"items": "nonsense(@)"}, r"JMESPath has no function nonsense\(\)"),
        ({"url": "https://a.example/{strat}"}, r"no placeholder \{strat\}"),
        ({"url": "https://a.example/{page}"}, r"\{page\} needs paging.style = 'page'"),
        ({"url": "https://{start}.example/"}, "not an http or https url"),
        ({"since": "yesterday"}, "not a span of time"),
        ({"max_requests": 0}, "greater than or equal to 1"),
    ],
)
def test_options_that_cannot_work_are_refused_when_loading(tmp_path, options, why):
    given = {"url": "https://a.example/", **options}
    with pytest.raises(ValidationError, match=why):
        Source(name="press", home=tmp_path, **given)


def test_a_sources_file_says_how_an_api_is_read(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(
        '[sources.press]\nkind = "api"\nurl = "https://a.example/?d={start_day}&p={page}"\n'
        'items = "data[?type==\'news\']"\npaging = {style = "page", first = 0}\n'
        '[sources.press.fields]\ntitle = "head.line"\n'
    )
    source = load(path)["press"]
    assert source.place() == "https://a.example/?d={start_day}&p={page}"
    assert source.profile().fields == (("title", "_mapped.title"),)
    path.write_text(path.read_text().replace("first", "frist"))
    with pytest.raises(ConfigError, match="did you mean 'first'") as found:
        load(path)
    assert found.value.facts["line"] == 5
