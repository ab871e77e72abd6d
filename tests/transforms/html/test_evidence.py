import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html.breadcrumbs import MAX_TRAILS
from transforms.html.evidence import read_page
from transforms.html.microdata import MAX_PROPS, Prop
from transforms.html.nodes import parse


def read(body, head=""):
    return read_page(parse(f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>"))


def test_metas_are_found_by_name_or_property_in_any_case():
    page = read(
        "",
        '<meta NAME="Author" content=" Ada Mercer "><meta property="og:Title" content="Bridge">'
        '<meta name="empty" content=""><meta name="legacy" value="kept">',
    )
    assert page.metas == {"author": ["Ada Mercer"], "og:title": ["Bridge"], "legacy": ["kept"]}


def test_repeated_metas_keep_their_order():
    page = read("", '<meta name="author" content="Ada"><meta name="author" content="Jon">')
    assert page.all_meta("author") == ["Ada", "Jon"]
    assert page.meta("byl", "author") == "Ada"


def test_microdata_values_come_from_content_datetime_or_text():
    page = read(
        '<div itemscope itemtype="https://schema.org/NewsArticle">'
        '<meta itemprop="datePublished" content="2024-02-25">'
        '<time itemprop="dateModified" datetime="2024-02-26">yesterday</time>'
        '<span itemprop="articleSection">Harbour <b>news</b></span>'
        '<p itemprop="author" itemscope itemtype="https://schema.org/Person">'
        '<img alt=""><span itemprop="name">Ada Mercer</span>, reporter</p></div>'
    )
    assert page.props[:4] == [
        Prop("datePublished", "2024-02-25"),
        Prop("dateModified", "2024-02-26"),
        Prop("articleSection", "Harbour news"),
        Prop("author", "Ada Mercer"),
    ]


def test_a_property_named_twice_by_one_element_is_one():
    page = read('<b itemprop="headline schema:headline keywords headline">Bridge</b>')
    assert page.props == [Prop("headline", "Bridge"), Prop("keywords", "Bridge")]
    stated = read('<i property="dc:title DC:Title dc:date dc:title" content="2024">Bridge</i>')
    assert stated.metas == {"dc:title": ["2024"], "dc:date": ["2024"]}


def test_so_many_properties_are_read_and_no_more():
    assert len(read('<b itemprop="keywords">bridge</b>' * (MAX_PROPS + 9)).props) == MAX_PROPS


@pytest.mark.parametrize(("before", "trail"), [(MAX_TRAILS - 1, ["Harbour"]), (MAX_TRAILS, [])])
def test_so_many_trails_are_looked_into_and_no_more(before, trail):
    empty = '<p class="breadcrumb-mark">/</p>'
    found = read(empty * before + '<div class="breadcrumbs"><a href="/h">Harbour</a></div>')
    assert found.breadcrumbs == trail


def test_evidence_of_side_columns_and_comments_is_passed_over():
    page = read(
        '<div class="related-stories"><a rel="author">Jon Vale</a></div>'
        '<section id="comments"><time itemprop="datePublished" datetime="2002-02-02"></time>'
        '</section><article><a rel="author">Ada Mercer</a></article>'
    )
    assert page.credits.links == ["Ada Mercer"]
    assert page.props == []


def test_a_line_break_in_a_heading_is_a_space_and_a_mark_is_not():
    page = read("<h1>Bridge<br>opens, <em>fi</em>nally &amp;c</h1>")
    assert page.headings == ["Bridge opens, finally &c"]


def test_only_links_beside_the_first_author_name_more_authors():
    page = read(
        '<p>By <a href="/author/am">Ada Mercer</a> and <a href="/author/jv">Jon Vale</a></p>'
        '<p><a href="/author/mo">Mia Oduya</a></p>'
    )
    assert page.credits.links == ["Ada Mercer", "Jon Vale"]


def test_a_spoken_byline_is_found_without_any_markup():
    page = read("<h1>Bridge opens</h1><div><div>By <span>Ada Mercer</span></div></div>")
    assert page.credits.spoken == ["By Ada Mercer"]


def test_the_address_and_language_are_read_as_stated():
    page = read("", '<link rel="Canonical" href=" /a/b ">')
    assert (page.canonical, page.language) == ("/a/b", "en-GB")


def test_a_meta_of_two_names_is_found_by_both():
    page = read("", '<meta property="og:title" name="title" content="Bridge">')
    assert page.metas == {"og:title": ["Bridge"], "title": ["Bridge"]}


def test_properties_of_a_nested_person_picture_or_comment_are_not_the_pages():
    page = read(
        '<article itemscope itemtype="http://schema.org/NewsArticle">'
        '<div itemprop="author" itemscope itemtype="http://schema.org/Person">'
        '<img itemprop="image" src="/ada.jpg"><b itemprop="name">Ada Mercer</b></div>'
        '<div itemprop="image" itemscope itemtype="http://schema.org/ImageObject">'
        '<meta itemprop="url" content="/bridge.jpg"></div>'
        '<div itemprop="comment" itemscope itemtype="http://schema.org/Comment">'
        '<i itemprop="author">Jon Vale</i><time itemprop="datePublished" datetime="2001-01-01">'
        "</time></div></article>"
    )
    assert page.all_props("author") == ["Ada Mercer"]
    assert page.all_props("image") == ["/bridge.jpg"]
    assert page.all_props("datePublished") == []


def test_rdfa_is_read_like_microdata_its_prefixes_cut_off():
    page = read(
        '<div vocab="https://schema.org/" typeof="NewsArticle"><h1 property="headline">Bridge</h1>'
        '<span property="author" typeof="Person"><b property="name">Ada Mercer</b></span>'
        '<time property="schema:datePublished" datetime="2024-02-25">today</time></div>'
        '<span property="dc:date dc:created" content="2024-02-25T08:00:00+01:00"></span>'
    )
    assert page.all_props("headline") == ["Bridge"]
    assert page.all_props("author") == ["Ada Mercer"]
    assert page.all_props("datePublished") == ["2024-02-25"]
    assert page.meta("dc:created") == "2024-02-25T08:00:00+01:00"


def test_the_same_page_elsewhere_is_read_from_its_links():
    page = read(
        "",
        '<link rel="amphtml" href="/amp/a"><link rel="alternate" hreflang="de" href="/de/a">'
        '<link rel="alternate" hreflang="x-default" href="/a"><link rel="alternate" href="/feed">',
    )
    assert page.amphtml == "/amp/a"
    assert page.alternates == {"de": "/de/a", "x-default": "/a"}


def test_the_trail_of_breadcrumbs_is_read_from_its_links():
    page = read(
        '<ol class="Breadcrumbs"><li><a href="/">Home</a></li><li><a href="/h">Harbour</a></li>'
        "<li>Bridge opens</li></ol><h1>Bridge opens</h1>"
    )
    assert page.breadcrumbs == ["Home", "Harbour"]


def test_what_holds_the_heading_is_the_articles_whatever_its_class():
    page = read(
        '<div class="layout has-sidebar"><h1>Bridge opens</h1>'
        '<p class="byline">By Ada Mercer</p>'
        '<div class="sidebar"><p class="byline">By Jon Vale</p></div></div>'
    )
    assert page.credits.lines == ["By Ada Mercer"]


@pytest.mark.parametrize(
    "line",
    ["Von Ada Mercer", "Par Ada Mercer", "di Ada Mercer", "ByAda Mercer", "Text: Ada Mercer"],
)
def test_bylines_are_heard_in_several_languages(line):
    assert read(f"<h1>Bridge</h1><p>{line}</p>").credits.spoken == [line]


def test_weak_credits_are_looked_for_in_any_class_of_authors():
    page = read('<h1>Bridge</h1><div id="authorbox">Ada Mercer</div>')
    assert page.weak_credits() == ([], ["Ada Mercer"])
    assert read("<h1>Bridge</h1><p>Ada Mercer</p>").weak_credits() == ([], [])


@given(st.text(alphabet="<>/=\"' abhtimepro\n-", max_size=200))
def test_no_markup_is_an_error(markup):
    read_page(parse(markup))
