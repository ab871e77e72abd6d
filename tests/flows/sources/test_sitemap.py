from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.sources import (
    Cursor,
    Document,
    Fetch,
    Poll,
    Reading,
    Window,
    _sitemap_hosts,
    sitemap,
)
from flows.sources._http import Manners, Web
from transforms.errors import SourceError

PAGE = "<html><h1>The lamp burns again</h1></html>"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def entry(tag: str, url: str, lastmod: str | None = None, more: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<{tag}><loc>{url}</loc>{changed}{more}</{tag}>"


def urlset(*pages: str) -> str:
    return f'<urlset xmlns:n="{NEWS}">{"".join(pages)}</urlset>'


def index(*sitemaps: str) -> str:
    return f"<sitemapindex>{''.join(sitemaps)}</sitemapindex>"


def news(title: str, published: str) -> str:
    return (
        f"<n:news><n:title>{title}</n:title><n:publication_date>{published}</n:publication_date>"
        "<n:keywords>lamp, sea</n:keywords></n:news>"
    )


@pytest.fixture
def web() -> Iterator[Web]:
    with closing(Web()) as session:
        yield session


@pytest.fixture
def source(outlet) -> Callable[..., sitemap.Source]:
    def make(path: str = "/map.xml", **options: object) -> sitemap.Source:
        given = {"url": outlet.url(path), "allow_private": True, "pace_s": 0} | options
        return sitemap.Source(name="lamp", home=Path(), **given)

    return make


@pytest.fixture
def run(web: Web) -> Callable[..., list[Reading]]:
    """Read a source as one run does, and remember what it says."""

    def read(
        source: sitemap.Source, memory: dict[str, Cursor], *, only_due: bool = False, window=None
    ) -> list[Reading]:
        readings = list(source.read(window, memory, Poll(only_due, web)))
        gave = {each.origin for each in readings if isinstance(each, Document)}
        for each in readings:
            cursor = each if isinstance(each, Cursor) else getattr(each, "cursor", None)
            if cursor:
                given = "some" if cursor.url in gave else cursor.document_id
                memory[cursor.url] = replace(cursor, document_id=given)
        return readings

    return read


def paths(readings: list[Reading]) -> list[str]:
    """The paths of the documents."""
    return sorted(
        "/" + each.url.split("/", 3)[3] for each in readings if isinstance(each, Document)
    )


def failures(readings: list[Reading]) -> list[Fetch]:
    fetches = [each for each in readings if isinstance(each, Fetch) and not each.is_step]
    return [fetch for fetch in fetches if fetch.is_failure]


def test_a_page_becomes_a_document_with_what_the_sitemap_says(outlet, source, run):
    url = outlet.serve("/a", PAGE)
    said = news("The lamp burns", "2026-03-14T09:00:00+01:00")
    outlet.serve("/map.xml", urlset(entry("url", url + "?utm_source=map", "2026-03-15", said)))
    readings = run(source(), {})
    (document,) = [each for each in readings if isinstance(each, Document)]
    assert (document.url, document.payload) == (url, PAGE.encode())
    assert document.item == {
        "loc": url + "?utm_source=map",
        "lastmod": "2026-03-15",
        "title": "The lamp burns",
        "published": "2026-03-14T08:00:00Z",
        "keywords": ["lamp", "sea"],
    }
    assert isinstance(readings[-1], Cursor)


def test_an_index_is_followed_once_round_and_into_compressed_files(outlet, source, run):
    a, b = outlet.serve("/a", PAGE), outlet.serve("/b", PAGE)
    pack = outlet.serve("/b.xml.gz", gzip.compress(urlset(entry("url", b)).encode()))
    text = outlet.serve("/a.txt", a)
    inner = outlet.serve("/inner.xml", "")
    top = entry("sitemap", outlet.url("/map.xml"))
    outlet.serve("/inner.xml", index(top, entry("sitemap", pack), entry("sitemap", inner)))
    outlet.serve("/map.xml", index(entry("sitemap", inner), entry("sitemap", text)))
    assert paths(run(source(), {})) == ["/a", "/b"]
    assert len(outlet.paths) == len(set(outlet.paths)) == 6


def test_the_second_run_is_conditional_and_asks_no_page(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/map.xml", urlset(entry("url", "/a", "2026-03-14")), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    outlet.log.clear()
    assert paths(run(source(), memory)) == []
    assert outlet.paths == ["/map.xml"]
    assert outlet.asked("/map.xml")[0].headers["If-None-Match"] == '"1"'
    outlet.log.clear()
    run(source(), memory, only_due=True)
    assert outlet.paths == []


def test_a_changed_lastmod_has_the_page_asked_again(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/b", PAGE)
    memory: dict[str, Cursor] = {}
    outlet.serve("/map.xml", urlset(entry("url", "/a", "2026-03-14"), entry("url", "/b")))
    run(source(), memory)
    outlet.serve("/map.xml", urlset(entry("url", "/a", "2026-03-15"), entry("url", "/b")))
    assert paths(run(source(), memory)) == ["/a"]


def test_of_an_index_only_what_may_have_changed_is_asked_again(outlet, source, run):
    def children(lastmod: str) -> str:
        named = [("/new.xml", lastmod), ("/old.xml", "2026-03-01T10:00:00Z"), ("/bare.xml", None)]
        today = dt.datetime.now(dt.UTC).date().isoformat()
        days = [("/day.xml", "2026-03-01"), ("/today.xml", today), ("/month.xml", "2026-03")]
        said = news("The lamp burns", "2026-03-14")
        outlet.serve("/news.xml", urlset(entry("url", "/n", None, said)))
        fresh = ("/news.xml", "2026-03-01T10:00:00Z")
        return index(*(entry("sitemap", *each) for each in (*named, *days, fresh)))

    for name in ("n", "new", "old", "bare", "day", "today", "month"):
        outlet.serve(f"/{name}", PAGE)
        outlet.serve(f"/{name}.xml", urlset(entry("url", f"/{name}")))
    memory: dict[str, Cursor] = {}
    outlet.serve("/map.xml", children("2026-03-01T10:00:00Z"))
    run(source(), memory)
    outlet.serve("/map.xml", children("2026-03-02T10:00:00Z"))
    outlet.log.clear()
    run(source(), memory)
    asked = {"/map.xml", "/new.xml", "/bare.xml", "/today.xml", "/month.xml", "/news.xml"}
    assert set(outlet.paths) == asked


def test_below_an_index_that_has_not_changed_the_rest_is_still_asked(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/b", PAGE)
    outlet.serve("/bare.xml", urlset(entry("url", "/a")))
    outlet.serve("/map.xml", index(entry("sitemap", "/bare.xml")), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    outlet.serve("/bare.xml", urlset(entry("url", "/a"), entry("url", "/b")))
    assert paths(run(source(), memory)) == ["/b"]


def test_a_failed_sitemap_of_an_unchanged_index_is_asked_again(outlet, source, run):
    outlet.serve("/a", PAGE)
    child = entry("sitemap", "/late.xml", "2026-03-01T10:00:00Z")
    outlet.serve("/map.xml", index(child), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    assert len(failures(run(source(), memory))) == 1
    outlet.serve("/late.xml", urlset(entry("url", "/a")))
    assert paths(run(source(), memory)) == ["/a"]


def test_a_scheduled_run_waits_before_it_asks_a_failed_sitemap_again(outlet, source, run):
    children = (entry("sitemap", "/late.xml"), entry("sitemap", "/b.xml"))
    outlet.serve("/b.xml", urlset(entry("url", "/b")))
    outlet.serve("/map.xml", index(*children))
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    outlet.log.clear()
    run(source(), memory, only_due=True)
    assert "/late.xml" not in outlet.paths


def test_sitemaps_left_out_of_one_run_are_read_in_the_next(outlet, source, run):
    named = []
    for name in ("a", "b"):
        outlet.serve(f"/{name}", PAGE)
        outlet.serve(f"/{name}.xml", urlset(entry("url", f"/{name}")))
        named.append(entry("sitemap", f"/{name}.xml", "2026-03-01T10:00:00Z"))
    outlet.serve("/map.xml", index(*named), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    assert paths(run(source(max_sitemaps=2), memory)) == ["/a"]
    assert paths(run(source(max_sitemaps=2), memory)) == ["/b"]


def test_other_patterns_have_an_unchanged_sitemap_read_again(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/map.xml", urlset(entry("url", "/a")), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    assert paths(run(source(exclude=["a$"]), memory)) == []
    assert paths(run(source(), memory, only_due=True)) == ["/a"]


@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_a_site_is_read_by_what_its_robots_txt_names(outlet, source, run, path):
    outlet.serve("/a", PAGE)
    place = outlet.serve("/hidden.xml", urlset(entry("url", "/a")))
    outlet.serve("/robots.txt", f"Sitemap: {place}\n")
    assert paths(run(source(path), {})) == ["/a"]


def test_a_site_that_names_none_is_tried_at_the_usual_place(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/sitemap.xml", urlset(entry("url", "/a")))
    assert paths(run(source("/"), {})) == ["/a"]


def test_other_hosts_count_where_their_robots_txt_names_the_sitemap(
    outlet, open_outlet, source, run
):
    friend, stranger = open_outlet("127.0.0.2"), open_outlet("127.0.0.3")
    pages = [other.serve("/a", PAGE) for other in (friend, stranger)]
    place = outlet.serve("/inner.xml", urlset(*(entry("url", page) for page in pages)))
    outlet.serve("/map.xml", index(entry("sitemap", place)))
    friend.serve("/robots.txt", f"Sitemap: {outlet.url('/map.xml')}\n")
    readings = run(source(), {})
    assert [each.url for each in readings if isinstance(each, Document)] == [pages[0]]
    assert stranger.paths == []
    (refused,) = failures(readings)
    assert (refused.url, refused.outcome) == (pages[1], "refused")
    assert "does not name" in refused.error


@pytest.mark.parametrize("is_below", [False, True])
def test_pages_of_a_host_whose_robots_txt_failed_are_read_when_it_is_back(
    outlet, open_outlet, source, run, is_below
):
    friend = open_outlet("127.0.0.2")
    page = friend.serve("/a", PAGE)
    friend.serve("/robots.txt", "", status=503)
    top = "/index.xml" if is_below else "/map.xml"
    child = entry("sitemap", "/map.xml", "2026-03-01T10:00:00Z")
    outlet.serve("/index.xml", index(child), headers={"ETag": '"1"'})
    outlet.serve("/map.xml", urlset(entry("url", page)), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    with closing(Web(Manners(retries=0))) as web:
        readings = list(source(top).read(None, memory, Poll(web=web)))
    memory |= {each.url: each for each in readings if isinstance(each, Cursor)}
    (refused,) = failures(readings)
    assert (refused.url, refused.outcome) == (page, "refused")
    assert "could not be read" in refused.error
    assert "503" in refused.error
    friend.serve("/robots.txt", f"Sitemap: {outlet.url('/map.xml')}\n")
    assert paths(run(source(top), memory)) == ["/a"]


def test_an_unchanged_sitemap_stays_so_where_another_host_has_no_robots_txt(
    outlet, open_outlet, source, run
):
    page = open_outlet("127.0.0.2").url("/a")
    outlet.serve("/map.xml", urlset(entry("url", page)), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    (refused,) = failures(run(source(), memory))
    assert "does not name" in refused.error
    assert memory[outlet.url("/map.xml")].etag == '"1"'


def test_hosts_beyond_the_most_are_told_and_the_sitemap_is_asked_whole_again(
    outlet, open_outlet, source, run, monkeypatch
):
    monkeypatch.setattr(_sitemap_hosts, "_MAX_HOSTS", 1)
    pages = [open_outlet(f"127.0.0.{number}").url("/a") for number in (2, 3)]
    outlet.serve("/map.xml", urlset(*(entry("url", p) for p in pages)), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    _, refused = failures(run(source(), memory))
    assert refused.url == pages[1]
    assert "more than 1 other hosts" in refused.error
    assert memory[outlet.url("/map.xml")].etag is None


def test_a_scheduled_run_asks_nothing_of_a_site_of_which_nothing_is_due(
    outlet, open_outlet, source, run
):
    home = outlet.serve("/", PAGE)
    place = outlet.serve("/hidden.xml", urlset(entry("url", home)))
    outlet.serve("/robots.txt", f"Sitemap: {place}\n")
    memory: dict[str, Cursor] = {}
    assert paths(run(source("/"), memory)) == ["/"]
    outlet.log.clear()
    with closing(Web()) as later:
        assert list(source("/").read(None, memory, Poll(True, later))) == []
    assert outlet.log == []
    with closing(Web()) as later:
        list(source("/").read(None, memory, Poll(web=later)))
    assert outlet.asked("/robots.txt")


def test_a_sitemap_may_be_as_large_as_the_protocol_allows(source):
    assert source().max_bytes == 52_428_800


def test_patterns_choose_the_pages(outlet, source, run):
    for path in ("/news/a", "/news/live", "/shop/a"):
        outlet.serve(path, PAGE)
    pages = (entry("url", path) for path in ("/news/a", "/news/live", "/shop/a"))
    outlet.serve("/map.xml", urlset(*pages))
    assert paths(run(source(include=["/news/"], exclude=["live$"]), {})) == ["/news/a"]


def test_a_pattern_that_is_none_is_refused_when_the_source_is_loaded(source):
    with pytest.raises(ValidationError, match="not a regular expression"):
        source(include=["("])


def test_depth_and_number_of_sitemaps_are_limited_and_told(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/1.xml", index(entry("sitemap", "/2.xml")))
    outlet.serve("/2.xml", urlset(entry("url", "/a")))
    outlet.serve("/map.xml", index(entry("sitemap", "/1.xml")))
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
    outlet.serve("/map.xml", urlset(entry("url", "/a")).removesuffix("</urlset>"))
    readings = run(source(), {})
    assert paths(readings) == ["/a"]
    (failure,) = failures(readings)
    assert failure.outcome == "broken"
    assert "breaks off" in failure.error


def test_a_window_takes_the_pages_of_its_days_and_leaves_cursors_alone(outlet, source, run):
    for name in "abcde":
        outlet.serve(f"/{name}", PAGE)
    outlet.serve("/past.xml", urlset(entry("url", "/e", "2026-03-14")))
    outlet.serve(
        "/days.xml",
        urlset(
            entry("url", "/a", "2026-03-14"),
            entry("url", "/b", "2026-03-15T00:00:00Z"),
            entry("url", "/c", "2026-06-01", news("Lamp", "2026-03-14T23:59:59Z")),
            entry("url", "/d"),
        ),
        headers={"ETag": '"1"'},
    )
    children = (entry("sitemap", "/past.xml", "2026-03-13"), entry("sitemap", "/days.xml"))
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
