"""Bodies without a page: all that a reader would see, a line for each block."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html import read_html
from transforms.html.fragments import body_text
from transforms.reading import Profile


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        ("<p>The <b>har</b>bour, H<sub>2</sub>O <a href=/x>there</a>, was calm.</p>",
         "The harbour, H2O there, was calm."),
        ("<p>A line that the system\n  has wrapped.</p>", "A line that the system has wrapped."),
        ("Above\nthe <i>first</i> quay\n\nBelow", "Above\nthe first quay\nBelow"),
        ("Above.\n\nAt\nthe quay.\r\n\r\n<h2>Below</h2>\n\nIt was calm.\n \nIt\nis late.",
         "Above.\nAt the quay.\nBelow\nIt was calm.\nIt is late."),
        ("The <p> tag is old.\n\nWhy?", "The\ntag is old.\nWhy?"),
        ("<div\n\nclass='a'>Calm</div><p>One\n\nline</p>", "Calm\nOne line"),
        ("One.\n\n<div\n\nclass='a'>Two</div>", "One.\nTwo"),
        ("<pre>if a:\n\n  b</pre>c<br>d", "if a:\n  b\nc\nd"),
        ("<table><tr><td>Ida</td><td>12</td></tr></table>Late.<pre>a\nb</pre>c",
         "Ida | 12\nLate.\na\nb\nc"),
        (f"<img alt='a > b' srcset='{'x.jpg 2x, ' * 90}'>Calm<br>sea", "Calm\nsea"),
        ("x &lt; 5 and y &gt; 3 &amp; z", "x < 5 and y > 3 & z"),
        ("See /tide?a=1&copy=2, AT&amp;amp;T & Co", "See /tide?a=1&copy=2, AT&T & Co"),
        ("<p>x &lt; 5 and y &gt; 3</p>", "x < 5 and y > 3"),
        ("&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;p&gt;Three&lt;/p&gt;", "One & two\nThree"),
        ("If a < b, <nobody> knows.", "If a < b, <nobody> knows."),
        ("<p>Seen</p><p hidden>Not</p><form>Your mail</form><!-- a > b -->", "Seen"),
        ("<script>track('<p>')</script>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_lines_of_a_body_are_those_a_reader_sees(stated: str, text: str) -> None:
    assert body_text(stated) == text


def test_a_body_too_deep_to_be_read_is_none() -> None:
    assert body_text("<div>" * 300 + "Deep") is None


def test_a_body_in_linked_data_is_read_alike() -> None:
    stated = "<p>The <b>har</b>bour is 5 &lt; 6 fathoms deep.</p>" * 5
    page = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "'
        f'{stated}"}}</script><p>Calm.</p>'
    )
    line = "The harbour is 5 < 6 fathoms deep."
    reading = read_html(page, "", Profile("lamp"))
    assert (reading.text, reading.text_from) == ("\n".join([line] * 5), "jsonld")


@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<b", ">", "&lt;", "&amp;", "\n", "a", " ", "\ud800", "\0", "<!--", "<br>", "'"]
)))  # fmt: skip
def test_no_body_raises_and_no_line_is_empty(pieces: list[str]) -> None:
    text = body_text("".join(pieces))
    assert text is not None
    assert text == "" or all(line == line.strip() != "" for line in text.split("\n"))
