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
        '<aside><time datetime="2001-01-01"></time></aside>'
        '<div class="related-stories"><a rel="author">Jon Vale</a></div>'
        '<section id="comments"><time itemprop="datePublished" datetime="2002-02-02"></time>'
        '</section><article><a rel="author">Ada Mercer</a><time datetime="2024-02-25"></time>'
        "</article>"
    )
    assert page.times == ["2024-02-25"]
    assert page.author_links == ["Ada Mercer"]
    assert page.props == []


def test_a_time_of_publication_comes_before_others_and_a_change_is_none():
    page = read(
        '<time datetime="2024-02-20"></time><time class="updated" datetime="2024-03-01"></time>'
        '<time class="entry-date published" datetime="2024-02-25"></time>'
    )
    assert page.times == ["2024-02-25", "2024-02-20"]


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
    assert page.spoken == ["By Ada Mercer"]


def test_dates_printed_near_the_heading_are_found_and_updates_are_not():
    page = read(
        "<h1>Bridge opens</h1><p>Harbour desk</p><p>25 February 2024</p>"
        "<p>Last updated: <b>1 March 2024</b></p>" + "<p>filler</p>" * 50 + "<p>2 May 2019</p>"
    )
    assert page.dated_lines == ["25 February 2024"]


def test_the_address_and_language_are_read_as_stated():
    page = read("", '<link rel="Canonical" href=" /a/b ">')
    assert (page.canonical, page.language) == ("/a/b", "en-GB")


@given(st.text(alphabet="<>/=\"' abhtimepro\n-", max_size=200))
def test_no_markup_is_an_error(markup):
    read_page(LexborHTMLParser(markup))
