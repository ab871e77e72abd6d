"""Cleaning urls, and choosing the one an article is known by."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.tracking import is_tracking
from transforms.urls import (
    article_id,
    article_url,
    clean,
    is_front_page,
    is_root,
    registrable_domain,
)

URL = "https://news.example/2024/story-1"


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("HTTPS://News.Example:443/A", "https://news.example/A"),
        ("http://news.example:80", "http://news.example/"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("http://news.example:443/a", "http://news.example:443/a"),
        ("https://news.example./a", "https://news.example/a"),
        ("https://ann:secret@news.example/a", "https://news.example/a"),
        ("  https://news.example/a\n", "https://news.example/a"),
        ("https://news.example/a#top", "https://news.example/a"),
        ("https://news.example/a/./b/../c", "https://news.example/a/c"),
        ("https://news.example/../../a/..", "https://news.example/"),
        ("https://news.example/a//b/", "https://news.example/a//b/"),
        ("https://news.example/%7Eann/%e9%a6%99", "https://news.example/~ann/%E9%A6%99"),
        ("https://news.example/a%2fb%3Fc", "https://news.example/a%2Fb%3Fc"),
        ("https://news.example/%2e%2e/a", "https://news.example/a"),
        ("https://news.example/100%", "https://news.example/100%25"),
        ("https://news.example/straße ä", "https://news.example/stra%C3%9Fe%20%C3%A4"),
        ("https://news.example/a;jsessionid=1F?b=1", "https://news.example/a?b=1"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/a?b=&&c", "https://news.example/a?b=&c"),
        ("https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("http://[2001:DB8:0::1]:80/a", "http://[2001:db8::1]/a"),
        ("http://192.0.2.1/a", "http://192.0.2.1/a"),
        ("https://a_b.news.example/", "https://a_b.news.example/"),
        ("file:dump 1.zip!/a.html#x", "file:dump 1.zip!/a.html#x"),
    ],
)
def test_urls_come_to_one_form(url: str, cleaned: str) -> None:
    assert clean(url) == cleaned


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example/a",
        "//news.example/a",
        "/a",
        "mailto:ann@news.example",
        "javascript:void(0)",
        "ftp://news.example/a",
        "http://",
        "http:///a",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://news.example:99999/",
        "http://news.example:no/",
        "http://a..b/",
        "http://-/",
        "http://a b/",
        "http://\u2603\u2603\u200b.example/",
    ],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert clean(url) is None


@pytest.mark.parametrize(
    "parameter",
    ["utm_source=feed", "UTM_Medium=x", "fbclid=1", "gclid", "mc_eid=a&__hstc=b", "at_custom2=c"],
)
def test_tracking_parameters_go(parameter: str) -> None:
    assert clean(f"{URL}?{parameter}") == URL
    assert clean(f"{URL}?b=2&{parameter}&a=1") == f"{URL}?b=2&a=1"


@pytest.mark.parametrize(
    "name",
    ["id", "sid", "cid", "source", "ref", "p", "page", "q", "s", "v", "lang", "campaign", "utm"],
)
def test_parameters_that_may_be_the_article_stay(name: str) -> None:
    assert not is_tracking(name)
    assert clean(f"{URL}?{name}=1") == f"{URL}?{name}=1"


ODD_PARTS = st.text(st.sampled_from("aZ09%2eFf./?&=#:;@[]é 東\\\t+"), max_size=30)


@given(st.one_of(st.text(), ODD_PARTS, ODD_PARTS.map("https://news.example/{}".format)))
def test_cleaning_never_fails_and_twice_is_once(url: str) -> None:
    cleaned = clean(url)
    assert cleaned is None or clean(cleaned) == cleaned


@given(ODD_PARTS)
def test_cleaned_urls_are_ascii_and_keep_their_host(tail: str) -> None:
    cleaned = clean(f"https://News.example/{tail}")
    assert cleaned is not None
    assert cleaned.isascii()
    assert urlsplit(cleaned).hostname == "news.example"
    assert not set(cleaned) & set(" #\t\\")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.news.co.uk", "news.co.uk"),
        ("news.example", "news.example"),
        ("ann.github.io", "ann.github.io"),
        ("www.ann.blogspot.com", "ann.blogspot.com"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("a.xn--55qx5d.cn", "a.xn--55qx5d.cn"),
    ],
)
def test_a_registrable_domain_is_one_label_under_a_public_suffix(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/index.html",
        "/?lang=en",
        "/news",
        "/sport/football/",
        "/sport/index.php",
        "/новости",
    ],
)
def test_roots_and_sections_are_front_pages(path: str) -> None:
    assert is_front_page(f"https://news.example{path}")


@pytest.mark.parametrize(
    "path",
    [
        "/?p=123",
        "/index.php?id=9",
        "/news/2024",
        "/story-of-a-day",
        "/a/b/c",
        "/news.html",
        "/internationalrelations",
        "/news/a1",
        "/%E6%9D%B1%E4%BA%AC-1",
    ],
)
def test_articles_are_no_front_pages(path: str) -> None:
    assert not is_front_page(f"https://news.example{path}")


def test_a_file_is_no_front_page() -> None:
    assert not is_front_page("file:news")


def test_only_the_root_itself_is_a_root() -> None:
    assert is_root("https://news.example/index.html?lang=en")
    assert not is_root("https://news.example/news")
    assert not is_root("https://news.example/?p=1")


@pytest.mark.parametrize(
    ("canonical", "chosen"),
    [
        (None, URL),
        ("", URL),
        ("https://www.NEWS.example/story-1?utm_source=x", "https://www.news.example/story-1"),
        ("https://news.example/", URL),
        ("https://news.example/sport", URL),
        ("https://other.example/story-1", URL),
        ("/story-1", URL),
        ("http://[", URL),
    ],
)
def test_the_canonical_counts_on_its_own_domain_and_never_as_a_front_page(
    canonical: str | None, chosen: str
) -> None:
    assert article_url(f"{URL}?fbclid=1", canonical) == chosen


@pytest.mark.parametrize(
    ("own", "canonical", "is_taken"),
    [
        ("https://m.news.example/cranes", "https://www.news.example/cranes/", True),
        ("http://news.example/cranes/amp/", "https://news.example/cranes/", True),
        ("https://news.example/a/cranes", "https://news.example/cranes", False),
        ("https://news.example/?p=12", "https://news.example/cranes", False),
        ("https://m.news.example/", "https://news.example/", False),
    ],
)
def test_a_canonical_of_one_word_counts_where_the_document_has_that_name_too(
    own: str, canonical: str, is_taken: bool
) -> None:
    assert article_url(own, canonical) == (canonical if is_taken else own)


def test_two_hosts_under_one_public_suffix_are_strangers() -> None:
    url = "https://one.co.uk/story-1"
    assert article_url(url, "https://two.co.uk/story-1") == url


@pytest.mark.parametrize("url", ["file:a.jsonl#id 1", "file:a.zip!/b.html", "file:x?utm_source=1"])
def test_files_keep_their_urls_whatever_they_call_canonical(url: str) -> None:
    assert article_url(url, URL) == url


def test_a_url_that_cannot_be_cleaned_still_names_its_article() -> None:
    assert article_url("https://a..b/c", None) == "https://a..b/c"


def test_ids_are_digests_of_urls_and_for_files_of_their_source_too() -> None:
    assert article_id(URL, "one") == hashlib.sha256(URL.encode()).hexdigest()
    assert article_id(URL, "one") == article_id(URL, "two")
    assert article_id("file:a", "one") == hashlib.sha256(b"one\nfile:a").hexdigest()
    assert article_id("file:a", "one") != article_id("file:a", "two")
