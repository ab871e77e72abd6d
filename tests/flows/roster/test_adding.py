"""A site is asked, and what it offers is shown and written down as a source."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from flows.sources import load

OLD = "# mine\n[sources.wire]\nkind = 'folder'\npath = 'articles'\n"
HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = " ".join(f"On day {day} the keeper trimmed the lamp and wrote it down." for day in range(40))


def serve_site(outlet: Any) -> None:
    """Serve a home page that links to a feed of five whole articles, and to another."""
    outlet.serve(
        "/",
        "<html><head><link rel=alternate type=application/rss+xml href=/comments/feed>"
        "<link rel=alternate type=application/rss+xml href=/rss title=Tidewater></head></html>",
        headers=HTML,
    )
    outlet.serve("/rss", rss(outlet, range(5)), headers={"Content-Type": "application/rss+xml"})


def rss(outlet: Any, numbers: Iterable[int]) -> str:
    items = "".join(
        f"<item><title>The lamp, part {number}</title><link>{outlet.url(f'/lamp-{number}')}</link>"
        f"<pubDate>Sun, 15 Mar 2026 10:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[<p>{number} {TEXT}</p>]]></content:encoded></item>"
        for number in numbers
    )
    return (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        "<title>Tidewater</title><link>https://tidewater.test/</link>"
        f"<description>Coast</description>{items}</channel></rss>"
    )


def article(number: int) -> str:
    return (
        f"<html lang=en><head><title>The lamp, part {number}</title></head>"
        f"<body><article><h1>The lamp, part {number}</h1><p>{TEXT}</p></article></body></html>"
    )


@pytest.fixture
def add(wirelake, outlet):
    def run(*words: str, path: str = "/") -> Any:
        return wirelake("sources", "add", outlet.url(path), "--allow-private", *words)

    return run


def test_a_site_becomes_a_source_that_can_be_ingested(add, outlet, write, wirelake) -> None:
    serve_site(outlet)
    write({"sources.toml": OLD, "articles/a.txt": "A lamp"})
    said = add("--name", "tidewater")
    assert (said.code, said.err) == (0, "")
    for number in range(3):
        assert f"The lamp, part {number}" in said.out
    assert "The lamp, part 3" not in said.out
    assert outlet.url("/comments/feed") in said.out
    table = (
        f'[sources.tidewater]\nkind = "feed"\nurl = "{outlet.url("/rss")}"\nallow_private = true\n'
    )
    assert table in said.out
    assert "Next: wirelake ingest tidewater" in said.out
    assert Path("sources.toml").read_text() == f"{OLD}\n{table}"
    ingested = wirelake("ingest", "tidewater", "--format", "json")
    assert ingested.code == 0, ingested.err
    (row,) = json.loads(ingested.out)
    assert row["kept"] == 5


def test_a_dry_run_shows_the_same_and_writes_nothing(add, outlet, write, listing) -> None:
    serve_site(outlet)
    write({"sources.toml": OLD})
    before = listing()
    said = add("--dry-run", "--format", "json")
    assert said.code == 0, said.err
    (found,) = json.loads(said.out)
    assert (found["source"], found["kind"], found["written"]) == ("127.0.0.1", "feed", False)
    assert [each["title"] for each in found["articles"]] == [
        f"The lamp, part {number}" for number in range(3)
    ]
    assert listing() == before


def test_a_feed_whose_address_holds_a_password_is_passed_over(add, outlet, write) -> None:
    write({"sources.toml": OLD})
    secret = outlet.url("/rss").replace("//", "//ida:lamp@")
    urls = (secret, "/coast/lamps")  # in the order in which they are tried
    links = "".join(f"<link rel=alternate type=application/rss+xml href={url}>" for url in urls)
    outlet.serve("/", f"<html><head>{links}</head></html>", headers=HTML)
    outlet.serve("/coast/lamps", rss(outlet, range(1)))
    assert add("--name", "tidewater").code == 0
    added = load(Path("sources.toml"))["tidewater"]
    assert added.place() == outlet.url("/coast/lamps")


@pytest.mark.whole
def test_a_site_that_offers_only_a_password_is_told_without_it(add, outlet, write) -> None:
    write({"sources.toml": OLD})
    secret = outlet.url("/secret").replace("//", "//ida:lamp@")
    link = f"<link rel=alternate type=application/rss+xml href={secret}>"
    outlet.serve("/", f"<html><head>{link}</head></html>", headers=HTML)
    said = add("--name", "tidewater")
    assert said.code == 1
    assert "holds a user name or password" in said.sentence
    assert "ida:lamp" not in said.err


def test_the_name_is_the_domain_with_a_number_where_it_is_taken(add, outlet, write) -> None:
    write({"sources.toml": OLD.replace("wire", "'127.0.0.1'")})
    outlet.serve("/rss", rss(outlet, range(1)))
    assert add(path="/rss").code == 0
    assert list(load(Path("sources.toml"))) == ["127.0.0.1", "127.0.0.1-2"]


def test_a_feed_that_a_source_reads_is_not_added_again(add, outlet, write, listing) -> None:
    serve_site(outlet)
    write({"sources.toml": f"[sources.tide]\nkind = 'feed'\nurl = '{outlet.url('/rss')}'\n"})
    before = listing()
    said = add()
    assert (said.code, said.out) == (2, "")
    assert "'tide' reads it already" in said.sentence
    assert listing() == before


@pytest.mark.whole
def test_a_feed_that_cannot_be_read_gives_way_to_the_next(add, outlet, here) -> None:
    serve_site(outlet)
    outlet.serve("/rss", "<html><p>A shop</p></html>", headers=HTML)
    outlet.serve("/comments/feed", rss(outlet, range(1)))
    assert add("--name", "tidewater").code == 0
    source: Any = load(here / "sources.toml")["tidewater"]
    assert source.url == outlet.url("/comments/feed")


@pytest.mark.whole
def test_a_sitemap_serves_where_there_is_no_feed(add, outlet, here) -> None:
    outlet.serve("/", "<html><p>Home</p></html>", headers=HTML)
    outlet.serve("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {outlet.url('/map.xml')}\n")
    outlet.serve("/lamp-0", article(0), headers=HTML)
    outlet.serve(
        "/map.xml",
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        f"<url><loc>{outlet.url('/lamp-0')}</loc></url></urlset>",
        headers={"Content-Type": "application/xml"},
    )
    said = add("--name", "tidewater")
    assert said.code == 0, said.err
    source: Any = load(here / "sources.toml")["tidewater"]
    assert (source.kind, source.url) == ("sitemap", outlet.url("/map.xml"))
    assert "The lamp, part 0" in said.out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--name", "wire"], 2, "there is a source 'wire' already"),
        (["--name", "no name"], 2, "cannot be the name of a source"),
        ([], 1, "no feed or sitemap of http"),
    ],
)
def test_what_cannot_be_added_changes_nothing(
    add, outlet, write, listing, words: list[str], code: int, sentence: str
) -> None:
    outlet.serve("/", "<html><p>Home</p></html>", headers=HTML)
    outlet.serve("/robots.txt", "User-agent: *\nAllow: /$\nDisallow: /\n")
    write({"sources.toml": OLD})
    before = listing()
    said = add(*words)
    assert (said.code, said.out) == (code, "")
    assert sentence in said.sentence
    assert listing() == before
    assert bool(outlet.log) == (code == 1)


def test_a_site_on_this_machine_is_asked_with_leave_only(wirelake, outlet, listing) -> None:
    serve_site(outlet)
    said = wirelake("sources", "add", outlet.url("/"))
    assert said.code == 1
    assert "cannot be read" in said.sentence
    assert (outlet.log, listing()) == ([], {})


@pytest.mark.parametrize("typed", ["", "ftp://tidewater.test/", "file:///etc/hostname", "http://["])
def test_what_is_no_address_is_refused(wirelake, listing, typed: str) -> None:
    said = wirelake("sources", "add", typed)
    assert said.code == 2
    assert "no http or https url" in said.sentence
    assert listing() == {}
