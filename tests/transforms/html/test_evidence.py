from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from transforms.html.evidence import Prop, read_page


def read(body, head=""):
    return read_page(
        LexborHTMLParser(f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>")
    )


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


def test_evidence_of_side_columns_and_comments_is_passed_over():
    page = read(
        '<div class="related-stories"><a rel="author">Jon Vale</a></div>'
        '<section id="comments"><time itemprop="datePublished" datetime="2002-02-02"></time>'
        '</section><article><a rel="author">Ada Mercer</a></article>'
    )
    assert page.author_links == ["Ada Mercer"]
    assert page.props == []


def test_a_line_break_in_a_heading_is_a_space_and_a_mark_is_not():
    page = read("<h1>Bridge<br>opens, <em>fi</em>nally &amp;c</h1>")
    assert page.headings == ["Bridge opens, finally &c"]


def test_only_links_beside_the_first_author_name_more_authors():
    page = read(
        '<p>By <a href="/author/am">Ada Mercer</a> and <a href="/author/jv">Jon Vale</a></p>'
        '<p><a href="/author/mo">Mia Oduya</a></p>'
    )
    assert page.author_links == ["Ada Mercer", "Jon Vale"]


def test_a_spoken_byline_is_found_without_any_markup():
    page = read("<h1>Bridge opens</h1><div><div>By <span>Ada Mercer</span></div></div>")
    assert page.bylines == ["By Ada Mercer"]


def test_the_address_and_language_are_read_as_stated():
    page = read("", '<link rel="Canonical" href=" /a/b ">')
    assert (page.canonical, page.language) == ("/a/b", "en-GB")


@given(st.text(alphabet="<>/=\"' abhtimepro\n-", max_size=200))
def test_no_markup_is_an_error(markup):
    read_page(LexborHTMLParser(markup))
