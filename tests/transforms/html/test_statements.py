import json

import pytest

from transforms.html.evidence import read_page
from transforms.html.nodes import parse
from transforms.html.statements import read_statements
from transforms.reading import Reading

URL = "https://coast.example/harbour/bridge"


def read(head="", body="<h1>Bridge opens</h1>", article=None, url=URL):
    script = f'<script type="application/ld+json">{json.dumps(article)}</script>'
    page = read_page(parse(f"<head>{head}{script if article else ''}</head><body>{body}</body>"))
    reading = Reading()
    read_statements(reading, page, page.linked.article([]), url)
    return reading


def article(**stated):
    return {"@type": "NewsArticle", "headline": "Bridge opens"} | stated


CRUMBS = (
    '<nav class="breadcrumbs"><a href="/">Home</a><a href="/n">News</a><a href="/h">Harbour</a>'
    '<a href="">Bridge opens</a></nav><h1>Bridge opens</h1>'
)
LINKED_CRUMBS = {
    "@graph": [
        article(),
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "Startseite"},
                {"@type": "ListItem", "position": 2, "item": {"@id": "/h", "name": "Harbour"}},
                {"@type": "ListItem", "position": 3, "name": "Bridge opens"},
            ],
        },
    ]
}

SECTIONS = {
    "meta": ({"head": '<meta property="article:section" content="Harbour">'}, "Harbour"),
    "list": ({"article": article(articleSection=["Harbour", "City"])}, "Harbour"),
    "old parsely": (
        {"head": '<meta name=parsely-page content=\'{"section": "Harbour"}\'>'},
        "Harbour",
    ),
    "breadcrumbs": ({"body": CRUMBS}, "Harbour"),
    "linked breadcrumbs": ({"article": LINKED_CRUMBS}, "Harbour"),
    "none": ({}, None),
}


@pytest.mark.parametrize(("page", "section"), SECTIONS.values(), ids=SECTIONS)
def test_the_section_is_the_one_stated_or_the_last_crumb(page, section):
    assert read(**page).section == section


KEYWORDS = {
    "split": (
        '<meta name="keywords" content="Bridge, harbour; Tide">',
        ["Bridge", "harbour", "Tide"],
    ),
    "case": ('<meta name="news_keywords" content="Bridge,BRIDGE, bridge">', ["Bridge"]),
    "repeated": (
        '<meta name="article:tag" content="Bridge"><meta name="article:tag" content="Tide">',
        ["Bridge", "Tide"],
    ),
    "hash and quotes": ("<meta name=keywords content='#bridge, \"tide\"'>", ["bridge", "tide"]),
    "inches": ("<meta name=keywords content='Pad 11\", tide'>", ['Pad 11"', "tide"]),
    "chinese": ('<meta name="keywords" content="大桥，海港、潮水">', ["大桥", "海港", "潮水"]),
}


@pytest.mark.parametrize(("head", "keywords"), KEYWORDS.values(), ids=KEYWORDS)
def test_keywords_are_split_and_folded(head, keywords):
    assert read(head).keywords == keywords


def test_keywords_may_be_terms_with_names():
    terms = [{"@type": "DefinedTerm", "name": "Bridge"}, "tide, Bridge"]
    assert read(article=article(keywords=terms)).keywords == ["Bridge", "tide"]


IMAGES = {
    "relative": (
        {"head": '<meta property="og:image" content="/a.jpg">'},
        "https://coast.example/a.jpg",
    ),
    "base": (
        {"head": '<base href="/media/"><meta property="og:image" content="a.jpg">'},
        "https://coast.example/media/a.jpg",
    ),
    "logo before": (
        {
            "head": '<meta property="og:image" content="/img/logo.png?v=2">',
            "article": article(image=[{"@type": "ImageObject", "url": "https://i.example/b.jpg"}]),
        },
        "https://i.example/b.jpg",
    ),
    "list of addresses": (
        {"article": article(image=["https://i.example/1.jpg", "https://i.example/2.jpg"])},
        "https://i.example/1.jpg",
    ),
    "content url": (
        {"article": article(image={"contentUrl": "https://i.example/c.jpg"})},
        "https://i.example/c.jpg",
    ),
    "data": ({"head": '<meta property="og:image" content="data:image/gif;base64,R0">'}, None),
    "a logo that is news": (
        {"head": '<meta property="og:image" content="/new-logo-of-the-port.jpg">'},
        "https://coast.example/new-logo-of-the-port.jpg",
    ),
}


@pytest.mark.parametrize(("page", "image"), IMAGES.values(), ids=IMAGES)
def test_the_picture_is_resolved_and_no_logo(page, image):
    assert read(**page).image_url == image


LOCKED_PART = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"}
FREE = {
    "true": ({"article": article(isAccessibleForFree=True)}, True),
    "false": ({"article": article(isAccessibleForFree=False)}, False),
    "word": ({"article": article(isAccessibleForFree="False")}, False),
    "address": ({"article": article(isAccessibleForFree="http://schema.org/True")}, True),
    "locked part": ({"article": article(hasPart=LOCKED_PART)}, False),
    "locked part of a list": ({"article": article(hasPart=[{"name": "x"}, LOCKED_PART])}, False),
    "free although a part is locked": (
        {"article": article(isAccessibleForFree=True, hasPart=LOCKED_PART)},
        True,
    ),
    "microdata": (
        {
            "body": '<div itemscope itemtype="http://schema.org/Article">'
            '<meta itemprop="isAccessibleForFree" content="false"></div>'
        },
        False,
    ),
    "tier": ({"head": '<meta name="article:content_tier" content="metered">'}, False),
    "nothing": ({}, None),
    "nonsense": ({"article": article(isAccessibleForFree={"x": 1})}, None),
}


@pytest.mark.parametrize(("page", "is_free"), FREE.values(), ids=FREE)
def test_whether_it_is_free_is_read_in_every_form(page, is_free):
    assert read(**page).is_free is is_free


ITEM = (
    '<article itemscope itemtype="https://schema.org/NewsArticle"><h1>Bridge opens</h1>'
    '<div itemprop="publisher" itemscope itemtype="https://schema.org/Organization">'
    '<meta itemprop="name" content="Pier Post"></div></article>'
)
RDFA = (
    '<div vocab="https://schema.org/" typeof="NewsArticle"><h1 property="headline">Bridge opens'
    '</h1><p property="publisher" typeof="Organization"><b property="name">Pier Post</b></p></div>'
)


@pytest.mark.parametrize("body", [ITEM, RDFA])
def test_type_and_publisher_are_read_from_the_body(body):
    found = read(body=body)
    assert (found.article_type, found.publisher) == ("NewsArticle", "Pier Post")
    stated = article() | {"@type": "BlogPosting", "publisher": {"name": "Coast Courier"}}
    found = read(body=body, article=stated)
    assert (found.article_type, found.publisher) == ("BlogPosting", "Coast Courier")


def test_the_publisher_in_the_body_is_cut_off_the_title():
    body = ITEM.replace("<h1>Bridge opens</h1>", "")
    assert read("<title>Bridge opens - Pier Post</title>", body).title == "Bridge opens"


LANGUAGES = {
    "locale": ('<meta property="og:locale" content="pt_BR">', "pt-BR"),
    "script": ('<meta http-equiv="content-language" content="zh-hant-tw">', "zh-Hant-TW"),
    "own alternate": (
        f'<link rel=alternate hreflang="de-at" href="{URL}">'
        '<link rel=alternate hreflang="fr" href="/fr">',
        "de-AT",
    ),
    "nonsense first": (
        '<meta name="language" content="{{x}}"><meta name="dc.language" content="fr">',
        "fr",
    ),
}


@pytest.mark.parametrize(("head", "language"), LANGUAGES.values(), ids=LANGUAGES)
def test_the_language_is_read_where_it_is_stated(head, language):
    assert read(head).declared_language == language
