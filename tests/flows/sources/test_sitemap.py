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


def item(tag: str, url: str, lastmod: str | None = None, more: str = "") -> str:
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


def test_the_second_run_is_conditional_and_asks_no_page(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/map.xml", urlset(item("url", "/a", "2026-03-14")), headers={"ETag": '"1"'})
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
    outlet.serve("/map.xml", urlset(item("url", "/a", "2026-03-14"), item("url", "/b")))
    run(source(), memory)
    outlet.serve("/map.xml", urlset(item("url", "/a", "2026-03-15"), item("url", "/b")))
    assert paths(run(source(), memory)) == ["/a"]


def test_of_an_index_only_what_may_have_changed_is_asked_again(outlet, source, run):
    def children(lastmod: str) -> str:
        named = [("/new.xml", lastmod), ("/old.xml", "2026-03-01T10:00:00Z"), ("/bare.xml", None)]
        today = dt.datetime.now(dt.UTC).date().isoformat()
        days = [("/day.xml", "2026-03-01"), ("/today.xml", today), ("/month.xml", "2026-03")]
        said = news("The lamp burns", "2026-03-14")
        outlet.serve("/news.xml", urlset(item("url", "/n", None, said)))
        fresh = ("/news.xml", "2026-03-01T10:00:00Z")
        return index(*(item("sitemap", *each) for each in (*named, *days, fresh)))

    for name in ("n", "new", "old", "bare", "day", "today", "month"):
        outlet.serve(f"/{name}", PAGE)
        outlet.serve(f"/{name}.xml", urlset(item("url", f"/{name}")))
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
    outlet.serve("/bare.xml", urlset(item("url", "/a")))
    outlet.serve("/map.xml", index(item("sitemap", "/bare.xml")), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    outlet.serve("/bare.xml", urlset(item("url", "/a"), item("url", "/b")))
    assert paths(run(source(), memory)) == ["/b"]


def test_a_failed_sitemap_of_an_unchanged_index_is_asked_again(outlet, source, run):
    outlet.serve("/a", PAGE)
    child = item("sitemap", "/late.xml", "2026-03-01T10:00:00Z")
    outlet.serve("/map.xml", index(child), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    assert len(failures(run(source(), memory))) == 1
    outlet.serve("/late.xml", urlset(item("url", "/a")))
    assert paths(run(source(), memory)) == ["/a"]


def test_a_scheduled_run_waits_before_it_asks_a_failed_sitemap_again(outlet, source, run):
    children = (item("sitemap", "/late.xml"), item("sitemap", "/b.xml"))
    outlet.serve("/b.xml", urlset(item("url", "/b")))
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
        outlet.serve(f"/{name}.xml", urlset(item("url", f"/{name}")))
        named.append(item("sitemap", f"/{name}.xml", "2026-03-01T10:00:00Z"))
    outlet.serve("/map.xml", index(*named), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    assert paths(run(source(max_sitemaps=2), memory)) == ["/a"]
    assert paths(run(source(max_sitemaps=2), memory)) == ["/b"]


def test_other_patterns_have_an_unchanged_sitemap_read_again(outlet, source, run):
    outlet.serve("/a", PAGE)
    outlet.serve("/map.xml", urlset(item("url", "/a")), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    assert paths(run(source(exclude=["a$"]), memory)) == []
    assert paths(run(source(), memory, only_due=True)) == ["/a"]


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


def test_other_hosts_count_where_their_robots_txt_names_the_sitemap(
    outlet, open_outlet, source, run
):
    friend, stranger = open_outlet("127.0.0.2"), open_outlet("127.0.0.3")
    pages = [other.serve("/a", PAGE) for other in (friend, stranger)]
    place = outlet.serve("/inner.xml", urlset(*(item("url", page) for page in pages)))
    outlet.serve("/map.xml", index(item("sitemap", place)))
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
    child = item("sitemap", "/map.xml", "2026-03-01T10:00:00Z")
    outlet.serve("/index.xml", index(child), headers={"ETag": '"1"'})
    outlet.serve("/map.xml", urlset(item("url", page)), headers={"ETag": '"1"'})
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
    outlet.serve("/map.xml", urlset(item("url", page)), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    (refused,) = failures(run(source(), memory))
    assert "does not name" in refused.error
    assert memory[outlet.url("/map.xml")].etag == '"1"'


@pytest.mark.parametrize("header", [{"ETag": '"1"'}, {}])
def test_over_several_runs_every_other_host_has_its_turn(
    outlet, open_outlet, source, run, monkeypatch, header
):
    monkeypatch.setattr(_sitemap_hosts, "_MAX_HOSTS", 2)
    friends = [open_outlet(f"127.0.0.{number}") for number in range(2, 7)]
    pages = [friend.serve(f"/{number}", PAGE) for number, friend in enumerate(friends)]
    place = outlet.serve("/map.xml", urlset(*(item("url", p) for p in pages)), headers=header)
    for friend in friends[:4]:
        friend.serve("/robots.txt", f"Sitemap: {place}\n")
    memory: dict[str, Cursor] = {}
    given, told = [], []
    for _ in range(5):
        with closing(Web()) as web:
            readings = list(source().read(None, memory, Poll(web=web)))
        memory |= {each.url: each for each in readings if isinstance(each, Cursor)}
        memory |= {each.url: replace(each.cursor, document_id="some") for each in readings
                   if isinstance(each, Fetch) and each.cursor}  # fmt: skip
        given.append(paths(readings))
        told.append([fetch.error.partition(": http")[0] for fetch in failures(readings)])
    assert given == [["/0", "/1"], ["/2", "/3"], [], [], []]
    assert told == [
        ["left out for now, hosts: 3; robots.txt of 2 other hosts was asked in this run"],
        ["left out for now, hosts: 1; robots.txt of 2 other hosts was asked in this run"],
        ["robots.txt of this host does not name the sitemap"],
        [],
        [],
    ]
    assert [len(friend.asked("/robots.txt")) for friend in friends] == [1, 1, 1, 1, 1]
    assert memory[place].etag == header.get("ETag")


def test_hosts_that_never_answer_do_not_keep_others_from_their_turn(
    outlet, open_outlet, source, run, monkeypatch
):
    monkeypatch.setattr(_sitemap_hosts, "_MAX_HOSTS", 1)
    silent, friend = open_outlet("127.0.0.2"), open_outlet("127.0.0.3")
    silent.serve("/robots.txt", "", status=503)
    pages = [silent.url("/a"), friend.serve("/b", PAGE)]
    place = outlet.serve("/map.xml", urlset(*(item("url", page) for page in pages)))
    friend.serve("/robots.txt", f"Sitemap: {place}\n")
    memory: dict[str, Cursor] = {}
    given = []
    for _ in range(2):
        with closing(Web(Manners(retries=0))) as web:
            readings = list(source().read(None, memory, Poll(web=web)))
        memory |= {each.url: each for each in readings if isinstance(each, Cursor)}
        given.append(paths(readings))
    assert given == [[], ["/b"]]


def test_hosts_of_all_sitemaps_share_the_most_of_a_run_and_the_next_goes_on(
    outlet, open_outlet, source, run, monkeypatch
):
    monkeypatch.setattr(_sitemap_hosts, "_MAX_HOSTS", 1)
    friends = [open_outlet(f"127.0.0.{number}") for number in (2, 3)]
    urls = []
    for number, friend in enumerate(friends):
        page = friend.serve(f"/{number}", PAGE)
        urls.append(outlet.serve(f"/{number}.xml", urlset(item("url", page))))
        friend.serve("/robots.txt", f"Sitemap: {urls[-1]}\n")
    memory: dict[str, Cursor] = {}
    both = source(url=None, urls=urls)
    given = []
    for _ in range(2):
        with closing(Web()) as web:
            readings = list(both.read(None, memory, Poll(web=web)))
        memory |= {each.url: each for each in readings if isinstance(each, Cursor)}
        given.append(set(paths(readings)))
    assert given[0] < {"/0", "/1"} == given[0] | given[1]


def test_a_host_that_the_address_guard_refuses_is_decided(source, web):
    hosts = _sitemap_hosts.Hosts(
        source(allow_private=False), Poll(web=web), dt.datetime.now(dt.UTC)
    )
    location, chain = "http://10.0.0.1/a", ("https://lamp.example/map.xml",)

    def judge(known):
        readings = hosts.judge([location], chain, chain[0], known)
        told = []
        while True:
            try:
                told.append(next(readings))
            except StopIteration as done:
                return told, done.value

    told, judgement = judge({})
    assert "could not be read" in told[-1].error
    assert judgement.barred == {"http://10.0.0.1/"}
    assert hosts.undecided == set()
    assert judge(judgement.verdicts)[0] == []


@pytest.mark.parametrize("header", [{"ETag": '"1"'}, {}])
def test_what_a_sitemap_may_not_name_is_told_once_for_each_new_list(
    outlet, open_outlet, source, run, header
):
    stranger = open_outlet("127.0.0.2").url("/a")
    wrong = [item("url", url) for url in (stranger, "javascript:1", "http://lamp.test:99999/")]
    outlet.serve("/a", PAGE)
    outlet.serve("/b", PAGE)
    outlet.serve("/map.xml", urlset(*wrong, item("url", "/a")), headers=header)
    memory: dict[str, Cursor] = {}
    assert len(failures(run(source(), memory))) == 3
    assert failures(run(source(), memory)) == []
    outlet.serve("/map.xml", urlset(*wrong, item("url", "/b")))
    assert len(failures(run(source(), memory))) == 2  # the stranger is one still


def test_a_scheduled_run_asks_nothing_of_a_site_of_which_nothing_is_due(
    outlet, open_outlet, source, run
):
    home = outlet.serve("/", PAGE)
    place = outlet.serve("/hidden.xml", urlset(item("url", home)))
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


def test_what_is_said_to_be_due_is_what_a_scheduled_run_asks(outlet, source, run):
    moment = "2026-03-01T10:00:00Z"
    children = [("/settled.xml", moment), ("/due.xml", None), ("/later.xml", None)]
    for path, _ in children:
        outlet.serve(path, urlset(item("url", path.removesuffix(".xml"))))
        outlet.serve(path.removesuffix(".xml"), PAGE)
    inner = outlet.serve("/index.xml", index(*(item("sitemap", *child) for child in children)))
    outlet.serve("/robots.txt", f"Sitemap: {inner}\n")
    memory: dict[str, Cursor] = {}
    run(source("/"), memory)
    now = dt.datetime.now(dt.UTC)
    for path in ("/settled.xml", "/due.xml"):
        url = outlet.url(path)
        memory[url] = replace(memory[url], next_poll_at=now)

    def due(options: dict[str, object]) -> list[str]:
        scheduled = list(source("/", **options).schedule(memory, now))
        listed = [outlet.url("/"), inner, *(outlet.url(path) for path, _ in children)]
        assert [each.url for each in scheduled] == listed
        return [each.url for each in scheduled if each.is_due]

    assert due({}) == [outlet.url("/due.xml")]
    others = due({"exclude": ["x$"]})
    assert len(others) == 4  # read under other options
    for options, expected in (({}, due({})), ({"exclude": ["x$"]}, others)):
        outlet.log.clear()
        run(source("/", **options), dict(memory), only_due=True)
        assert [outlet.url(path) for path in sorted(outlet.paths)] == sorted(expected)


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
