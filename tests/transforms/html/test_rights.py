import json

import pytest

from transforms.html.evidence import read_page
from transforms.html.nodes import parse
from transforms.html.rights import read_rights
from transforms.reading import Reading


def read(head="", article=None):
    script = f'<script type="application/ld+json">{json.dumps(article)}</script>'
    page = read_page(parse(f"<head>{head}{script if article else ''}</head>"))
    reading = Reading()
    read_rights(reading, page, page.linked.article([]))
    return reading


def meta(name, content):
    return f'<meta name="{name}" content="{content}">'


HOLDERS = {
    "json-ld": ("", {"@type": "Person", "name": "Ada Mercer"}, "Ada Mercer"),
    "rights holder": (meta("dcterms.rightsHolder", "Coast Courier"), None, "Coast Courier"),
    "notice": (meta("copyright", "© 2019-2024 Coast Courier. All rights reserved."), None,
               "Coast Courier"),
    "german notice": (meta("copyright", "Copyright (c) Küstenbote GmbH, alle Rechte vorbehalten"),
                      None, "Küstenbote GmbH"),
    "year alone": (meta("copyright", "Copyright 2024"), None, None),
    "licence": (meta("dc.rights", "https://licence.example/by/4.0/"), None, None),
    "terms": (meta("rights", "No part of this page " * 9), None, None),
    "nothing": ("", None, None),
}  # fmt: skip


@pytest.mark.parametrize(("head", "holder", "expected"), HOLDERS.values(), ids=HOLDERS)
def test_the_holder_of_the_rights_is_a_name(head, holder, expected):
    article = {"@type": "NewsArticle", "copyrightHolder": holder} if holder else None
    assert read(head, article).copyright_holder == expected


ROBOTS = {
    "list": (meta("robots", "NOINDEX, nofollow"), ["noindex", "nofollow"]),
    "spaces": (meta("ROBOTS", "noindex nofollow"), ["noindex", "nofollow"]),
    "values": (meta("robots", "max-snippet:-1, max-image-preview: large"),
               ["max-snippet:-1", "max-image-preview: large"]),
    "one robot": (meta("robots", "index") + meta("Googlebot-News", "noindex"),
                  ["index", "googlebot-news: noindex"]),
    "said twice": (meta("robots", "noarchive") + meta("robots", "noarchive,noai"),
                   ["noarchive", "noai"]),
    "nothing": ("", []),
}  # fmt: skip


@pytest.mark.parametrize(("head", "directives"), ROBOTS.values(), ids=ROBOTS)
def test_directives_to_robots_are_kept_as_stated(head, directives):
    assert read(head).robots == directives


@pytest.mark.parametrize(
    ("content", "is_reserved"), [("1", True), (" 1 ", True), ("0", False), ("yes", None)]
)
def test_the_reservation_of_text_mining_is_read(content, is_reserved):
    assert read(meta("TDM-Reservation", content)).tdm_reserved is is_reserved


def test_a_page_that_says_nothing_reserves_nothing_by_itself():
    assert read().tdm_reserved is None
