"""Bodies from servers that send what they like."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import random
import socketserver
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import pytest
import requests
import zstandard

from flows.sources._http.bodies import MAX_RATIO, Body, BodyError, copy_body, read_body

MIB = 2**20
LONG_S = 30.0
"""Of a server that is slow on purpose: no test waits for it."""
TEXT = "".join(
    f"<p>The ferry of {random.Random(line).randrange(10**9)} arrived.</p>\n" for line in range(4000)
).encode()

Script = Iterable[bytes]


class _Server(socketserver.ThreadingTCPServer):
    """Answers every request to a path with the pieces of its script, then closes."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 20

    def __init__(self) -> None:
        self.scripts: dict[str, Callable[[], Script]] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            path = self.rfile.readline().split()[1].decode()
            while self.rfile.readline().strip():
                pass
            for piece in self.server.scripts[path]():
                self.wfile.write(piece)


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


Ask = Callable[[Script], requests.Response]


@pytest.fixture
def ask(server: _Server, session: requests.Session) -> Iterator[Ask]:
    with contextlib.ExitStack() as open_ones:

        def _ask(script: Script) -> requests.Response:
            server.scripts["/"] = lambda: script
            response = session.get(server.url("/"), stream=True, timeout=(5, LONG_S))
            open_ones.callback(response.close)
            return response

        yield _ask


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()


def whole(payload: bytes, encoding: str = "identity") -> list[bytes]:
    return [head(f"Content-Encoding: {encoding}", f"Content-Length: {len(payload)}"), payload]


def chunked(payload: bytes, size: int = 1000) -> bytes:
    cut = [payload[start : start + size] for start in range(0, len(payload), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*cut, b""])


def read(response: requests.Response, max_bytes: int = 16 * MIB, within_s: float = 20.0) -> Body:
    return read_body(response, max_bytes=max_bytes, deadline=time.monotonic() + within_s)


def outcome(response: requests.Response, max_bytes: int = 16 * MIB, within_s: float = 20.0) -> str:
    with pytest.raises(BodyError) as caught:
        read(response, max_bytes, within_s)
    assert str(caught.value)
    assert "0x" not in str(caught.value)
    return caught.value.outcome


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
    "brotli": ("br", brotli.compress(TEXT)),
    "zstd": ("zstd", zstandard.compress(TEXT)),
    "zstd of two frames": ("zstd", zstandard.compress(TEXT[:9]) + zstandard.compress(TEXT[9:])),
    "zstd with a skipped frame": ("zstd", SKIPPED_FRAME + zstandard.compress(TEXT)),
    "zstd and garbage": ("zstd", zstandard.compress(TEXT) + b"garbage"),
    "two": ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
    "three": ("deflate,br ,  zstd", zstandard.compress(brotli.compress(zlib.compress(TEXT)))),
    "two and identity": ("identity, br, gzip", gzip.compress(brotli.compress(TEXT))),
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
        "br": brotli.compress(text + text),
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
        "br": brotli.compress,
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
    for payload, encoding in [(TEXT, "identity"), (brotli.compress(TEXT), "br")]:
        assert read(ask(whole(payload, encoding)), max_bytes=size).data == TEXT
        assert outcome(ask(whole(payload, encoding)), max_bytes=size - 1) == "too_large"


def test_a_long_size_line_of_a_chunk_is_too_large(ask: Ask) -> None:
    def script() -> Iterator[bytes]:
        yield head("Transfer-Encoding: chunked")
        while True:
            yield b"0" * 50_000

    assert outcome(ask(script())) == "too_large"


def test_what_compresses_well_is_no_bomb_while_it_is_small(ask: Ask) -> None:
    blank = b" " * MIB
    payload = gzip.compress(blank)
    assert len(payload) * MAX_RATIO < MIB
    assert read(ask(whole(payload, "gzip"))).data == blank
    assert outcome(ask(whole(gzip.compress(blank + b" "), "gzip"))) == "too_large"


def endless(payload: bytes) -> Iterator[bytes]:
    while True:
        yield payload


BOMBS: dict[str, Callable[[], Script]] = {}


def bomb(name: str) -> Callable[[Callable[[], Script]], Callable[[], Script]]:
    def keep(script: Callable[[], Script]) -> Callable[[], Script]:
        BOMBS[f"/{name}"] = script
        return script

    return keep


def blank_gzip() -> bytes:
    return gzip.compress(bytes(100 * MIB), 9)


@bomb("gzip")
def gzip_bomb() -> Script:
    return whole(blank_gzip(), "gzip")


@bomb("gzip-gzip")
def nested_bomb() -> Script:
    return whole(gzip.compress(blank_gzip()), "gzip, gzip")


@bomb("gzip-hidden")
def hidden_bomb() -> Script:
    """The outer layer ends at once: all the rest is garbage to it."""
    return whole(gzip.compress(gzip.compress(b"news") + bytes(100 * MIB)), "gzip, gzip")


@bomb("brotli")
def brotli_bomb() -> Script:
    return whole(brotli.compress(bytes(100 * MIB), quality=5), "br")


@bomb("zstd")
def zstd_bomb() -> Script:
    return whole(zstandard.compress(bytes(100 * MIB), 19), "zstd")


@bomb("zstd-runs")
def zstd_run_bomb() -> Script:
    """Blocks of one byte repeated, four bytes for 128 KiB each."""
    size = 128 * 1024
    block = ((size << 3) | 0b010).to_bytes(3, "little") + b"\x00"
    return whole(b"\x28\xb5\x2f\xfd\x00\x38" + block * 20_000, "zstd")


@bomb("endless")
def endless_body() -> Script:
    yield head("Content-Type: text/html")
    yield from endless(bytes(65_536))


@bomb("endless-chunks")
def endless_chunks() -> Script:
    yield head("Transfer-Encoding: chunked")
    yield from endless(b"10000\r\n" + bytes(65_536) + b"\r\n")


@bomb("one-endless-chunk")
def one_endless_chunk() -> Script:
    yield head("Transfer-Encoding: chunked")
    yield b"7fffffffffff\r\n"
    yield from endless(bytes(65_536))


@bomb("garbage")
def endless_garbage() -> Script:
    yield head("Content-Encoding: gzip")
    yield gzip.compress(b"news")
    yield from endless(bytes(65_536))


READ_ALL = """
import json, resource, sys, time
import requests
from flows.sources._http.bodies import BodyError, read_body

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def ask(session, url, max_bytes):
    with session.get(url, stream=True, timeout=30) as response:
        try:
            read_body(response, max_bytes=max_bytes, deadline=time.monotonic() + 60)
        except BodyError as error:
            return error.outcome
        return "ok"

with requests.Session() as session:
    session.trust_env = False
    warm = ask(session, sys.argv[1], 1000)
    before = peak()
    said = {url: [ask(session, url, size * 2**20) for size in (1, 16)] for url in sys.argv[2:]}
    print(json.dumps([warm, said, peak() - before]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts the peak in KiB, as Linux does")
def test_bombs_and_endless_bodies_end_within_the_memory_of_the_cap(server: _Server) -> None:
    scripts = {
        path: (lambda kept: lambda: kept)(made) if isinstance(made := script(), list) else script
        for path, script in BOMBS.items()
    }
    server.scripts |= {**scripts, "/small": lambda: whole(b"news")}
    urls = [server.url(path) for path in BOMBS]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", READ_ALL, server.url("/small"), *urls],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    warm, said, grown_kib = json.loads(done.stdout)
    assert warm == "ok"
    assert said == {url: ["too_large", "too_large"] for url in urls}
    assert grown_kib * 1024 < 100 * MIB


def test_the_ratio_alone_stops_a_bomb_that_is_within_the_cap(ask: Ask) -> None:
    payload = gzip.compress(bytes(20 * MIB))
    assert outcome(ask(whole(payload, "gzip")), max_bytes=1000 * MIB) == "too_large"


def drip(begin: bytes, piece: bytes = b"a") -> Iterator[bytes]:
    yield begin
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        yield piece
        time.sleep(0.05)


def silence(begin: bytes) -> Iterator[bytes]:
    yield begin
    time.sleep(LONG_S)


CHUNKED = head("Transfer-Encoding: chunked")
SLOW: dict[str, Callable[[], Script]] = {
    "nothing": lambda: silence(head("Content-Length: 10000")),
    "nothing after a byte": lambda: silence(head("Content-Length: 10000") + b"a"),
    "nothing until the end": lambda: silence(head("Connection: close")),
    "a drip": lambda: drip(head("Content-Length: 10000")),
    "a drip of chunks": lambda: drip(CHUNKED, b"1\r\na\r\n"),
    "a drip of a chunk's size": lambda: drip(CHUNKED, b"0"),
    "a drip of a trailer": lambda: drip(CHUNKED + b"0\r\n"),
    "a flood of trailers": lambda: (CHUNKED + b"0\r\n", *(b"a: b\r\n" * 10_000,) * 40_000),
    "a drip of empty blocks": lambda: drip(
        head("Content-Encoding: gzip") + gzip.compress(b"")[:10], b"\x00\x00\x00\xff\xff"
    ),
    "a drip of empty members": lambda: drip(head("Content-Encoding: gzip"), gzip.compress(b"")),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_body_ends_at_the_deadline(ask: Ask, name: str) -> None:
    began = time.monotonic()
    response = ask(SLOW[name]())
    assert outcome(response, within_s=0.5) == "timeout"
    assert time.monotonic() - began < 10


def test_a_flood_ends_too_where_bytes_go_on_waiting_after_a_shutdown(ask: Ask) -> None:
    began = time.monotonic()
    response = ask(SLOW["a flood of trailers"]())
    response.raw.shutdown = lambda: None
    assert outcome(response, within_s=0.5) == "timeout"
    assert time.monotonic() - began < 10


def test_a_slow_copy_ends_at_the_deadline_and_keeps_what_came(ask: Ask) -> None:
    into = io.BytesIO()
    with pytest.raises(BodyError) as caught:
        copy_body(ask(SLOW["a drip"]()), into, deadline=time.monotonic() + 0.5)
    assert caught.value.outcome == "timeout"
    assert 0 < len(into.getvalue()) < 10_000


def test_a_deadline_that_has_passed_reads_nothing(ask: Ask) -> None:
    assert outcome(ask(whole(TEXT)), within_s=-1.0) == "timeout"


def test_a_server_silent_for_the_read_timeout_is_a_timeout(
    server: _Server, session: requests.Session
) -> None:
    server.scripts["/"] = SLOW["nothing"]
    with session.get(server.url("/"), stream=True, timeout=(5, 0.2)) as response:
        assert outcome(response) == "timeout"


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
    ask: Ask, session: requests.Session, server: _Server
) -> None:
    assert outcome(ask([head("Content-Length: 5000000"), b"a"]), max_bytes=1000) == "too_large"
    server.scripts["/"] = lambda: whole(TEXT)
    with session.get(server.url("/"), stream=True, timeout=5) as response:
        assert read(response).data == TEXT
