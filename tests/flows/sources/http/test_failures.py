"""Failures of real connections, and of those that are hard to bring about, told in a sentence."""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import requests
import urllib3.exceptions as pool

from flows.sources._http.failures import explain, explain_status
from flows.sources._web_options import WebOptions

PATIENCE_S = 5


class _Listener:
    """Answers each connection with the same bytes, whatever it says."""

    def __init__(self, answer: bytes) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        with socket.create_connection(self._socket.getsockname()):
            self._socket.close()
        self._thread.join(PATIENCE_S)

    def _serve(self) -> None:
        while self._socket.fileno() >= 0:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            with client:
                client.settimeout(PATIENCE_S)
                try:
                    client.recv(65_536)
                    client.sendall(self._answer)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(65_536):
                        pass
                except OSError:
                    continue


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def said(session: requests.Session, url: str, timeout: float = 5.0) -> tuple[str, str]:
    with pytest.raises((requests.RequestException, pool.HTTPError, OSError, ValueError)) as caught:
        session.get(url, timeout=timeout).close()
    outcome, sentence = explain(caught.value)
    assert not re.search(r"0x[0-9a-f]{6}|object at|127\.0\.0\.1|<|>", sentence)
    return outcome, sentence


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"", "broken"),
        (b"SSH-2.0-something\r\n\r\n", "broken"),
        (b"HTTP/1.1 two hundred\r\n\r\n", "broken"),
        (b"HTTP/9.9 200 OK\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000_000 + b"\r\n\r\n", "too_large"),
        (b"HTTP/1.1 200 " + b"a" * 100_000 + b"\r\n\r\n", "too_large"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 101 + b"\r\n", "too_large"),
    ],
)
def test_an_answer_that_is_no_answer_says_what_is_wrong(
    session: requests.Session, answer: bytes, outcome: str
) -> None:
    listener = _Listener(answer)
    try:
        assert said(session, f"http://{listener.place}/")[0] == outcome
    finally:
        listener.close()


def test_what_is_not_http_is_told_with_a_remedy(session: requests.Session) -> None:
    listener = _Listener(b"SSH-2.0-something\r\n\r\n")
    try:
        sentence = said(session, f"http://{listener.place}/")[1]
    finally:
        listener.close()
    assert sentence == "the answer is not HTTP: look at the scheme and the port of the url"


def test_what_does_not_speak_tls_is_unreachable(session: requests.Session) -> None:
    listener = _Listener(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    try:
        outcome, sentence = said(session, f"https://{listener.place}/")
    finally:
        listener.close()
    assert outcome == "unreachable"
    assert sentence.startswith("TLS: ")


def test_a_refused_connection_is_unreachable(session: requests.Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    expected = ("unreachable", "the connection was refused")
    assert said(session, f"http://127.0.0.1:{port}/") == expected


def test_silence_is_a_timeout(session: requests.Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert said(session, f"http://127.0.0.1:{port}/", 0.2) == (
            "timeout",
            "no byte came in time",
        )


@pytest.mark.parametrize("url", ["http://", "news", "http://[::1", "gopher://outlet.test/"])
def test_an_url_that_cannot_be_asked_is_refused(session: requests.Session, url: str) -> None:
    assert said(session, url)[0] == "refused"


def _raised_from(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


UNKNOWN_NAME = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
CERTIFICATE.verify_message = "certificate has expired"
NO_CONNECTION = http.client.HTTPConnection("outlet.test")


@pytest.mark.parametrize(
    ("error", "outcome", "sentence"),
    [
        (
            requests.ConnectionError(
                pool.MaxRetryError(
                    None, "/", pool.NameResolutionError("outlet.test", NO_CONNECTION, UNKNOWN_NAME)
                )
            ),
            "unreachable",
            "the host's name is not known",
        ),
        (
            requests.exceptions.SSLError(pool.MaxRetryError(None, "/", pool.SSLError(CERTIFICATE))),
            "unreachable",
            "TLS: certificate has expired",
        ),
        (requests.exceptions.SSLError("odd"), "unreachable", "TLS: no secure connection"),
        (
            _raised_from(
                pool.NewConnectionError(NO_CONNECTION, "failed"),
                OSError(errno.EHOSTUNREACH, "No route to host"),
            ),
            "unreachable",
            "no connection: no route to host",
        ),
        (
            requests.exceptions.ConnectTimeout(
                pool.MaxRetryError(None, "/", pool.ConnectTimeoutError(NO_CONNECTION, "late"))
            ),
            "timeout",
            "no connection in time",
        ),
        (
            requests.exceptions.ProxyError("<Connection object at 0x7f0000000000>"),
            "unreachable",
            "the proxy gave no way",
        ),
        (
            requests.ConnectionError(pool.ProtocolError("aborted", ConnectionResetError())),
            "broken",
            "the connection was reset",
        ),
        (
            requests.exceptions.InvalidHeader(pool.InvalidHeader("unmatching values (3, 4)")),
            "broken",
            "the lengths that the answer states contradict each other",
        ),
        (
            requests.exceptions.ContentDecodingError(pool.DecodeError("failed to decode it")),
            "broken",
            "the body cannot be decoded",
        ),
        (requests.exceptions.InvalidHeader("odd"), "refused", "the url or a header cannot be sent"),
        (requests.ConnectionError("<object at 0x7f0000000000>"), "unreachable", "no connection"),
        (RuntimeError("<object at 0x7f0000000000>"), "broken", "failed with RuntimeError"),
    ],
)
def test_what_is_wrapped_within_counts(error: Exception, outcome: str, sentence: str) -> None:
    assert explain(error) == (outcome, sentence)


def test_errors_that_cause_each_other_end() -> None:
    error = OSError()
    _raised_from(error, _raised_from(ValueError(), error))
    assert explain(error)[0] == "unreachable"


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (300, "look at the url in a browser"),
        (400, "look at the url and `headers`"),
        (401, "see `auth`"),
        (403, "see `auth` and `headers`, or ask its publisher"),
        (404, "look whether the url is right"),
        (407, "see `proxy_env`"),
        (410, "take it out of the sources file where that names it"),
        (418, "look at the url in a browser"),
        (429, "raise `pace_s`"),
        (451, "ask its publisher"),
        (500, "it is asked again later"),
        (503, "it is asked again later"),
        (599, "it is asked again later"),
        (999, "look at the url in a browser"),
    ],
)
def test_a_status_is_told_with_its_remedy(status: int, remedy: str) -> None:
    sentence = explain_status(status)
    assert sentence.startswith(f"the server answers {status}, ")
    assert sentence.endswith(f": {remedy}")


def test_a_remedy_names_options_that_a_source_has() -> None:
    named = {name for n in range(300, 600) for name in re.findall("`(.+?)`", explain_status(n))}
    assert named
    assert named <= set(WebOptions.model_fields)
