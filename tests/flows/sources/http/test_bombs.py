"""Bodies that grow without end, and what compresses well for good reasons."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import brotli
import pytest
import zstandard
from raw_server import MIB, Ask, RawServer, Script, head, outcome, read, whole

from flows.sources._http.bodies import MAX_RATIO


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
def test_bombs_and_endless_bodies_end_within_the_memory_of_the_cap(server: RawServer) -> None:
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
