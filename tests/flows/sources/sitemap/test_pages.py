"""Which pages sitemaps name, and what is said of those that name none."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest
from pydantic import ValidationError
from readings import failures
from sitemap_texts import PAGE, index, item, news, paths, urlset

from flows.sources import (
    Cursor,
    Document,
    Poll,
    Reading,
    Window,
)
from transforms.errors import SourceError


def test_a_page_becomes_a_document_with_what_the_sitemap_says(outlet, source, run):
    url = outlet.serve("/a", PAGE)
    said = news("The lamp burns", "2026-03-14T09:00:00+01:00")
    outlet.serve("/map.xml", urlset(item("url", url + "?utm_source=map", "2026-03-15", said)))
    readings = run(source(), {})
    (document,) = [each for each in readings if isinstance(each, Document)]
    assert (document.url, document.payload) == (url, PAGE.encode())
    assert document.item == {
        "loc": url + "?utm_source=map",
        "lastmod": "2026-03-15",
        "title": "The lamp burns",
        "published": "2026-03-14T09:00:00+01:00",
        "keywords": ["lamp", "sea"],
    }
    assert isinstance(readings[-1], Cursor)


def test_an_index_is_followed_once_round_and_into_compressed_files(outlet, source, run):
    a, b = outlet.serve("/a", PAGE), outlet.serve("/b", PAGE)
    pack = outlet.serve("/b.xml.gz", gzip.compress(urlset(item("url", b)).encode()))
    text = outlet.serve("/a.txt", a)
    inner = outlet.serve("/inner.xml", "")
    top = item("sitemap", outlet.url("/map.xml"))
    outlet.serve("/inner.xml", index(top, item("sitemap", pack), item("sitemap", inner)))
    outlet.serve("/map.xml", index(item("sitemap", inner), item("sitemap", text)))
    assert paths(run(source(), {})) == ["/a", "/b"]
    assert len(outlet.paths) == len(set(outlet.paths)) == 6


@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_a_site_is_read_by_what_its_robots_txt_names(outlet, source, run, path):
    outlet.serve("/a", PAGE)
    place = outlet.serve("/hidden.xml", urlset(item("url", "/a")))
    outlet.serve("/robots.txt", f"Sitemap: {place}\n")
    assert paths(run(source(path), {})) == ["/a"]


def test_a_site_that_names_none_is_tried_at_the_usual_place(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/sitemap.xml", urlset(item("url", "/a")))
    assert paths(run(source("/"), {})) == ["/a"]


def test_a_sitemap_may_be_as_large_as_the_protocol_allows(source):
    assert source().max_bytes == 52_428_800


def test_patterns_choose_the_pages(outlet, source, run):
    for path in ("/news/a", "/news/live", "/shop/a"):
        outlet.serve(path, PAGE)
    pages = (item("url", path) for path in ("/news/a", "/news/live", "/shop/a"))
    outlet.serve("/map.xml", urlset(*pages))
    assert paths(run(source(include=["/news/"], exclude=["live$"]), {})) == ["/news/a"]


def test_a_pattern_that_is_none_is_refused_when_the_source_is_loaded(source):
    with pytest.raises(ValidationError, match="not a regular expression"):
        source(include=["("])


def test_depth_and_number_of_sitemaps_are_limited_and_told(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/1.xml", index(item("sitemap", "/2.xml")))
    outlet.serve("/2.xml", urlset(item("url", "/a")))
    outlet.serve("/map.xml", index(item("sitemap", "/1.xml")))
    for limit in ({"max_depth": 1}, {"max_sitemaps": 2}):
        readings = run(source(**limit), {})
        assert paths(readings) == []
        (refused,) = failures(readings)
        assert refused.url == outlet.url("/2.xml")
        assert next(iter(limit)) in refused.error
    assert paths(run(source(max_depth=2, max_sitemaps=3), {})) == ["/a"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>Not here</body></html>", "HTML page"),
        ("<urlset/>", "names nothing"),
        ("", "empty"),
    ],
)
def test_an_answer_that_is_no_sitemap_is_broken_and_no_success(outlet, source, web, body, reason):
    outlet.serve("/map.xml", body, headers={"ETag": '"1"'})
    readings: list[Reading] = []
    with pytest.raises(SourceError, match=reason):
        for reading in source().read(None, {}, Poll(web=web)):
            readings.append(reading)
    (failure,) = failures(readings)
    (cursor,) = [each for each in readings if isinstance(each, Cursor)]
    assert (failure.outcome, cursor.failures, cursor.etag) == ("broken", 1, None)


def test_a_sitemap_that_breaks_off_gives_its_pages_and_says_so(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/map.xml", urlset(item("url", "/a")).removesuffix("</urlset>"))
    readings = run(source(), {})
    assert paths(readings) == ["/a"]
    (failure,) = failures(readings)
    assert failure.outcome == "broken"
    assert "breaks off" in failure.error


def test_a_window_takes_the_pages_of_its_days_and_leaves_cursors_alone(outlet, source, run):
    for name in "abcde":
        outlet.serve(f"/{name}", PAGE)
    outlet.serve("/past.xml", urlset(item("url", "/e", "2026-03-14")))
    outlet.serve(
        "/days.xml",
        urlset(
            item("url", "/a", "2026-03-14"),
            item("url", "/b", "2026-03-15T00:00:00Z"),
            item("url", "/c", "2026-06-01", news("Lamp", "2026-03-14T23:59:59Z")),
            item("url", "/d"),
        ),
        headers={"ETag": '"1"'},
    )
    children = (item("sitemap", "/past.xml", "2026-03-13"), item("sitemap", "/days.xml"))
    outlet.serve("/map.xml", index(*children))
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    outlet.log.clear()
    start = dt.datetime(2026, 3, 14, tzinfo=dt.UTC)
    readings = run(source(), memory, window=Window(start, start + dt.timedelta(days=1)))
    assert source().why_no_history() is None
    assert paths(readings) == ["/a", "/c"]
    assert set(outlet.paths) == {"/map.xml", "/days.xml", "/a", "/c"}
    assert all(request.headers["If-None-Match"] is None for request in outlet.log)
    assert not [each for each in readings if isinstance(each, Cursor) or getattr(each, "cursor", 0)]
