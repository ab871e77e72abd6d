"""Moments in a url, and windows of the past."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from api_answers import WINDOW, query, stories, titles

from flows.sources import Cursor
from transforms.errors import SourceError


def test_a_window_fills_in_the_placeholders(outlet, configure, read):
    outlet.serve("/2024-03-01/2024-03-01", json.dumps(stories(1)))
    url = outlet.url("/{start_day}/{end_day}?from={start}&to={end}&s={start_s}&e={end_s}")
    source = configure(url)
    assert source.why_no_history() is None
    assert titles(read(source, WINDOW)) == ["1"]
    assert query(outlet.paths[0]) == {
        "from": "2024-03-01T00:00:00Z",
        "to": "2024-03-02T00:00:00Z",
        "s": "1709251200",
        "e": "1709337600",
    }


def test_a_window_is_read_whole_and_leaves_what_is_remembered_alone(outlet, configure, read):
    url = outlet.url("/news?from={start}")
    outlet.serve("/news", json.dumps(stories(1)), headers={"ETag": '"v1"'})
    source = configure(url)
    read(source)
    before = dict(read.memory)
    assert titles(read(source, WINDOW, only_due=True)) == ["1"]
    assert read.memory == before
    assert outlet.log[-1].headers["If-None-Match"] is None


def test_a_window_without_a_start_in_the_url_is_refused_in_a_sentence(outlet, configure, read):
    source = configure([outlet.url("/a?{start}"), outlet.url("/b?to={end}")])
    assert "has no {start}" in source.why_no_history()
    with pytest.raises(SourceError, match=r"has no \{start\}") as found:
        read(source, WINDOW)
    assert found.value.facts["source"] == "press"
    assert outlet.log == []


def test_without_a_window_the_start_lies_before_the_last_good_answer(outlet, configure, read):
    outlet.serve("/news", "[]", headers={"ETag": '"v1"'})
    url = outlet.url("/news?from={start_s}&to={end_s}")
    source = configure(url, since="6h")
    read(source)
    first = query(outlet.paths[0])
    assert int(first["to"]) - int(first["from"]) in (6 * 3600, 6 * 3600 + 1)
    assert read.memory[url].failures == 0  # nothing new in six hours is no wonder
    asked_at = read.memory[url].asked_at - dt.timedelta(days=3)
    read.memory[url] = Cursor(url, asked_at=asked_at)
    read(source)
    assert int(query(outlet.paths[1])["from"]) == int(asked_at.timestamp()) - 6 * 3600


def test_the_validators_of_other_days_are_not_sent(outlet, configure, read):
    outlet.serve("/news", json.dumps(stories(1)), headers={"ETag": '"v1"'})
    source = configure(outlet.url("/news?from={start_s}"))
    read(source)
    read(source)
    assert [request.headers["If-None-Match"] for request in outlet.log[-2:]] == [None, None]
