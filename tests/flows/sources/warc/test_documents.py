"""Which records are documents, and when they were seen."""

from __future__ import annotations

import datetime as dt

import pytest
from warc_records import PAGE, SEEN, http, numbered, read, remembered, response, source, urls, warc

from flows.sources import Cursor, Document, Window
from flows.sources._warc import DOCUMENTS_PER_MARK


@pytest.mark.parametrize("name", ["news.warc", "news.warc.gz", "news.warc.zst"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_response_is_a_document(archive, name, version):
    sent = http(PAGE, 'ETag: "x"', "Set-Cookie: id=7")
    home = archive([warc("response", sent, url="https://a.example/1", version=version)], name)
    (document,), (fetch,) = read(home)
    assert document == Document(
        url="https://a.example/1",
        origin=f"file:{name}",
        payload=PAGE,
        media_type="text/html",
        seen_at=SEEN,
        charset="utf-8",
        status=200,
        headers={"content-type": "text/html; charset=utf-8", "etag": '"x"'},
    )
    assert document.seen_at.tzinfo is dt.UTC
    assert (fetch.url, fetch.outcome, fetch.error) == (document.origin, "ok", None)
    assert fetch.bytes == (home / name).stat().st_size


def test_a_resource_is_a_document_without_a_status(archive):
    record = warc("resource", PAGE, Content_Type='text/html; charset="ISO-8859-1"')
    (document,), _ = read(archive([record]))
    assert (document.payload, document.media_type, document.charset, document.status) == (
        PAGE, "text/html", "iso-8859-1", None,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["news.warc.wet.gz", "news.wet.gz"])
def test_a_text_made_of_a_page_is_a_document_whatever_media_types_are_wanted(archive, name):
    text = b"A lamp\nIt burns.\n"
    records = [
        warc("conversion", text, url="https://a.example/1", Content_Type="text/plain"),
        warc("conversion", b"%PDF", url="https://a.example/2", Content_Type="application/pdf"),
    ]
    (document,), _ = read(archive(records, name))
    assert (document.url, document.payload, document.media_type) == (
        "https://a.example/1", text, "text/plain",
    )  # fmt: skip


def test_records_about_documents_are_none_themselves(archive):
    plain = {"Content_Type": "application/warc-fields"}
    about = [
        warc("warcinfo", b"software: none\r\n", **plain),
        warc("request", b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"),
        response(1),
        warc("metadata", b"outlink: https://a.example/2\r\n", **plain),
    ]
    documents, (fetch,) = read(archive(about))
    assert urls(documents) == ["https://a.example/1"]
    assert fetch.error is None


def test_what_is_passed_over_is_counted(archive):
    records = [
        response(1),
        warc("response", http(b"\x89PNG", media_type="image/png")),
        warc("response", http(b"{}", media_type="application/json")),
        warc("response", http(status="404 Not Found")),
        warc("response", http(status="301 Moved", media_type="text/html")),
        warc("revisit", http(b"")),
        warc("response", b"a.example. 60 IN A 192.0.2.7", Content_Type="text/dns"),
        warc("resource", PAGE, url="file:///tmp/x.html", Content_Type="text/html"),
    ]
    documents, (fetch,) = read(archive(records))
    assert urls(documents) == ["https://a.example/1"]
    assert fetch.outcome == "ok"
    assert fetch.error == (
        "passed over: 1 as revisit, 2 of another media type, 2 of another status, "
        "2 without an http url"
    )


def test_other_media_types_are_given_where_they_are_wanted(archive):
    home = archive([response(1), warc("response", http(b"{}", media_type="Application/JSON"))])
    documents, _ = read(home, media_types=["application/json"])
    assert [document.payload for document in documents] == [b"{}"]


def test_urls_are_picked_by_patterns(archive):
    home = archive(numbered(12))
    documents, (fetch,) = read(home, include=[r"/\d$", "/11$"], exclude=["/[0-7]$"])
    assert urls(documents) == [f"https://a.example/{number}" for number in (8, 9, 11)]
    assert fetch.error == "passed over: 9 of a url that is not wanted"


@pytest.mark.parametrize("url", ["https://zürich.example/fähre", "https://a.example/?q=ä&b=1"])
def test_urls_are_kept_as_they_are_written(archive, url):
    assert urls(read(archive([warc("response", http(), url=url)]))[0]) == [url]


def test_a_url_in_angle_brackets_is_freed_of_them(archive):
    record = warc("response", http(), url="<https://a.example/1>")
    assert urls(read(archive([record]))[0]) == ["https://a.example/1"]


@pytest.mark.parametrize(
    ("written", "seen_at"),
    [
        ("2026-03-01T09:30:00.123456789Z", SEEN.replace(microsecond=123456)),
        ("2026-03-01T09:30:00.5Z", SEEN.replace(microsecond=500000)),
        ("2026-03-01T11:30:00+02:00", SEEN),
        ("2026-03-01T09:30Z", SEEN),
        ("2026-03-01", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("2026-03", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("2026", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_dates_of_any_precision_are_read(archive, written, seen_at):
    (document,), _ = read(archive([response(1, WARC_Date=written)]))
    assert document.seen_at == seen_at


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_a_record_without_a_date_is_broken(archive, written):
    documents, (fetch,) = read(archive([response(0, WARC_Date=written), response(1)]))
    assert urls(documents) == ["https://a.example/1"]
    assert (fetch.outcome, fetch.error) == (
        "ok", "1 could not be read, the first at byte 0: no date",
    )  # fmt: skip
    missing, (told,) = read(archive([response(0, drop=("WARC-Date",)), response(1)]))
    assert (urls(missing), told.error) == (urls(documents), fetch.error)


def test_a_window_takes_the_records_of_its_time_and_leaves_cursors_alone(archive):
    days = [f"2026-03-0{day}T00:00:00Z" for day in (1, 2, 3)]
    home = archive([response(day, WARC_Date=day) for day in days])
    window = Window(dt.datetime(2026, 3, 2, tzinfo=dt.UTC), dt.datetime(2026, 3, 3, tzinfo=dt.UTC))
    documents, (fetch,) = read(home, window=window, cursors=remembered(home))
    assert urls(documents) == [f"https://a.example/{days[1]}"]
    assert (fetch.outcome, fetch.cursor) == ("ok", None)
    assert source(home).why_no_history() is None


def test_a_window_gives_no_cursors_on_the_way(archive):
    home = archive(numbered(2 * DOCUMENTS_PER_MARK + 1))
    steps = source(home).read(Window(SEEN, SEEN + dt.timedelta(days=1)), {})
    assert not [step for step in steps if isinstance(step, Cursor)]


def test_headers_that_say_what_is_allowed_are_kept_whole(archive):
    lines = ["X-Robots-Tag: noarchive", "x-robots-tag: otherbot: noindex", "TDM-Reservation: 1"]
    (document,), _ = read(archive([response(1, PAGE, *lines)], "news.warc"))
    assert dict(document.headers) == {
        "content-type": "text/html; charset=utf-8",
        "tdm-reservation": "1",
        "x-robots-tag": "noarchive, otherbot: noindex",
    }
