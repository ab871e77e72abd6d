import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.html.limits import MAX_DEPTH
from transforms.html.published import day_of_url
from transforms.html.reader import read_html
from transforms.reading import Profile

URL = "https://www.coast.example/news/bridge-opens"
PROFILE = Profile(source="coast", timezone="Europe/Berlin")
BODY = "".join(
    f"<p>Paragraph {n} tells how the new harbour bridge was opened to cars and walkers, what it "
    "cost the town, and why the ferry will go on sailing on Sundays all the same.</p>"
    for n in range(1, 6)
)


def page(head="", top="<h1>Harbour bridge opens</h1>", body=BODY):
    return (
        f"<!DOCTYPE html><html lang='en'><head>{head}</head><body><article>{top}{body}</article>"
        "</body></html>"
    )


def ld(**fields):
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def meta(name, content):
    return f'<meta property="{name}" content="{content}">'


def read(markup, url=URL, profile=PROFILE):
    return read_html(markup, url, profile)


JSONLD = ld(datePublished="2024-02-01T10:00:00Z")
PUBLISHED = meta("article:published_time", "2024-02-02T10:00:00Z")
WEBPAGE = (
    '<script type="application/ld+json">{"@type":"WebPage","datePublished":"2024-02-03"}</script>'
)
MICRODATA = '<meta itemprop="datePublished" content="2024-02-04">'
DATED_URL = "https://www.coast.example/2024/02/05/bridge"
KNOWN = meta("parsely-pub-date", "2024-02-06")
TIME = '<h1>Harbour bridge opens</h1><time datetime="2024-02-07">7 February</time>'
TEXT = "<h1>Harbour bridge opens</h1><p>8 February 2024</p>"


@pytest.mark.parametrize(
    ("head", "top", "url", "day", "evidence"),
    [
        (PUBLISHED + WEBPAGE + MICRODATA + KNOWN + JSONLD, TIME, DATED_URL, 1, "jsonld"),
        (KNOWN + MICRODATA + WEBPAGE + PUBLISHED, TIME, DATED_URL, 2, "meta"),
        (KNOWN + MICRODATA + WEBPAGE, TIME, DATED_URL, 3, "jsonld"),
        (KNOWN + MICRODATA, TIME, DATED_URL, 4, "microdata"),
        (KNOWN, TIME, DATED_URL, 5, "url"),
        (KNOWN, TIME, URL, 6, "meta"),
        ("", TIME, URL, 7, "time"),
        ("", TEXT, URL, 8, "text"),
        ("", "<h1>Harbour bridge opens</h1><p id='date'>9. Feb 2024</p>", URL, 9, "text"),
    ],
)
def test_the_best_evidence_gives_the_date(head, top, url, day, evidence):
    published = read(page(head, top), url).published
    assert (published.day, published.evidence) == (dt.date(2024, 2, day), evidence)


def test_a_day_in_the_url_is_a_day_in_the_zone_of_the_source():
    published = read(page(), DATED_URL).published
    assert published.raw == "2024/02/05"
    assert (published.precision, published.tz_known) == ("day", False)
    assert published.at == dt.datetime(2024, 2, 4, 23, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2024/02/25/bridge", "2024/02/25"),
        ("https://a.example/news/2024-2-5-bridge", "2024-2-5"),
        ("https://a.example/20240225/bridge.html", "20240225"),
        ("https://a.example/2024/02/bridge", None),
        ("https://a.example/2024/02/31/bridge", None),
        ("https://a.example/id/120240225", None),
        ("https://a.example/1850/02/25/", None),
        ("https://a.example/?day=2024-02-25", None),
        ("file:dump/2024/02/25/bridge.html", None),
    ],
)
def test_only_a_whole_day_in_the_path_is_a_date(url, day):
    assert day_of_url(url) == day


def test_a_change_is_never_the_day_of_publication():
    changed = '<time class="updated" datetime="2024-03-01">1 March 2024</time>'
    reading = read(page(ld(dateModified="2024-03-01"), body=BODY + changed))
    assert reading.published is None
    assert reading.modified.day == dt.date(2024, 3, 1)


def test_a_date_that_cannot_be_read_is_kept_as_it_stood():
    reading = read(page(ld(datePublished="2024-14-25T10:00:00")))
    assert (reading.published, reading.published_raw) == (None, "2024-14-25T10:00:00")
    assert "2024-14-25T10:00:00" in reading.warnings[0]


def test_a_year_alone_is_not_made_a_day():
    reading = read(page(body=BODY + "<p>The bridge of 2019 was never built.</p>"))
    assert reading.published is None


def test_words_in_the_place_of_a_date_are_no_date():
    assert read(page(ld(datePublished="soon"))).warnings == []


def test_a_later_good_date_replaces_a_broken_one():
    reading = read(page(ld(datePublished="2024-14-25") + KNOWN))
    assert (reading.published.day.day, reading.published_raw) == (6, None)
    assert "'2024-14-25'" in reading.warnings[0]


def test_the_statements_of_a_page_are_read():
    reading = read(
        page(
            ld(
                headline="Harbour bridge opens",
                description="Three lanes &amp; a path",
                articleSection="Harbour",
                keywords=["bridge", "Harbour", "bridge"],
                isAccessibleForFree="False",
                publisher={"@type": "Organization", "name": "Coast Courier"},
                image={"@type": "ImageObject", "url": "/bridge.jpg"},
                author=[{"@type": "Person", "name": "Ada Mercer"}, {"name": "Reuters"}],
            )
            + '<link rel="canonical" href="/bridge">'
        )
    )
    assert reading.title == "Harbour bridge opens"
    assert reading.description == "Three lanes & a path"
    assert reading.section == "Harbour"
    assert reading.keywords == ["bridge", "Harbour"]
    assert reading.is_free is False
    assert reading.publisher == "Coast Courier"
    assert reading.image_url == "https://www.coast.example/bridge.jpg"
    assert reading.canonical_url == "https://www.coast.example/bridge"
    assert reading.article_type == "NewsArticle"
    assert reading.declared_language == "en"
    assert reading.authors == ["Ada Mercer"]
    assert reading.agency == "Reuters"
    assert reading.reject_reason is None


def test_the_text_has_one_block_per_line():
    reading = read(page())
    assert reading.text_from == "body"
    lines = [line for line in reading.text.splitlines() if line.startswith("Paragraph")]
    assert len(lines) == 5


def test_a_stated_body_is_the_rescue_where_the_page_shows_a_fraction_of_it():
    stated = "<p>The bridge is open.</p><p>" + "The ferry sails on. " * 60 + "</p>"
    reading = read(page(ld(articleBody=3 * stated)))
    assert reading.text_from == "jsonld"
    assert reading.text.splitlines()[0] == "The bridge is open."


def test_a_stated_body_of_the_same_length_is_left_alone():
    assert read(page(ld(articleBody="The bridge is open."))).text_from == "body"


def test_the_byline_is_kept_as_printed():
    reading = read(page(top='<h1>Bridge</h1><p class="byline">By Ada Mercer and Jon Vale</p>'))
    assert reading.authors == ["Ada Mercer", "Jon Vale"]
    assert reading.byline == "By Ada Mercer and Jon Vale"


def test_the_site_is_an_author_only_where_nobody_else_is_named():
    site = meta("og:site_name", "Coast Courier") + ld(author={"name": "Coast Courier"})
    assert read(page(site)).authors == ["Coast Courier"]
    assert read(page(site + meta("author", "Ada Mercer"))).authors == ["Ada Mercer"]


@pytest.mark.parametrize("link", ["http://[", "javascript:void(0)", "mailto:a@b.example", ""])
def test_a_canonical_that_is_no_address_gives_way_to_the_og_url(link):
    head = f'<link rel="canonical" href="{link}">' + meta("og:url", "https://www.coast.example/b")
    assert read(page(head)).canonical_url == "https://www.coast.example/b"


def test_a_file_is_no_base_for_links():
    head = '<link rel="canonical" href="/bridge">'
    assert read(page(head), "file:pages/bridge.html").canonical_url is None


def test_broken_json_ld_is_warned_of():
    head = '<script type="application/ld+json">{"@type": "NewsArticle", oops}</script>'
    assert read(page(head)).warnings == ["JSON-LD could not be read whole"]


def test_a_list_of_links_is_not_an_article():
    links = "".join(f"<li><a href='/{n}'>Piece {n}</a></li>" for n in range(9))
    head, top = meta("og:type", "website"), "<h1>News</h1>"
    assert read(page(head, top, f"<ul>{links}</ul>")).reject_reason == "not_an_article"
    assert read(page(head, top)).reject_reason is None
    assert read(page(head + JSONLD, top, f"<ul>{links}</ul>")).reject_reason is None


def test_a_headline_within_the_article_is_no_part_of_the_text():
    inside = f"<article><h1>Ferries sail again</h1>{BODY}</article>"
    outside = f"<h1>Ferries sail again</h1><article>{BODY}</article>"
    texts = {read(f"<html><body>{body}</body></html>").text for body in (inside, outside)}
    assert len(texts) == 1
    assert not texts.pop().startswith("Ferries sail again")


@pytest.mark.parametrize("address", ["https://a.example/", "https://a.example/town/"])
def test_a_site_page_at_a_section_address_is_a_list_however_long(address):
    head = meta("og:type", "website") + f'<link rel="canonical" href="{address}">'
    assert read(page(head, "<h1>Town</h1>")).reject_reason == "not_an_article"
    assert read(page(head + JSONLD, "<h1>Town</h1>")).reject_reason is None
    assert read(page(head.replace("website", "article"))).reject_reason is None


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td"])
def test_ten_thousand_levels_are_too_large_and_no_crash(tag):
    assert read(f"<{tag}>" * 10_000 + "deep").reject_reason == "too_large"


@pytest.mark.parametrize("tag", ["svg", "nav", "nav class=breadcrumb"])
def test_ten_thousand_levels_of_what_is_passed_over_are_no_crash(tag):
    assert read(BODY + f"<{tag}>" * 10_000 + "deep").article_type is None


def test_the_deepest_page_allowed_is_still_read():
    deep = MAX_DEPTH - 4
    assert read("<div>" * deep + BODY).reject_reason is None


def test_too_many_elements_are_too_large():
    assert read("<p>word" * 100_001).reject_reason == "too_large"


@pytest.mark.parametrize("language", ["", "!!", "en_us_POSIX", "x" * 300, "ſ", "i-klingon"])
def test_an_odd_language_is_no_error_and_no_language(language):
    markup = f"<html lang='{language}'><h1>Bridge</h1><p>3. Xyz 2024, 5 o'clock</p>{BODY}"
    assert read(markup).declared_language is None


@pytest.mark.parametrize("markup", ["", " ", "\x00", "\ud800 \udfff", "<!--", "plain words", "{}"])
def test_what_is_no_page_gives_an_empty_reading(markup):
    reading = read(markup)
    assert (reading.published, reading.authors) == (None, [])


RICH = page(JSONLD + PUBLISHED + MICRODATA + KNOWN, TIME)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(RICH)), st.text(max_size=40))
def test_a_page_cut_anywhere_is_no_error(cut, tail):
    read(RICH[:cut] + tail)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_and_no_address_is_an_error(text, url):
    read(text, url)
    read(f"<h1>{text}</h1>{ld(headline=text, datePublished=text, author=text)}", f"http://{url}")
