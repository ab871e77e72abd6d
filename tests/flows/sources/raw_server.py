"""A server that sends what it is told, byte for byte, and what is read of it."""

from __future__ import annotations

import contextlib
import random
import socketserver
import time
from collections.abc import Callable, Iterable

import pytest
import requests

from flows.sources._http.bodies import Body, BodyError, read_body

MIB = 2**20
LONG_S = 30.0
"""Of a server that is slow on purpose: no test waits for it."""
TEXT = "".join(
    f"<p>The ferry of {random.Random(line).randrange(10**9)} arrived.</p>\n" for line in range(4000)
).encode()

Script = Iterable[bytes]


class RawServer(socketserver.ThreadingTCPServer):
    """Answers every request to a path with the pieces of its script, then closes."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 20

    def __init__(self) -> None:
        self.scripts: dict[str, Callable[[], Script]] = {}
        super().__init__(("127.0.0.1", 0), Handler)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(socketserver.StreamRequestHandler):
    server: RawServer

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            path = self.rfile.readline().split()[1].decode()
            while self.rfile.readline().strip():
                pass
            for piece in self.server.scripts[path]():
                self.wfile.write(piece)


Ask = Callable[[Script], requests.Response]


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


CHUNKED = head("Transfer-Encoding: chunked")
