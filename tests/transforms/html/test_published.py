"""When a page was published: what it states for machines, what it prints, and what is odd."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from transforms.html.evidence import read_page
from transforms.html.nodes import parse
from transforms.html.published import day_of_url, read_dates
from transforms.reading import Profile, Reading

PROFILE = Profile("pages")
URL = "https://port.example/bridge"
HEADLINE = "<h1>Harbour bridge opens</h1>"


def ld(kind: str = "NewsArticle", **fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": kind} | fields)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def read(
    head: str = "", body: str = "", url: str = URL, profile: Profile = PROFILE, lang: str = "en"
) -> Reading:
    page = read_page(
        parse(
            f"<html lang='{lang}'><head>{head}</head>"
            f"<body>{'' if '<h1>' in body else HEADLINE}{body}</body></html>"
        )
    )
    reading = Reading()
    read_dates(reading, page, page.linked.article([]), url, profile)
    return reading


def day(reading: Reading) -> str | None:
    return reading.published.day.isoformat() if reading.published else None


ORDER = [
    ("jsonld", ld(datePublished="2024-02-01"), "", URL),
    ("meta", meta("article:published_time", "2024-02-02"), "", URL),
    ("jsonld", ld("WebPage", datePublished="2024-02-03"), "", URL),
    ("microdata", '<meta itemprop="datePublished" content="2024-02-04">', "", URL),
    ("url", "", "", "https://port.example/2024/02/05/bridge"),
    ("meta", meta("parsely-pub-date", "2024-02-06"), "", URL),
    ("meta", meta("w-published-date", "2024-02-07"), "", URL),
    ("time", "", "<time datetime='2024-02-08'></time>", URL),
    ("text", "", "<p>9 February 2024</p>", URL),
]


@pytest.mark.parametrize("best", range(len(ORDER)))
def test_the_first_evidence_in_the_order_measured_counts(best: int) -> None:
    evidence, *_ = ORDER[best]
    heads, bodies, urls = zip(*(rest for _, *rest in ORDER[best:]), strict=True)
    url = next((url for url in urls if url != URL), URL)
    reading = read("".join(reversed(heads)), "".join(bodies), url)
    assert reading.published is not None
    assert (reading.published.evidence, day(reading)) == (evidence, f"2024-02-0{best + 1}")


@pytest.mark.parametrize("number", [1_708_809_300, 1_708_809_300_000, 1_708_809_300.0, 20240224])
def test_a_day_stated_as_a_number_is_read(number: float) -> None:
    assert day(read(ld(datePublished=number))) == "2024-02-24"


@pytest.mark.parametrize("number", [True, 5, -1e10, 1e300, 10**400, float("nan")])
def test_a_number_that_states_no_day_is_none(number: float) -> None:
    reading = read(ld(datePublished=number))
    assert (day(reading), reading.warnings) == (None, [])


@pytest.mark.parametrize(
    "printed", ["令和6年2月25日", "中華民國113年2月25日", "民國 113 年 2 月 25 日"]
)
def test_a_year_of_an_era_is_read_on_a_page(printed: str) -> None:
    assert day(read("", f"<p>{printed}</p>", lang="ja")) == "2024-02-25"


def test_the_day_of_the_number_0_is_none_and_is_named() -> None:
    reading = read(meta("article:published_time", "1970-01-01T00:00:00+00:00"), "<p>9 May 2024</p>")
    assert day(reading) == "2024-05-09"
    assert any("1970-01-01" in warning for warning in reading.warnings)


def test_many_microdata_dates_are_a_list_and_come_after_the_metas() -> None:
    items = "".join(f'<meta itemprop="datePublished" content="2024-03-0{n}">' for n in range(1, 5))
    assert day(read(meta("pubdate", "2024-02-25"), items)) == "2024-02-25"
    assert day(read("", items)) == "2024-03-01"


@pytest.mark.parametrize(
    "name", ["article:modified_time", "publisher-date-format", "last-published-update", "expires"]
)
def test_a_meta_of_a_change_or_of_something_else_is_no_date_of_publication(name: str) -> None:
    assert read(meta(name, "2024-02-25")).published is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://port.example/2024/02/25/bridge", "2024/02/25"),
        ("https://port.example/2024-02-25-bridge", "2024-02-25"),
        ("https://port.example/20240225/bridge", "20240225"),
        ("https://port.example/world/2024/feb/25/bridge", "2024/feb/25"),
        ("https://port.example/news/25-02-2024", "25-02-2024"),
        ("https://port.example/news/05-02-2024", None),
        ("https://port.example/2024/02/30/bridge", None),
        ("https://port.example/2024/02/bridge", None),
        ("https://port.example/item-12024022512", None),
        ("https://port.example/bridge?day=2024-02-25", None),
        ("https://port.example/1914/07/28/war", None),
        ("file:///2024/02/25/bridge.html", None),
    ],
)
def test_only_a_whole_day_in_the_path_of_a_web_address_is_a_date(
    url: str, expected: str | None
) -> None:
    assert day_of_url(url) == expected


@pytest.mark.parametrize("raw", ["2024-02-31", "2024-13-01", "0202-02-02", "2024-02-25T25:00:00"])
def test_an_impossible_date_is_kept_as_it_stood_and_warned_of(raw: str) -> None:
    reading = read(ld(datePublished=raw))
    assert (reading.published, reading.published_raw) == (None, raw)
    assert reading.warnings == [f"the date {raw!r} could not be read"]


def test_a_good_date_after_an_impossible_one_counts_and_the_warning_stays() -> None:
    reading = read(ld(datePublished="2024-02-31"), "<p>25 February 2024</p>")
    assert (day(reading), reading.published_raw) == ("2024-02-25", None)
    assert reading.warnings == ["the date '2024-02-31' could not be read"]


def test_a_date_of_the_lunar_calendar_is_kept_as_it_stood() -> None:
    raw = "15 شعبان 1445 هـ"
    assert read(ld(datePublished=raw), lang="ar").published_raw == raw


@pytest.mark.parametrize("raw", ["3 hours ago", "yesterday", "vor 2 Stunden", "il y a 3 jours"])
def test_nothing_is_invented_from_a_relative_date(raw: str) -> None:
    reading = read("", f"<time>{raw}</time><p class='date'>{raw}</p>")
    assert (reading.published, reading.published_raw, reading.warnings) == (None, None, [])


def test_a_day_of_change_is_the_date_only_where_none_other_is_and_with_a_warning() -> None:
    reading = read("", "<p>Updated 26 February 2024</p>")
    assert day(reading) == "2024-02-26"
    assert reading.modified is not None
    assert reading.warnings == ["the only date printed is said to be of a change"]
    both = read("", "<p>Updated 26 February 2024</p><p>Posted 25 February 2024</p>")
    assert (day(both), both.warnings) == ("2024-02-25", [])


@pytest.mark.parametrize(
    ("lang", "body", "changed_at"),
    [
        ("en", "<p>Published 25 May 2024 08:05; last updated 26 May 2024 19:30</p>", "26 19:30"),
        ("de", "<p>Stand: 26.05.2024 9:15 Uhr | Veröffentlicht: 25.05.2024, 18:30</p>", "26 09:15"),
        ("en", "<p>25 May 2024</p><p>Updated: 27 May 2024</p>", "27 00:00"),
        (
            "en",
            "<p>25 May 2024</p><time class='updated' datetime='2024-05-26T08:00Z'></time>",
            "26 08:00",
        ),
        ("en", "<p>25 May 2024</p><p>Updated: 24 May 2024</p>", None),
        ("en", f"<p>25 May 2024</p>{'<p>filler</p>' * 60}<p>Page updated: 27 May 2024</p>", None),
    ],
)
def test_a_printed_change_after_publication_is_one(
    lang: str, body: str, changed_at: str | None
) -> None:
    reading = read("", body, lang=lang)
    assert day(reading) == "2024-05-25"
    assert (reading.modified and f"{reading.modified.at:%d %H:%M}") == changed_at
    assert reading.warnings == []


def test_a_printed_change_stands_beside_a_stated_day_and_not_against_a_stated_change() -> None:
    body = "<p>Updated: 27 May 2024</p>"
    alone = read(ld(datePublished="2024-05-25"), body)
    beside = read(ld(datePublished="2024-05-25", dateModified="2024-05-26"), body)
    assert [it.modified and it.modified.day.day for it in (alone, beside)] == [27, 26]


OWN = f"<article>{HEADLINE}{{}}{'<p>The ferry rests.</p>' * 6}{{}}</article>"
TEASER = (
    "<a href='/s'>Signposts</a><time class='entry-date published' datetime='2024-05-30'>30 May"
    "</time><time class='updated' datetime='2024-06-06T10:00Z'>6 June</time>"
)


@pytest.mark.parametrize("own", ["", "class='entry-date published'"])
@pytest.mark.parametrize(
    "below",
    [
        f"<aside>{TEASER}</aside>",
        f"<section><article>{TEASER}</article></section>",
        f"<ul><li>{TEASER}</li></ul>",
        f"<footer>{TEASER}</footer>",
        "<div class='comment'><time>edited 1 June 2024</time></div>",
        "<div>Updated: 9 June 2024 10:00</div>",
    ],
)
def test_the_dates_of_teasers_and_comments_are_none_of_the_articles(own: str, below: str) -> None:
    page = OWN.format(f"<time {own} datetime='2024-05-25'>25 May 2024</time>", "") + below
    reading = read(body=page)
    assert (day(reading), reading.modified) == ("2024-05-25", None)


def test_a_change_in_the_foot_of_the_article_is_its_own() -> None:
    foot = (
        "<footer class='entry-footer'><time class='updated' datetime='2024-05-26'></time></footer>"
    )
    reading = read(body=OWN.format("<p>25 May 2024</p>", foot))
    assert reading.modified is not None
    assert reading.modified.day == dt.date(2024, 5, 26)


def test_a_date_below_an_article_that_is_but_a_cover_is_no_teasers() -> None:
    cover = f"<article>{HEADLINE}</article>"
    text = f"<article>{'<p>The ferry rests.</p>' * 6}<p>Updated: 26 May 2024</p></article>"
    reading = read(body=f"{cover}<p>25 May 2024</p>{text}")
    assert reading.modified is not None


def test_a_day_of_change_that_is_only_stated_for_machines_is_no_day_of_publication() -> None:
    reading = read(ld(dateModified="2024-02-26") + meta("og:updated_time", "2024-02-27"))
    assert reading.published is None
    assert reading.modified is not None
    assert reading.modified.day == dt.date(2024, 2, 26)


def test_a_day_of_change_that_machines_are_told_too_is_no_day_of_publication() -> None:
    reading = read(ld(dateModified="2024-02-26"), "<p>Updated 26 February 2024</p>")
    assert (reading.published, reading.warnings) == (None, [])


def test_a_zone_that_is_not_printed_is_the_sources_and_said_to_be() -> None:
    profile = Profile("pages", timezone="America/New_York")
    published = read("", "<p>25 February 2024, 9:14 pm</p>", profile=profile).published
    assert published is not None
    assert published.at == dt.datetime(2024, 2, 26, 2, 14, tzinfo=dt.UTC)
    assert (published.day, published.tz_known) == (dt.date(2024, 2, 25), False)


@pytest.mark.parametrize(
    ("url", "country", "expected"),
    [
        (URL, None, None),
        (URL, "US", "2024-03-04"),
        ("https://port.example.au/bridge", None, "2024-04-03"),
        ("https://port.example.co.uk/bridge", None, "2024-04-03"),
        ("https://harbour.gov/bridge", None, "2024-03-04"),
        ("https://port.example/en-us/bridge", None, "2024-03-04"),
        ("https://port.example/en-gb/bridge", None, "2024-04-03"),
        ("https://port.example.au/bridge", "US", "2024-03-04"),
        ("https://port.example/on-tv/bridge", None, None),
        ("https://port.example.au/on-tv/bridge", None, "2024-04-03"),
    ],
)
def test_the_source_and_then_the_address_tell_day_and_month_apart(
    url: str, country: str | None, expected: str | None
) -> None:
    profile = Profile("pages", country=country)
    assert day(read("", "<p>03/04/2024</p>", url, profile)) == expected


@pytest.mark.parametrize("place", ["on-tv", "en-gb"])
def test_the_region_of_its_language_says_more_than_the_path_of_a_page(place: str) -> None:
    url = f"https://port.example/{place}/bridge"
    assert day(read("", "<p>03/04/2024</p>", url, lang="en-US")) == "2024-03-04"


def test_the_country_of_the_address_tells_the_zone_of_a_change_too() -> None:
    head = ld(datePublished="4 March 2024 10:00 EST", dateModified="4 March 2024 11:00 EST")
    reading = read(head, url="https://port.example.au/bridge")
    assert reading.published is not None
    assert reading.modified is not None
    assert reading.published.at == dt.datetime(2024, 3, 4, 0, tzinfo=dt.UTC)
    assert reading.modified.at == dt.datetime(2024, 3, 4, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("lang", "printed"),
    [
        ("de", "Sonntag, 25. Februar 2024, 21.14 Uhr"),
        ("ru", "25 февраля 2024, 21:14"),
        ("ar", "الأحد ٢٥ فبراير ٢٠٢٤"),
        ("hi", "२५ फ़रवरी २०२४"),
        ("th", "25 กุมภาพันธ์ 2567"),
        ("ja", "2024年2月25日 21時14分"),
        ("fa", "۶ اسفند ۱۴۰۲"),
    ],
)
def test_a_printed_day_is_read_in_the_language_of_the_page(lang: str, printed: str) -> None:
    assert day(read("", f"<p>{printed}</p>", lang=lang)) == "2024-02-25"


@pytest.mark.parametrize(
    ("lang", "head", "language", "expected"),
    [
        ("th", "", None, "2026-03-04"),
        ("th-TH", "", None, "2026-03-04"),
        ("", meta("og:locale", "th_TH"), None, "2026-03-04"),
        ("", "", "th", "2026-03-04"),
        ("en", meta("og:locale", "th_TH"), "th", None),
        ("", "", None, None),
        ("vi", "", None, None),
    ],
)
def test_buddhist_years_are_read_on_thai_pages_and_elsewhere_kept_as_printed(
    lang: str, head: str, language: str | None, expected: str | None
) -> None:
    stated = "2569-03-04T08:30:00+07:00"
    reading = read(
        head + ld(datePublished=stated), lang=lang, profile=Profile("pages", language=language)
    )
    assert day(reading) == expected
    assert reading.published_raw == (None if expected else stated)
    warned = [] if expected else [f"the date {stated!r} could not be read"]
    assert reading.warnings == warned
