import json

import pytest

from transforms.html.evidence import read_page
from transforms.html.nodes import parse
from transforms.html.people import read_people, turned_round
from transforms.reading import Reading

SITES = ["Coast Courier", "coastcourier.example"]


def read(body="", head="", authors=None, lang="en"):
    article = {"@type": "NewsArticle", "headline": "Bridge opens", "author": authors}
    script = f'<script type="application/ld+json">{json.dumps(article)}</script>'
    page = read_page(
        parse(
            f"<html lang={lang}><head>{head}{script}</head><body><h1>Bridge opens</h1>{body}</body>"
        )
    )
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
    "a person before an agency": (
        {"authors": [PERSON, {"@type": "Organization", "name": "Reuters"}]},
        ["Ada Mercer"],
        "Reuters",
    ),
    "a person whose last name comes first": (
        {"authors": {"@type": "Person", "name": "Mercer, Ada"}},
        ["Ada Mercer"],
        None,
    ),
    "a person of two last names": (
        {"authors": {"@type": "Person", "name": "García Vale, Gabriel"}},
        ["Gabriel García Vale"],
        None,
    ),
    "a person of particles": (
        {"authors": {"@type": "Person", "name": "van der Berg, Ada"}},
        ["Ada van der Berg"],
        None,
    ),
    "a person with a town": (
        {"authors": {"@type": "Person", "name": "Ada Mercer, London"}},
        ["Ada Mercer"],
        None,
    ),
    "a person called by an agency": (
        {"authors": {"@type": "Person", "name": "Mercer, Reuters"}},
        ["Mercer"],
        "Reuters",
    ),
    "a person called Press": (
        {"authors": [{"@type": "Person", "name": "Eyal Press"}, PERSON]},
        ["Eyal Press", "Ada Mercer"],
        None,
    ),
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
    "a korean line that ends with its dates": (
        {
            "lang": "ko",
            "body": "<div>박하늘 기자 입력 2026.03.10. 오전 9:05 수정 2026.03.10.</div>",
        },
        ["박하늘"],
        None,
    ),
    "two korean names and a place": (
        {"lang": "ko", "body": "<div>박하늘·최서준 기자 = 서울</div>"},
        ["박하늘", "최서준"],
        None,
    ),
    "prose of a reporter in korean": (
        {"lang": "ko", "body": "<p>박하늘 기자는 등대가 다시 열린다고 말했다.</p>"},
        [],
        None,
    ),
    "a taiwanese line with its place": (
        {"body": "<p>記者林佳慧／台北報導</p>"},
        ["林佳慧"],
        None,
    ),
    "the source in chinese": (
        {"body": "<span>来源：新华社</span> <span>记者 李明 张晓华</span>"},
        ["李明", "张晓华"],
        "新华社",
    ),
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
    "who reports and who edits": (
        {"body": "<p>(Reporting by Ada Mercer; Editing by Jon Vale)</p>"},
        ["Ada Mercer"],
        None,
    ),
    "who writes and takes the pictures": (
        {"body": "<p>Words and pictures by Ada Mercer</p>"},
        ["Ada Mercer"],
        None,
    ),
    "who talks and takes the pictures": (
        {"body": "<p>Interview und Fotos: Ada Mercer</p>", "lang": "de"},
        ["Ada Mercer"],
        None,
    ),
    "who draws and writes": (
        {"body": "<p>Beeld en tekst: Ada Mercer</p>", "lang": "nl"},
        ["Ada Mercer"],
        None,
    ),
    "who reports as well": (
        {"body": "<p>Additional reporting by Ada Mercer</p>"},
        ["Ada Mercer"],
        None,
    ),
    "who compiles": ({"body": "<p>(Compiled by Ada Mercer)</p>"}, ["Ada Mercer"], None),
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


@pytest.mark.parametrize(
    ("language", "authors"), [("id", ["Budi Santoso"]), ("uk", ["Oleh Budi Santoso"])]
)
def test_oleh_is_by_where_the_page_is_indonesian(language, authors):
    page = read_page(parse(f'<html lang={language}><p class="byline">Oleh Budi Santoso</p>'))
    reading = Reading()
    read_people(reading, page, {}, [])
    assert reading.authors == authors


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("BERLIN (Reuters) - The ferry sails again.", "Reuters"),
        ("LOHBRUCK, March 5, 2024 (AP) — The ferry sails again.", "AP"),
        ("(AP) - The ferry sails again.", "AP"),
        ("Madrid, 5 mar (EFE).- El ferry navega.", "EFE"),
        ("Kiel (dpa/lno) - Die Fähre fährt wieder.", "dpa/lno"),
        ("What the crews won.\nBERLIN (Reuters) - The ferry sails again.", "Reuters"),
        ("The ferry (Reuters) sails again.", None),
        ("\n".join(["The ferry sails again."] * 3 + ["BERLIN (Reuters) - So it does."]), None),
    ],
)
def test_a_dateline_of_the_text_names_its_agency(text, agency):
    reading = Reading(text=text)
    read_people(reading, read_page(parse("<p>By Ada Mercer</p>")), {}, [])
    assert (reading.authors, reading.agency) == (["Ada Mercer"], agency)


def test_library_metadata_states_names_last_name_first():
    assert turned_round("Mercer, Ada B.") == "Ada B. Mercer"
    assert turned_round("Ada Mercer, Jon Vale") == "Ada Mercer, Jon Vale"
    assert turned_round("Ada Mercer") == "Ada Mercer"
    assert turned_round("Ada Mercer, CEPF®") == "Ada Mercer, CEPF®"
    assert turned_round("García Vale, Gabriel") == "Gabriel García Vale"
    assert turned_round("van der Berg, Ada B.") == "Ada B. van der Berg"
