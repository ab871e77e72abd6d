"""Where a request may go: judged by its url, and again by the address it connects to."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util import Timeout, Url, parse_url
from urllib3.util.connection import allowed_gai_family

_HINT = "set allow_private = true to allow it"
_MOST_TRIED = 8
"""A name of hundreds of silent addresses must not hold a worker for hours."""
_LONGEST_CHAIN = 50

# A host that ends like this is an IPv4 address or nothing (WHATWG URL Standard section 3.5).
_NUMERIC_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.IGNORECASE)

# Names that never lead outside. Source: RFC 6761 (localhost), RFC 6762 (local), RFC 8375
# (home.arpa), ICANN Board resolution 2024.07.29.06 (internal).
_PRIVATE_NAMES = (".localhost", ".local", ".home.arpa", ".internal")

# The first that fits names the kind. Source: IANA IPv4 and IPv6 Special-Purpose Address Registries
# (RFC 6890); RFC 5771 and 4291 (multicast); RFC 3879 (site-local); the clouds' own manuals.
_KINDS = [
    (ipaddress.ip_network(network), kind)
    for kind, networks in (
        ("a cloud metadata address", "100.100.100.200 168.63.129.16 169.254.169.254 192.0.0.192"),
        ("a cloud metadata address", "fd00:ec2::254 fd20:ce::254"),
        ("the unspecified address", "0.0.0.0 ::"),
        ("a this-network address", "0.0.0.0/8"),  # RFC 791
        ("a loopback address", "127.0.0.0/8 ::1"),  # RFC 1122, 4291
        ("a private address", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16"),  # RFC 1918
        ("a private address", "fc00::/7"),  # RFC 4193
        ("a link-local address", "169.254.0.0/16 fe80::/10"),  # RFC 3927, 4291
        ("a site-local address", "fec0::/10"),
        ("a carrier-grade NAT address", "100.64.0.0/10"),  # RFC 6598
        ("a documentation address", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24"),  # RFC 5737
        ("a documentation address", "2001:db8::/32 3fff::/20"),  # RFC 3849, 9637
        ("a benchmarking address", "198.18.0.0/15 2001:2::/48"),  # RFC 2544, 5180
        ("a 6to4 relay address", "192.88.99.0/24"),  # RFC 7526
        ("a multicast address", "224.0.0.0/4 ff00::/8"),
        ("the broadcast address", "255.255.255.255"),  # RFC 919
        ("an IPv4-mapped address", "::ffff:0:0/96"),  # RFC 4291
        ("an IPv4-translated address", "::ffff:0:0:0/96"),  # RFC 2765
        ("an IPv4-compatible address", "::/96"),  # RFC 4291
        ("a local NAT64 address", "64:ff9b:1::/48"),  # RFC 8215
        ("a discard address", "100::/64"),  # RFC 6666
        ("a Teredo address", "2001::/32"),  # RFC 4380
        ("a protocol assignment", "192.0.0.0/24 2001::/23"),  # RFC 6890, 2928
        ("a reserved address", "240.0.0.0/4"),  # RFC 1112
    )
    for network in networks.split()
]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291

Resolve = Callable[..., list[tuple[Any, ...]]]
"""Answers as `socket.getaddrinfo` does."""


class RefusedError(Exception):
    """A request that must not be sent, and why."""


class _Place(NamedTuple):
    """One address of a name, as `socket.getaddrinfo` gives it."""

    family: int
    kind: int
    protocol: int
    canonical_name: str
    address: tuple[Any, ...]


def refusal(address: str) -> str | None:
    """Say why an IP address may not be connected to; None when it may be.

    NAT64 and 6to4 addresses are judged by the IPv4 address they lead to.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"{address} is not an IP address"
    kind = "an address within a zone" if "%" in address else _kind_of(ip)
    return f"{address} is {kind}" if kind else None


def check_url(url: str, *, allow_private: bool) -> None:
    """Refuse a url that is malformed or leads to a forbidden place, without resolving its name.

    Numbers count as the operating system reads them: 127.1, 0x7f.1 and 2130706433 are 127.0.0.1.

    Raises:
        RefusedError: the url must not be asked for.
    """
    host = _well_formed(url).host or ""
    if host.startswith("["):
        address = host.strip("[]")
    elif _NUMERIC_END.fullmatch(host.rstrip(".")):
        address = _as_ipv4(host.rstrip("."))
    else:
        _check_name(host, allow_private)
        return
    reason = None if allow_private else refusal(address)
    if reason:
        raise RefusedError(f"{reason}: {_HINT}")


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
                    raise RefusedError(f"{host} must not be connected to, as {reason}: {_HINT}")
        return places


def _kind_of(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str | None:
    if ip.version == 6 and (embedded := _embedded_in(ip)):
        kind = _kind_of(embedded)
        return f"a way to {embedded}, {kind}" if kind else None
    for network, kind in _KINDS:
        if ip in network:
            return kind
    return None if ip.version == 4 or ip in _GLOBAL_UNICAST else "a reserved address"


def _embedded_in(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.sixtofour


def _well_formed(url: str) -> Url:
    """Split a url as the connection will."""
    if any(char.isspace() or not char.isprintable() or char == "\\" for char in url):
        raise RefusedError("a url has no spaces, control characters or backslashes")
    try:
        parts = parse_url(url)
        (parts.host or "").strip("[]").encode("idna")
    except (HTTPError, UnicodeError) as error:
        raise RefusedError("the host or port of the url is malformed") from error
    if parts.scheme not in ("http", "https"):
        raise RefusedError("only http and https are spoken")
    if "@" in re.split("[/?#]", url.partition("//")[2], maxsplit=1)[0]:
        raise RefusedError("a url has no user name or password: set auth instead")
    if not (parts.host or "").strip("."):
        raise RefusedError("the url names no host")
    if parts.port == 0:
        raise RefusedError("a port is a number from 1 to 65535")
    return parts


def _as_ipv4(host: str) -> str:
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError as error:
        raise RefusedError(f"{host} is neither an IPv4 address nor a name") from error


def _check_name(host: str, allow_private: bool) -> None:
    name = host.rstrip(".").lower()
    if not allow_private and f".{name}".endswith(_PRIVATE_NAMES):
        raise RefusedError(f"{name} is a name within the own network: {_HINT}")


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
        opened.settimeout(Timeout.resolve_default_timeout(connection.timeout))
        if connection.source_address:
            opened.bind(connection.source_address)
        opened.connect(place.address)
    except BaseException:
        opened.close()
        raise
    return opened
