"""Connections to allowed addresses only, judged on the address that is connected to."""

from __future__ import annotations

import contextlib
import math
import socket
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util import Timeout, parse_url
from urllib3.util.connection import allowed_gai_family

from flows.sources._http.addresses import REMEDY, RefusedError, check_url, refusal

_MOST_TRIED = 8
"""A name of hundreds of silent addresses must not hold a worker for hours."""
_LONGEST_CHAIN = 50

Resolve = Callable[..., list[tuple[Any, ...]]]
"""Answers as `socket.getaddrinfo` does."""


class _Place(NamedTuple):
    """One address of a name, as `socket.getaddrinfo` gives it."""

    family: int
    kind: int
    protocol: int
    canonical_name: str
    address: tuple[Any, ...]


def refused(error: BaseException) -> RefusedError | None:
    """Find the refusal in an error, its arguments and its causes."""
    waiting: list[object] = [error]
    for _ in range(_LONGEST_CHAIN):
        if not waiting:
            break
        suspect = waiting.pop()
        if isinstance(suspect, RefusedError):
            return suspect
        if isinstance(suspect, BaseException):
            waiting += [suspect.__context__, suspect.__cause__, *suspect.args]
            waiting.append(getattr(suspect, "reason", None))
    return None


class GuardedAdapter(HTTPAdapter):
    """Connections to allowed addresses only.

    A name is resolved once per connection, all its addresses are judged, and the socket connects
    to one of those: an answer that changes afterwards changes nothing. One forbidden address
    among several refuses the name.

    A proxy is the operator's choice and may be anywhere. The target is judged here where its name
    resolves here, but the proxy resolves it again by itself: what it then connects to is its own
    to guard.
    """

    def __init__(
        self, *, allow_private: bool, resolve: Resolve = socket.getaddrinfo, **kwargs: Any
    ) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools open guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._places_of)

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request, or raise RefusedError before anything is sent."""
        url = request.url or ""
        check_url(url, allow_private=self._allow_private)
        through = dict(proxies or {})
        if select_proxy(url, through) and not self._allow_private:
            # Behind a proxy there is often no resolver for the world outside.
            with contextlib.suppress(OSError, UnicodeError):
                self._places_of((parse_url(url).host or "").strip("[]"), 80)
        return super().send(request, stream, timeout, verify, cert, through)

    def _places_of(self, host: str, port: int) -> list[_Place]:
        found = self._resolve(host, port, allowed_gai_family(), socket.SOCK_STREAM)
        places = [_Place(*each) for each in found]
        if not self._allow_private:
            for place in places:
                if reason := refusal(str(place.address[0])):
                    raise RefusedError(f"{host} must not be connected to, as {reason}: {REMEDY}")
        return places


def _guarded_pools(
    places_of: Callable[[str, int], list[_Place]],
) -> dict[str, type[HTTPConnectionPool]]:
    """Make the pools whose connections ask `places_of` where a name may lead."""

    def open_socket(connection: HTTPConnection) -> socket.socket:
        return _open(connection, places_of)

    class Connection(HTTPConnection):
        _new_conn = open_socket

    class SecureConnection(HTTPSConnection):
        _new_conn = open_socket

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return {"http": Pool, "https": SecurePool}


def _open(
    connection: HTTPConnection, places_of: Callable[[str, int], list[_Place]]
) -> socket.socket:
    """Do what urllib3's `HTTPConnection._new_conn` does, with the same errors."""
    # The name with its last dot, which keeps search domains out.
    host = connection._dns_host.strip("[]")
    try:
        opened = _connect(connection, places_of(host, connection.port))
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except UnicodeError as error:
        raise LocationParseError(f"{host}, label empty or too long") from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"connecting to {host} timed out") from error
    except OSError as error:
        raise NewConnectionError(connection, f"connecting failed: {error}") from error
    sys.audit("http.client.connect", connection, connection.host, connection.port)
    return opened


def _connect(connection: HTTPConnection, places: list[_Place]) -> socket.socket:
    failure = OSError("the name has no address")
    for place in places[:_MOST_TRIED]:
        try:
            return _connect_to(place, connection)
        except OSError as error:
            failure = error
    raise failure


def _connect_to(place: _Place, connection: HTTPConnection) -> socket.socket:
    opened = socket.socket(place.family, place.kind, place.protocol)
    try:
        for option in connection.socket_options or ():
            opened.setsockopt(*option)
        opened.settimeout(_timeout_s(connection))
        if connection.source_address:
            opened.bind(connection.source_address)
        opened.connect(place.address)
    except BaseException:
        opened.close()
        raise
    return opened


def _timeout_s(connection: HTTPConnection) -> float | None:
    """Give the seconds to connect to one address, within what is left of the whole request."""
    timeout_s = Timeout.resolve_default_timeout(connection.timeout)
    left_s: float = getattr(connection, "connect_until", math.inf) - time.monotonic()
    if left_s <= 0:
        raise TimeoutError("no time is left to connect")
    if math.isinf(left_s):
        return timeout_s
    return left_s if timeout_s is None else min(timeout_s, left_s)
