from __future__ import annotations

import gzip

import pytest

from flows.sources._sitemap_items import named_of
from flows.sources._sitemaps import MAX_ITEMS, SitemapItem, parse_sitemap, stated_date
from transforms.errors import ParseError
from transforms.identity import item_json
from transforms.items import add_item
from transforms.reading import Profile, Reading

URL = "https://lamp.example/sitemap.xml"
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def urlset(*items: str, space: str = SPACE) -> bytes:
    return f'<urlset xmlns="{space}" xmlns:news="{NEWS}">{"".join(items)}</urlset>'.encode()


def item(number: int) -> str:
    return f"<url><loc>https://lamp.example/{number}</loc></url>"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026", "2026-01-01"),
        ("2026-03", "2026-03-01"),
        ("2026-03-14", "2026-03-14"),
        (" 2026-03-14T09:15Z ", "2026-03-14T09:15:00Z"),
        ("2026-03-14T09:15:30+02:00", "2026-03-14T07:15:30Z"),
        ("2026-03-14T09:15:30.123456789-0500", "2026-03-14T14:15:30Z"),
        ("2026-03-14T23:30:00-01:00", "2026-03-15T00:30:00Z"),
        ("2026-03-14 09:15:30", "2026-03-14T09:15:30Z"),
        ("2026-14-01", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("2026-03-14T", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_of_all_precisions_become_utc(raw: str | None, expected: str | None) -> None:
    assert stated_date(raw) == expected


@pytest.mark.parametrize("space", [SPACE, "http://www.google.com/schemas/sitemap/0.84", ""])
def test_a_list_of_urls_is_read_whatever_the_version_of_its_namespace(space: str) -> None:
    body = urlset(
        "<url><loc> https://lamp.example/a?x=1&amp;y=2 </loc><lastmod>2026-03-14</lastmod></url>",
        "<url><loc><![CDATA[https://lamp.example/b]]></loc><lastmod>soon</lastmod></url>",
        "<url><lastmod>2026-03-14</lastmod></url>",
        space=space,
    )
    found = parse_sitemap(b"\xef\xbb\xbf\n <?xml version='1.0'?>" + body, url=URL)
    assert (found.kind, found.fault) == ("urlset", None)
    assert found.items == (
        SitemapItem("https://lamp.example/a?x=1&y=2", "2026-03-14", "2026-03-14"),
        SitemapItem("https://lamp.example/b", None, "soon"),
    )


def test_an_index_names_sitemaps() -> None:
    body = "<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>"
    for encoded in (body.encode(), f'<?xml version="1.0"?>{body}'.encode("utf-16")):
        found = parse_sitemap(encoded, url=URL)
        assert (found.kind, found.items) == ("index", (SitemapItem("https://lamp.example/a.xml"),))


def test_what_is_said_of_news_is_kept_and_images_are_not_taken_for_pages() -> None:
    body = urlset(
        '<url xmlns:i="urn:image"><i:image><i:loc>https://lamp.example/p.jpg</i:loc>'
        "<i:title>A lamp</i:title></i:image><loc>https://lamp.example/a</loc><news:news>"
        "<news:publication><news:name>Lamp News</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2026-03-14T09:00+01:00</news:publication_date>"
        "<news:title>The lamp burns</news:title><news:keywords>lamp, sea</news:keywords>"
        "</news:news></url>"
    )
    (found,) = parse_sitemap(body, url=URL).items
    assert found.loc == "https://lamp.example/a"
    assert found.news == {
        "title": "The lamp burns",
        "published": "2026-03-14T08:00:00Z",
        "published_raw": "2026-03-14T09:00+01:00",
        "keywords": "lamp, sea",
        "language": "en",
        "name": "Lamp News",
    }


def test_a_text_file_names_a_url_per_line() -> None:
    found = parse_sitemap(b"https://lamp.example/a\r\n\r\n https://lamp.example/b \n", url=URL)
    assert (found.kind, [each.loc[-1] for each in found.items]) == ("text", ["a", "b"])


@pytest.mark.parametrize("size", [1, 500, 5_000])
def test_what_stands_before_a_fault_is_used(size: int) -> None:
    body = urlset(*map(item, range(size)))
    for broken in (body[:-20], body.removesuffix(b"</urlset>") + b"<url><loc>a & b</loc></url>"):
        found = parse_sitemap(broken, url=URL)
        assert len(found.items) >= size - 1
        assert found.fault is not None


def test_a_gzip_file_is_inflated_with_all_its_members() -> None:
    body = urlset(*map(item, range(9)))
    assert len(parse_sitemap(gzip.compress(body), url=URL).items) == 9
    parts = gzip.compress(body[:100]) + gzip.compress(body[100:])
    assert len(parse_sitemap(parts, url=URL).items) == 9


def test_a_truncated_gzip_file_gives_what_it_holds() -> None:
    body = gzip.compress(urlset(*map(item, range(2_000))))
    found = parse_sitemap(body[: len(body) // 2], url=URL)
    assert 0 < len(found.items) < 2_000
    assert found.fault == "the gzip file is truncated"


def test_more_items_than_the_cap_are_left_out_and_told() -> None:
    line = b"https://lamp.example/a\n"
    found = parse_sitemap(line * (MAX_ITEMS + 1), url=URL)
    assert len(found.items) == MAX_ITEMS
    assert found.fault == f"the sitemap has more than {MAX_ITEMS} items"
    assert parse_sitemap(line * MAX_ITEMS, url=URL).fault is None


@pytest.mark.parametrize("around", ["{}", "<url>{}</url>"])
def test_tags_without_end_are_not_kept_in_memory(around: str) -> None:
    found = parse_sitemap(urlset(item(1), around.format("<x/>" * 50_000), item(2)), url=URL)
    assert len(found.items) == 1
    assert "tags" in (found.fault or "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html><body><p>Not here<br></body></html>", "HTML page"),
        (b"<html><head><title>Lamp</title></head></html>", "HTML page"),
        (b'<rss version="2.0"><channel/></rss>', 'kind = "feed"'),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', 'kind = "feed"'),
        (b"<opml/>", "root is opml"),
        (b"<a/>", "root is a"),
        (b'{"urls": []}', "neither XML nor"),
        (b"<<<", "no XML"),
        (gzip.compress(b"<urlset>" + b" " * 30_000_000), "inflates beyond"),
        (b"\x1f\x8bnot gzip at all", "damaged"),
        (
            b'<!DOCTYPE urlset [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
            b"<urlset><url><loc>https://lamp.example/&b;</loc></url></urlset>",
            "declares entities",
        ),
        (
            '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
            "<urlset><url><loc>&a;</loc></url></urlset>".encode("utf-16"),
            "declares entities",
        ),
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_sitemap(body, url=URL)


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2026-03-14T00:30:00+02:00", "2026-03-14"),
        ("2026-03-14T23:30-0500", "2026-03-14"),
        ("2026-03-14T00:30:00.5Z", "2026-03-14"),
        ("2026-03-14", "2026-03-14"),
        ("2026-03", None),
    ],
)
def test_the_day_of_news_is_the_one_printed(printed: str, day: str | None) -> None:
    said = f"<news:news><news:publication_date>{printed}</news:publication_date></news:news>"
    (item,) = parse_sitemap(urlset(f"<url><loc>/a</loc>{said}</url>"), url=URL).items
    reading = Reading()
    said_of_it = item_json(named_of("https://lamp.example/a", item, URL).item)
    add_item(reading, said_of_it, Profile("lamp"))
    assert (str(reading.published.day) if reading.published else None) == day
