"""A news outlet on a loopback address that does as it is told and notes who asked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    """With its query."""
    headers: Message
    """Names in any case: `headers["User-Agent"]`, None where there is none."""
    at: float
    """`time.monotonic()`."""
    ended: threading.Event
    """Set when the outlet closes: wait on it rather than sleep."""


Headers = Mapping[str, str]
Body = bytes | Iterable[bytes]
Reply = tuple[int, Headers, Body]
Script = Callable[[Request], Reply]


class Outlet:
    """Answers 404 to what it was not told to serve.

    A status of 0 writes the body as it is, without a status line or headers. A body that is not
    bytes is written piece by piece as it is drawn, and the connection closed after it.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.latency_s = 0.0
        self.log: list[Request] = []
        self.ended = threading.Event()
        self.errors: list[BaseException] = []
        self._replies: dict[str, Reply | Script] = {}
        self._server = _Server((host, 0), _Handler)
        self._server.outlet = self
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def serve(
        self,
        path: str,
        body: Body | Script | str = b"",
        status: int = 200,
        headers: Headers | None = None,
    ) -> str:
        """Serve a path from now on, and give its url.

        With an ETag or a Last-Modified among the headers, a request that names the same gets a 304.
        A callable makes its own reply to each request.
        """
        if callable(body):
            self._replies[path] = body
        else:
            content = body.encode() if isinstance(body, str) else body
            self._replies[path] = (status, headers or {}, content)
        return self.url(path)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """Give the url of a path, by another name of this machine where one is named."""
        return f"http://{host or self.host}:{self.port}{path}"

    @property
    def open_connections(self) -> int:
        """Count the connections that neither side has closed."""
        return self._server.count_open()

    def asked(self, path: str) -> list[Request]:
        """Give the requests for one path."""
        return [request for request in self.log if request.path == path]

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt aside."""
        return [request.path for request in self.log if request.path != "/robots.txt"]

    def reply(self, request: Request) -> Reply:
        self.log.append(request)
        if self.latency_s:
            self.ended.wait(self.latency_s)
        known = self._replies.get(request.path) or self._replies.get(urlsplit(request.path).path)
        if known is None:
            return 404, {}, b"not here"
        if callable(known):
            return known(request)
        return (304, known[1], b"") if _is_unchanged(request, known[1]) else known

    def close(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


def _is_unchanged(request: Request, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers.items()}
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
    return any(ours in named and request.headers[theirs] == named[ours] for theirs, ours in pairs)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128
    outlet: Outlet

    def __init__(self, *arguments: object) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(*arguments)  # type: ignore[arg-type]

    def process_request(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:  # type: ignore[no-untyped-def]
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def count_open(self) -> int:
        with self._lock:
            return len(self._open)

    def hang_up(self) -> None:
        """End what is kept open, so that no thread waits for a further request."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was faster

    def handle_error(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        """Leave it: whoever asked has gone, as the tests make it do."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        outlet = self.server.outlet
        request = Request(self.path, self.headers, time.monotonic(), outlet.ended)
        try:
            status, headers, body = outlet.reply(request)
        except Exception as error:
            outlet.errors.append(error)
            raise
        if status:
            self._begin(status, headers, body)
        else:
            self.close_connection = True
        for piece in [body] if isinstance(body, bytes) else body:
            self.wfile.write(piece)
            self.wfile.flush()

    def _begin(self, status: int, headers: Headers, body: Body) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        given = {name.lower(): value for name, value in headers.items()}
        is_whole = isinstance(body, bytes)
        if not is_whole or given.get("content-length", str(len(body))) != str(len(body)):
            self.send_header("Connection", "close")
        elif status not in (204, 304) and not given.keys() & {
            "content-length", "transfer-encoding",
        }:  # fmt: skip
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the outlet's log is for the test."""
