"""A wire names itself and its people within the text."""

from __future__ import annotations

import pytest

from transforms.reading import Reading
from transforms.wire_credits import add_wire_agency, add_wire_people


def read(text: str, authors: list[str] | None = None, agency: str | None = None) -> Reading:
    reading = Reading(text=text, authors=authors or [], agency=agency)
    add_wire_agency(reading)
    add_wire_people(reading)
    return reading


@pytest.mark.parametrize(
    ("text", "agency", "authors"),
    [
        ("(ANSA) - ROMA, 12 MAR - Il molo riapre.", "ANSA", []),
        ("ПРИБРЕЖНЫЙ, 12 марта. /ТАСС/. Паром снова ходит.", "ТАСС", []),
        ("新华社江城3月7日电（记者李明、张晓华）渡轮恢复通航。", "新华社", ["李明", "张晓华"]),
        ("中新社江城3月7日电 渡轮恢复通航。", "中新社", []),
        ("(서울=연합뉴스) 박하늘 기자 = 여객선이 다시 다닌다.", "연합뉴스", ["박하늘"]),
        ("(부산=뉴시스)박하늘·최서준 기자 = 여객선이 다닌다.", "뉴시스", ["박하늘", "최서준"]),
        ("中新社江城3月7日电：渡轮恢复通航。", "中新社", []),
        ("（中央社記者王小明台北5日電）渡輪恢復通航。", "中央社", ["王小明"]),
        ("（中央社記者王小明、林佳慧新北市5日電）渡輪恢復通航。", "中央社", ["王小明", "林佳慧"]),
        ("（中央社記者王小明松濱村5日電）渡輪恢復通航。", "中央社", []),
        ("（中央社柏林5日綜合外電報導）渡輪恢復通航。", "中央社", []),
        ("【港町共同】渡し船が再開した。", "共同通信", []),
        ("【男女共同】の計画を町が決めた。", None, []),
        ("【日中韓共同】の調査が始まった。", None, []),
        ("【国際・時事】渡し船が再開した。", None, []),
        ("新华社记者拍摄的电影在江城上映。", None, []),
        ("The ferry sails again.\nBERLIN (Reuters) - It sails.", "Reuters", []),
        ("The ferry (ANSA) - as it is called - sails.", None, []),
        ("The Harbour Press (AP) – the oldest of the coast – closes.", None, []),
        ("Ferries hire personal assistants (PA) – and the town pays.", None, []),
        ("Les agents de pont (AP) – environ trente – ont défilé.", None, []),
        ("Глава агентства (ТАСС) рассказал о пароме.", None, []),
        ("新华社旗下电视台周一播出渡轮的故事。", None, []),
        ("Прибрежный (ТАСС) — Паром снова ходит.", "ТАСС", []),
        ("新华社表示，渡轮恢复通航。", None, []),
        ("Газета пишет о ТАСС и о пароме.", None, []),
    ],
)
def test_the_agency_is_named_in_the_dateline(
    text: str, agency: str | None, authors: list[str]
) -> None:
    reading = read(text)
    assert (reading.agency, reading.authors, reading.text) == (agency, authors, text)


def test_what_is_named_elsewhere_stays() -> None:
    reading = read("(서울=연합뉴스) 박하늘 기자 = 다시.", ["최서준"], "뉴스1")
    assert (reading.agency, reading.authors) == ("뉴스1", ["최서준"])


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        (
            "(Reporting by Ann Lee in Port Ellery and Bo Ek; Editing by Sue Day)",
            ["Ann Lee", "Bo Ek"],
        ),
        (
            "(Reporting by Ann Lee and Bo Ek in Oslo, writing by Sue Day)",
            ["Ann Lee", "Bo Ek", "Sue Day"],
        ),
        ("(Editing by Sue Day)", []),
        ("[Reporting by Ann Lee; Additional reporting by Bo Ek.]", ["Ann Lee"]),
    ],
)
def test_the_line_of_those_who_made_it_is_no_text(line: str, authors: list[str]) -> None:
    reading = read(f"The ferry sails.\nIt sails again.\n{line}")
    assert reading.text == "The ferry sails.\nIt sails again."
    assert reading.authors == authors
    assert read(f"The ferry sails.\n{line}", ["Mia Fry"]).authors == ["Mia Fry"]


def test_a_sentence_in_brackets_is_kept() -> None:
    text = "The ferry sails.\n(It is run by the town.)"
    assert read(text).text == text


def test_the_mark_of_the_end_is_left_out() -> None:
    assert read("渡轮恢复通航。\n票价不变。（完）").text == "渡轮恢复通航。\n票价不变。"
