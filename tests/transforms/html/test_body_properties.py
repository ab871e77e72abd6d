"""What holds for the text of every page, whatever its markup."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.html.body import read_body, read_outline
from transforms.html.nodes import parse
from transforms.html.reader import read_html
from transforms.reading import Profile

WORDS = ("harbour", "Brücke", "свет", "橋", "e\u0301te", "ferry", "a&b", "x<y", "\u200b", "12,5")
TAGS = ("p", "div", "li", "h2", "blockquote", "td", "pre", "span", "b", "article", "figure", "a")
NAMES = ("story", "share-bar", "entry-content", "related", "lead", "comment-list", "sidebar", "")

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)
attributes = st.fixed_dictionaries(
    {"class": st.sampled_from(NAMES), "id": st.sampled_from(NAMES), "title": st.just("x")}
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    tag, named = draw(st.sampled_from(TAGS)), draw(attributes)
    order = draw(st.permutations(sorted(named)))
    inside = draw(sentences).replace("&", "&amp;").replace("<", "&lt;")
    if depth:
        inside += "".join(draw(st.lists(elements(depth=depth - 1), max_size=3)))
    said = "".join(f' {name}="{named[name]}"' for name in order)
    return f"<{tag}{said}>{inside}</{tag}>"


pages = st.lists(elements(), min_size=1, max_size=6).map("".join)


def text_of(markup: str) -> str:
    return read_body(read_outline(parse(markup))).text


@settings(max_examples=30, deadline=None)
@given(pages)
def test_a_text_has_one_block_per_line_and_single_spaces(markup: str) -> None:
    for line in text_of(markup).splitlines():
        assert line == " ".join(line.split()) != ""


@settings(max_examples=30, deadline=None)
@given(pages, st.integers(0, 1000))
def test_the_order_of_attributes_says_nothing(markup: str, seed: int) -> None:
    order = random.Random(seed)

    def shuffled(found: re.Match[str]) -> str:
        pairs = re.findall(r' \w+="[^"]*"', found[2])
        order.shuffle(pairs)
        return f"<{found[1]}{''.join(pairs)}>"

    assert text_of(re.sub(r'<(\w+)((?: \w+="[^"]*")+)>', shuffled, markup)) == text_of(markup)


@settings(max_examples=30, deadline=None)
@given(st.lists(sentences, min_size=1, max_size=8), st.sampled_from(["\n", " \t ", "\r\n\r\n", ""]))
def test_space_between_blocks_says_nothing(said: list[str], space: str) -> None:
    blocks = [f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>" for text in said]
    apart = f"<div>{space}{space.join(blocks)}{space}</div>"
    assert text_of(apart) == text_of(f"<div>{''.join(blocks)}</div>")


@settings(max_examples=40, deadline=None)
@given(pages, st.text(max_size=60))
def test_a_read_text_is_composed_and_without_tags(markup: str, tail: str) -> None:
    text = read_html(f"<body>{markup}{tail}", "", Profile("a", mode="fast")).text or ""
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"</?(?:p|div|li|h2|blockquote|td|pre|span|b|article|figure|a)[ >]", text)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 4000), st.integers(0, 4000))
def test_a_page_cut_or_doubled_anywhere_is_read(start: int, end: int) -> None:
    whole = "<div class='story'><p>The ferry sails <b>every</b> ten minutes &amp; waits.</p>" * 40
    text_of(whole[start:] + whole[:end])


def test_two_processes_read_the_same_whatever_their_hash_seed() -> None:
    script = (
        "import sys\n"
        "from transforms.html.nodes import parse\n"
        "from transforms.html.body import read_body, read_outline\n"
        "names = ['related', 'story', 'lead', 'share', 'entry-content', 'x']\n"
        "markup = ''.join(f'<div class=\"{n} {m}\"><p>{n} of {m}: the ferry sails on.</p></div>'"
        " for n in names for m in names)\n"
        "sys.stdout.write(read_body(read_outline(parse(markup))).text)\n"
    )
    said = [
        subprocess.run(  # noqa: S603  (our own interpreter)
            [sys.executable, "-c", script],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert said[0] == said[1] != ""
