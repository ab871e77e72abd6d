from __future__ import annotations

import datetime as dt

import pytest

from flows.sources._placeholders import complaint, fill, moments, placeholders


def test_moments_stand_for_a_half_open_span():
    start, end = dt.datetime(2024, 2, 28, tzinfo=dt.UTC), dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    values = moments(start, end)
    url = fill("https://a.example/{start_day}/{end_day}?f={start}&t={end}", values)
    assert url == (
        "https://a.example/2024-02-28/2024-02-29"
        "?f=2024-02-28T00%3A00%3A00Z&t=2024-03-01T00%3A00%3A00Z"
    )
    assert fill("{start_s}-{end_s}", values) == "1709078400-1709251200"


def test_braces_that_are_no_placeholder_stay():
    url = 'https://a.example/?q={"a":1}&s={start}'
    assert placeholders(url) == {"start"}
    assert fill(url, {"start": "now"}) == 'https://a.example/?q={"a":1}&s=now'


@pytest.mark.parametrize(
    ("url", "style", "why"),
    [
        ("https://a.example/{strat}", "none", "there is no placeholder {strat}"),
        ("https://a.example/{page}", "none", "{page} needs paging.style = 'page'"),
        ("https://a.example/{cursor}", "offset", "{cursor} needs paging.style = 'cursor'"),
        ("https://a.example/{page}?{start}{end_day}", "page", None),
    ],
)
def test_a_placeholder_without_a_value_is_told(url, style, why):
    assert complaint(url, style) == why
