from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import pickle
import shutil
import tracemalloc
import zipfile
from contextlib import ExitStack
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.sources import Cursor, Document, Fetch, Window
from flows.sources._names import EXTENSIONS
from flows.sources.folder import Source
from transforms.errors import ConfigError

NOON = dt.datetime(2024, 5, 3, 12, 0, 0, 123456, tzinfo=dt.UTC)
MIB = 1024 * 1024
PAGE = b"<html><body><h1>Ferry runs again</h1><p>The island ferry is back.</p></body></html>"


@pytest.fixture
def press(tmp_path):
    """Files by name, written at noon."""

    def write(files):
        for name, payload in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(payload)
            os.utime(path, ns=(0, 1_714_737_600_123_456_789))
        return tmp_path

    return write


def source(home, path=".", **options):
    return Source(name="press", home=home, path=path, **options)


def read(home, path=".", *, window=None, cursors=None, **options):
    steps = list(source(home, path, **options).read(window, cursors or {}))
    documents = [step for step in steps if isinstance(step, Document)]
    return documents, [step for step in steps if isinstance(step, Fetch)]


def urls(home, path=".", **options):
    return [document.url for document in read(home, path, **options)[0]]


def payloads(home, path=".", **options):
    return [json.loads(document.payload) for document in read(home, path, **options)[0]]


def only_fetch(home, path=".", **options):
    [fetch] = read(home, path, **options)[1]
    return fetch


def zipped(members, **options):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", **options) as archive:
        for name, payload in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 1, 2, 3, 4, 6)), payload)
    return packed.getvalue()


def parquet(columns, **options):
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written, **options)
    return written.getvalue()


def comma_separated(rows):
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def digest(canonical):
    return hashlib.sha256(canonical).hexdigest()


# What a document is


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


# Names


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


# Which files


def test_other_extensions_and_hidden_files_are_passed_over(press):
    home = press(
        {
            "a.txt": b"a",
            "b.pdf": b"%PDF",
            "README": b"",
            ".a.txt": b"",
            ".git/a.txt": b"",
            "a.zip.gz": b"",
            "c.zip": zipped({"__MACOSX/._d.txt": b"", "d.png": b"", "./d.txt": b"d", "e/": b""}),
        }
    )
    documents, fetches = read(home)
    assert [document.payload for document in documents] == [b"a", b"d"]
    assert [fetch.outcome for fetch in fetches] == ["ok", "ok"]


def test_an_existing_path_is_no_glob(press):
    home = press({"[old] press/what?.txt": b"x"})
    assert urls(home, "[old] press/what?.txt") == ["file:what%3F.txt"]
    assert urls(home / "[old] press", "*.txt") == ["file:what%3F.txt"]


def test_a_glob_may_be_absolute_and_may_match_nothing_today(press, tmp_path):
    home = press({"in/a.txt": b"a"})
    assert urls(home / "elsewhere" / "deep", f"{tmp_path}/in/*.txt") == ["file:a.txt"]
    assert read(home, "in/*.jsonl") == ([], [])


def test_links_are_read_within_the_folder_only(press, tmp_path):
    home = press({"in/a.txt": b"a", "out/b.txt": b"b"})
    (tmp_path / "in/inside.txt").symlink_to("a.txt")
    (tmp_path / "in/outside.txt").symlink_to(tmp_path / "out/b.txt")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/endless.txt").symlink_to("endless.txt")
    documents, fetches = read(home, "in")
    assert [document.url for document in documents] == ["file:a.txt", "file:inside.txt"]
    errors = {fetch.url: fetch.error for fetch in fetches if fetch.outcome == "unreadable"}
    assert errors.keys() == {"file:endless.txt", "file:outside.txt"}
    assert errors["file:outside.txt"] == "a link that leads out of the folder"


def test_a_pipe_is_not_opened_and_a_folder_may_be_called_a_txt(press, tmp_path):
    home = press({"a.txt/b.txt": b"b"})
    os.mkfifo(tmp_path / "pipe.txt")
    documents, fetches = read(home)
    assert [document.url for document in documents] == ["file:a.txt/b.txt"]
    assert fetches[-1].url == "file:pipe.txt"
    assert (fetches[-1].outcome, fetches[-1].error) == ("unreadable", "not a regular file")


def test_a_file_that_vanishes_is_told_and_the_others_go_on(press, tmp_path):
    steps = source(press({"a.txt": b"a", "b.txt": b"b", "c.txt": b"c"})).read(None, {})
    first = next(steps)
    (tmp_path / "b.txt").unlink()
    outcomes = {step.url: step.outcome for step in steps if isinstance(step, Fetch)}
    assert first.url == "file:a.txt"
    assert outcomes == {"file:a.txt": "ok", "file:b.txt": "unreadable", "file:c.txt": "ok"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(press, tmp_path):
    home = press({"a.txt": b"a", "shut/b.txt": b"b", "z.txt": b"z"})
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "shut").chmod(0)
    documents, fetches = read(home)
    (tmp_path / "shut").chmod(0o700)
    assert [document.url for document in documents] == ["file:z.txt"]
    assert [fetch.outcome for fetch in fetches] == ["unreadable", "unreadable", "ok"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gone", "there is no such file or folder"),
        ("gone/*.txt", "there is no such file or folder"),
        ("report.pdf", "a file of this extension is not read"),
        ("x" * 300, "the path cannot be read: File name too long"),
        ("~nobody-of-this-name/a", "the path cannot be read: Could not determine home directory."),
    ],
)
def test_a_path_that_cannot_be_names_source_and_place(press, path, message):
    configured = source(press({"report.pdf": b"%PDF"}), path)
    with pytest.raises(ConfigError, match=message) as found:
        configured.check()
    with pytest.raises(ConfigError, match=message):
        next(configured.read(None, {}))
    assert found.value.facts["source"] == "press"
    assert path in str(found.value.facts["path"])


# Rows


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


def test_broken_csv_rows_are_counted_and_the_others_go_on(press):
    text = b"id,title\n1,Ferry\n2\n3,Caf\xe9\n4,a,b\n\n5,Harbour\n"
    documents, [fetch] = read(press({"a.csv": text}))
    assert [document.url for document in documents] == ["file:a.csv#1", "file:a.csv#5"]
    assert (fetch.outcome, fetch.cursor is None) == ("ok", False)
    assert fetch.error == (
        "3 could not be read, the first at line 3: 1 fields where the header has 2"
    )


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


# Packed


def test_zip_members_come_by_name_with_their_own_time(press):
    home = press({"a.zip": zipped({"b.html": PAGE, "a.jsonl": b'{"id": 1}', "c.txt.gz": b"no"})})
    documents, [broken, fetch] = read(home)
    assert [document.url for document in documents] == [
        "file:a.zip!/a.jsonl#1",
        "file:a.zip!/b.html",
    ]
    own = dt.datetime(2023, 1, 2, 3, 4, 6, tzinfo=dt.UTC)
    assert {(document.origin, document.seen_at) for document in documents} == {("file:a.zip", own)}
    assert (broken.url, broken.outcome) == ("file:a.zip!/c.txt.gz", "broken")
    assert (fetch.url, fetch.outcome) == ("file:a.zip", "ok")


def test_a_member_whose_clock_never_ran_has_the_time_of_the_zip(press):
    packed = zipped({"a.txt": b"a"})
    stamp = zipfile.ZipFile(io.BytesIO(packed)).infolist()[0]
    assert stamp.date_time == (2023, 1, 2, 3, 4, 6)
    [document], _ = read(press({"a.zip": packed.replace(b"\x83\x18\x22\x56", bytes(4))}))
    assert document.seen_at == NOON


def test_a_broken_member_is_told_and_the_others_go_on(press):
    members = {"a.txt": b"alpha", "b.txt": b"bravo", "c.zip": zipped({}), "d.txt": b"delta"}
    packed = zipped(members).replace(b"bravo", b"brave")
    documents, fetches = read(press({"a.zip": packed}))
    assert [document.payload for document in documents] == [b"alpha", b"delta"]
    assert [(fetch.url, fetch.outcome) for fetch in fetches] == [
        ("file:a.zip!/b.txt", "broken"),
        ("file:a.zip!/c.zip", "broken"),
        ("file:a.zip", "ok"),
    ]
    assert fetches[0].error == "Bad CRC-32 for file 'b.txt'"
    assert fetches[1].error == "a zip within a zip is not opened"
    assert fetches[2].error.startswith("2 could not be read, the first at b.txt: Bad CRC-32")


def test_an_encrypted_member_is_broken(press):
    packed = bytearray(zipped({"a.txt": b"alpha"}))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    member, _ = read(press({"a.zip": bytes(packed)}))[1]
    assert (member.outcome, member.error) == ("broken", "encrypted")


def test_a_gz_that_ends_early_gives_the_rows_before(press):
    lines = b"".join(
        b'{"id": %d, "t": "%s"}\n' % (i, os.urandom(40).hex().encode()) for i in range(2000)
    )
    documents, [fetch] = read(press({"a.jsonl.gz": gzip.compress(lines)[:-5000]}))
    assert 1000 < len(documents) < 2000
    assert (fetch.outcome, fetch.cursor) == ("broken", None)
    assert fetch.error == "the packed bytes end too early"


@pytest.mark.parametrize("name", ["a.txt.gz", "a.zip", "a.jsonl.gz", "a.json.gz", "a.parquet.gz"])
def test_bytes_that_are_not_packed_are_broken(press, name):
    fetch = only_fetch(press({name: b"not packed at all"}))
    assert (fetch.outcome, fetch.cursor) == ("broken", None)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.zip", "a.jsonl.gz", "a.csv.gz", "a.json"]),
    cut=st.integers(0, 400),
    at=st.integers(0, 400),
    noise=st.binary(min_size=1, max_size=4),
)
def test_damaged_bytes_end_in_a_fetch_of_the_file(press, name, cut, at, noise):
    rows = b'[{"id": 1, "title": "Ferry"}, {"id": 2}]'
    whole = {
        "a.zip": zipped({"a.txt": b"alpha", "b.csv": b"id,t\n1,2\n", "c.json": rows}),
        "a.jsonl.gz": gzip.compress(b'{"id": 1}\n' * 9),
        "a.csv.gz": gzip.compress(b"id,title\n1,Ferry\n"),
        "a.json": rows,
    }[name]
    at %= len(whole)
    damaged = whole[:at] + noise + whole[at + len(noise) : len(whole) - cut]
    *_, last = source(press({name: damaged}), name).read(None, {})
    assert isinstance(last, Fetch)
    assert last.url == f"file:{name}"


# Size


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_document_over_32_mib_is_not_given(press, name):
    huge = bytes(32 * MIB + 1)
    documents, [fetch] = read(press({name: gzip.compress(huge, 1) if "gz" in name else huge}))
    assert documents == []
    assert (fetch.url, fetch.outcome, fetch.error) == (
        f"file:{name}",
        "too_large",
        "more than 32 MiB",
    )


@pytest.mark.parametrize(
    ("name", "rows", "place"),
    [
        ("a.jsonl", [b'{"id": 1}\n{"id": 2, "t": "', b'"}\n{"id": 3}\n'], "line=2"),
        ("a.json", [b'[{"id": 1}, {"id": 2, "t": "', b'"}, {"id": 3}]'], "row=2"),
        ("a.csv", [b'id,t\n1,a\n2,"', b'"\n3,c\n'], "line=3"),
    ],
)
def test_a_row_over_32_mib_is_told_and_the_others_go_on(press, name, rows, place):
    huge = (b"x" * 79 + b" ") * (33 * MIB // 80)
    documents, fetches = read(press({f"{name}.gz": gzip.compress(huge.join(rows), 1)}))
    assert [document.url[-1] for document in documents] == ["1", "3"]
    too_large, whole = fetches
    assert (too_large.url, too_large.outcome) == (f"file:{name}.gz#{place}", "too_large")
    assert whole.outcome == "ok"


BODY = "word " * 4000
FORMATS = {
    "jsonl": (b"", b'{"id": "%d", "text": "' + BODY.encode() + b'"}\n', b""),
    "json": (b"[0", b', {"id": "%d", "text": "' + BODY.encode() + b'"}', b"]"),
    "csv": (b"id,text\n", b"%d," + BODY.encode() + b"\n", b""),
}


@pytest.mark.parametrize("packing", ["gz", "zip"])
@pytest.mark.parametrize("extension", FORMATS)
def test_a_large_file_never_enters_memory(tmp_path, extension, packing):
    path = tmp_path / f"a.{extension}.{packing}"
    with ExitStack() as opened:
        if packing == "gz":
            written = opened.enter_context(gzip.open(path, "wb", compresslevel=1))
        else:
            archive = opened.enter_context(zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED))
            written = opened.enter_context(archive.open(f"a.{extension}", "w"))
        before, row, after = FORMATS[extension]
        written.write(before)
        written.writelines(row % number for number in range(1500))
        written.write(after)
    steps = source(tmp_path, path.name).read(None, {})
    tracemalloc.start()
    count = sum(isinstance(step, Document) for step in steps)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count >= 1500
    assert peak < 3 * MIB  # of 29 MiB


# Remembering


def remembered(fetches):
    return {fetch.url: fetch.cursor for fetch in fetches if fetch.cursor}


def test_known_files_are_not_opened(press, tmp_path):
    home = press({"a.txt": b"a", "b.jsonl": b'{"id": 1}'})
    cursors = remembered(read(home)[1])
    assert cursors["file:a.txt"] == Cursor(
        "file:a.txt", size=1, modified_at=NOON, config=source(home).config_digest()
    )
    # Same size and time: only opening the file could show that it is another.
    press({"a.txt": b"z"})
    documents, fetches = read(home, cursors=cursors)
    assert documents == []
    assert [(fetch.outcome, fetch.cursor) for fetch in fetches] == [("known", None)] * 2


@pytest.mark.parametrize("change", ["size", "time", "options"])
def test_a_file_is_read_again_when_size_time_or_options_changed(press, tmp_path, change):
    home = press({"a.txt": b"a"})
    cursors = remembered(read(home)[1])
    if change == "size":
        press({"a.txt": b"aa"})
    if change == "time":
        os.utime(tmp_path / "a.txt", (0, 0))
    options = {"language": "de"} if change == "options" else {}
    assert len(read(home, cursors=cursors, **options)[0]) == 1


def test_a_file_that_changes_while_it_is_read_is_not_remembered(press, tmp_path):
    steps = source(press({"a.jsonl": b'{"id": 1}\n{"id": 2}\n'})).read(None, {})
    assert next(steps).url == "file:a.jsonl#1"
    with (tmp_path / "a.jsonl").open("ab") as file:
        file.write(b'{"id": 3}\n')
    *_, fetch = steps
    assert (fetch.outcome, fetch.cursor) == ("broken", None)
    assert fetch.error == "changed while it was read"


def test_a_window_takes_the_files_changed_within_it(press, tmp_path):
    home = press({"a.txt": b"a", "b.txt": b"b"})
    os.utime(tmp_path / "b.txt", (0, 0))
    assert urls(home, window=Window(NOON, NOON + dt.timedelta(1))) == ["file:a.txt"]
    assert urls(home, window=Window(NOON - dt.timedelta(1), NOON)) == []


def test_a_window_that_leaves_members_out_does_not_remember_the_zip(press):
    home = press({"a.zip": zipped({"a.txt": b"a"})})
    year = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    inside, [whole] = read(home, window=Window(year, NOON))
    outside, [partly] = read(home, window=Window(NOON, NOON + dt.timedelta(1)))
    assert (len(inside), whole.cursor is None) == (1, False)
    assert (len(outside), partly.cursor is None) == (0, True)


# Options


def test_what_reading_needs_reaches_the_profile(tmp_path):
    configured = source(
        tmp_path, timezone="Europe/Paris", language="fr", country="FR", publisher="Le Phare",
        fields={"title": "titre", "id": "nr"},
    )  # fmt: skip
    profile = configured.profile()
    assert (profile.source, profile.timezone, profile.publisher) == (
        "press", "Europe/Paris", "Le Phare",
    )  # fmt: skip
    assert profile.fields == (("id", "nr"), ("title", "titre"))


def test_the_digest_leaves_out_what_changes_no_document(tmp_path):
    plain = source(tmp_path)
    assert source(tmp_path / "x", "y", enabled=False).config_digest() == plain.config_digest()
    for option in (
        {"delimiter": ";"},
        {"fields": {"title": "t"}},
        {"rows": "r"},
        {"country": "FR"},
    ):
        assert source(tmp_path, **option).config_digest() != plain.config_digest()


def test_a_source_travels_between_processes(tmp_path):
    configured = source(tmp_path, fields={"title": "t"})
    assert pickle.loads(pickle.dumps(configured)) == configured  # noqa: S301


def test_a_warehouse_within_the_folder_is_not_read(press):
    home = press(
        {
            "lake/catalog.sqlite": b"",
            "lake/data/raw/articles/part.parquet": b"",
            "data/raw/kept.txt": b"text",
        }
    )
    assert urls(home) == ["file:data/raw/kept.txt"]
