"""Damaged archives cost what is damaged, and no more."""

from __future__ import annotations

import gzip
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_records import PACKED, PAGE, http, numbered, read, response, source, starts, urls, warc

from flows.sources import Cursor, Document
from flows.sources._warc import DOCUMENTS_PER_MARK
from transforms.errors import IngestError


def spoil(home, name, start, bytes_):
    content = bytearray((home / name).read_bytes())
    content[start : start + len(bytes_)] = bytes_
    (home / name).write_bytes(content)


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


@pytest.mark.parametrize(
    "damage",
    [
        warc("response", b"<html>", url="https://a.example/liar"),
        warc("response", http(), url="https://a.example/liar", Content_Length="99999999"),
        warc("response", http(), url="https://a.example/liar", WARC_Date="yesterday"),
        response("liar", b"not packed", "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
    ],
    ids=["no http", "too long", "no date", "no chunks"],
)
def test_each_record_that_cannot_be_read_is_counted_beside_those_that_can(archive, name, damage):
    documents, (fetch,) = read(archive([response(0), damage, damage, response(1)], name))
    assert {"https://a.example/0", "https://a.example/1"} <= set(urls(documents))
    assert (fetch.outcome, fetch.lost) == ("ok", 2 - (len(documents) - 2))


def test_what_is_passed_over_is_not_lost(archive):
    other = warc("response", http(status="404 Not Found"), url="https://a.example/gone")
    _, (fetch,) = read(archive([response(0), other]))
    assert (fetch.error, fetch.lost) == ("passed over: 1 of another status", 0)
