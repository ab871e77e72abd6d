"""WARC records, archives of them, and sources that read them from the disk."""

from __future__ import annotations

import datetime as dt
import gzip

import zstandard

from flows.sources import Document, Fetch
from flows.sources.warc import Source

SEEN = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
PAGE = b"<html><body><h1>Ferry runs again</h1><p>The island ferry is back.</p></body></html>"
PACKED = {
    ".warc": lambda record: record,
    ".warc.gz": gzip.compress,
    ".warc.zst": zstandard.compress,
    ".warc.wet.gz": gzip.compress,
    ".wet.gz": gzip.compress,
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


def starts(records, name):
    pack, at = PACKED[name.removeprefix("news")], 0
    for record in records:
        yield at
        at += len(pack(record))


def packed(records):
    return b"".join(map(gzip.compress, records))
