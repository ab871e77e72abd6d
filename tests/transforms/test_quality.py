"""Which rows are labelled as no article, and which are not."""

from __future__ import annotations

import pytest

from transforms.quality import MAX_SHELL_CHARS, MIN_CHARS, judge, label_quality

BODY = "The harbour board said on Monday that both damaged cranes will be repaired by autumn. "


@pytest.mark.parametrize("text", ["", " \n\u00a0"])
def test_no_text_is_empty(text: str) -> None:
    assert judge("A title", text) == "empty"


def test_under_eighty_code_points_is_too_short() -> None:
    assert judge("", "x" * (MIN_CHARS - 1)) == "too_short"
    assert judge("", "x" * MIN_CHARS) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("東京都は月曜日、古い橋を秋まで閉鎖すると発表した。修理のためで、迂回路を設ける。", None),
        ("東京都は月曜日、古い橋を閉鎖する。", "too_short"),
        ("สภาเมืองมีมติปิดสะพานเก่าจนถึงฤดูใบไม้ร่วง", None),
        ("Tokyo (東京) closes a bridge until autumn", "too_short"),
    ],
)
def test_scripts_without_spaces_say_as_much_in_fewer_letters(text: str, reason: str | None) -> None:
    assert judge("", text) == reason


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", "Please enable JavaScript and cookies in your browser to continue reading this site."),
        ("Harbour News", "Harbour News. You need to enable JavaScript to run this app."),
        (
            "Access Denied",
            "Reference 18.4f2a. Ask the owner of this site and try again later today.",
        ),
        (
            "",
            "404 Not Found\nThe file is not on this server. Go back or use the search of the site.",
        ),
        (
            "Just a moment...",
            "Checking your browser before you go on. It takes five seconds at most.",
        ),
        ("", "We and our partners store cookies on your device. Accept all or manage preferences."),
        ("", "Wir verwenden Cookies. Mit „Akzeptieren und weiter“ geben Sie Ihre Einwilligung."),
        ("", "Nous et nos partenaires utilisons des cookies. Tout accepter ou choisir en détail."),
        (
            "",
            "Utilizamos cookies propias y de terceros. Aceptar y continuar o leer más sobre ello.",
        ),
        ("", "Мы используем файлы cookie. Нажмите «Принять все», чтобы читать дальше без помех."),
        ("", "当サイトはクッキーを使用します。続けるには「同意する」を押してください。"),
        (
            "Seite nicht gefunden",
            "Die Adresse gibt es nicht mehr. Nutzen Sie die Suche oder das Archiv.",
        ),
    ],
)
def test_walls_and_error_pages_are_no_articles(title: str, text: str) -> None:
    assert judge(title, text) == "not_an_article"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Court: access denied to records", BODY + "Access to the records was denied, it said."),
        (
            "Why a page not found is lost trade",
            BODY + "A page not found costs a shop its customer.",
        ),
        ("Bakers count on cookies", BODY + "The cookies are sold from Friday on in every shop."),
        ("", BODY * 8 + "We use cookies, says the page of the board: accept all, or leave."),
        ("JavaScript turns thirty", BODY + "The language JavaScript turns thirty this year."),
    ],
)
def test_articles_about_walls_and_cookies_are_articles(title: str, text: str) -> None:
    assert judge(title, text) is None


def test_a_long_text_is_never_a_wall() -> None:
    wall = "Please enable JavaScript. "
    assert judge("", wall + "x" * (MAX_SHELL_CHARS - len(wall))) == "not_an_article"
    assert judge("", wall + "x" * (MAX_SHELL_CHARS - len(wall) + 1)) is None


def test_an_earlier_reason_wins_and_a_missing_title_is_none(make_articles) -> None:
    batch = make_articles(
        {"text": None, "reject_reason": "undecodable"},
        {"text": BODY, "reject_reason": "too_large"},
        {"text": BODY, "title": None},
        {"text": None, "title": "Only a title"},
    )
    reasons = label_quality(batch).column("reject_reason").to_pylist()
    assert reasons == ["undecodable", "too_large", None, "empty"]
