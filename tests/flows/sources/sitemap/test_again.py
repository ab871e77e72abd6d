"""What is asked again in the next run, and what is left alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from readings import failures
from sitemap_texts import PAGE, index, item, news, paths, urlset

from flows.sources import (
    Cursor,
    Poll,
)
from flows.sources._http import Web


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


def test_a_scheduled_run_asks_nothing_of_a_site_of_which_nothing_is_due(
    outlet, open_outlet, source, run
):
    home = outlet.serve("/", PAGE)
    place = outlet.serve("/hidden.xml", urlset(item("url", home)))
    outlet.serve("/robots.txt", f"Sitemap: {place}\n")
    memory: dict[str, Cursor] = {}
    assert paths(run(source("/"), memory)) == ["/"]
    outlet.log.clear()
    with Web() as later:
        assert list(source("/").read(None, memory, Poll(True, later))) == []
    assert outlet.log == []
    with Web() as later:
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
