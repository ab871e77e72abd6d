"""Which rows are labelled as no article, and which are not."""

from __future__ import annotations

import pytest

from transforms.quality import MAX_CHARS, MIN_CHARS, judge, label_quality
from transforms.shells import MAX_SHELL_CHARS

BODY = "The harbour board said on Monday that both damaged cranes will be repaired by autumn. "


@pytest.mark.parametrize("text", ["", " \n\u00a0"])
def test_no_text_is_empty(text: str) -> None:
    assert judge("A title", text) == "empty"


def test_under_eighty_code_points_is_too_short() -> None:
    assert judge("", "x" * (MIN_CHARS - 1)) == "too_short"
    assert judge("", "x" * MIN_CHARS) is None


def test_a_text_longer_than_a_novel_is_too_large() -> None:
    assert judge("", "x" * MAX_CHARS) is None
    assert judge("", "x" * (MAX_CHARS + 1)) == "too_large"


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


ERRORS = {
    "gone, in Vietnamese": (
        "Không tìm thấy trang | Bến Cảng",
        "Địa chỉ này không còn nữa. Hãy quay lại trang chủ của báo để đọc tin tức trong ngày hôm "
        "nay.",
    ),
    "gone, in Greek": (
        "Η σελίδα δεν βρέθηκε | Το Λιμάνι",
        "Η διεύθυνση δεν οδηγεί πουθενά. Ψάξτε στο αρχείο της εφημερίδας για όσα γράφτηκαν για το "
        "λιμάνι.",
    ),
    "closed to readers in Europe, by its title": (
        "451: Unavailable due to legal reasons",
        "Readers in the Union cannot read the Coast Courier for now. Write to the desk if you have "
        "a question.",
    ),
    "closed to readers in Europe, by what it says": (
        "Coast Courier",
        "We see that you are attempting to access this website from a country of the Union, where "
        "we show nothing.",
    ),
    "a server that is down": (
        "503 Service Temporarily Unavailable",
        "The server is busy with too many visitors. Wait some minutes and load the page again.",
    ),
    "an error with the name of its site": (
        "Coast Courier | 522: Connection timed out",
        "The host did not answer in time. The owner of the site is told of it and looks at it.",
    ),
    "maintenance in English": (
        "Coast Courier",
        "Coast Courier is down for maintenance at the moment. We're sorry for the trouble, please "
        "check back in an hour.",
    ),
    "maintenance in German": (
        "Küstenbote",
        "Wegen Wartungsarbeiten sind wir gerade nicht da. Bitte versuchen Sie es in einer Stunde "
        "noch einmal, danke.",
    ),
    "maintenance in French": (
        "",
        "Le site est en maintenance ce soir. Veuillez revenir dans une heure, merci de patience.",
    ),
    "maintenance in Russian": (
        "",
        "Сайт временно не работает, идут технические работы. Попробуйте позже, мы скоро вернёмся.",
    ),
    "maintenance in Japanese": (
        "",
        "ただいまメンテナンスを行っています。申し訳ありませんが、しばらくしてからもう一度お越しください。",
    ),
    "gone, by its title": (
        "410 Gone",
        "The story that stood here was taken off. The archive of the paper has others on the port.",
    ),
    "gone, in English": (
        "Coast Courier",
        "The page you are looking for is not here any more. Look for it in the archive "
        "of the paper.",
    ),
    "gone, in Spanish": (
        "",
        "La página que buscas se ha movido o ya no está. Usa el buscador para encontrar "
        "la noticia.",
    ),
    "gone, in Polish": (
        "",
        "Ten artykuł nie jest już dostępny. Przejdź do strony głównej i znajdź inne "
        "wiadomości dnia.",
    ),
    "gone, in Turkish": (
        "",
        "Aradığınız sayfa burada değil. Haberi arşivde arayın ya da ana sayfadan başka "
        "habere geçin.",
    ),
    "a login by its title": (
        "Log in | Coast Courier",
        "Coast Courier for members. Type in the address and the word that you chose with "
        "us in May.",
    ),
    "a login by what it says": (
        "Old crane taken down",
        "Log in to continue. Members read all that we write of the port, the ferry and the town.",
    ),
    "a login by its form": (
        "Küstenbote",
        "Mit Benutzername anmelden. Passwort vergessen? Noch nicht dabei: jetzt einen "
        "Monat testen.",
    ),
    "a login in Chinese": (
        "",
        "请先登录，然后继续阅读本报关于港口、渡轮和城市的全部报道内容，谢谢支持。",
    ),
    "a robot check in English": (
        "",
        "We have detected unusual traffic from your network. Show that you are not a robot below.",
    ),
    "a robot check of a shield": (
        "coast.example",
        "Verify you are human by completing the action below. coast.example looks at your visit.",
    ),
    "a robot check in Italian": (
        "",
        "Si prega di fare clic sul riquadro per mostrare che non sei un robot, poi si va "
        "avanti qui.",
    ),
    "a robot check in Chinese": (
        "",
        "您的访问过于频繁，请完成人机验证后继续浏览本站的全部新闻报道内容。",
    ),
    "scripts in German": (
        "Küstenbote",
        "Ohne JavaScript geht es hier nicht weiter. In Ihrem Browser ist es ausgeschaltet, stellen "
        "Sie es an.",
    ),
    "scripts in Turkish": (
        "",
        "Bu sayfayı görmek için lütfen JavaScript'i açın, sonra sayfayı bir kez daha "
        "yükleyin burada.",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_logins_and_robot_checks_are_no_articles(name: str) -> None:
    assert judge(*ERRORS[name]) == "not_an_article"


ABOUT_ERRORS = {
    "a site that was down": (
        "Tax office offline for a day",
        "The site of the tax office was temporarily unavailable on Monday. Visitors saw the words "
        "“503 Service Unavailable, please try again later”. Maintenance of the network "
        "was to blame.",
    ),
    "maintenance of a bridge": (
        "Maintenance: bridge closed on Sunday",
        "The lift bridge is closed for maintenance on Sunday. Drivers go back to the old road, and "
        "the harbour master said sorry to those who live there.",
    ),
    "maintenance in a title": ("Maintenance - bridge closed to all on Sunday", BODY),
    "robot checks": (
        "Are you a robot? Machines pass the test",
        "Captchas ask people to show that they are not a robot. Now machines solve them "
        "in a second, "
        "a study of the university in Lohbruck says.",
    ),
    "robots, in German": (
        "Roboter hilft im Hafen",
        "Wer dort arbeitet, ist kein Roboter, sagt die Chefin. Der erste wird im Mai an den Kran "
        "gestellt und soll Container zählen.",
    ),
    "fraud with codes, in Chinese": (
        "警方提醒",
        "警方星期一提醒市民，不要把手机验证码告诉陌生人。上个月港口城市共有三十人因此受骗。",
    ),
    "scripts": (
        "JavaScript turns thirty",
        "Engineers of the browser say that every second page needs JavaScript. Whoever switches it "
        "off sees less, a study of the university says.",
    ),
    "a login": (
        "Ferry cards move to an app",
        "From Monday on passengers log in with their number. Those who lost the password get a new "
        "one at the pier, the ferry office said.",
    ),
    "an apology, in Russian": (
        "",
        "Паром временно не ходит. Капитан сказал: «Извините, к сожалению, буря». Завтра "
        "он вернётся.",
    ),
    "an apology, in German": (
        "Bürgermeister entschuldigt sich",
        "Der Bürgermeister bat um Entschuldigung: Der Aufzug sei derzeit nicht in Betrieb, die "
        "Wartung habe zu lange gedauert.",
    ),
    "many asylum requests": ("", "Too many requests for berths reach the harbour office, " + BODY),
    "gone": ("Gone in a night: the crane of Lohbruck", BODY),
}


@pytest.mark.parametrize("name", ABOUT_ERRORS)
def test_articles_about_errors_logins_and_robot_checks_are_articles(name: str) -> None:
    assert judge(*ABOUT_ERRORS[name]) is None


def test_the_words_of_a_wall_alone_make_none_of_a_page_that_states_its_date() -> None:
    title, text = "Captcha", "Show that you are not a robot, your browser says. " + BODY
    assert judge(title, text) == "not_an_article"
    assert judge(title, text, is_stated=True) is None


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
