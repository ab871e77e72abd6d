import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.authors import (
    MAX_NAME_CHARS,
    clean_name,
    credited,
    is_house,
    looks_like_name,
    split_authors,
)

LINES = {
    "english by": ("By Ada Mercer", ["Ada Mercer"]),
    "capitals": ("BY ADA MERCER AND JON VALE", ["ADA MERCER", "JON VALE"]),
    "by glued to the name": ("ByAda Mercer", ["Ada Mercer"]),
    "said twice": ("By by Ada Mercer", ["Ada Mercer"]),
    "no by but a name": ("Byron Mercer", ["Byron Mercer"]),
    "and within a name": ("Anderson Vale", ["Anderson Vale"]),
    "comma and ampersand": (
        "Ada Mercer, Jon Vale & Mia Oduya",
        ["Ada Mercer", "Jon Vale", "Mia Oduya"],
    ),
    "oxford comma": (
        "Ada Mercer, Jon Vale, and Mia Oduya",
        ["Ada Mercer", "Jon Vale", "Mia Oduya"],
    ),
    "semicolon": ("Ada Mercer; Jon Vale", ["Ada Mercer", "Jon Vale"]),
    "slash": ("Ada Mercer / Jon Vale", ["Ada Mercer", "Jon Vale"]),
    "slash without spaces": ("Ada Mercer/Jon Vale", ["Ada Mercer", "Jon Vale"]),
    "middle dot": ("Ada Mercer · Jon Vale", ["Ada Mercer", "Jon Vale"]),
    "german": ("Von Ada Mercer und Jörg Vale", ["Ada Mercer", "Jörg Vale"]),
    "german label": ("Autorin: Ada Mercer", ["Ada Mercer"]),
    "german interview": ("Ada Mercer im Gespräch mit Jörg Vale", ["Ada Mercer", "Jörg Vale"]),
    "french": ("Par Zoé Lemaire et Luc Petit", ["Zoé Lemaire", "Luc Petit"]),
    "spanish": ("Por Ana Ruiz y Luis Soto", ["Ana Ruiz", "Luis Soto"]),
    "surname with y beside another": (
        "José Ruiz y Soto y Ana Mar y Luis Sol",
        ["José Ruiz y Soto", "Ana Mar", "Luis Sol"],
    ),
    "spanish surname with y": ("José Ruiz y Soto", ["José Ruiz y Soto"]),
    "italian": ("di Anna Verdi e Luca Neri", ["Anna Verdi", "Luca Neri"]),
    "portuguese": ("Por Rita Lobo e Rui Mar", ["Rita Lobo", "Rui Mar"]),
    "dutch": ("Door Eva de Wit en Jan van der Berg", ["Eva de Wit", "Jan van der Berg"]),
    "swedish": ("Av Eva Lind och Nils Berg", ["Eva Lind", "Nils Berg"]),
    "danish": ("Af Eva Lind og Nils Berg", ["Eva Lind", "Nils Berg"]),
    "finnish": ("Eeva Laine ja Olli Koski", ["Eeva Laine", "Olli Koski"]),
    "polish": ("Ewa Lis i Jan Wilk", ["Ewa Lis", "Jan Wilk"]),
    "russian": ("Анна Лис и Иван Волк", ["Анна Лис", "Иван Волк"]),
    "arabic": ("بقلم ليلى نور و سامي حداد", ["ليلى نور", "سامي حداد"]),
    "hindi": ("आशा वर्मा और रवि नाथ", ["आशा वर्मा", "रवि नाथ"]),
    "japanese": ("高木ひろ、佐藤まり", ["高木ひろ", "佐藤まり"]),
    "japanese label": ("著者：高木ひろ", ["高木ひろ"]),
    "chinese label": ("记者 谢小雨", ["谢小雨"]),
    "dot within a transcribed name": ("约翰·史密斯", ["约翰·史密斯"]),
    "korean": ("김철수·이영희 기자", ["김철수", "이영희"]),
    "korean of a foreigner": ("레오나르도·다·빈치", ["레오나르도·다·빈치"]),
    "korean office": ("홍길순 기자", ["홍길순"]),
    "suffix": ("Ada Mercer, Jr., Jon Vale", ["Ada Mercer, Jr.", "Jon Vale"]),
    "numbered": ("Jon Vale III and Ada Mercer", ["Jon Vale III", "Ada Mercer"]),
    "degrees": ("Ada Mercer, MD, PhD", ["Ada Mercer"]),
    "particle": ("Sophie in 't Veld", ["Sophie in 't Veld"]),
    "particles": ("Ludwig van der Aa de la Cruz", ["Ludwig van der Aa de la Cruz"]),
    "month as a surname": ("Thea May", ["Thea May"]),
    "staff as a surname": ("Jörg Staff", ["Jörg Staff"]),
    "place in brackets": ("Ada Mercer (Hamburg)", ["Ada Mercer"]),
    "place after a comma": ("Ada Mercer, London, Jon Vale", ["Ada Mercer", "Jon Vale"]),
    "place after in": ("Ada Mercer in Nairobi", ["Ada Mercer"]),
    "category": ("Posted by Ada Mercer in Harbour", ["Ada Mercer"]),
    "writes for": ("Ada Mercer for the Coast Courier", ["Ada Mercer"]),
    "a body for something": ("Center for Tide Research", ["Center for Tide Research"]),
    "e-mail": ("Ada Mercer | ada.mercer@coast.example", ["Ada Mercer"]),
    "handle": ("Ada Mercer @adamercer", ["Ada Mercer"]),
    "office": ("Ada Mercer, Senior Staff Writer", ["Ada Mercer"]),
    "office of": ("Ada Mercer, Head of Tides", ["Ada Mercer"]),
    "office without a comma": ("Ada Mercer Senior Writer", ["Ada Mercer"]),
    "date after": ("By Ada Mercer on March 3, 2024", ["Ada Mercer"]),
    "date right after": ("Ada Mercer Dec 26", ["Ada Mercer"]),
    "day before month": ("Ada Mercer 4 August 2010", ["Ada Mercer"]),
    "date before": ("Posted on 3 March 2024 by Ada Mercer", ["Ada Mercer"]),
    "german date before": ("06.11.2023 13:30 von Ada Mercer", ["Ada Mercer"]),
    "time": ("Ada Mercer, 4:19 PM", ["Ada Mercer"]),
    "picture and caption": ("© Ada Mercer Ada Mercer", ["Ada Mercer"]),
    "account and name": ("adamercer; Ada Mercer", ["Ada Mercer"]),
    "who took the pictures, too": ("Story and photos by Ada Mercer", ["Ada Mercer"]),
    "words and pictures": ("Words & pictures by Ada Mercer", ["Ada Mercer"]),
    "text and picture in Swedish": ("Text och foto: Ada Mercer", ["Ada Mercer"]),
    "text and pictures in German": ("Text und Fotos: Ada Mercer", ["Ada Mercer"]),
    "who took another picture": ("Text: Ada Mercer, Foto: Jon Vale", ["Ada Mercer"]),
    "text in Chinese": ("文/谢小雨", ["谢小雨"]),
    "text and picture in Chinese": ("文/谢小雨 图/白露", ["谢小雨"]),
    "an editor below an article": (
        "(Reporting by Ada Mercer and Jon Vale in Oslo; Editing by Mia Oduya)",
        ["Ada Mercer", "Jon Vale"],
    ),
    "several editors": ("By Ada Mercer; editing by Jon Vale and Mia Oduya", ["Ada Mercer"]),
    "an editor alone": ("Edited by Jon Vale", []),
    "words behind pictures": ("Illustrations by Jon Vale, words by Ada Mercer", ["Ada Mercer"]),
    "reporting behind editing": ("Edited by Jon Vale, reporting by Ada Mercer", ["Ada Mercer"]),
    "writing behind a translation": (
        "Translated by Jon Vale and written by Ada Mercer",
        ["Ada Mercer"],
    ),
    "a reporter in Turkish": ("Muhabir: Ayşe Deniz", ["Ayşe Deniz"]),
    "writing in Spanish": ("Redacción: Ana Ruiz", ["Ana Ruiz"]),
    "a given name of Ukrainian": ("Oleh Kovalenko", ["Oleh Kovalenko"]),
    "by in Indonesian": ("Oleh: Budi Santoso", ["Budi Santoso"]),
    "a given name of Swedish": ("Par Westling", ["Par Westling"]),
    "one word in small letters after von": ("Von tidewatcher", ["tidewatcher"]),
    "an agency after par": ("Par Belga", ["Belga"]),
    "a desk after door": ("Door Redactie", []),
    "two agencies": ("AFP/dpa", ["AFP", "dpa"]),
    "person and agency": ("Ada Mercer, AFP", ["Ada Mercer", "AFP"]),
    "a town after a comma": ("Von Ada Mercer, Lohbruck", ["Ada Mercer"]),
    "a paper after a comma": (
        "By Ada Mercer and Jon Vale, Tide Herald",
        ["Ada Mercer", "Jon Vale"],
    ),
    "an agency after a comma": ("By Ada Mercer, Reuters", ["Ada Mercer", "Reuters"]),
    "a person of one name behind another": ("Ani Wijaya, Suharto", ["Ani Wijaya", "Suharto"]),
    "a field of an expert": ("Ada Mercer, Privacy and Harbour Safety Expert", ["Ada Mercer"]),
    "one name beside another": ("Ada Mercer and Cher", ["Ada Mercer", "Cher"]),
    "a surname like a paper's": ("Ada Mercer and Jon Courier", ["Ada Mercer", "Jon Courier"]),
    "staff of an agency": ("Reuters Staff", ["Reuters"]),
    "agencies": ("By Ada Mercer with agencies", ["Ada Mercer"]),
    "photographer": ("Ada Mercer, Chief Photographer", ["Ada Mercer"]),
    "seat": ("Dr. Ada Mercer, MdB", ["Dr. Ada Mercer"]),
    "ordinal day": ("by Ada Mercer, January 4th, 2026", ["Ada Mercer"]),
    "reported from": ("記者林佳慧／台北報導", ["林佳慧"]),
    "source": ("来源：新华社", ["新华社"]),
    "source that is no agency": ("来源：潮汐日报", []),
    "brackets of Japan": ("【佐藤花子】", ["佐藤花子"]),
    "two Chinese names": ("李明 张晓华", ["李明", "张晓华"]),
    "two Chinese names behind a label": ("记者 李明 张晓华", ["李明", "张晓华"]),
    "a Japanese name in two halves": ("佐藤 花子", ["佐藤 花子"]),
    "pictures in Japanese": ("文・佐藤花子　写真・鈴木次郎", ["佐藤花子"]),
    "pictures in English": ("Words: Ada Mercer. Pictures: Jon Vale", ["Ada Mercer"]),
    "korean place": ("홍길순 기자 = 서울", ["홍길순"]),
    "korean date": ("홍길순 기자 입력 2026.03.10 14:11", ["홍길순"]),
    "an agency behind a dash": ("By Ada Mercer - Reuters", ["Ada Mercer", "Reuters"]),
    "one name behind a slash": ("By Ada Mercer / Ronalda", ["Ada Mercer", "Ronalda"]),
    "one name behind a dot": ("By Ada Mercer · Ronalda", ["Ada Mercer", "Ronalda"]),
    "one name before another": (
        "By Ada Mercer, Ronalda and Jon Vale",
        ["Ada Mercer", "Ronalda", "Jon Vale"],
    ),
    "a place behind a dash": ("By Ada Mercer - Lohbruck", ["Ada Mercer"]),
    "vietnamese": ("Theo Nguyễn Văn An - TTXVN", ["Nguyễn Văn An", "TTXVN"]),
    "a given name spelled like by in Vietnamese": ("Theo Vale", ["Theo Vale"]),
    "greek": ("Της Ελένης Νικολάου", ["Ελένης Νικολάου"]),
    "polish editor": ("oprac. Ewa Lis, PAP", ["Ewa Lis", "PAP"]),
}


@pytest.mark.parametrize(("line", "names"), LINES.values(), ids=LINES)
def test_a_line_is_split_into_its_names(line, names):
    assert split_authors([line]) == names


@pytest.mark.parametrize(
    "line",
    [
        "https://www.facebook.example/coastcourier",
        "@coastcourier",
        "admin",
        "Staff",
        "By Staff Writer",
        "Editorial Team",
        "The editors",
        "News Desk",
        "Die Redaktion",
        "Rédaction",
        "編集部",
        "",
        "—",
        "5 min read",
        "March 27",
        "{{ author }}",
        "View all posts",
        "a" * 300,
    ],
)
def test_an_address_label_desk_or_date_names_nobody(line):
    assert split_authors([line]) == []


@pytest.mark.parametrize("filling", [" ", "\n", "- ", "( ", "Ana Ruiz y ", "by ", "a/"])
def test_a_line_without_end_is_read_in_linear_time(filling):
    # Runs of spaces took twelve seconds before they were folded.
    names = split_authors(["a" + filling * 10_000 + "b"])
    assert all(len(name) <= MAX_NAME_CHARS for name in names)


def test_each_name_is_kept_once_in_the_order_printed():
    assert split_authors(["Jon Vale", "Ada Mercer", "JON VALE"]) == ["Jon Vale", "Ada Mercer"]


def test_the_name_of_the_site_is_no_person():
    assert split_authors(["Coast-Courier", "Ada Mercer"], ["coast courier"]) == ["Ada Mercer"]


@pytest.mark.parametrize("name", ["Coast Courier Staff", "Harbour Media", "coast.com", "Tide GmbH"])
def test_a_body_is_told_from_a_person(name):
    assert is_house(name)
    assert not is_house("Ada Mercer")


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Ada Mercer", True),
        ("Jan van der Berg", True),
        ("谢小雨", True),
        ("industry", False),
        ("following the tips below", False),
        ("Member of the", False),
        ("Ada 2", False),
        ("", False),
    ],
)
def test_a_whole_name_has_a_shape(text, is_name):
    assert looks_like_name(text) is is_name


@given(st.lists(st.text(max_size=60), max_size=4))
def test_splitting_names_again_changes_nothing(lines):
    names = split_authors(lines)
    assert split_authors(names) == names


@given(st.text())
def test_a_cleaned_name_has_no_space_at_its_ends(part):
    name = clean_name(part)
    assert name is None or name == name.strip() != ""


@pytest.mark.parametrize(
    ("stated", "persons", "agency"),
    [
        (["Ada Mercer", "AFP"], ["Ada Mercer"], "AFP"),
        (["Reuters", "By Ada Mercer and Jon Vale"], ["Ada Mercer", "Jon Vale"], "Reuters"),
        (["Reuters"], [], "Reuters"),
        (["Coast Courier"], ["Coast Courier"], None),
        (["Coast Courier", "dpa"], [], "dpa"),
        (["Coast Courier", "Ada Mercer"], ["Ada Mercer"], None),
        (["admin"], [], None),
    ],
)
def test_an_agency_and_a_body_are_no_persons(
    stated: list[str], persons: list[str], agency: str | None
) -> None:
    assert credited(stated, ["coast-courier"]) == (persons, agency)
