"""The text of a page without its markup: its headline is no item of its menu."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import page_text
from transforms.extract import read_row
from transforms.folding import fold
from transforms.page_text import read_page_text
from transforms.plaintext import NO_TITLE
from transforms.reading import Profile, Reading

PARAGRAPHS = [
    "The old crane on the quay was taken down on Monday, and the town means to put a park in its "
    "place before the summer.",
    "It was cheap, says the town.",
    "Three firms had worked on it for a month, and many people came to the harbour to see it go.",
]
TITLE = "Old crane taken down after nine years"
MENU = ["Home", "News", "Sport and more"]
FOOT = ["Read more: Ferry", "Contact", "Imprint", "© 2026 Coast Courier"]


def read(*lines: str) -> Reading:
    return read_page_text("\n".join(lines), Profile("wet"))


HEADS = {
    "under a menu": [*MENU, TITLE],
    "in the title of the page": [f"{TITLE} - Coast Courier", *MENU],
    "repeated under other words": [
        f"{TITLE} | Coast Courier", *MENU, "Now with all of the new pictures", TITLE,
    ],
    "alone": [TITLE],
    "with a picture": [TITLE, "Foto: dpa"],
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_the_title_is_the_line_like_a_headline(name: str) -> None:
    reading = read(*HEADS[name], "By Ann Poe, dpa", "3 March 2026", *PARAGRAPHS, *FOOT)
    assert reading.title == TITLE
    assert (reading.authors, reading.agency) == (["Ann Poe"], "dpa")
    assert reading.published is not None
    assert reading.published.day == dt.date(2026, 3, 3)
    assert reading.text == "\n".join(PARAGRAPHS)
    assert reading.warnings == []


SPLIT = "Ferry strike ends after two weeks – crews win pay"


@pytest.mark.parametrize(
    ("url", "head", "title"),
    [
        ("", [SPLIT], SPLIT),
        ("https://www.crane-news.example/1", [SPLIT, SPLIT, "Crews and pay"], SPLIT),
        ("", [f"{SPLIT} | Coast Courier", *MENU, SPLIT], SPLIT),
        ("", [f"{TITLE} – Quay Post"], f"{TITLE} – Quay Post"),
        ("", [f"{TITLE} – Quay Post", "All of Quay Post"], TITLE),
        ("https://www.quay-post.example/1", [f"{TITLE} – Quay Post"], TITLE),
        ("https://quay.example/1", [f"{TITLE} – Quay Post"], TITLE),
        ("https://[", [f"{TITLE} – Quay Post"], f"{TITLE} – Quay Post"),
    ],
)
def test_what_follows_a_dash_is_cut_only_where_it_names_the_site(url, head, title) -> None:
    reading = read_page_text("\n".join([*head, *PARAGRAPHS]), Profile("wet"), url)
    assert reading.title == title


def test_the_host_of_an_archived_text_names_its_site() -> None:
    text = "\n".join([f"{TITLE} – Coast", *PARAGRAPHS]).encode()
    assert row("https://www.coast.example/1", payload=text)["title"] == TITLE


def test_no_line_is_folded_again_for_each_headline(monkeypatch) -> None:
    folded = list[str]()

    def counted(line: str) -> str:
        folded.append(line)
        return fold(line)

    monkeypatch.setattr(page_text, "fold", counted)
    menu = [f"Crane number {number} is taken down" for number in range(200)]
    assert read(*menu, *PARAGRAPHS).title == menu[0]
    assert len(folded) < 3 * len(menu)


def test_notes_to_the_reader_are_no_text() -> None:
    lines = [PARAGRAPHS[0], "Jetzt abonnieren", PARAGRAPHS[2]]
    assert read(*MENU, TITLE, *lines, *FOOT).text == f"{PARAGRAPHS[0]}\n{PARAGRAPHS[2]}"


def test_a_headline_of_a_script_without_spaces_is_one() -> None:
    paragraph = (
        "旧起重机星期一被拆除，港口管理处说，市政府打算在夏天之前在那里建一个公园，"
        "并且欢迎市民提出建议，时间到五月底为止。"
    )
    reading = read("首页", "新闻", "旧起重机星期一被拆除了", "记者 王小明", paragraph, "联系我们")
    assert (reading.title, reading.authors) == ("旧起重机星期一被拆除了", ["王小明"])
    assert reading.text == paragraph


@pytest.mark.parametrize(
    "head",
    [MENU, [*MENU, "Old crane gone"], ["Sign up for our newsletter"], ["3 March 2026, 10:15 Uhr"]],
)
def test_without_a_headline_there_is_no_title_and_nothing_is_left_out(head: list[str]) -> None:
    reading = read(*head, *PARAGRAPHS, *FOOT)
    assert (reading.title, reading.warnings) == (None, [NO_TITLE])
    assert reading.text == "\n".join([*head, *PARAGRAPHS, *FOOT])


def row(url: str, **answer: object) -> dict[str, object]:
    text = "\n".join([*MENU, TITLE, *PARAGRAPHS])
    document = {
        "document_id": "1", "source": "wet", "url": url, "final_url": None, "charset": None,
        "media_type": "text/plain", "payload": text.encode(), "item": None,
    }  # fmt: skip
    return read_row(document | answer, Profile("wet"))


def test_texts_of_archives_are_read_so_and_those_of_files_and_servers_are_not() -> None:
    assert row("https://coast.example/1")["title"] == TITLE
    assert row("https://coast.example/1.txt", status=200)["title"] != TITLE
    assert row("file:1.txt")["title"] != TITLE


@given(st.lists(st.text(max_size=150), max_size=12))
def test_no_text_is_too_odd(lines: list[str]) -> None:
    reading = read(*lines)
    assert reading.reject_reason is None
