import json

import pytest

from transforms.html.evidence import read_page
from transforms.html.nodes import parse
from transforms.html.people import read_people
from transforms.reading import Reading

SITES = ["Coast Courier", "coastcourier.example"]


def read(body="", head="", authors=None):
    article = {"@type": "NewsArticle", "headline": "Bridge opens", "author": authors}
    script = f'<script type="application/ld+json">{json.dumps(article)}</script>'
    page = read_page(parse(f"<head>{head}{script}</head><body><h1>Bridge opens</h1>{body}</body>"))
    reading = Reading()
    read_people(reading, page, page.linked.article([]), SITES)
    return reading


PERSON = {"@type": "Person", "name": "Ada Mercer"}
PAPER = {"@type": "Organization", "name": "Tide Gazette"}
META = '<meta name="author" content="{}">'

PAGES = {
    "json-ld": ({"authors": PERSON}, ["Ada Mercer"], None),
    "a list of names in one person": (
        {"authors": {"@type": "Person", "name": ["Ada Mercer", "Jon Vale"]}},
        ["Ada Mercer", "Jon Vale"],
        None,
    ),
    "a person before a body": ({"authors": [PAPER, PERSON]}, ["Ada Mercer"], None),
    "a body alone": ({"authors": PAPER}, ["Tide Gazette"], None),
    "an agency": ({"authors": {"name": "Reuters"}}, [], "Reuters"),
    "a person and an agency": ({"authors": "Ada Mercer, AFP"}, ["Ada Mercer"], "AFP"),
    "a person under an agency": (
        {"authors": "dpa", "body": '<p class="byline">Von Ada Mercer</p>'},
        ["Ada Mercer"],
        "dpa",
    ),
    "the site yields to a byline": (
        {"authors": "Coast Courier", "body": "<p>By Ada Mercer</p>"},
        ["Ada Mercer"],
        None,
    ),
    "the site yields to no account": (
        {"authors": "Coast Courier", "body": '<p class="byline">cc_web</p>'},
        ["Coast Courier"],
        None,
    ),
    "the site where nobody is named": ({"authors": "Coast Courier"}, ["Coast Courier"], None),
    "staff is nobody": ({"authors": "Staff", "body": "<p>By Staff Writer</p>"}, [], None),
    "a sentence is no byline": (
        {"body": "<p>By following the tips below, you stay dry.</p>"},
        [],
        None,
    ),
    "a body that signs": ({"body": "<p>By 3c Global</p>"}, ["3c Global"], None),
    "a publisher among the authors": (
        {
            "head": META.format("Deep Harbour") + META.format("Ada Mercer"),
            "body": "<p>By Ada Mercer</p>",
        },
        ["Ada Mercer"],
        None,
    ),
    "last name first": (
        {"head": META.format("Mercer, Ada"), "body": "<p>By Ada Mercer</p>"},
        ["Ada Mercer"],
        None,
    ),
    "the staff of a paper beside a person": (
        {"body": '<p class="byline">By Ada Mercer, Tide Herald</p>'},
        ["Ada Mercer"],
        None,
    ),
    "the staff of an agency": ({"authors": "Reuters Staff"}, [], "Reuters"),
    "a polish line that begins with its date": (
        {"body": "<p>Opublikowano: 15.02.2026 · Autor: Ewa Lis</p>"},
        ["Ewa Lis"],
        None,
    ),
    "library metadata": (
        {"head": '<meta name="citation_author" content="Mercer, Ada">'},
        ["Ada Mercer"],
        None,
    ),
    "card label": (
        {
            "head": '<meta name="twitter:label1" content="Written by">'
            '<meta name="twitter:data1" content="Ada Mercer">'
        },
        ["Ada Mercer"],
        None,
    ),
    "reading time of a card": (
        {
            "head": '<meta name="twitter:label1" content="Est. reading time">'
            '<meta name="twitter:data1" content="5 minutes">'
        },
        [],
        None,
    ),
    "an account that signs": ('<a rel="author">tidewatcher</a>', ["tidewatcher"], None),
    "any class": ({"body": '<div id="authorbox">Ada Mercer</div>'}, ["Ada Mercer"], None),
    "page of people": ({"body": '<a href="/people/am">Ada Mercer</a>'}, ["Ada Mercer"], None),
    "menu of people": ({"body": '<a href="/people/">Member login</a>'}, [], None),
    "another article": (
        {"body": '<div class="related"><p class="byline">By Jon Vale</p></div>'},
        [],
        None,
    ),
}


@pytest.mark.parametrize(("page", "authors", "agency"), PAGES.values(), ids=PAGES)
def test_persons_are_told_from_agencies_and_bodies(page, authors, agency):
    reading = read(**page) if isinstance(page, dict) else read(page)
    assert (reading.authors, reading.agency) == (authors, agency)


def test_the_byline_is_the_line_that_names_the_first_author():
    reading = read('<p class="byline">By Ada Mercer, Harbour desk</p>', authors=PERSON)
    assert reading.byline == "By Ada Mercer, Harbour desk"
