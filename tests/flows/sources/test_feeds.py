from __future__ import annotations

import csv
from pathlib import Path

import pytest

from flows.sources._feed_facts import read_facts
from flows.sources._feed_parsers import parse_with_fast, parse_with_feedparser
from flows.sources._feed_times import stated_moment, stated_ttl
from flows.sources._feed_xml import prepare
from flows.sources._feeds import Feed, FeedItem, parse_feed
from transforms.encodings import decode

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://paper.example/news/feed.xml"
with (FEEDS / "expected.csv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))
XML = [row for row in ROWS if row["readers"] != "json"]


def read(name: str) -> Feed:
    return parse_feed((FEEDS / name).read_bytes(), url=URL)


def only(name: str) -> FeedItem:
    (item,) = read(name).items
    return item


def told(items: tuple[FeedItem, ...]) -> list[tuple[str | None, ...]]:
    return [(item.link, item.guid, item.title, item.published) for item in items]


def rss(inner: str, before: str = "") -> bytes:
    return f"{before}<rss version='2.0'><channel>{inner}</channel></rss>".encode()


def named(rows: list[dict[str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row["file"] for row in rows])


def as_expected(row: dict[str, str], items: tuple[FeedItem, ...]) -> bool:
    first = [
        row["link"] or None,
        row["guid"] or None,
        row["title"] or None,
        row["published"] or None,
    ]
    return len(items) == int(row["items"]) and told(items[:1]) == ([tuple(first)] if items else [])


def test_every_fixture_has_a_row_in_the_table():
    assert sorted(row["file"] for row in ROWS) == sorted(
        path.name for path in FEEDS.iterdir() if path.name != "expected.csv"
    )
    assert len(ROWS) >= 64


@named(ROWS)
def test_a_feed_gives_the_items_that_stand_in_it(row):
    items = read(row["file"]).items
    assert as_expected(row, items), told(items)


@named(XML)
def test_both_parsers_give_the_same_items(row):
    prepared = prepare(decode((FEEDS / row["file"]).read_bytes(), html=True).text or "")
    facts = read_facts(prepared, URL)
    assert facts is not None
    fast, slow = parse_with_fast(prepared, facts), parse_with_feedparser(prepared, URL)
    assert as_expected(row, slow), told(slow)
    if row["readers"] == "both":
        assert fast is not None
        assert told(fast) == told(slow)
    else:
        assert fast is None or not as_expected(row, fast)


@named(ROWS)
def test_the_same_bytes_give_the_same_items(row):
    assert read(row["file"]) == read(row["file"])


def test_the_whole_text_is_kept_apart_from_the_summary():
    item = only("rss20-content-encoded.xml")
    assert item.summary == "Short."
    assert item.content == '<p>The whole <a href="x">text</a>.</p>'
    assert only("rss20-item-markup-quoted-in-cdata.xml").content is None


def test_a_text_without_summary_gets_none_made_up():
    assert only("atom10-xhtml.xml").summary is None
    assert only("json11-content-text-only.json").summary is None


def test_xhtml_is_given_as_html():
    assert only("atom10-xhtml.xml").content == "<p>Calm <b>sea</b> &amp; sun.</p>"


def test_authors_and_categories_are_all_kept():
    for name in ("rss20-dublin-core.xml", "atom10-several-authors.xml", "json11.json"):
        item = only(name)
        assert item.authors == ("Ada Quayle", "Ben Moor")
        assert [category.lower() for category in item.categories] == ["ferries"]
    assert only("json10-single-author.json").authors == ("Ada Quayle",)


@pytest.mark.parametrize(
    "stated", ["ada@paper.example (Ada Quayle)", "Ada Quayle &lt;ada@paper.example&gt;"]
)
def test_a_mail_address_beside_a_name_is_left_out(stated):
    (item,) = parse_feed(rss(f"<item><author>{stated}</author></item>"), url=URL).items
    assert item.authors == ("Ada Quayle",)


def test_prefixes_nobody_declared_mean_what_they_usually_do():
    item = only("rss20-undeclared-prefixes.xml")
    assert (item.authors, item.content) == (("Ada Quayle",), "<p>Text</p>")


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("rss20-media-group.xml", "https://img.example/big.jpg?s=1&sig=ab"),
        ("rss20-enclosure-image.xml", "https://img.example/quay.jpg"),
        ("atom10-alternate-among-many-links.xml", "https://img.example/1.png"),
        ("json11.json", "https://paper.example/i/1.jpg"),
        ("json11-wrong-types-within.json", None),
        ("rss20-plain.xml", None),
    ],
)
def test_the_image_is_found_where_the_format_has_it(name, image):
    assert read(name).items[0].image == image


def test_the_rhythm_is_read():
    feed = read("rss20-rhythm.xml")
    assert (feed.ttl_s, feed.skip_hours) == (1800.0, {0, 3})
    assert feed.skip_days == {"Saturday", "Sunday"}
    assert read("rss20-sy-update-period.xml").ttl_s == 1800.0
    assert read("rss20-plain.xml").ttl_s is None


@pytest.mark.parametrize("ttl", ["0", "-5", "soon", "", "9" * 400])
def test_a_ttl_that_is_none_is_passed_over(ttl):
    assert stated_ttl(ttl, None, None) is None
    assert stated_ttl(ttl, " Daily ", "0") == 86_400.0


@pytest.mark.parametrize(
    ("name", "next_url"),
    [
        ("rss20-rfc5005-next.xml", "https://paper.example/news/feed.xml?page=2"),
        ("atom10-prev-archive.xml", "https://paper.example/archive/2026-02.xml"),
        ("json11.json", "https://paper.example/news/feed.xml?page=2"),
        ("rss20-atom-self-link-in-channel.xml", None),
    ],
)
def test_the_way_to_older_items_is_found(name, next_url):
    assert read(name).next_url == next_url


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("rss20-plain.xml", "rss2.0"),
        ("rss091-netscape-doctype.xml", "rss0.91"),
        ("rss090-rdf.xml", "rss0.90"),
        ("rss10-rdf.xml", "rss1.0"),
        ("atom03.xml", "atom0.3"),
        ("atom10-plain.xml", "atom1.0"),
        ("json10-single-author.json", "json1.0"),
        ("json11.json", "json1.1"),
    ],
)
def test_the_feed_says_what_it_is_and_whose(name, version):
    feed = read(name)
    assert (feed.version, feed.title, feed.home) == (
        version, "The Harbour Paper", "https://paper.example/",
    )  # fmt: skip


def test_languages_are_those_stated():
    assert read("rss20-rhythm.xml").language == "en-GB"
    feed = read("atom10-nested-xml-base.xml")
    assert (feed.language, feed.items[0].language) == ("de", "de")


def test_month_names_are_read_in_the_language_of_the_feed():
    item = "<item><pubDate>14 mars 2026 09:15</pubDate></item>"
    feed = parse_feed(rss(f"<language>fr</language>{item}"), url=URL)
    assert feed.items[0].published == "2026-03-14T09:15:00Z"


def test_an_unreadable_date_is_kept_as_written():
    item = only("rss20-date-unreadable.xml")
    assert (item.published, item.published_raw) == (None, "last Thursday-ish")


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("Fri, 31 Dec 99 23:59:00 GMT", "1999-12-31T23:59:00Z"),
        ("Sat, 14 Mar 2026 09:15:00 EDT", "2026-03-14T13:15:00Z"),
        ("20260314T091500Z", "2026-03-14T09:15:00Z"),
        ("2026-03-14T09:15:60Z", "2026-03-14T09:15:59Z"),
        ("2026-03-14", "2026-03-14T00:00:00Z"),
        ("Thu, 31 Dec 2026 24:00:00 GMT", "2027-01-01T00:00:00Z"),
        ("", None),
        ("2026", None),
        ("Sat, 14 Mar 2026 31:15:00 GMT", None),
    ],
)
def test_dates_are_read_as_feeds_write_them(raw, at):
    assert stated_moment(raw) == at


@pytest.mark.parametrize("media_type", ["", "text/html", "application/json", "image/png"])
def test_the_bytes_decide_not_the_media_type(media_type):
    for name in ("rss20-plain.xml", "json11.json"):
        body = (FEEDS / name).read_bytes()
        assert parse_feed(body, url=URL, media_type=media_type) == read(name)


def test_a_charset_declared_outside_is_used():
    body = rss("<item><title>Паром вернулся</title></item>").decode().encode("koi8-r")
    (item,) = parse_feed(body, url=URL, charset="koi8-r").items
    assert item.title == "Паром вернулся"


def test_ten_thousand_items_keep_their_order():
    items = (f"<item><title>T</title><link>/{n}</link></item>" for n in range(10_000))
    links = [item.link for item in parse_feed(rss("".join(items)), url=URL).items]
    assert links == [f"https://paper.example/{n}" for n in range(10_000)]
