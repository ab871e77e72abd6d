"""Who wrote it and when stands in columns, not in the text."""

from __future__ import annotations

import datetime as dt

import pytest

from transforms.html import read_html
from transforms.reading import Profile

PARAGRAPHS = [
    "The old crane on the quay was taken down on Monday, and the town means to put a park in its "
    "place before the summer, the harbour board said.",
    "Three firms had worked on it for a month. The last part left the harbour on a barge in the "
    "evening, and many people came to see it go.",
]
STORY = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)


def read(head: str, language: str = "en", rest: str = STORY):
    markup = (
        f"<html lang={language}><head><title>Old crane taken down</title></head><body><main>"
        f"<article><h1>Old crane taken down</h1>{head}{rest}</article></main></body></html>"
    )
    return read_html(markup, "https://www.coast.example/news/crane", Profile("coast"))


BYLINES = {
    "<p>By Ann Poe</p>": (["Ann Poe"], None),
    "<div>By Ann Poe</div>": (["Ann Poe"], None),
    "<p>By Ann Poe in Lohbruck</p>": (["Ann Poe"], None),
    "<p>Von Ann Poe</p>": (["Ann Poe"], None),
    "<p>Von Ann Poe und Bo Ek, dpa</p>": (["Ann Poe", "Bo Ek"], "dpa"),
    "<p>Par Anne Dupont avec AFP</p>": (["Anne Dupont"], "AFP"),
    "<p>Par Anne Dupont, avec AFP</p>": (["Anne Dupont"], "AFP"),
    "<p>Par Anne Dupont (avec AFP)</p>": (["Anne Dupont"], "AFP"),
    "<p class=author>Par Anne Dupont avec AFP</p>": (["Anne Dupont"], "AFP"),
    "<p>Por Ana Ruiz con EFE</p>": (["Ana Ruiz"], "EFE"),
    "<p>Автор: Иван Петров</p>": (["Иван Петров"], None),
    "<p>Haber: Ayşe Yılmaz</p>": (["Ayşe Yılmaz"], None),
    "<p>Haber: Ayşe Yılmaz, Fotoğraf: Ali Kaya</p>": (["Ayşe Yılmaz"], None),
    "<p>记者 王小明</p>": (["王小明"], None),
    "<p>本报记者 王小明 报道</p>": (["王小明"], None),
    "<p>（记者王小明、李华）</p>": (["王小明", "李华"], None),
    "<div>文／王小明</div>": (["王小明"], None),
}


@pytest.mark.parametrize("head", BYLINES)
def test_a_byline_in_the_body_names_its_people_and_is_no_text(head: str) -> None:
    reading = read(head)
    assert (reading.authors, reading.agency) == BYLINES[head]
    assert reading.text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ("<div>By Ann Poe</div><div>3 March 2026</div>", "en"),
        ("<p>By Ann Poe | 3 March 2026</p>", "en"),
        ("<p>2026-03-03</p>", "en"),
        ("<p>Stand: 03.03.2026, 10:15 Uhr</p>", "de"),
        ("<p>Publié le 3 mars 2026 à 10h15</p>", "fr"),
        ("<p>3 марта 2026, 10:15</p>", "ru"),
        ("<p>2026年3月3日 10時15分</p>", "ja"),
        ("<p>Tuesday, March 3, 2026</p><p>avec AFP</p>", "en"),
    ],
)
def test_the_day_above_a_text_is_a_date_and_no_text(head: str, language: str) -> None:
    reading = read(head, language)
    assert reading.published is not None
    assert reading.published.day == dt.date(2026, 3, 3)
    assert reading.text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "head",
    [
        "<p>On 3 March 2026 the crane was old already.</p>",
        "<p>By the end of March 2026 it was gone.</p>",
        "<p>记者从市政府获悉，旧起重机星期一拆除。</p>",
        "<p>Ann Poe saw it go.</p>",
    ],
)
def test_prose_that_begins_like_a_byline_or_names_the_day_stays(head: str) -> None:
    reading = read(f"<p>3 March 2026</p>{head}")
    first = head.removeprefix("<p>").removesuffix("</p>")
    assert reading.text == "\n".join([first, *PARAGRAPHS])
    assert reading.authors == []


def test_days_that_head_the_parts_of_a_text_stay() -> None:
    days = "".join(f"<p>{day} March 2026</p>{STORY}" for day in (4, 5))
    reading = read("<p>3 March 2026</p>", rest=STORY + days.replace("crane", "lift"))
    assert reading.text is not None
    assert "4 March 2026" in reading.text
    assert not reading.text.startswith("3 March 2026")


def test_a_text_that_is_nothing_but_its_head_stays() -> None:
    reading = read("<p>3 March 2026</p>", rest="")
    assert reading.text in (None, "3 March 2026")
