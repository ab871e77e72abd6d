"""Where a request may go, judged by its url or by an IP address; no name is resolved here."""

from __future__ import annotations

import ipaddress
import re
import socket

from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

REMEDY = "set allow_private = true to allow it"

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


class RefusedError(Exception):
    """A request that must not be sent, and why."""


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
        raise RefusedError(f"{reason}: {REMEDY}")


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
        raise RefusedError(f"{name} is a name within the own network: {REMEDY}")
