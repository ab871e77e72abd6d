"""Bodies from servers that send what they like."""

from __future__ import annotations

import gzip
import io
import threading
import time
import zlib
from collections.abc import Iterator
from functools import partial

import brotli
import pytest
import requests
import zstandard
from raw_server import (
    CHUNKED,
    LONG_S,
    TEXT,
    Ask,
    RawServer,
    Script,
    chunked,
    head,
    outcome,
    read,
    whole,
)

from flows.sources._http.bodies import Body, BodyError, copy_body

in_brotli = partial(brotli.compress, quality=5)
"""The usual quality, 11, takes 0.25 s for a text."""


def bare_deflate(data: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(data) + squeezer.flush()


SKIPPED_FRAME = b"\x50\x2a\x4d\x18\x05\x00\x00\x00hello"
GOOD = {
    "identity": ("identity", TEXT),
    "no name": ("", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "gzip in capitals": ("GZip", gzip.compress(TEXT)),
    "x-gzip": ("x-gzip", gzip.compress(TEXT)),
    "gzip of two members": ("gzip", gzip.compress(TEXT[:7000]) + gzip.compress(TEXT[7000:])),
    "gzip with an empty member": ("gzip", gzip.compress(b"") + gzip.compress(TEXT)),
    "gzip and garbage": ("gzip", gzip.compress(TEXT) + b"\x00\x00garbage" * 20_000),
    "gzip and one byte": ("gzip", gzip.compress(TEXT) + b"\x1f"),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "bare deflate": ("deflate", bare_deflate(TEXT)),
    "brotli": ("br", in_brotli(TEXT)),
    "zstd": ("zstd", zstandard.compress(TEXT)),
    "zstd of two frames": ("zstd", zstandard.compress(TEXT[:9]) + zstandard.compress(TEXT[9:])),
    "zstd with a skipped frame": ("zstd", SKIPPED_FRAME + zstandard.compress(TEXT)),
    "zstd and garbage": ("zstd", zstandard.compress(TEXT) + b"garbage"),
    "two": ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
    "three": ("deflate,br ,  zstd", zstandard.compress(in_brotli(zlib.compress(TEXT)))),
    "two and identity": ("identity, br, gzip", gzip.compress(in_brotli(TEXT))),
}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_every_good_encoding_gives_what_went_in(ask: Ask, name: str, framing: str) -> None:
    encoding, payload = GOOD[name]
    label = f"Content-Encoding: {encoding}"
    scripts = {
        "length": whole(payload, encoding),
        "chunked": [head(label, "Transfer-Encoding: chunked"), chunked(payload)],
        "close": [head(label, "Connection: close"), payload],
    }
    assert read(ask(scripts[framing])) == Body(TEXT, len(payload))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_comes_byte_by_byte_is_decoded_too(ask: Ask, encoding: str) -> None:
    text = TEXT[:300]
    payload = {
        "gzip": gzip.compress(text) + gzip.compress(text),
        "deflate": zlib.compress(text + text),
        "br": in_brotli(text + text),
        "zstd": zstandard.compress(text) + zstandard.compress(text),
    }[encoding]
    begin = head(f"Content-Encoding: {encoding}", "Transfer-Encoding: chunked")
    assert read(ask([begin, chunked(payload, 1)])).data == text + text


@pytest.mark.parametrize("encoding", ["identity", "gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_an_empty_body_is_empty_whatever_its_encoding(ask: Ask, encoding: str) -> None:
    assert read(ask(whole(b"", encoding))) == Body(b"", 0)


@pytest.mark.parametrize("encoding", ["compress", "utf-8", "gzip, aws-chunked", "gzip;q=1"])
def test_an_unknown_encoding_is_broken(ask: Ask, encoding: str) -> None:
    assert outcome(ask(whole(gzip.compress(TEXT), encoding))) == "broken"


def test_more_than_three_encodings_are_broken(ask: Ask) -> None:
    payload = TEXT
    for _ in range(4):
        payload = gzip.compress(payload)
    assert outcome(ask(whole(payload, "gzip, gzip, gzip, gzip"))) == "broken"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("kept", [1, 3, 9, 200, -1])
def test_a_cut_off_stream_is_broken(ask: Ask, encoding: str, kept: int) -> None:
    compress = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": in_brotli,
        "zstd": zstandard.compress,
    }[encoding]
    assert outcome(ask(whole(compress(TEXT)[:kept], encoding))) == "broken"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_is_not_what_it_says_is_broken(ask: Ask, encoding: str) -> None:
    assert outcome(ask(whole(b"\xfe" + TEXT, encoding))) == "broken"


def test_a_gzip_checksum_that_is_wrong_is_broken(ask: Ask) -> None:
    payload = bytearray(gzip.compress(TEXT))
    payload[-6] ^= 1
    assert outcome(ask(whole(bytes(payload), "gzip"))) == "broken"


def test_a_zstd_window_larger_than_allowed_is_broken(ask: Ask) -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27)
    squeezer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    assert outcome(ask(whole(squeezer.compress(TEXT) + squeezer.flush(), "zstd"))) == "broken"


def test_a_length_larger_than_the_body_is_broken(ask: Ask) -> None:
    assert outcome(ask([head(f"Content-Length: {len(TEXT) + 1}"), TEXT])) == "broken"


def test_a_length_smaller_than_the_body_counts(ask: Ask) -> None:
    assert read(ask([head("Content-Length: 100"), TEXT])) == Body(TEXT[:100], 100)


def test_a_length_that_is_no_number_reads_to_the_end(ask: Ask) -> None:
    assert read(ask([head("Content-Length: lots"), TEXT])).data == TEXT


def test_a_length_over_the_cap_is_too_large_before_a_byte_is_read(ask: Ask) -> None:
    def script() -> Iterator[bytes]:
        yield head("Content-Length: 1001")
        time.sleep(LONG_S)

    assert outcome(ask(script()), max_bytes=1000) == "too_large"


@pytest.mark.parametrize(
    "tail",
    [
        b"", b"5\r\nhel", b"5\r\nhello", b"5\r\nhello\r\n", b"\r\n", b"zz\r\nhello\r\n",
        b"-5\r\nhello", b"ffffffffffffffffffff\r\nhello",
    ],
)  # fmt: skip
def test_chunks_that_end_early_or_have_no_size_are_broken(ask: Ask, tail: bytes) -> None:
    begin = head("Transfer-Encoding: chunked")
    assert outcome(ask([begin, b"3\r\nabc\r\n", tail])) == "broken"


def test_a_body_of_just_the_cap_passes_and_one_byte_more_does_not(ask: Ask) -> None:
    size = len(TEXT)
    for payload, encoding in [(TEXT, "identity"), (in_brotli(TEXT), "br")]:
        assert read(ask(whole(payload, encoding)), max_bytes=size).data == TEXT
        assert outcome(ask(whole(payload, encoding)), max_bytes=size - 1) == "too_large"


def test_a_long_size_line_of_a_chunk_is_too_large(ask: Ask) -> None:
    def script() -> Iterator[bytes]:
        yield head("Transfer-Encoding: chunked")
        while True:
            yield b"0" * 50_000

    assert outcome(ask(script())) == "too_large"


def test_a_copy_is_not_decoded_and_has_no_cap(ask: Ask) -> None:
    payload = gzip.compress(TEXT)
    into = io.BytesIO()
    deadline = time.monotonic() + 20
    assert copy_body(ask(whole(payload, "gzip")), into, deadline=deadline) == len(payload)
    assert into.getvalue() == payload


@pytest.mark.parametrize(
    "script", [[head("Content-Length: 1000"), b"abc"], [CHUNKED, b"5\r\nhello\r\n"]]
)
def test_a_copy_that_is_cut_off_is_broken(ask: Ask, script: Script) -> None:
    with pytest.raises(BodyError) as caught:
        copy_body(ask(script), io.BytesIO(), deadline=time.monotonic() + 20)
    assert caught.value.outcome == "broken"


def test_a_file_that_cannot_be_written_is_not_the_servers_fault(ask: Ask) -> None:
    into = io.BytesIO()
    into.close()
    with pytest.raises(ValueError, match="closed file"):
        copy_body(ask(whole(TEXT)), into, deadline=time.monotonic() + 20)


def test_a_whole_body_gives_its_connection_back_and_leaves_no_watch(ask: Ask) -> None:
    response = ask(whole(gzip.compress(TEXT), "gzip"))
    assert read(response).data == TEXT
    assert response.raw.connection is None
    assert not any(isinstance(thread, threading.Timer) for thread in threading.enumerate())


def test_a_body_that_failed_does_not_give_its_connection_back(
    ask: Ask, session: requests.Session, server: RawServer
) -> None:
    assert outcome(ask([head("Content-Length: 5000000"), b"a"]), max_bytes=1000) == "too_large"
    server.scripts["/"] = lambda: whole(TEXT)
    with session.get(server.url("/"), stream=True, timeout=5) as response:
        assert read(response).data == TEXT
