"""For which other hosts a sitemap may speak."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from readings import failures
from sitemap_texts import PAGE, index, item, paths, urlset

from flows.sources import (
    Cursor,
    Document,
    Fetch,
    Poll,
    _sitemap_hosts,
)
from flows.sources._http import Manners, Web


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
    with Web(Manners(retries=0)) as web:
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
        with Web() as web:
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
        with Web(Manners(retries=0)) as web:
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
    both = source(urls=urls)
    given = []
    for _ in range(2):
        with Web() as web:
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
