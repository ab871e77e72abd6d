"""Files of many documents, one a row."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal

import pyarrow as pa
import pytest
from folder_files import (
    MIB,
    NOON,
    comma_separated,
    digest,
    only_fetch,
    parquet,
    payloads,
    read,
    urls,
    written,
    zipped,
)


def test_jsonl_lines_are_given_as_they_are_broken_ones_too(press):
    lines = b'\xef\xbb\xbf{"id": 1, "x":  NaN}\r\n\r\n   \n{"id": 2\n["list"]\n{"id":3}'
    documents, [fetch] = read(press({"a.jsonl": lines}))
    broken, listed = digest(b'{"id": 2'), digest(b'["list"]')
    assert [(document.url, document.payload) for document in documents] == [
        ("file:a.jsonl#1", b'{"id": 1, "x":  NaN}'),
        (f"file:a.jsonl#{broken}", b'{"id": 2'),
        (f"file:a.jsonl#{listed}", b'["list"]'),
        ("file:a.jsonl#3", b'{"id":3}'),
    ]
    assert {document.media_type for document in documents} == {"application/json"}
    assert (fetch.outcome, fetch.error) == ("ok", None)


@pytest.mark.parametrize("deep", [b"[" * 200_000, b'{"n": ' + b"9" * 5000 + b"}"])
def test_a_row_that_python_cannot_parse_is_a_document(press, deep):
    [document], _ = read(press({"a.jsonl": deep}))
    assert document.url == f"file:a.jsonl#{digest(deep)}"


def test_half_characters_in_a_row_do_not_stop_a_file(press):
    assert len(urls(press({"a.jsonl": b'{"title": "\\ud83d"}\n{"id": "\\ud83d"}\n'}))) == 2


def test_json_is_an_array_an_object_or_an_array_within(press):
    home = press({"a.json": b'[{"id": 1}, {"id": 2}]', "b.json": b'\n{"id": 3}\n'})
    assert urls(home) == ["file:a.json#1", "file:a.json#2", "file:b.json#3"]
    home = press(
        {"c/c.json": b'{"count": 2, "feed": {"articles": [{"id": 4}, {"id": 5}]}, "x": 1}'}
    )
    assert urls(home, "c", rows="feed.articles") == ["file:c.json#4", "file:c.json#5"]


def test_json_lines_under_the_name_json_are_rows(press):
    assert urls(press({"a.json": b'{"id": 1}\n{"id": 2}\n'})) == ["file:a.json#1", "file:a.json#2"]


def test_json_that_ends_early_keeps_what_came_and_is_not_remembered(press):
    documents, [fetch] = read(press({"a.json": b'[{"id": 1}, {"id": 2}, {"id'}))
    assert [document.url for document in documents] == ["file:a.json#1", "file:a.json#2"]
    assert (fetch.outcome, fetch.cursor) == ("broken", None)
    assert fetch.error == "the text ends within a value at byte 27"


def test_a_missing_array_is_told(press):
    fetch = only_fetch(press({"a.json": b'{"items": []}'}), rows="articles")
    assert fetch.error == "1 could not be read, the first at the top: nothing is at 'articles'"


def test_csv_rows_become_objects_with_keys_in_the_order_of_the_columns(press):
    text = 'id,title,text\r\n7,"Ferry, again","Two\r\nlines ""so"""\r\n'
    [document], _ = read(press({"a.csv": b"\xef\xbb\xbf" + text.encode()}))
    assert document.url == "file:a.csv#7"
    assert document.payload == (
        b'{"id": "7", "title": "Ferry, again", "text": "Two\\r\\nlines \\"so\\""}'
    )


@pytest.mark.parametrize(
    ("payload", "options"),
    [
        ("Nr;Titel\n1;Zürich\n".encode("cp1252"), {"delimiter": ";", "encoding": "cp1252"}),
        ("Nr\tTitel\n1\tZürich\n".encode("utf-16"), {"delimiter": "\t"}),
        ("Nr,Titel\n1,Zürich\n".encode("utf-8-sig"), {"encoding": "cp1252"}),
        ("Nr,Titel\n1,Zürich\n".encode("utf-32"), {}),
    ],
)
def test_csv_is_read_in_its_encoding_and_a_byte_order_mark_wins(press, payload, options):
    assert payloads(press({"a.csv": payload}), **options) == [{"Nr": "1", "Titel": "Zürich"}]


def test_rows_of_another_encoding_come_in_utf_8(press):
    text = '{"title": "Zürich"}\n{"title": "Genève"}'
    home = press({"a.jsonl": text.encode("utf-16"), "b.json": text.encode("utf-16-le")})
    assert payloads(home, "a.jsonl") == [{"title": "Zürich"}, {"title": "Genève"}]
    assert payloads(home, "b.json", encoding="utf-16-le") == payloads(home, "a.jsonl")


ACCENTED = "Le maire a déclaré que l’été n’était « pas fini » à Genève."


@pytest.mark.parametrize("codec", ["cp1252", "utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.json"])
def test_the_encoding_of_rows_is_told_by_their_bytes(press, name, codec):
    before = "plain words\n" * 10_000  # the first accent stands far behind the start
    rows = [{"id": str(number), "text": text} for number, text in enumerate([before, ACCENTED])]
    home = press({name: written(name, rows).encode(codec)})
    documents, [fetch] = read(home)
    assert [json.loads(document.payload) for document in documents] == rows
    assert (fetch.outcome, fetch.error, fetch.lost) == ("ok", None, 0)


def test_packed_rows_are_looked_at_too(press):
    row = {"id": "1", "text": ACCENTED}
    text = written("a.csv", [row]).encode("cp1252")
    home = press({"a.csv.gz": gzip.compress(text), "b.zip": zipped({"a.csv": text})})
    assert payloads(home) == [row, row]


def test_long_texts_in_utf_8_are_left_as_they_are(press):
    rows = [{"id": str(number), "text": f"{number} " * 9_000 + ACCENTED} for number in range(40)]
    assert payloads(press({"a.jsonl": written("a.jsonl", rows).encode()})) == rows


def test_rows_in_no_one_encoding_are_counted_with_file_line_and_remedy(press):
    good = "".join(f"{number},{ACCENTED}\n" for number in range(3))
    home = press({"a.csv": ("id,text\n" + good).encode() + b"7,Caf\xe9\n8,\x81\n9,Ferry\n"})
    documents, [fetch] = read(home)
    assert [document.url[-1] for document in documents] == ["0", "1", "2", "9"]
    assert fetch.error == (
        "2 could not be read, the first at line 5: not in the encoding of the file: set `encoding`"
    )
    assert (fetch.outcome, fetch.url, fetch.lost) == ("ok", "file:a.csv", 2)


def test_a_row_with_a_fetch_of_its_own_is_not_counted_twice(press):
    _, [too_large, whole] = read(press({"a.jsonl": b"long " * (7 * MIB)}))
    assert (too_large.outcome, too_large.lost) == ("too_large", 0)
    assert (whole.error, whole.lost) == (
        "1 could not be read, the first at line 1: more than 32 MiB",
        0,
    )


def test_broken_csv_rows_are_counted_and_the_others_go_on(press):
    text = b"id,title\n1,Ferry\n2\n3,a,b\n\n4,Harbour\n"
    documents, [fetch] = read(press({"a.csv": text}))
    assert [document.url for document in documents] == ["file:a.csv#1", "file:a.csv#4"]
    assert (fetch.outcome, fetch.cursor is None) == ("ok", False)
    assert fetch.error == (
        "2 could not be read, the first at line 3: 1 fields where the header has 2: put text with "
        "a delimiter or line end into quotes"
    )
    assert fetch.lost == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"", "the first line is no CSV header"),
        (b"\n\n", "the first line is no CSV header"),
        (b"id,title,id\n1,2,3\n", "two columns are named 'id'"),
        (b"id;title\n1;Ferry\n", "the CSV header has no ',': set `delimiter`"),
    ],
)
def test_csv_without_a_usable_header_is_broken(press, text, error):
    fetch = only_fetch(press({"a.csv": text}))
    assert (fetch.outcome, fetch.error, fetch.cursor) == ("broken", error, None)


def test_csv_fields_may_be_long(press):
    home = press({"a.csv": comma_separated([["id", "text"], ["1", "word " * 100_000]])})
    assert len(payloads(home)[0]["text"]) == 500_000


def test_parquet_rows_say_in_json_what_they_hold(press):
    columns = {
        "id": [1, None],
        "when": pa.array([1_714_737_600_123_456_789, None], pa.timestamp("ns", "UTC")),
        "day": [dt.date(2024, 5, 3), None],
        "price": [Decimal("1.10"), None],
        "score": [float("nan"), 0.5],
        "text": [b"bytes \xc3\xa9", b"\xff\x00"],
        "tags": [["a", "b"], None],
        "seen": pa.array([[1_714_737_600_123_456_789], None], pa.list_(pa.timestamp("ns"))),
        "took": pa.array([1_500_000_001, None], pa.duration("ns")),
        "meta": [{"section": "Travel", "seen": NOON.replace(tzinfo=None)}, None],
    }
    first, second = payloads(press({"a.parquet": parquet(columns)}))
    assert list(first) == list(columns)
    assert first == {
        "id": 1,
        "when": "2024-05-03T12:00:00.123456+00:00",
        "day": "2024-05-03",
        "price": "1.10",
        "score": None,
        "text": "bytes é",
        "tags": ["a", "b"],
        "seen": ["2024-05-03T12:00:00.123456"],
        "took": "0:00:01.500000",
        "meta": {"section": "Travel", "seen": "2024-05-03T12:00:00.123456"},
    }
    assert (second["score"], second["text"], second["tags"]) == (0.5, "/wA=", None)


def test_a_year_that_python_does_not_have_breaks_the_file_not_the_source(press):
    columns = {"when": pa.array([2**62], pa.timestamp("us"))}
    documents, fetches = read(press({"a.parquet": parquet(columns), "b.txt": b"b"}))
    assert [document.url for document in documents] == ["file:b.txt"]
    assert [fetch.outcome for fetch in fetches] == ["broken", "ok"]
    assert "a value that Python cannot hold" in fetches[0].error


def test_parquet_rows_are_the_same_in_whatever_row_groups(press):
    columns = {"id": list(range(300)), "text": ["word " * 10] * 300}
    home = press(
        {"a/x.parquet": parquet(columns), "b/x.parquet": parquet(columns, row_group_size=7)}
    )
    assert read(home, "a")[0] == read(home, "b")[0]


@pytest.mark.parametrize("payload", [b"", b"PAR1 no parquet PAR1", parquet({"a": [1]})[:-20]])
def test_a_file_that_is_no_parquet_is_broken(press, payload):
    fetch = only_fetch(press({"a.parquet": payload}))
    assert (fetch.outcome, fetch.cursor) == ("broken", None)
    assert fetch.error
