"""Whatever a server said is shown in the Prefect UI as it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from flows.markdown import verbatim, verbatim_rows

# Tags that show or ask for something; of a text that begins as one, a heading or list may be made.
ACTIVE = re.compile(r"<(?!/?(p|h\d|ul|ol|li|hr|br|pre)\b)[a-zA-Z/!?]")
MARKUP = [
    "![x](http://evil.example/pixel.gif)", "[a](javascript:alert(1))", "<img src=http://e.example>",
    "<script>alert(1)</script>", "`code`", "**bold** _it_ ~~gone~~", "a | b\n--|--\nc | d",
    "&lt;b&gt;", "[a]: http://evil.example\n\n[a]", "\\[a](b)", "<http://evil.example>",
    "a\r\n\r\n![b](c)",
]  # fmt: skip


def rendered(text: str) -> str:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return str(parser.render(text))


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_text(text: str) -> None:
    assert not ACTIVE.search(rendered(verbatim(text)))
    assert "&lt;b&gt;" not in rendered(verbatim("&lt;b&gt;")).replace("&amp;lt;", "")


def test_the_search_for_markup_finds_it() -> None:
    assert sum(bool(ACTIVE.search(rendered(text))) for text in MARKUP) >= 8


@given(st.text(alphabet="![]()<>\\`*_~|&:# ab/\n-=.;\"'", max_size=40))
def test_no_text_becomes_more_than_text(text: str) -> None:
    assert not ACTIVE.search(rendered(f"x {verbatim(text)}"))


def test_only_what_others_said_is_written_so() -> None:
    row = {"source": "a_b", "error": "a_b", "why": None, "new": 1}
    assert verbatim_rows([row]) == [{"source": "a_b", "error": r"a\_b", "why": None, "new": 1}]
