"""Where a page prints its dates, and what their places say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.html.datelines import MAX_LINES, DatedLine, dated_lines
from transforms.html.nodes import parse
from transforms.html.shown import Shown

HEADLINE = "<h1>Harbour bridge opens</h1>"


def lines(body: str, head: str = "") -> list[DatedLine]:
    return dated_lines(Shown(parse(f"<html><head>{head}</head><body>{body}</body></html>")))


def line(body: str, head: str = "") -> DatedLine:
    (only,) = lines(body, head)
    return only


def test_elements_and_short_lines_with_a_date_are_found_in_page_order() -> None:
    found = lines(
        f"{HEADLINE}<p>25 February 2024</p><p>The best of 2024</p><p>12 minutes</p>"
        '<time datetime="2024-02-26">Monday</time><p>27.02.24</p>'
        f"<p>In 1999, {'word ' * 60} on 25 February 2024</p>"
    )
    assert [(it.raw, it.evidence) for it in found] == [
        ("25 February 2024", "text"),
        ("2024-02-26", "time"),
        ("27.02.24", "text"),
    ]


def test_what_is_not_seen_is_not_printed() -> None:
    assert lines('<script>"25 February 2024"</script><noscript>25 February 2024</noscript>') == []


@pytest.mark.parametrize(
    "better",
    [
        f"{HEADLINE}<p>25 February 2024</p>",
        f"{HEADLINE}<p class='post-date'>25 February 2024</p>",
        f"<article>{HEADLINE}<p>25 February 2024</p></article>",
    ],
)
@pytest.mark.parametrize(
    "worse",
    [
        f"<p>25 February 2024</p>{'<p>filler</p>' * 30}{HEADLINE}",
        f"{HEADLINE}{'<p>filler</p>' * 60}<p>25 February 2024</p>",
        f"{HEADLINE}<aside><p>25 February 2024</p></aside>",
        f"{HEADLINE}<div class='related'><p>25 February 2024</p></div>",
        f"{HEADLINE}<a href='/x'>25 February 2024</a>",
    ],
)
def test_near_the_headline_is_better_than_far_or_aside(better: str, worse: str) -> None:
    assert line(better).weight > line(worse).weight


def test_what_holds_the_headline_is_no_aside_whatever_its_name() -> None:
    inside = f"{HEADLINE}<p>25 February 2024</p>"
    assert line(f"<div class='with-sidebar'>{inside}</div>").weight == line(inside).weight


def test_a_page_builders_widget_is_no_aside() -> None:
    widget = "<p class='elementor-widget elementor-widget-post-info'>25 February 2024</p>"
    assert line(HEADLINE + widget).weight == line(f"{HEADLINE}<p>25 February 2024</p>").weight


def test_the_headline_is_the_heading_the_title_repeats() -> None:
    body = f"<h1>Port Post</h1>{'<p>filler</p>' * 60}<h2>Harbour bridge opens</h2><p>25.02.2024</p>"
    known = line(body, "<title>Harbour bridge opens | Port Post</title>")
    assert known.weight > line(body).weight


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("<p>25 February 2024</p>", False),
        ("<p>Published: 25 February 2024</p>", False),
        ("<p>Updated 25 February 2024</p>", True),
        ("<p>Last updated: <b>25 February 2024</b></p>", True),
        ("<p>Zuletzt aktualisiert</p><p>25.02.2024</p>", True),
        ("<p>25 February 2024 (updated)</p>", True),
        ("<p>25 February 2024 21:14 | Updated: 22:30</p>", False),
        ("<time class='updated' datetime='2024-02-25'></time>", True),
        ("<time class='entry-date published updated' datetime='2024-02-25'></time>", False),
        ("<p class='date-modified'>25 February 2024</p>", True),
    ],
)
def test_a_change_is_told_by_words_and_marks(body: str, changed: bool) -> None:
    assert line(body).changed is changed


@pytest.mark.parametrize(
    "published",
    [
        "<span>25 February 2024</span>",
        "<time class='published' datetime='2024-02-25'>Sunday</time>",
    ],
)
@pytest.mark.parametrize(
    "changed",
    [
        "<span>Updated: 26 February 2024</span>",
        "<time class='updated' datetime='2024-02-26'>Updated Monday at 9:15</time>",
    ],
)
def test_a_change_printed_first_makes_no_change_of_the_publication(
    published: str, changed: str
) -> None:
    assert [it.changed for it in lines(f"<p>{changed} {published}</p>")] == [True, False]


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("25 February 2024, updated 26 February 2024", "updated 26 February 2024"),
        (
            "Publié le 25 février 2024, mis à jour le 26 février 2024",
            "mis à jour le 26 février 2024",
        ),
        ("Updated: 26 May 2024 | Published: 25 May 2024", "Updated: 26 May 2024"),
        ("Updated: 26 May 2024 – 8:40 | Published: 25 May 2024", "Updated: 26 May 2024 – 8:40"),
        ("Stand: 26.02.2024 | Veröffentlicht: 25.02.2024", "Stand: 26.02.2024"),
        ("İlk yayın: 25.02.2024 Güncelleme: 26.02.2024", "Güncelleme: 26.02.2024"),
        ("입력 2024.02.25. 수정 2024.02.26. 오전 9:15", "수정 2024.02.26. 오전 9:15"),
        ("25 May 2024 (updated 26 May 2024)", "updated 26 May 2024"),
    ],
)
def test_a_line_of_a_publication_and_a_change_is_one_of_each(body: str, change: str) -> None:
    first, second = lines(f"<p>{body}</p>")
    assert (first.printed, first.changed) == (body, False)
    assert (second.printed, second.changed) == (change, True)


@pytest.mark.parametrize(
    ("paragraph", "printed"),
    [
        ("LOHBRUCK, 25. Februar 2024 – Die Brücke ist offen." + " Wort" * 80, "LOHBRUCK, 25."),
        ("25.2.2024 - Die Brücke ist offen." + " Wort" * 80, "25.2.2024"),
    ],
)
def test_the_dateline_of_a_paragraph_near_the_headline_is_a_line(
    paragraph: str, printed: str
) -> None:
    assert line(f"{HEADLINE}<p>{paragraph}</p>").printed.startswith(printed)
    assert len(line(f"{HEADLINE}<p>{paragraph}</p>").printed) < 40
    assert lines(f"<p>{paragraph}</p>") == []


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        ("<span>7 May 2024</span> <span>14:05</span>", "7 May 2024 14:05"),
        ("<span>7 May 2024</span> | <b>14:05</b>", "7 May 2024 14:05"),
        ("<span>7 May 2024</span> <b>14:05</b> <i>Ministers</i>", "7 May 2024 14:05"),
        ("<span>7 May 2024</span> <b>at 8:40</b>", "7 May 2024 at 8:40"),
        ("<time>7 May 2024</time> at 8:40 PM", "7 May 2024 at 8:40 PM"),
        ("7 May 2024<br>8:40 PM", "7 May 2024 8:40 PM"),
        ("7 May 2024 - 8:40 PM EST", "7 May 2024 - 8:40 PM EST"),
        ("7 May 2024 – 8:40 | By Ada Mercer", "7 May 2024 – 8:40"),
        ("07.05.2024 - 14:05 Uhr", "07.05.2024 - 14:05 Uhr"),
        ("٧ مايو ٢٠٢٤ - ٠٩:٣٠", "٧ مايو ٢٠٢٤ - ٠٩:٣٠"),
    ],
)
def test_the_time_behind_a_dash_or_in_the_next_element_is_the_dates(
    body: str, printed: str
) -> None:
    assert line(f"<p>{body}</p>").printed == printed


@pytest.mark.parametrize(
    "beside",
    [
        " - 3 min read",
        " - 2:1",
        " - 25:61",
        " - 9:00 - 17:00",
        " - 2:10 for Lohbruck",
        " <b>4.50</b>",
        " <b>2 h</b>",
        " <b>9:00</b> - <b>17:00</b>",
        " <b>9:00</b> <b>17:00</b>",
        " <b class='duration'>03:45</b>",
        " | 5:30 min",
        " <b>3:45</b>",
        " <b>13:45</b> <b>min</b>",
        "</p></div><p>9:15</p><p>The doors open.",
    ],
)
def test_what_is_no_time_of_publication_is_none_of_the_date(beside: str) -> None:
    found = lines(f"<article><div><p>7 May 2024{beside}</p></article>")
    assert [it.printed for it in found] == ["7 May 2024"]


def test_a_date_with_its_time_takes_no_other() -> None:
    assert line("<p><b>7 May 2024, 14:05</b> <i>15:30</i></p>").printed == "7 May 2024, 14:05"


def test_lines_of_a_list_share_their_place() -> None:
    items = "".join(f"<li class='item'>{day} May 2024</li>" for day in range(1, 9))
    assert len({it.place for it in lines(f"<ul>{items}</ul>")}) == 1
    assert len(lines(f"<ul>{items * 50}</ul>")) == MAX_LINES


@given(st.text(alphabet="<>/=\"' ahtimedp0124-.\n", max_size=200))
def test_no_markup_is_an_error(markup: str) -> None:
    dated_lines(Shown(parse(markup)))
