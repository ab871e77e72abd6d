"""Stated values as clean lines: tags go, and what speaks of tags stays."""

from __future__ import annotations

import pytest

from transforms.html import read_html
from transforms.html.plain import MAX_MARKUP_CHARS, tidy
from transforms.reading import Profile


@pytest.mark.parametrize(
    ("stated", "line"),
    [
        ("Why the <marquee> tag moved", "Why the <marquee> tag moved"),
        ("Why the &lt;marquee&gt; <em>tag</em> moved", "Why the <marquee> tag moved"),
        ("Fathoms: 5 < 6 > 4", "Fathoms: 5 < 6 > 4"),
        ("The har<b>bour</b><br>is calm", "The harbour is calm"),
        ("<p>Calm</p><p>sea</p>", "Calm sea"),
        ("&lt;em&gt;Calm&lt;/em&gt; sea", "Calm sea"),
        ("Calm &amp;quot;sea&amp;quot;", 'Calm "sea"'),
        ('Calm <img alt="a > b" src=/a.jpg>sea', "Calm sea"),
        ("<b>" * MAX_MARKUP_CHARS + "Calm", "Calm"),
        ("Calm <!-- a > b --> sea", "Calm sea"),
        ("Why <!-- begins a comment", "Why <!-- begins a comment"),
        ("<b></b>", None),
    ],
)
def test_a_line_keeps_what_is_no_markup(stated: str, line: str | None) -> None:
    assert tidy(stated) == line


def test_a_headline_may_speak_of_a_tag() -> None:
    page = "<h1>Why the &lt;marquee&gt; tag moved</h1><p>It did.</p>"
    assert read_html(page, "", Profile("lamp")).title == "Why the <marquee> tag moved"
