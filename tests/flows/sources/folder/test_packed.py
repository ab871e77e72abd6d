"""Packed and large files."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import os
import tracemalloc
import zipfile
from contextlib import ExitStack

import pytest
from folder_files import MIB, NOON, PAGE, only_fetch, read, source, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.sources import Document, Fetch


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
