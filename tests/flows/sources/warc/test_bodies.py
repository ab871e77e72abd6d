"""Bodies, decoded and within their cap."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from warc_records import PAGE, read, response, urls


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
