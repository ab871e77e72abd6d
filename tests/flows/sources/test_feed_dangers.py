from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources._feeds import parse_feed
from transforms.errors import ParseError

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://paper.example/news/feed.xml"
BOMB = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def rss(inner: str, before: str = "") -> bytes:
    return f"{before}<rss version='2.0'><channel>{inner}</channel></rss>".encode()


def rss_as_json(title: str) -> bytes:
    return json.dumps({"items": [{"title": title}]}).encode()


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "https://paper.example/x.dtd"> %p;]>',
        '<?xml version="1.0"?>\n<!-- a --><!doctype rss [<!entity a "]>"> ]>',
        '<!DOCTYPE rss [<!ENTITY a "<rss><channel>">]>',
        '<!DOCTYPE rss [<!ELEMENT rss ANY> <!-- ]> --> <!ENTITY a "x">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_that_declares_entities_is_refused(doctype, encoding):
    body = rss("<item><title>&a;&b;</title></item>", doctype).decode().encode(encoding)
    with pytest.raises(ParseError, match="declares entities"):
        parse_feed(body, url=URL)


def test_a_dtd_elsewhere_is_never_asked_for():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        dtd = f"http://127.0.0.1:{server.getsockname()[1]}/rss.dtd"
        body = rss("<item><title>T &a;</title></item>", f'<!DOCTYPE rss SYSTEM "{dtd}">')
        (item,) = parse_feed(body, url=URL).items
        assert item.title == "T &a;"
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_body_that_looks_like_a_path_or_url_is_not_opened():
    for body in (b"/etc/hostname", b"https://paper.example/feed", b"file:///etc/hostname"):
        with pytest.raises(ParseError, match="no feed"):
            parse_feed(body, url=URL)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "no text, declared as application/rss"),
        (b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>", "HTML page"),
        (b"<html><body><rss><channel/></rss></body></html>", "HTML page"),
        (b"<head><title>t</title></head>", "HTML page"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "no feed"),
        (b"<opml><body><outline/></body></opml>", "no feed"),
        (b"Too many requests", "no feed"),
        (b'<?xml version="1.0"?><rss><chan', "breaks off"),
        (b"<rss><channel><item><title>Half a ti", "breaks off"),
        (b'{"items": ', "is none"),
        (b"[" * 100_000, "is none"),
        (b"[]", "no array"),
        (b'{"error": "quota"}', "no array"),
        (b'{"items": {"id": 1}}', "no array"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body, reason):
    with pytest.raises(ParseError, match=reason):
        parse_feed(body, url=URL, media_type="application/rss+xml")


def test_halves_of_a_pair_and_controls_do_not_come_out_of_json():
    body = rb'{"items": [{"id": "a\ud800b", "title": "c\u0000d", "tags": ["\udfff", "e"]}]}'
    (item,) = parse_feed(body, url=URL).items
    assert (item.guid, item.title, item.categories) == ("ab", "cd", ("e",))


@pytest.mark.parametrize("reference", ["&#{};", "&amp;#{};", "&#x{};"])
def test_a_number_of_five_thousand_digits_is_no_character(reference):
    title = f"Quay{reference.format('9' * 5000)} open"
    for body in (rss(f"<item><title>{title}</title></item>"), rss_as_json(title)):
        (item,) = parse_feed(body, url=URL).items
        assert item.title == "Quay open"


def test_a_number_of_half_a_pair_is_no_character_even_behind_an_open_comment():
    body = rss('<item><link href="a<!--b"/><title>Quay&#55555; open</title></item>')
    (item,) = parse_feed(body, url=URL).items
    assert item.title == "Quay open"


@pytest.mark.parametrize(
    "inner",
    ["<![CDATA[", "<!--", "&lt;!--", "&lt;a ", "&amp;", "a@", "1 Mar ", "&", "&#", "<a>", "]]>"],
)
def test_repetition_costs_no_more_than_its_length(inner):
    def cost(times: int) -> float:
        field = inner * times
        body = rss(
            f"<item><title>{field}</title><author>{field}</author><pubDate>{field}</pubDate></item>"
        )
        began = time.process_time()
        assert len(parse_feed(body, url=URL).items) <= 1
        return time.process_time() - began

    # Eight times as much in a square would be 64 times the cost.
    assert cost(16_000) < 30 * cost(2_000) + 0.5


@given(
    st.sampled_from(["rss20-plain.xml", "atom10-xhtml.xml", "rss10-rdf.xml", "json11.json"]),
    st.floats(0, 1),
    st.binary(max_size=6),
)
def test_damage_ends_in_a_feed_or_a_parse_error(name, share, noise):
    body = (FEEDS / name).read_bytes()
    at = int(share * len(body))
    for damaged in (body[:at], body[:at] + noise + body[at:], body[:at] + body[at + 20 :]):
        try:
            items = parse_feed(damaged, url=URL).items
        except ParseError:
            continue
        assert all(item.link is None or item.link.startswith("http") for item in items)


@pytest.mark.parametrize("inner", ["<item/>" * 50_001, f"<item>{'<a/>' * 1_000_000}</item>"])
def test_more_items_or_tags_than_memory_is_kept_for_are_refused(inner):
    with pytest.raises(ParseError, match="more than"):
        parse_feed(rss(inner), url=URL)


def test_tags_within_a_text_are_not_counted():
    text = f"<![CDATA[{'<br>' * 1_000_001}]]>"
    (item,) = parse_feed(rss(f"<item><description>{text}</description></item>"), url=URL).items
    assert item.summary is not None
    assert item.summary.count("<br>") == 1_000_001
