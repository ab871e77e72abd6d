from __future__ import annotations

import json

import pyarrow as pa
import pytest

from transforms.extract import extract
from transforms.identity import item_json
from transforms.items import FEED_ITEM
from transforms.reading import Profile
from transforms.schema import DOCUMENT

PROFILE = Profile("lamp")
TEXT = "<p>The lamp on the breakwater was lit again on Monday evening, to great applause.</p>" * 4


def article(
    payload: str,
    item: dict[str, object] | None,
    media_type: str = "text/html",
    profile: Profile = PROFILE,
):
    row = {
        "document_id": "d",
        "source": "lamp",
        "url": "https://lamp.example/news/lamp-lit-1",
        "media_type": media_type,
        "payload": payload.encode(),
        "item": item_json(item),
    }
    documents = pa.RecordBatch.from_pylist([row], DOCUMENT)
    return extract(documents, {"lamp": profile}).to_pylist()[0]


def page(head: str = "", body: str = "") -> str:
    return f"<html><head>{head}</head><body><article>{body}{TEXT}</article></body></html>"


STATED = '<meta property="article:published_time" content="2026-03-10T08:00:00Z">'


@pytest.mark.parametrize(
    ("head", "body", "item", "day", "evidence"),
    [
        ("", "", {"published": "Sat, 14 Mar 2026 23:30:00 -0500"}, "2026-03-14", "feed"),
        ("", "", {"loc": "https://x.example/", "published": "2026-03-14"}, "2026-03-14", "sitemap"),
        (STATED, "", {"published": "Sat, 14 Mar 2026 12:00:00 GMT"}, "2026-03-10", "meta"),
        ("", "<time>2 January 2026</time>", {"published": "2026-03-14"}, "2026-03-14", "feed"),
        ("", "<time>2 January 2026</time>", {"published": "soon"}, "2026-01-02", "time"),
    ],
)  # fmt: skip
def test_the_date_of_an_item_wins_over_hints_only(head, body, item, day, evidence):
    row = article(page(head, body), item)
    assert (str(row["published_date"]), row["published_from"]) == (day, evidence)


def test_an_item_fills_in_what_the_page_does_not_say():
    item: dict[str, object] = {
        "title": "Lamp lit", "summary": "At last.", "authors": ["Ida Brandt"],
        "categories": ["Lamps"],
    }  # fmt: skip
    row = article(page(), item)
    assert (row["title"], row["description"]) == ("Lamp lit", "At last.")
    assert (row["authors"], row["keywords"]) == (["Ida Brandt"], ["Lamps"])


def test_what_the_page_says_stays():
    head = '<title>The page</title><meta name="description" content="Of the page.">'
    row = article(page(head, "<h1>The page</h1>"), {"title": "The feed", "summary": "Of the feed."})
    assert (row["title"], row["description"]) == ("The page", "Of the page.")


def test_an_item_that_carries_its_text_is_an_article():
    written = {
        "id": "1",
        "url": "https://lamp.example/news/lamp-lit-1",
        "title": "Lamp lit",
        "content_html": TEXT,
        "date_published": "2026-03-14T12:00:00Z",
        "authors": [{"name": "Ida Brandt"}],
        "tags": ["Lamps"],
    }
    row = article(json.dumps(written), None, FEED_ITEM)
    assert (row["title"], row["published_from"], row["text_from"]) == ("Lamp lit", "feed", "feed")
    assert (row["authors"], row["keywords"]) == (["Ida Brandt"], ["Lamps"])
    assert row["text"].startswith("The lamp on the breakwater")


@pytest.mark.parametrize("odd", ["2026", 7, None, ["a"], {"a": 1}])
def test_an_item_of_odd_types_fails_no_page(odd):
    row = article(page(), {"title": odd, "published": odd, "authors": odd, "categories": odd})
    assert row["reject_reason"] is None
    assert "raised" not in str(row["warnings"])


def test_a_zone_by_its_name_is_that_of_the_sources_country():
    profile = Profile("lamp", "Australia/Sydney", country="AU")
    row = article(page(), {"published": "Sat, 14 Mar 2026 20:00:00 EST"}, profile=profile)
    assert row["published_at"].hour == 10


def test_authors_of_an_item_are_split_and_agencies_told_apart():
    row = article(page(), {"authors": ["Reuters", "By Ida Brandt and Ole Vik"]})
    assert (row["authors"], row["agency"]) == (["Ida Brandt", "Ole Vik"], "Reuters")


def test_a_body_is_no_person_beside_the_agency_of_the_page():
    author = '<meta name="author" content="Reuters">'
    row = article(page(author), {"authors": ["Lamp Media"]})
    assert (row["authors"], row["agency"]) == ([], "Reuters")
