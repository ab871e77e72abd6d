"""What went wrong on the way to an answer, as an outcome and a sentence."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as pool

from flows.sources._http.messages import Outcome


class BodyError(Exception):
    """A body that did not come whole and within its bounds; the message is one sentence."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(outcome, message)
        self.outcome: Outcome = outcome
        self.message = message

    def __str__(self) -> str:
        return self.message


_TOO_MANY_HEADERS = "got more than"
"""How http.client begins what it says of them; it has no type of its own for it."""

_NO_HTTP = "the answer is not HTTP: look at the scheme and the port of the url"

_UNSENDABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    http.client.InvalidURL,
    pool.LocationValueError,
    UnicodeError,
)
# The first that fits any error of the chain counts: what is special stands before what is general.
_KNOWN: tuple[tuple[tuple[type[BaseException], ...], Outcome, str], ...] = (
    ((pool.InvalidHeader,), "broken", "the lengths that the answer states contradict each other"),
    (_UNSENDABLE, "refused", "the url or a header cannot be sent"),
    ((socket.gaierror, pool.NameResolutionError), "unreachable", "the host's name is not known"),
    ((ssl.SSLError, ssl.CertificateError), "unreachable", "TLS"),
    ((requests.exceptions.SSLError, pool.SSLError), "unreachable", "TLS"),
    ((ConnectionRefusedError,), "unreachable", "the connection was refused"),
    ((pool.ReadTimeoutError, requests.exceptions.ReadTimeout), "timeout", "no byte came in time"),
    ((http.client.LineTooLong,), "too_large", "a line of the answer's head is too long"),
    ((http.client.RemoteDisconnected,), "broken", "the connection was closed without an answer"),
    ((http.client.BadStatusLine, http.client.UnknownProtocol), "broken", _NO_HTTP),
    ((http.client.IncompleteRead,), "broken", "the body ended early"),
    (
        (requests.exceptions.ContentDecodingError, pool.DecodeError),
        "broken",
        "the body cannot be decoded",
    ),
    ((ConnectionResetError, BrokenPipeError), "broken", "the connection was reset"),
)
# Looked at after the numbers of the operating system, which say more.
_GENERAL: tuple[tuple[tuple[type[BaseException], ...], Outcome, str], ...] = (
    ((requests.exceptions.ProxyError, pool.ProxyError), "unreachable", "the proxy gave no way"),
    ((TimeoutError, requests.exceptions.Timeout), "timeout", "no connection in time"),
    ((pool.NewConnectionError,), "unreachable", "no connection"),
    ((pool.ConnectTimeoutError,), "timeout", "no connection in time"),
    ((requests.exceptions.ChunkedEncodingError,), "broken", "the body is broken"),
    ((pool.ProtocolError, http.client.HTTPException), "broken", _NO_HTTP),
    ((OSError, pool.HTTPError), "unreachable", "no connection"),
)

# Source: RFC 9110 section 15; RFC 6585 section 4 (429); RFC 7725 (451).
_ADVICE: dict[int, str] = {
    400: "it does not understand the request: look at the url and `headers`",
    401: "it wants to know who asks: see `auth`",
    402: "it wants to be paid: see `auth`, or ask its publisher",
    403: "it does not let us in: see `auth` and `headers`, or ask its publisher",
    404: "nothing is there: look whether the url is right",
    406: "it has nothing of this kind: look whether the url is right",
    407: "the proxy wants to know who asks: see `proxy_env`",
    408: "it has waited too long for the request: it is asked again later",
    410: "it is gone for good: take it out of the sources file where that names it",
    429: "it asks for fewer requests: raise `pace_s`",
    451: "the law forbids to show it: ask its publisher",
}
_OF_ITS_OWN = "it has trouble of its own: it is asked again later"
_OTHER = "it gives nothing to read: look at the url in a browser"


def explain_status(status: int) -> str:
    """Say what an answer without a page comes to, and what may be done about it."""
    advice = _ADVICE.get(status) or (_OF_ITS_OWN if 500 <= status < 600 else _OTHER)
    return f"the server answers {status}, {advice}"


def explain(error: BaseException) -> tuple[Outcome, str]:
    """Say what an error of requests, urllib3, http.client, ssl or a socket comes to.

    The sentence names no object of this process and no header, so that equal failures read alike.
    """
    chain = list(_chain(error))
    if any(_is_about_headers(link) for link in chain):
        return "too_large", "the answer has too many header lines"
    for types, outcome, sentence in _KNOWN:
        if any(isinstance(link, types) for link in chain):
            return outcome, _of_tls(chain) if sentence == "TLS" else sentence
    for link in chain:
        if type(link) is OSError and (number := link.errno or 0) in errno.errorcode:
            return "unreachable", f"no connection: {os.strerror(number).lower()}"
    for types, outcome, sentence in _GENERAL:
        if any(isinstance(link, types) for link in chain):
            return outcome, sentence
    return "broken", f"failed with {type(error).__name__}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give the error and all it wraps; requests and urllib3 keep the first cause as an argument."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        within = (*link.args, getattr(link, "reason", None), link.__cause__)
        waiting += [inner for inner in within if isinstance(inner, BaseException)]
        if link.__context__ is not None and not link.__suppress_context__:
            waiting.append(link.__context__)


def _is_about_headers(link: BaseException) -> bool:
    return type(link) is http.client.HTTPException and str(link).startswith(_TOO_MANY_HEADERS)


def _of_tls(chain: list[BaseException]) -> str:
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError) and link.verify_message:
            return f"TLS: {link.verify_message}"
        if isinstance(link, ssl.SSLError) and isinstance(link.reason, str):
            return f"TLS: {link.reason.replace('_', ' ').lower()}"
    return "TLS: no secure connection"
