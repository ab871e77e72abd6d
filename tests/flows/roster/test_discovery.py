"""What a site offers is found from any of its pages, the best first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flows.roster.discovery import USUAL_FEEDS, Offer, offers, with_scheme
from flows.sources import Terms, Web
from transforms.errors import FetchError

TERMS = Terms(allow_private=True, pace_s=0)
RSS = """\
<rss version="2.0"><channel><title>Tidewater</title><link>https://tidewater.test/</link>
<description>News of the coast</description>
<item><title>A lamp</title><link>https://tidewater.test/lamp</link></item></channel></rss>
"""
SITEMAP = """\
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://tidewater.test/lamp</loc></url></urlset>
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as session:
        yield session


def page(*links: str, base: str = "") -> str:
    return f"<!doctype html><html><head>{base}{''.join(links)}</head><body>Home</body></html>"


def link(href: str, title: str = "", kind: str = "application/rss+xml", rel: str = "alternate"):
    return f"<link rel='{rel}' type='{kind}' href='{href}' title='{title}'>"


def named(found: list[Offer], outlet: Any) -> list[str]:
    """The paths of what is named, guesses aside."""
    return [offer.url.removeprefix(outlet.url("")) for offer in found if not offer.is_guess]


@pytest.mark.parametrize(("body", "kind"), [(RSS, "feed"), (SITEMAP, "sitemap")])
def test_an_address_may_be_what_is_looked_for(web, outlet, body: str, kind: str) -> None:
    url = outlet.serve("/anything", body, headers={"Content-Type": "text/html"})
    (offer,) = offers(web, url, TERMS)
    assert (offer.kind, offer.url) == (kind, url)
    assert outlet.paths == ["/anything"]


def test_the_main_feed_comes_first_whatever_the_order(web, outlet) -> None:
    outlet.serve(
        "/",
        page(
            link("/lamp/feed", "Comments on A lamp"),
            link("/comments/feed/", "Tidewater"),
            link("https://podcasts.example/tidewater.xml", "Podcast"),
            link("/category/sport/feed", "Sport"),
            link("/sport/rss", "Sport"),
            link("/rss", "Tidewater"),
        ),
        headers={"Content-Type": "text/html"},
    )
    found = named(list(offers(web, outlet.url("/"), TERMS)), outlet)
    assert found == [
        "/rss",
        "/sport/rss",
        "https://podcasts.example/tidewater.xml",
        "/lamp/feed",
        "/comments/feed/",
        "/category/sport/feed",
    ]


def test_the_feed_of_a_section_comes_first_on_its_page(web, outlet) -> None:
    links = page(link("/sport/rss"), link("/culture/rss"))
    for section in ("/sport/", "/culture/"):
        outlet.serve(section, links)
        found = named(list(offers(web, outlet.url(section), TERMS)), outlet)
        assert found[0] == f"{section}rss"


def test_only_links_to_feeds_count_and_each_once(web, outlet) -> None:
    outlet.serve(
        "/",
        page(
            link("a.atom", kind="application/atom+xml; charset=utf-8"),
            link("b.json", kind="Application/Feed+JSON"),
            link("/de/", kind="text/html"),
            link("/wp-json/", kind="application/json"),
            link("/style.xml", rel="stylesheet"),
            link("a.atom#top", rel="Alternate home"),
            link("http://[broken", "x"),
            link("javascript:alert(1)"),
            link(""),
            base="<base href='/feeds/'>",
        ),
    )
    found = named(list(offers(web, outlet.url("/"), TERMS)), outlet)
    assert found == ["/feeds/a.atom", "/feeds/b.json"]


def test_sitemaps_come_after_feeds_and_those_of_news_first(web, outlet) -> None:
    outlet.serve("/", page(link("/rss")))
    lines = [f"Sitemap: {outlet.url(path)}" for path in ("/archive.xml", "/news-sitemap.xml")]
    outlet.serve("/robots.txt", "User-agent: *\nAllow: /\n" + "\n".join(lines))
    found = list(offers(web, outlet.url("/"), TERMS))
    assert named(found, outlet) == ["/rss", "/news-sitemap.xml", "/archive.xml"]
    assert [offer.found for offer in found if offer.kind == "sitemap"] == ["robots.txt"] * 2


def test_the_usual_places_are_guessed_last_of_their_kind(web, outlet) -> None:
    outlet.serve("/a/b", "<p>No head at all")
    found = list(offers(web, outlet.url("/a/b"), TERMS))
    assert all(offer.is_guess for offer in found)
    places = [*USUAL_FEEDS, "/sitemap.xml"]
    assert [offer.url for offer in found] == [outlet.url(path) for path in places]
    assert outlet.paths == ["/a/b"]


@pytest.mark.parametrize("body", ["", " ", "<", "\x00", "{}", "<a/>"])
def test_a_page_of_nothing_offers_guesses_only(web, outlet, body: str) -> None:
    outlet.serve("/", body)
    assert all(offer.is_guess for offer in offers(web, outlet.url("/"), TERMS))


def test_an_address_without_an_answer_is_said(web, outlet) -> None:
    with pytest.raises(FetchError, match="404"):
        list(offers(web, outlet.url("/gone"), TERMS))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tidewater.test", "https://tidewater.test"),
        ("tidewater.test:8080/rss", "https://tidewater.test:8080/rss"),
        ("http://tidewater.test/", "http://tidewater.test/"),
        ("mailto:x@tidewater.test", "mailto:x@tidewater.test"),
    ],
)
def test_an_address_may_be_typed_without_its_scheme(typed: str, meant: str) -> None:
    assert with_scheme(typed) == meant
