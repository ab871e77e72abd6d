"""One HTTP request sent and its answer read: no manners, no redirects, no further tries."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import requests
import urllib3.exceptions
from requests.models import PreparedRequest

from flows.sources._http.addresses import RefusedError, check_url
from flows.sources._http.bodies import BodyError, read_body, read_start
from flows.sources._http.failures import explain, explain_status
from flows.sources._http.guard import refused
from flows.sources._http.heads import TimedAdapter
from flows.sources._http.messages import Manners, Outcome, Terms, Try
from flows.sources._http.waits import retry_after_s

_DRAINED_BYTES = 64 * 2**10
_DRAINED_S = 2.0
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)

Receive = Callable[[requests.Response, float], tuple[bytes, int]]
"""Takes a response and its deadline, gives the body and its bytes on the wire."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request came to."""

    tried: Try
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    location: str | None = None
    is_unfinished: bool = False


class UnfinishedError(BodyError):
    """A body that whoever asked goes on with: another try from its start would be a waste."""


def read_whole(max_bytes: int) -> Receive:
    """Receive a body into memory, decoded."""

    def receive(response: requests.Response, deadline: float) -> tuple[bytes, int]:
        body = read_body(response, max_bytes=max_bytes, deadline=deadline)
        return body.data, body.wire_bytes

    return receive


def read_only_start(max_bytes: int) -> Receive:
    """Receive the start of a body, decoded; that there is more is no error."""

    def receive(response: requests.Response, deadline: float) -> tuple[bytes, int]:
        body = read_start(response, max_bytes=max_bytes, deadline=deadline)
        return body.data, body.wire_bytes

    return receive


def prepare(url: str, headers: Mapping[str, str], terms: Terms) -> PreparedRequest | Try:
    """Bring a url into the form that is sent, and look whether it may be.

    Dot segments and the like are gone after this: robots.txt and the guard see what the server
    would see.
    """
    try:
        request = requests.Request("GET", url, headers=dict(headers)).prepare()
        check_url(request.url or "", allow_private=terms.allow_private)
    except RefusedError as error:
        return unsent(url, "refused", str(error))
    except _FAILURES as error:
        return unsent(url, "refused", explain(error)[1])
    return request


def unsent(url: str, outcome: Outcome, error: str, after_s: float | None = None) -> Try:
    """Record a request that was kept from the wire."""
    return Try(url, outcome, dt.datetime.now(dt.UTC), error=error, retry_after_s=after_s)


class Wire:
    """The connections of a session, kept open between requests."""

    def __init__(self, manners: Manners) -> None:
        _keep_queries_out_of_logs()
        self._concurrency = manners.concurrency
        contact = f" (+{manners.contact})" if manners.contact else ""
        self.headers = {
            "User-Agent": f"wirelake/{importlib.metadata.version('wirelake')}{contact}",
            "Accept-Encoding": "gzip, br, zstd, deflate",
        }
        self._adapters: dict[bool, TimedAdapter] = {}
        self._lock = threading.Lock()

    def send(self, request: PreparedRequest, terms: Terms, receive: Receive) -> Reply:
        """Send a request and receive a 2xx body; never raises for what the web does."""
        started = time.monotonic()
        reply = self._send(request, terms, receive, started + terms.total_s)
        ms = (time.monotonic() - started) * 1000
        return replace(reply, tried=replace(reply.tried, ms=ms))

    def cut(self) -> None:
        """End what is under way, in the middle of an answer."""
        with self._lock:
            for adapter in self._adapters.values():
                adapter.cut()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for adapter in self._adapters.values():
                adapter.close()
            self._adapters.clear()

    def _send(
        self, request: PreparedRequest, terms: Terms, receive: Receive, deadline: float
    ) -> Reply:
        url = request.url or ""
        try:
            # Not by a requests.Session: it keeps cookies, and reads the whole body of a redirect.
            response = self._adapter(terms).send_until(
                request,
                deadline,
                timeout=(terms.connect_s, terms.read_s),
                proxies={"http": terms.proxy, "https": terms.proxy} if terms.proxy else {},
            )
        except (*_FAILURES, RefusedError) as error:
            if found := refused(error):
                return Reply(unsent(url, "refused", str(found)))
            return Reply(unsent(url, *explain(error)))
        with response:
            return _read(response, url, receive, deadline)

    def _adapter(self, terms: Terms) -> TimedAdapter:
        with self._lock:
            adapter = self._adapters.get(terms.allow_private)
            if adapter is None:
                adapter = self._adapters[terms.allow_private] = TimedAdapter(
                    allow_private=terms.allow_private,
                    pool_connections=max(4 * self._concurrency, 32),
                    pool_maxsize=self._concurrency,
                    max_retries=0,
                )
            return adapter


def _read(response: requests.Response, url: str, receive: Receive, deadline: float) -> Reply:
    now = dt.datetime.now(dt.UTC)
    status = response.status_code
    headers = {name.lower(): value for name, value in response.headers.items()}
    tried = Try(url, _outcome(status), now, status)
    if tried.outcome == "ok":
        try:
            body, count = receive(response, deadline)
        except BodyError as error:
            tried = replace(tried, outcome=error.outcome, error=str(error))
            return Reply(tried, headers, is_unfinished=isinstance(error, UnfinishedError))
        return Reply(replace(tried, bytes=count), headers, body)
    after_s = retry_after_s(headers.get("retry-after"), now) if status in (429, 503) else None
    reason = explain_status(status) if tried.outcome in ("http_error", "gone") else None
    tried = replace(tried, bytes=_drain(response, deadline), error=reason, retry_after_s=after_s)
    return Reply(tried, headers, location=_location(response))


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return "ok"
    known: dict[int, Outcome] = {304: "not_modified", 410: "gone"}
    return known.get(status, "http_error")


def _drain(response: requests.Response, deadline: float) -> int:
    """Read a short body that nobody wants, so that its connection can be used again."""
    soon = min(deadline, time.monotonic() + _DRAINED_S)
    try:
        return read_body(response, max_bytes=_DRAINED_BYTES, deadline=soon).wire_bytes
    except BodyError:
        return 0


def _location(response: requests.Response) -> str | None:
    """Read Location as UTF-8, which servers write there unencoded."""
    try:
        return response.headers.get("Location", "").encode("latin-1").decode().strip() or None
    except UnicodeError:
        return None


def _keep_queries_out_of_logs() -> None:
    """Have urllib3 log urls without their queries: of an odd answer it warns by its url."""
    for name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_cut_queries)


def _cut_queries(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.partition("?")[0] if isinstance(arg, str) else arg for arg in record.args
        )
    return True
