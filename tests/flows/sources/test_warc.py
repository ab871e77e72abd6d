from __future__ import annotations

import datetime as dt
import gzip
import os
import shutil
import tracemalloc
import zlib
from contextlib import closing
from dataclasses import replace
from itertools import repeat

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.sources import Cursor, Document, Fetch, Poll, Window
from flows.sources._http import Web
from flows.sources._warc import DOCUMENTS_PER_MARK
from flows.sources.warc import Source
from transforms.errors import ConfigError, IngestError, SourceError

SEEN = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
PAGE = b"<html><body><h1>Ferry runs again</h1><p>The island ferry is back.</p></body></html>"
PACKED = {
    ".warc": lambda record: record,
    ".warc.gz": gzip.compress,
    ".warc.zst": zstandard.compress,
}


def warc(kind, block, *, url="https://a.example/1", version="1.0", drop=(), **headers):
    """One record; a header is said by its name with _ for -."""
    said = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:6f9619ff-8b86-4d01-b42d-00cf4fc964ff>",
        "WARC-Date": "2026-03-01T09:30:00Z",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {said[name]}\r\n" for name in said if name not in drop)
    return f"WARC/{version}\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def http(body=PAGE, *lines, status="200 OK", media_type="text/html; charset=utf-8"):
    head = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", *lines, "", ""]
    return "\r\n".join(head).encode() + body


def response(number=1, body=PAGE, *lines, **headers):
    return warc("response", http(body, *lines), url=f"https://a.example/{number}", **headers)


def numbered(count):
    return [response(number, PAGE + b"%d" % number) for number in range(count)]


@pytest.fixture
def archive(tmp_path):
    def write(records, name="news.warc"):
        pack = PACKED[name[name.index(".") :]]
        (tmp_path / name).write_bytes(b"".join(map(pack, records)))
        return tmp_path

    return write


def source(home, path=".", **options):
    return Source(name="press", home=home, path=path, **options)


def read(home, path=".", *, window=None, cursors=None, **options):
    steps = list(source(home, path, **options).read(window, cursors or {}))
    documents = [step for step in steps if isinstance(step, Document)]
    return documents, [step for step in steps if isinstance(step, Fetch)]


def urls(documents):
    return [document.url for document in documents]


def remembered(home, path=".", **options):
    _, fetches = read(home, path, **options)
    return {fetch.url: fetch.cursor for fetch in fetches if fetch.cursor}


# What is a document


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


# When


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


# Bodies


def chunked(body, size=7, extension=b""):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    sent = b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces)
    return sent + b"0\r\nExpires: 0\r\n\r\n"


def raw_deflate(body):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (chunked(PAGE), [CHUNKED]),
        (chunked(PAGE, extension=b";a=b"), [CHUNKED]),
        (gzip.compress(PAGE), ["Content-Encoding: gzip"]),
        (gzip.compress(PAGE), ["Content-Encoding: x-gzip"]),
        (zlib.compress(PAGE), ["Content-Encoding: deflate"]),
        (raw_deflate(PAGE), ["Content-Encoding: deflate"]),
        (brotli.compress(PAGE), ["Content-Encoding: br"]),
        (zstandard.compress(PAGE), ["Content-Encoding: zstd"]),
        (PAGE, ["Content-Encoding: identity"]),
        (chunked(gzip.compress(PAGE)), ["Content-Encoding: gzip", CHUNKED]),
        (chunked(gzip.compress(PAGE)), ["Transfer-Encoding: gzip, chunked"]),
        (brotli.compress(gzip.compress(PAGE)), ["Content-Encoding: gzip, br"]),
        (gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]), ["Content-Encoding: gzip"]),
        # Written down decoded, with the headers as they came.
        (PAGE, ["Content-Encoding: gzip", CHUNKED]),
        (PAGE, ["Content-Encoding: br"]),
        (PAGE, ["Content-Encoding: deflate"]),
        (gzip.compress(PAGE), ["Content-Encoding: gzip", CHUNKED]),
    ],
)
def test_bodies_are_decoded(archive, body, lines):
    (document,), (fetch,) = read(archive([response(1, body, *lines)]))
    assert document.payload == PAGE
    assert fetch.error is None


@pytest.mark.parametrize(
    ("body", "line", "why"),
    [
        (gzip.compress(PAGE)[:-9], "Content-Encoding: gzip", "the body is not"),
        (
            gzip.compress(PAGE)[:9] + b"~~",
            "Content-Encoding: gzip",
            "the body is not",
        ),
        (brotli.compress(PAGE)[:-4], "Content-Encoding: br", "the body is not"),
        (
            zstandard.compress(PAGE)[:-4],
            "Content-Encoding: zstd",
            "the body is not",
        ),
        (chunked(PAGE)[:40], CHUNKED, "the last chunk is missing"),
        (b"7\r\nabcdefg\r\nxyz\r\n", CHUNKED, "the last chunk is missing"),
        (PAGE, "Content-Encoding: rot13", "the body's encoding is not known: 'rot13'"),
    ],
)
def test_a_body_that_cannot_be_decoded_is_counted(archive, body, line, why):
    documents, (fetch,) = read(archive([response(0, body, line), response(1)]))
    assert urls(documents) == ["https://a.example/1"]
    assert fetch.outcome == "ok"
    assert fetch.error.startswith(f"1 could not be read, the first at byte 0: {why}")


def test_an_empty_body_is_a_document_of_no_bytes(archive):
    lines = ["Content-Encoding: deflate", "Transfer-Encoding: chunked"]
    (document,), _ = read(archive([response(1, b"", *lines)]))
    assert document.payload == b""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b"x" * 1001, []),
        (b"x" * 1000, []),
        (gzip.compress(b"x" * 1001), ["Content-Encoding: gzip"]),
        (brotli.compress(b"x" * 1001), ["Content-Encoding: br"]),
        (zstandard.compress(b"x" * 1001), ["Content-Encoding: zstd"]),
    ],
)
def test_a_body_over_the_cap_is_a_fetch_of_its_own(archive, body, lines):
    documents, fetches = read(archive([response(0, body, *lines), response(1)]), max_bytes=1000)
    too_large = len(body) != 1000
    assert urls(documents) == [f"https://a.example/{number}" for number in (0, 1)][too_large:]
    assert [(fetch.url, fetch.outcome, fetch.error) for fetch in fetches[:-1]] == (
        [("https://a.example/0", "too_large", "more than 1000 bytes")] if too_large else []
    )
    assert (fetches[-1].outcome, fetches[-1].error) == ("ok", None)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_takes_no_more_memory_than_the_cap(archive, coding):
    pack = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.compress}[coding]
    home = archive([response(0, pack(bytes(50_000_000)), f"Content-Encoding: {coding}")])
    tracemalloc.start()
    try:
        _, fetches = read(home, max_bytes=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert fetches[0].outcome == "too_large"
    assert peak < 10_000_000


# Broken archives


@pytest.fixture(params=["news.warc", "news.warc.gz", "news.warc.zst"])
def name(request):
    return request.param


def spoil(home, name, start, bytes_):
    content = bytearray((home / name).read_bytes())
    content[start : start + len(bytes_)] = bytes_
    (home / name).write_bytes(content)


def starts(records, name):
    pack, at = PACKED[name.removeprefix("news")], 0
    for record in records:
        yield at
        at += len(pack(record))


@pytest.mark.parametrize("shift", [0, 30])
def test_a_broken_record_in_the_middle_costs_itself_only(archive, name, shift):
    records = numbered(6)
    home = archive(records, name)
    # Behind the header of a gzip member everything is content; a plain one dies by its first line.
    at = list(starts(records, name))[3]
    spoil(home, name, at + (0 if name == "news.warc" else shift), b"\xff" * 60)
    documents, (fetch,) = read(home)
    assert urls(documents) == [f"https://a.example/{number}" for number in (0, 1, 2, 4, 5)]
    assert fetch.outcome == "ok"
    assert fetch.error.startswith("1 could not be read, the first behind the record at byte ")
    assert fetch.cursor is not None


def test_two_broken_places_are_two(archive, name):
    records = numbered(8)
    home = archive(records, name)
    for number in (2, 5):
        spoil(home, name, list(starts(records, name))[number], b"\xff" * 60)
    documents, (fetch,) = read(home)
    assert urls(documents) == [f"https://a.example/{number}" for number in (0, 1, 3, 4, 6, 7)]
    assert fetch.error.startswith("2 could not be read")


def test_a_broken_first_record_is_left_behind(archive, name):
    records = numbered(3)
    home = archive(records, name)
    spoil(home, name, 0, b"\xff" * 60)
    documents, (fetch,) = read(home)
    assert urls(documents) == ["https://a.example/1", "https://a.example/2"]
    assert fetch.error.startswith("1 could not be read, the first at byte 0: ")


def test_a_truncated_end_costs_the_last_record(archive, name):
    home = archive(numbered(3), name)
    size = (home / name).stat().st_size
    os.truncate(home / name, size - 60)
    documents, (fetch,) = read(home)
    assert urls(documents) == ["https://a.example/0", "https://a.example/1"]
    assert fetch.outcome == "ok"
    assert fetch.error.startswith("1 could not be read, the first ")


@pytest.mark.parametrize("kind", ["response", "request", "metadata"])
@pytest.mark.parametrize("length", ["99999999999999", "100000"])
def test_a_record_that_claims_more_than_there_is_does_not_swallow_the_rest(
    archive, name, kind, length
):
    liar = warc(kind, http(), url="https://a.example/liar", Content_Length=length)
    documents, (fetch,) = read(archive([response(0), liar, response(1), response(2)], name))
    assert urls(documents) == [f"https://a.example/{number}" for number in range(3)]
    assert fetch.outcome == "ok"
    assert fetch.error.startswith("1 could not be read, the first at byte ")
    assert fetch.error.endswith("the archive ends within the record")


@pytest.mark.parametrize("length", ["-1", "many", "1" * 40, ""])
def test_a_length_that_is_none_ends_nothing(archive, name, length):
    liar = warc("response", http(), url="https://a.example/liar", Content_Length=length)
    documents, (fetch,) = read(archive([response(0), liar, response(1), response(2)], name))
    honest = [url for url in urls(documents) if not url.endswith("liar")]
    assert honest == [f"https://a.example/{number}" for number in range(3)]
    assert fetch.error.startswith("1 could not be read")


@pytest.mark.parametrize(
    "block", [b"", b"\x00\xff", b"HXTP 200\r\n\r\n", b"HTTP/1.1 2oo OK\r\n\r\n", b"<html>"]
)
def test_a_response_that_is_no_http_is_counted(archive, block):
    documents, (fetch,) = read(archive([warc("response", block), response(1)]))
    assert urls(documents) == ["https://a.example/1"]
    assert fetch.error.startswith("1 could not be read, the first at byte 0: no HTTP")


def test_headers_with_bare_line_ends_are_read(archive):
    block = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + PAGE
    (document,), _ = read(archive([warc("response", block)]))
    assert (document.payload, document.media_type) == (PAGE, "text/html")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"hello" * 1000, gzip.compress(b"hello"), gzip.compress(b"")[:9]]
)
def test_a_file_that_is_no_archive_is_broken_and_forgotten(tmp_path, content):
    (tmp_path / "other.warc").write_bytes(content)
    steps = []
    with pytest.raises(IngestError, match="nothing could be read"):
        steps.extend(source(tmp_path).read(None, {}))
    (tmp_path / "news.warc").write_bytes(response(1))
    documents, (_, fetch) = read(tmp_path)
    assert len(documents) == 1
    assert (fetch.outcome, fetch.cursor) == ("broken", None)
    assert fetch.error


def test_one_member_around_all_records_is_read(tmp_path):
    records = numbered(2 * DOCUMENTS_PER_MARK + 1)
    (tmp_path / "news.warc.gz").write_bytes(gzip.compress(b"".join(records)))
    steps = list(source(tmp_path).read(None, {}))
    assert len([step for step in steps if isinstance(step, Document)]) == len(records)
    assert not [step for step in steps if isinstance(step, Cursor)]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_raise(tmp_path, data):
    suffix = data.draw(st.sampled_from(sorted(PACKED)))
    records = [response(1), warc("request", b"GET / HTTP/1.1\r\n\r\n"), response(2)]
    content = bytearray(b"".join(map(PACKED[suffix], records)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    (tmp_path / f"spoilt{suffix}").write_bytes(content or b"x")
    (tmp_path / "whole.warc").write_bytes(response(3))
    _, fetches = read(tmp_path)
    assert fetches[-1].outcome == "ok"
    for other in tmp_path.iterdir():
        other.unlink()


# Once only, and half way


def test_an_archive_that_was_read_is_known(archive):
    home = archive(numbered(3))
    cursors = remembered(home)
    documents, (fetch,) = read(home, cursors=cursors)
    assert (documents, fetch.outcome) == ([], "known")


def test_a_changed_archive_and_other_options_are_read_again(archive):
    cursors = remembered(archive(numbered(3)))
    home = archive(numbered(4))
    assert len(read(home, cursors=cursors)[0]) == 4
    cursors = remembered(home)
    assert len(read(home, cursors=cursors, exclude=["never"])[0]) == 4
    assert len(read(home, cursors=cursors, max_bytes=10**6)[0]) == 4
    assert not read(home, cursors=cursors, enabled=False)[0]


@pytest.mark.parametrize("count", [DOCUMENTS_PER_MARK, 3 * DOCUMENTS_PER_MARK + 7])
def test_reading_goes_on_at_the_record_of_the_cursor(archive, name, count):
    records = [each for page in numbered(count) for each in (warc("request", b"GET"), page)]
    home = archive(records, name)
    whole = list(source(home).read(None, {}))
    cursors = [at for at, step in enumerate(whole) if isinstance(step, Cursor)]
    assert len(cursors) == (count - 1) // DOCUMENTS_PER_MARK
    for at in cursors:
        cursor = whole[at]
        assert cursor.position in set(starts(records, name))
        rest, (fetch,) = read(home, cursors={cursor.url: cursor})
        before = [step for step in whole[:at] if isinstance(step, Document)]
        assert before + rest == [step for step in whole if isinstance(step, Document)]
        assert fetch.outcome == "ok"
        assert fetch.cursor == whole[-1].cursor
        assert fetch.cursor.position is None


def test_half_an_archive_is_begun_anew_when_it_has_changed(archive):
    home = archive(numbered(DOCUMENTS_PER_MARK + 5))
    cursor = next(step for step in source(home).read(None, {}) if isinstance(step, Cursor))
    archive(numbered(DOCUMENTS_PER_MARK + 6))
    assert len(read(home, cursors={cursor.url: cursor})[0]) == DOCUMENTS_PER_MARK + 6


def test_nothing_is_read_of_an_archive_when_only_its_end_was_missing(archive):
    home = archive([*numbered(DOCUMENTS_PER_MARK), warc("request", b"GET")])
    cursor = next(step for step in source(home).read(None, {}) if isinstance(step, Cursor))
    documents, (fetch,) = read(home, cursors={cursor.url: cursor})
    assert (documents, fetch.outcome) == ([], "ok")


# Which files


def test_archives_of_a_folder_are_read_in_the_order_of_their_names(archive):
    home = archive([response(2)], "b.warc.gz")
    archive([response(1)], "a.warc")
    archive([response(3)], "c.WARC.GZ".lower())
    (home / "deep").mkdir()
    shutil.copy(home / "a.warc", home / "deep" / "ö !.warc")
    shutil.copy(home / "a.warc", home / ".hidden.warc")
    shutil.copy(home / "a.warc", home / "notes.txt")
    documents, fetches = read(home)
    assert [fetch.url for fetch in fetches] == [
        "file:a.warc", "file:b.warc.gz", "file:c.warc.gz", "file:deep/%C3%B6%20%21.warc",
    ]  # fmt: skip
    assert [document.origin for document in documents] == [fetch.url for fetch in fetches]
    assert len(read(home, "*.warc.gz")[0]) == 2
    assert len(read(home, "**/*.warc")[0]) == 2
    assert len(read(home, "notes.txt")[0]) == 1


def test_a_path_that_leads_nowhere_is_told(tmp_path):
    for look in (source(tmp_path, "gone.warc").check, lambda: read(tmp_path, "gone.warc")):
        with pytest.raises(ConfigError, match="there is no such file or folder") as found:
            look()
        assert found.value.facts["source"] == "press"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"path": "a", "url": "https://a.example/a.warc"},
        {"path": "a", "urls": ["https://a.example/a.warc"]},
        {"url": "https://a.example/a.warc", "urls": ["https://a.example/a.warc"]},
    ],
)
def test_an_archive_is_either_here_or_there(tmp_path, options):
    with pytest.raises(ValidationError, match="needs one of the keys"):
        Source(name="press", home=tmp_path, **options)


def test_a_pattern_that_is_none_is_told(tmp_path):
    with pytest.raises(ValidationError, match="not a regular expression"):
        source(tmp_path, include=["("])


def test_only_archives_of_the_web_are_remote(tmp_path):
    assert not source(tmp_path).is_remote
    remote = Source(name="press", home=tmp_path, url="https://a.example/a.warc")
    assert remote.is_remote
    assert (source(tmp_path).place(), remote.place()) == (".", "https://a.example/a.warc")


# Over HTTP


@pytest.fixture
def ask():
    """Read an archive of the web, in a session of this test."""
    with closing(Web()) as web:

        def read_once(home, url, cursors=None, *, window=None, only_due=False, **options):
            options = {"allow_private": True, "pace_s": 0.0} | options
            remote = Source(name="press", home=home, url=url, **options)
            poll = Poll(only_due=only_due, web=web)
            return [
                step
                for step in remote.read(window, cursors or {}, poll)
                if not (isinstance(step, Fetch) and step.is_step)
            ]

        yield read_once


def packed(records):
    return b"".join(map(gzip.compress, records))


def test_an_archive_of_the_web_is_read(outlet, ask, tmp_path):
    content = packed([*numbered(2), warc("revisit", http(b""))])
    url = outlet.serve("/news.warc.gz", content, headers={"ETag": '"1"'})
    *documents, fetch = ask(tmp_path, url)
    assert [document.payload for document in documents] == [PAGE + b"0", PAGE + b"1"]
    assert {document.origin for document in documents} == {url}
    assert (fetch.url, fetch.outcome, fetch.status, fetch.bytes) == (url, "ok", 200, len(content))
    assert fetch.error == "passed over: 1 as revisit"
    assert (fetch.cursor.etag, fetch.cursor.size) == ('"1"', len(content))
    assert fetch.cursor.position is None
    assert not list(tmp_path.iterdir())


def test_an_archive_that_was_read_is_asked_for_conditionally_and_when_due(outlet, ask, tmp_path):
    url = outlet.serve("/news.warc.gz", packed(numbered(2)), headers={"ETag": '"1"'})
    cursor = ask(tmp_path, url)[-1].cursor
    assert ask(tmp_path, url, {url: cursor}, only_due=True) == []
    (fetch,) = ask(tmp_path, url, {url: cursor})
    assert (fetch.outcome, fetch.status) == ("not_modified", 304)
    assert (fetch.cursor.etag, fetch.cursor.size, fetch.cursor.config) == (
        cursor.etag, cursor.size, cursor.config,
    )  # fmt: skip
    assert [each.headers["If-None-Match"] for each in outlet.asked("/news.warc.gz")] == [
        None, '"1"',
    ]  # fmt: skip
    outlet.serve("/news.warc.gz", packed(numbered(3)), headers={"ETag": '"2"'})
    assert len(ask(tmp_path, url, {url: fetch.cursor})) == 4


@pytest.mark.parametrize("changed", [False, True])
def test_half_an_archive_of_the_web_is_had_again_and_read_from_its_middle(
    outlet, ask, tmp_path, changed
):
    records = numbered(DOCUMENTS_PER_MARK + 5)
    url = outlet.serve("/news.warc.gz", packed(records), headers={"ETag": '"1"'})
    whole = ask(tmp_path, url)
    (at,) = (at for at, step in enumerate(whole) if isinstance(step, Cursor))
    if changed:
        outlet.serve("/news.warc.gz", packed(records), headers={"ETag": '"2"'})
    # Another try came to nothing meanwhile.
    cursor = replace(whole[at], failures=1, asked_at=SEEN, next_poll_at=SEEN)
    rest = ask(tmp_path, url, {url: cursor}, only_due=True)
    documents = [step for step in rest if isinstance(step, Document)]
    given = [step for step in whole[0 if changed else at :] if isinstance(step, Document)]
    assert documents == given
    assert (rest[-1].outcome, rest[-1].cursor.position) == ("ok", None)
    assert [each.headers["If-None-Match"] for each in outlet.asked("/news.warc.gz")] == [None] * 2


def test_a_window_asks_without_conditions_and_remembers_nothing(outlet, ask, tmp_path):
    url = outlet.serve("/news.warc.gz", packed(numbered(2)), headers={"ETag": '"1"'})
    cursor = ask(tmp_path, url)[-1].cursor
    window = Window(SEEN, SEEN + dt.timedelta(seconds=1))
    *documents, fetch = ask(tmp_path, url, {url: cursor}, window=window, only_due=True)
    assert len(documents) == 2
    assert (fetch.outcome, fetch.cursor) == ("ok", None)
    assert outlet.asked("/news.warc.gz")[-1].headers["If-None-Match"] is None


@pytest.mark.parametrize(
    ("status", "content", "outcome"), [(404, b"", "http_error"), (200, b"<html>", "broken")]
)
def test_an_archive_that_cannot_be_had_is_a_fetch_and_others_are_read(
    outlet, ask, tmp_path, status, content, outcome
):
    gone = outlet.serve("/gone.warc.gz", content, status)
    there = outlet.serve("/news.warc.gz", packed(numbered(1)))
    failed, document, fetch = ask(tmp_path, None, urls=[gone, there])
    assert (failed.url, failed.outcome, failed.cursor.failures) == (gone, outcome, 1)
    assert (document.origin, fetch.outcome) == (there, "ok")
    with pytest.raises(SourceError, match="nothing could be read") as found:
        ask(tmp_path, gone)
    assert found.value.facts["source"] == "press"


def test_an_archive_that_was_read_is_asked_once_a_day_and_never_without_conditions(
    outlet, ask, tmp_path
):
    url = outlet.serve("/news.warc.gz", packed(numbered(1)), headers={"ETag": '"1"'})
    cursor = ask(tmp_path, url)[-1].cursor
    assert cursor.next_poll_at - cursor.asked_at == dt.timedelta(days=1)
    (fetch,) = ask(tmp_path, url, {url: replace(cursor, unconfirmed=24)})
    assert fetch.outcome == "not_modified"
    assert fetch.cursor.next_poll_at - fetch.cursor.asked_at == dt.timedelta(days=1)


def test_an_archive_without_validators_is_had_once(outlet, ask, tmp_path):
    url = outlet.serve("/news.warc.gz", packed(numbered(1)))
    cursor = ask(tmp_path, url)[-1].cursor
    (fetch,) = ask(tmp_path, url, {url: cursor})
    assert (fetch.url, fetch.outcome) == (url, "known")
    assert len(outlet.asked("/news.warc.gz")) == 1
    assert len(ask(tmp_path, url, {url: cursor}, media_types=["text/html"])) == 2


def test_a_download_that_breaks_off_goes_on_where_it_ended(outlet, ask, tmp_path):
    content = packed(numbered(4))
    half = len(content) // 2

    def break_off(request):
        if request.headers["Range"] is None:
            return 200, {"ETag": '"1"', "Content-Length": str(len(content))}, content[:half]
        span = f"bytes {half}-{len(content) - 1}/{len(content)}"
        return 206, {"ETag": '"1"', "Content-Range": span}, content[half:]

    url = outlet.serve("/news.warc.gz", break_off)
    *documents, fetch = ask(tmp_path, url)
    assert len(documents) == 4
    assert (fetch.outcome, fetch.cursor.etag, fetch.cursor.failures) == ("ok", '"1"', 0)
    sent = [each.headers for each in outlet.asked("/news.warc.gz")]
    assert [(each["Range"], each["If-Range"]) for each in sent] == [
        (None, None), (f"bytes={half}-", '"1"'),
    ]  # fmt: skip


def test_an_archive_without_an_end_is_given_up(outlet, ask, tmp_path):
    record = gzip.compress(response(1))
    endless = outlet.serve("/endless.warc.gz", lambda request: (200, {}, repeat(record)))
    slow = outlet.serve("/slow.warc.gz", lambda request: (200, {}, drip(request, record)))
    there = outlet.serve("/news.warc.gz", record)
    cap = {"max_archive_bytes": 1_000_000, "total_s": 0.5}
    steps = ask(tmp_path, None, urls=[slow, endless, there], **cap)
    assert [(step.url, step.outcome, step.cursor.failures) for step in steps[:2]] == [
        (slow, "timeout", 1), (endless, "too_large", 1),
    ]  # fmt: skip
    assert (steps[-1].url, steps[-1].outcome) == (there, "ok")


def drip(request, piece):
    while not request.ended.wait(0.05):
        yield piece
