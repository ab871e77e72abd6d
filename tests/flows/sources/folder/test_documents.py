"""What a document is, and what it is called."""

from __future__ import annotations

import gzip
import os
import shutil

import pytest
from folder_files import NOON, PAGE, digest, parquet, read, source, urls, zipped

from flows.sources import Document
from flows.sources._names import EXTENSIONS


def test_a_page_is_given_byte_for_byte_with_its_type_and_the_files_time(press):
    home = press({"island/ferry.html": PAGE})
    [document], [fetch] = read(home)
    assert document == Document(
        url="file:island/ferry.html",
        origin="file:island/ferry.html",
        payload=PAGE,
        media_type="text/html",
        seen_at=NOON,
    )
    assert (fetch.url, fetch.outcome, fetch.bytes) == (document.url, "ok", len(PAGE))
    assert fetch.ms > 0


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.txt", "text/plain"),
        ("a.HTML", "text/html"),
        ("a.htm", "text/html"),
        ("a.md", "text/markdown"),
        ("a.b.txt.gz", "text/plain"),
    ],
)
def test_the_extension_says_the_type_and_gz_is_unpacked(press, name, media_type):
    payload = gzip.compress(b"Ferry") if name.endswith("gz") else b"Ferry"
    [document], _ = read(press({name: payload}))
    assert (document.url, document.media_type) == (f"file:{name}", media_type)
    assert document.payload == b"Ferry"


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_extension_is_read_plain_packed_and_zipped(press, extension):
    samples = {
        ".csv": b"id,title\n1,Ferry\n",
        ".tsv": b"id\ttitle\n1\tFerry\n",
        ".json": b'[{"id": 1}]',
        ".jsonl": b'{"id": 1}\n',
        ".ndjson": b'{"id": 1}\n',
        ".parquet": parquet({"id": [1]}),
        ".zip": zipped({"a.txt": b"Ferry"}),
    }
    payload = samples.get(extension, b"Ferry")
    files = {f"a{extension}": payload}
    if extension != ".zip":
        files |= {f"b{extension}.gz": gzip.compress(payload), "c.zip": zipped(files)}
    documents, _ = read(press(files))
    assert len(documents) == len(files)


def test_an_empty_file_is_a_document_that_a_reader_can_reject(press):
    [document], _ = read(press({"empty.txt": b""}))
    assert document.payload == b""


def test_the_encoding_option_is_the_declared_charset_of_text_files(press):
    [document], _ = read(press({"a.txt": "Zürich".encode("cp1252")}), encoding="windows-1252")
    assert (document.charset, document.payload) == ("windows-1252", b"Z\xfcrich")


def test_names_are_relative_to_the_folder_the_glob_or_the_file(press):
    home = press({"2024/may/a.txt": b"a", "2024/june/b.txt": b"b"})
    assert urls(home, "2024") == ["file:june/b.txt", "file:may/a.txt"]
    assert urls(home, "20*/may/*.txt") == ["file:2024/may/a.txt"]
    assert urls(home, "2024/**/[ab].txt") == ["file:june/b.txt", "file:may/a.txt"]
    assert urls(home, "2024/may/a.txt") == ["file:a.txt"]


def test_a_moved_folder_keeps_its_documents(press, tmp_path):
    home = press({"old/x/a.txt": b"a", "old/rows.jsonl": b'{"title": "t"}'})
    before = read(home, "old")[0]
    shutil.move(tmp_path / "old", tmp_path / "new")
    assert read(home, "new")[0] == before
    assert source(home, "old").config_digest() == source(home, "new").config_digest()


def test_a_row_put_in_front_changes_no_other(press):
    rows = b'{"title": "A"}\n{"id": "b", "title": "B"}\n'
    before = urls(press({"a.jsonl": rows}))
    after = urls(press({"a.jsonl": b'{"title": "new"}\n' + rows}))
    assert after[1:] == before


def test_a_row_without_an_id_is_named_by_its_content_not_its_spelling(press):
    home = press({"a.jsonl": b'{"b": "\\u00e9", "a": 1}\n{"a":1,"b":"\xc3\xa9"}\n'})
    name = digest('{"a":1,"b":"é"}'.encode())
    assert urls(home) == [f"file:a.jsonl#{name}"] * 2


def test_a_mapped_id_names_the_row(press):
    home = press({"a.jsonl": b'{"id": 1, "meta": {"nr": "R 1/\xc3\xa4#"}}\n'})
    assert urls(home, fields={"id": "meta.nr"}) == ["file:a.jsonl#R%201/%C3%A4%23"]


def test_odd_names_are_percent_encoded(press):
    home = press({"50% off!/Zürich #1?.txt": b"x", "a b.zip": zipped({"c d!.txt": b"y"})})
    assert urls(home) == [
        "file:50%25%20off%21/Z%C3%BCrich%20%231%3F.txt",
        "file:a%20b.zip!/c%20d%21.txt",
    ]


def test_a_name_that_is_no_text_has_a_url_all_the_same(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes text only")
    assert urls(tmp_path) == ["file:caf%E9.txt"]


def test_files_come_in_the_order_of_their_whole_names(press):
    names = ["a-b.txt", "a.txt", "a/z.txt", "a0.txt", "b.txt"]
    home = press(dict.fromkeys(reversed(names), b"x"))
    assert urls(home) == [f"file:{name}" for name in sorted(names)]
