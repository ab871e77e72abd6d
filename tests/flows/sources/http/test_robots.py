"""What robots.txt says, and for how long."""

from __future__ import annotations

import pytest

from flows.sources._http.robots import (
    CLOSED_TTL_S,
    MAX_BYTES,
    RobotsCache,
    Rules,
    read_rules,
    rules_for_status,
)

SITE = "https://harbour.example"


def test_the_longest_rule_counts() -> None:
    rules = read_rules(b"User-agent: *\nDisallow: /desk\nAllow: /desk/open\nDisallow: /*.pdf$\n")
    paths = ("/", "/desk", "/desk/open/1", "/a.pdf", "/a.pdf?x")
    assert [rules.allow(SITE + path) for path in paths] == [True, False, True, False, True]


@pytest.mark.parametrize("agent", ["wirelake", "WireLake", "other\nUser-agent: wirelake"])
def test_its_own_group_counts_before_all_others(agent: str) -> None:
    text = f"User-agent: *\nDisallow: /\n\nUser-agent: {agent}\nDisallow: /x\nCrawl-delay: 2.5\n"
    rules = read_rules(text.encode())
    assert rules.allow(f"{SITE}/a")
    assert not rules.allow(f"{SITE}/x")
    assert rules.delay_s() == 2.5


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n",
        b"user-agent:*\rdisallow:/x",
        b"User-agent: *\nDisallow: /\xff\nDisallow: /x # not for machines\n\x00\n",
        b"Disallow: /y\n<html>\nUser-agent: *\nCrawl-delay: soon\nDisallow: /x\n",
    ],
)
def test_reads_what_servers_really_send(body: bytes) -> None:
    rules = read_rules(body)
    assert not rules.allow(f"{SITE}/x")
    assert rules.allow(f"{SITE}/a")
    assert rules.delay_s() == 0


def test_reads_500_kib_and_no_half_line() -> None:
    head = b"User-agent: *\n"
    filler = b"#" * (500 * 1024 - len(head) - 20) + b"\n"
    rules = read_rules(head + filler + b"Disallow: /x\nDisallow: /a/b" + b"c" * MAX_BYTES)
    assert not rules.allow(f"{SITE}/x")
    assert rules.allow(f"{SITE}/a/b")


def test_a_page_instead_of_rules_opens_all() -> None:
    assert read_rules(b"<!doctype html><title>Welcome</title>").allow(f"{SITE}/a")


@pytest.mark.parametrize(
    ("status", "is_open"), [(200, False), (404, True), (403, True), (429, False), (503, False)]
)
def test_the_status_decides_whether_it_is_open(status: int, is_open: bool) -> None:
    rules = rules_for_status(status, b"User-agent: *\nDisallow: /\n")
    assert rules.allow(f"{SITE}/a") is is_open


def test_names_each_sitemap_once() -> None:
    text = "Sitemap: https://harbour.example/b.xml\nsitemap: https://harbour.example/a.xml\n"
    assert read_rules((text * 2).encode()).sitemaps() == [f"{SITE}/b.xml", f"{SITE}/a.xml"]
    assert Rules().sitemaps() == []


def test_rules_are_kept_for_their_time_and_a_closed_host_only_briefly() -> None:
    now = [0.0]
    cache = RobotsCache(3600, lambda: now[0])
    cache.keep("open", Rules())
    cache.keep("closed", Rules(closed_by="disallowed"))
    cache.keep("refused", Rules(closed_by="refused"))
    names, found = ("open", "closed", "refused"), []
    for now[0] in (0, CLOSED_TTL_S - 1, CLOSED_TTL_S, 3599, 3600):
        found.append("".join(name[0] for name in names if cache.known(name)))
    assert found == ["oc", "oc", "o", "o", ""]


def test_one_at_a_time_fetches_them() -> None:
    cache = RobotsCache(3600, lambda: 0.0)
    assert [cache.claim("a"), cache.claim("a"), cache.claim("b")] == [True, False, True]
    cache.release("a")
    assert cache.claim("a")


def test_nobody_fetches_what_has_just_come() -> None:
    cache = RobotsCache(3600, lambda: 0.0)
    cache.keep("a", Rules())
    assert not cache.claim("a")
