"""Files as a press leaves them, and sources that read them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

from flows.sources import Document, Fetch
from flows.sources.folder import Source

NOON = dt.datetime(2024, 5, 3, 12, 0, 0, 123456, tzinfo=dt.UTC)
MIB = 1024 * 1024
PAGE = b"<html><body><h1>Ferry runs again</h1><p>The island ferry is back.</p></body></html>"


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


def written(name, rows):
    """Write rows of one shape as a file of this name holds them."""
    if name.endswith("l"):
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if name.endswith(".json"):
        return json.dumps(rows, ensure_ascii=False)
    text = io.StringIO()
    csv.writer(text, delimiter="\t" if name.endswith(".tsv") else ",").writerows(
        [list(rows[0]), *(list(row.values()) for row in rows)]
    )
    return text.getvalue()


def digest(canonical):
    return hashlib.sha256(canonical).hexdigest()
