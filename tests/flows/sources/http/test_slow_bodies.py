"""Bodies that never end come to an end."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable, Iterator

import pytest
import requests
from raw_server import CHUNKED, LONG_S, TEXT, Ask, RawServer, Script, head, outcome, whole

from flows.sources._http.bodies import BodyError, copy_body


def drip(begin: bytes, piece: bytes = b"a") -> Iterator[bytes]:
    yield begin
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        yield piece
        time.sleep(0.05)


def silence(begin: bytes) -> Iterator[bytes]:
    yield begin
    time.sleep(LONG_S)


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
    server: RawServer, session: requests.Session
) -> None:
    server.scripts["/"] = SLOW["nothing"]
    with session.get(server.url("/"), stream=True, timeout=(5, 0.2)) as response:
        assert outcome(response) == "timeout"
