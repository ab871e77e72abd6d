"""The pages in a WARC archive: how it is written, read bare, and read into a warehouse."""

from __future__ import annotations

import gzip
import multiprocessing
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pyarrow as pa
from bench_bare import PROFILE, SLICE_DOCUMENTS
from bench_pages import page
from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows import settings
from flows.ingesting.counts import Counts
from flows.ingesting.limits import Limits
from flows.ingesting.normalize import normalize
from flows.ingesting.pipeline import ingest_source
from flows.ingesting.pool import normalizers
from flows.ingesting.readers import Readers
from flows.ingesting.run import find_copies
from flows.ingesting.shared import Run
from flows.sources import Poll
from flows.sources.warc import Source
from transforms.schema import DOCUMENT
from warehouse.opening import opened


def write_archive(path: Path, count: int) -> None:
    """Write `count` pages as responses, a gzip member each, a request before each."""
    with path.open("wb") as archive:
        for number in range(count):
            url = f"https://news.example/{number}"
            archive.write(_record("request", url, b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n"))
            archive.write(_record("response", url, _response(page(number).encode())))


def _response(body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}"
    )
    return head.encode() + b"\r\n\r\n" + body


def _record(kind: str, url: str, block: bytes) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2026-03-31T12:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 6)


def read_bare_archive(path: Path, workers: int) -> int:
    """Read an archive by fastwarc, normalize its pages, throw the articles away and count them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.ingesting.normalize"])
    with context.Pool(workers) as pool:
        return sum(pool.imap_unordered(_normalize, _slices(path)))


def _slices(path: Path) -> Iterator[list[tuple[str, bytes]]]:
    pages = (
        (str(record.headers["WARC-Target-URI"]), record.reader.read())
        for record in ArchiveIterator(str(path), record_types=WarcRecordType.response)
    )
    yield from iter(partial(_take, pages), [])


def _take(pages: Iterator[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return list(islice(pages, SLICE_DOCUMENTS))


def _normalize(pages: list[tuple[str, bytes]]) -> int:
    rows = [
        {
            "document_id": url,
            "source": PROFILE.source,
            "url": url,
            "media_type": "text/html",
            "charset": "utf-8",
            "payload": payload,
        }
        for url, payload in pages
    ]
    return len(normalize(pa.RecordBatch.from_pylist(rows, DOCUMENT), PROFILE))


def ingest_archive(path: Path, root: Path, workers: int) -> Counts:
    """Read an archive into a new warehouse, copies step and all."""
    batches, normalizing = settings.Batch(), settings.Normalize()
    limits = Limits(batches.max_documents, batches.max_mb * 2**20)
    source = Source(name="bench", home=path.parent, path=path.name)
    with (
        opened(root, create=True) as lake,
        normalizers(workers, normalizing.document_timeout_s, None) as pool,
    ):
        lake.connection.execute("SET enable_progress_bar = false")
        run = Run("bench", lake, pool, limits, Poll(), Readers(1))
        counts = ingest_source(run, source)  # type: ignore[arg-type]
        find_copies(run)
    return counts
