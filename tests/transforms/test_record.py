"""Reading one JSON object, with and without a mapping."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fields import USUAL_NAMES, record_id
from transforms.reading import Profile, Reading
from transforms.record import read_record

PLAIN = Profile("wire")
PARAGRAPH = "The harbour board said on Monday that both damaged cranes will be repaired by autumn."


def read(record: object, *fields: tuple[str, str], timezone: str = "UTC") -> Reading:
    return read_record(json.dumps(record).encode(), Profile("wire", timezone, fields=fields))


def read_without_text(record: dict[str, object], *fields: tuple[str, str]) -> Reading:
    """Read what is said beside an empty text."""
    return read({"text": ""} | record, *fields)


def test_a_whole_record_is_read() -> None:
    reading = read(
        {
            "headline": "  Cranes back by autumn ",
            "summary": "The board has a plan.",
            "articleBody": PARAGRAPH,
            "link": "https://news.example/cranes-1",
            "datePublished": "2024-02-25T08:30:00+01:00",
            "dateModified": "2024-02-25T09:00:00Z",
            "author": "Ann Lee and Bo Ek",
            "inLanguage": "en-GB",
            "category": "Harbour",
            "tags": "cranes, harbour ; repair",
            "site_name": "Example News",
            "image": {"url": "https://news.example/c.jpg"},
            "isAccessibleForFree": False,
            "@type": "NewsArticle",
        }
    )
    assert reading.title == "Cranes back by autumn"
    assert reading.description == "The board has a plan."
    assert (reading.text, reading.text_from) == (PARAGRAPH, "record")
    assert reading.url == "https://news.example/cranes-1"
    assert reading.published is not None
    assert reading.published.at == dt.datetime(2024, 2, 25, 7, 30, tzinfo=dt.UTC)
    assert (reading.published.evidence, reading.published.tz_known) == ("record", True)
    assert reading.modified is not None
    assert reading.modified.at == dt.datetime(2024, 2, 25, 9, 0, tzinfo=dt.UTC)
    assert reading.authors == ["Ann Lee", "Bo Ek"]
    assert reading.declared_language == "en-GB"
    assert reading.section == "Harbour"
    assert reading.keywords == ["cranes", "harbour", "repair"]
    assert reading.publisher == "Example News"
    assert reading.image_url == "https://news.example/c.jpg"
    assert reading.is_free is False
    assert reading.article_type == "NewsArticle"
    assert reading.warnings == []


def test_a_mapping_follows_dotted_paths_into_objects_and_lists() -> None:
    reading = read(
        {"data": {"heads": [{"t": "No"}, {"t": "Yes"}]}, "dc.date": "2024-02-25", "body": "B"},
        ("title", "data.heads.1.t"),
        ("published_at", "dc.date"),
    )
    assert reading.title == "Yes"
    assert reading.published is not None
    assert reading.text == "B"


def test_a_mapped_column_is_not_looked_for_elsewhere() -> None:
    assert read({"title": "Usual"}, ("title", "data.title")).title is None


@pytest.mark.parametrize("path", ["a.b.c", "a.9", "a.-1", "", ".", "x", "a..b"])
def test_a_path_that_leads_nowhere_gives_nothing(path: str) -> None:
    assert read({"a": [{"b": 1}]}, ("title", path)).title is None


def test_the_first_usual_name_with_a_value_counts() -> None:
    assert read({"title": "", "headline": None, "name": "Third"}).title == "Third"


@pytest.mark.parametrize(
    ("stated", "authors"),
    [
        ("Ann Lee; Bo Ek", ["Ann Lee", "Bo Ek"]),
        (["Ann Lee", "Bo Ek"], ["Ann Lee", "Bo Ek"]),
        ([{"name": "Ann Lee"}, {"name": "Bo Ek"}], ["Ann Lee", "Bo Ek"]),
        ({"@type": "Person", "name": "Ann Lee"}, ["Ann Lee"]),
        ("['Ann Lee', \"Bo O'Ek\"]", ["Ann Lee", "Bo O'Ek"]),
        ([], []),
        ("[]", []),
        (None, []),
    ],
)
def test_authors_come_in_many_shapes(stated: object, authors: list[str]) -> None:
    reading = read_without_text({"authors": stated})
    assert (reading.authors, reading.warnings) == (authors, [])


def test_an_agency_among_the_authors_is_the_agency() -> None:
    reading = read_without_text({"authors": ["Ann Lee", "AFP"]})
    assert (reading.authors, reading.agency) == (["Ann Lee"], "AFP")
    reading = read_without_text({"authors": ["Ann Lee", "AFP"], "agency": "dpa"})
    assert reading.agency == "dpa"


@pytest.mark.parametrize(
    ("record", "warning"),
    [
        ({"title": ["A", "B"]}, "the record's title is a list, not a text"),
        ({"text": 7}, "the record's text is a number, not a text"),
        ({"section": {"label": "x"}}, "the record's section is an object, not a text"),
        ({"authors": [1, "Ann Lee"]}, "the record's authors is a list, not texts"),
        ({"date": {"y": 2024}}, "the record's published_at is an object, not a date"),
        ({"date": True}, "the record's published_at is true or false, not a date"),
        ({"date": "soon"}, "the record's date 'soon' cannot be read"),
        ({"url": 5, "html": "<html>"}, "the record's url is a number, not a text"),
        ({"is_free": "maybe"}, "the record's is_free is a text, not true or false"),
    ],
)
def test_a_value_of_the_wrong_type_is_a_warning(record: dict[str, object], warning: str) -> None:
    reading = read_without_text(record)
    assert reading.warnings == [warning]
    assert reading.reject_reason is None


@pytest.mark.parametrize(
    ("stated", "at"),
    [
        (1708907400, "2024-02-26T00:30:00+00:00"),
        (1708907400.5, "2024-02-26T00:30:00.500000+00:00"),
        ("1708907400", "2024-02-26T00:30:00+00:00"),
        (1708907400123, "2024-02-26T00:30:00.123000+00:00"),
        (1708907400123.0, "2024-02-26T00:30:00.123000+00:00"),
        (999999999, "2001-09-09T01:46:39+00:00"),
    ],
)
def test_epoch_seconds_and_milliseconds_are_dates(stated: object, at: str) -> None:
    published = read({"date": stated}).published
    assert published is not None
    assert (published.at.isoformat(), published.precision) == (at, "second")
    assert (published.raw, published.tz_known) == (str(stated), True)


@pytest.mark.parametrize("stated", [2024022607, "2024022607", 2024022607.0])
def test_ten_digits_that_read_as_a_day_and_hour_are_no_epoch(stated: object) -> None:
    published = read({"date": stated}, timezone="Europe/Rome").published
    assert published is not None
    assert published.at.isoformat() == "2024-02-26T06:00:00+00:00"
    assert (published.raw, published.tz_known) == (str(stated), False)


def test_a_day_in_digits_may_be_a_fraction() -> None:
    published = read({"date": 20240226.0}).published
    assert published is not None
    assert (published.day, published.precision) == (dt.date(2024, 2, 26), "day")


def test_the_day_of_an_epoch_is_the_publishers() -> None:
    published = read({"date": 1708907400}, timezone="America/New_York").published
    assert published is not None
    assert published.day == dt.date(2024, 2, 25)


def test_an_unreadable_date_is_kept_as_it_stood() -> None:
    reading = read({"date": "2024-14-25"})
    assert (reading.published, reading.published_raw) == (None, "2024-14-25")


@pytest.mark.parametrize("name", ["html", "content"])
def test_markup_is_read_as_a_page_and_the_records_values_win(name: str) -> None:
    page = (
        "<html lang='en'><head><title>Page</title><meta name='author' content='Page Author'></head>"
        f"<body><article><h1>Page</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH} Again.</p></article></body>"
    )
    reading = read({"title": "Record", name: page, "date": "2024-02-25"})
    assert reading.title == "Record"
    assert reading.text is not None
    assert PARAGRAPH in reading.text
    assert "<p>" not in reading.text
    assert reading.text_from != "record"
    assert reading.declared_language == "en"
    assert reading.published is not None
    assert reading.published.evidence == "record"


def test_all_the_text_of_a_fragment_is_kept() -> None:
    markup = f"<p>{PARAGRAPH}</p><script>track()</script><ul><li>One &amp; two</li></ul>Rest"
    reading = read({"content_html": markup})
    assert (reading.text, reading.text_from) == (f"{PARAGRAPH}\nOne & two\nRest", "record")


def test_a_title_with_entities_is_plain_text() -> None:
    assert read({"title": "Lee &amp; Ek <b>win</b>"}).title == "Lee & Ek win"


def test_a_text_beside_markup_is_the_text() -> None:
    reading = read({"text": PARAGRAPH, "html": "<h1>Title</h1><p>Other</p>"})
    assert (reading.text, reading.text_from) == (PARAGRAPH, "record")
    assert reading.reject_reason is None


def test_a_text_with_angle_brackets_is_not_taken_for_markup() -> None:
    text = "If a < b and b > c, then <nobody> knows; e-mail <ann@news.example>."
    assert read({"text": text}).text == text


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        ("The <b>har</b>bour", "The harbour"),
        ("The <em>harbour</em>", "The harbour"),
        ("Boats:<li>Ida<li>Bo", "Boats:\nIda\nBo"),
        ("Ida &amp; Bo, &quot;late&quot;", 'Ida & Bo, "late"'),
        ("See /x?a=1&copy=2 &c.", "See /x?a=1&copy=2 &c."),
    ],
)
def test_a_text_with_any_markup_is_read_as_such(stated: str, text: str) -> None:
    assert read({"text": stated}).text == text


def test_a_text_of_too_many_elements_is_too_large() -> None:
    reading = read({"content_html": "<div>" * 300 + "Deep"})
    assert (reading.reject_reason, reading.text) == ("too_large", None)
    assert "too many elements" in reading.warnings[0]


@pytest.mark.parametrize(
    ("payload", "warning"),
    [
        (b"", "the record is not JSON from character 0 on"),
        (b'{"title": "A"', "the record is not JSON from character 13 on"),
        (
            b'{"title": "\xff\xfe"}',
            "the record is not utf-8 from byte 11 on: set `encoding` of its source",
        ),
        (b"[1, 2]", "the record is not a JSON object but a list"),
        (b"null", "the record is not a JSON object but null"),
        (b"7", "the record is not a JSON object but a number"),
        (b"[" * 100_000, "the record has a number too long or is nested too deep"),
        (b"9" * 5_000, "the record has a number too long or is nested too deep"),
    ],
    ids=["empty", "cut", "bytes", "list", "null", "number", "deep", "digits"],
)
def test_what_is_no_json_object_is_undecodable(payload: bytes, warning: str) -> None:
    reading = read_record(payload, PLAIN)
    assert (reading.reject_reason, reading.warnings) == ("undecodable", [warning])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-be"])
def test_a_record_in_another_unicode_encoding_is_read(encoding: str) -> None:
    payload = json.dumps({"title": "Zażółć"}, ensure_ascii=False).encode(encoding)
    assert read_record(payload, PLAIN).title == "Zażółć"


def test_half_characters_are_joined_or_replaced() -> None:
    reading = read_record(rb'{"title": "\ud83d\ude00 \ud83d", "id": "\udc00"}', PLAIN)
    assert reading.title == "\U0001f600 \ufffd"
    assert record_id({"id": "\udc00"}, PLAIN) == "\ufffd"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"id": 7}, "7"),
        ({"id": 7.0}, "7"),
        ({"id": " 7 "}, "7"),
        ({"guid": "tag:news.example,2024:1"}, "tag:news.example,2024:1"),
        ({"id": "", "uuid": "b-2"}, "b-2"),
        ({"id": 7.5}, None),
        ({"id": float("nan")}, None),
        ({"id": True}, None),
        ({"id": ["7"]}, None),
        ({"id": " "}, None),
        ({}, None),
    ],
)
def test_an_id_is_stable_text(row: dict[str, object], name: str | None) -> None:
    assert record_id(row, PLAIN) == name


def test_an_id_can_be_mapped() -> None:
    row = {"id": "wrong", "meta": {"key": 12}}
    assert record_id(row, Profile("wire", fields=(("id", "meta.key"),))) == "12"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = sorted({name for names in USUAL_NAMES.values() for name in names} - {"date", "html"})


@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
def test_no_record_raises_and_equal_records_read_equal(record: dict[str, object]) -> None:
    payload = json.dumps(record).encode()
    reading = read_record(payload, PLAIN)
    assert reading == read_record(payload, PLAIN)
    assert reading.reject_reason is None


def test_a_record_without_a_place_for_its_text_says_what_to_set() -> None:
    reading = read({"Titel": "Kräne", "Inhalt": PARAGRAPH})
    assert reading.text is None
    assert reading.warnings == [
        "no text is found under a usual name: the row has `Titel`, `Inhalt`; "
        "set fields = { text = '...' } of the source"
    ]
    mapped = read({"Inhalt": PARAGRAPH}, ("text", "Artikel.Inhalt"))
    assert mapped.warnings[0].startswith("no text is found at `Artikel.Inhalt`: the row has")
    assert read({f"c{number}": 1 for number in range(20)}).warnings[0].count("`c") == 8


@pytest.mark.parametrize("record", [{"text": ""}, {"Body": None}, {"html": " "}])
def test_a_record_whose_text_is_empty_has_nothing_to_be_set(record: dict[str, object]) -> None:
    assert read(record).warnings == []


def test_a_byline_names_the_authors_where_no_other_field_does() -> None:
    row = {"byline": "By Ann Lee and Bo Ek, Herald", "text": PARAGRAPH}
    assert read(row).authors == ["Ann Lee", "Bo Ek"]
    assert read(row | {"author": "Mia Oduya"}).authors == ["Mia Oduya"]
