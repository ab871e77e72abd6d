"""The address guard, against a real server on the loopback that counts who came."""

from __future__ import annotations

import http.server
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from flows.sources._http.addresses import RefusedError, check_url, refusal
from flows.sources._http.guard import GuardedAdapter, Resolve, refused

PUBLIC = "93.184.215.14"


class Outlet(http.server.ThreadingHTTPServer):
    """A loopback server that counts connections and remembers Host headers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.connections = 0
        self.hosts: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted = super().get_request()
        self.connections += 1
        return accepted


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Outlet

    def do_GET(self) -> None:
        self.server.hosts.append(self.headers["Host"])
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"pilot")

    def log_message(self, *_: Any) -> None:
        return


class Names:
    """A resolver that gives each answer once, the last one for ever, and remembers the asks."""

    def __init__(self, *answers: list[str], port: int | None = None) -> None:
        self.answers = list(answers)
        self.port = port
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            entry
            for address in answer
            for entry in socket.getaddrinfo(
                address, self.port or port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        ]


def unknown(*_: Any) -> list[tuple[Any, ...]]:
    raise socket.gaierror(socket.EAI_NONAME, "unknown")


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    with Outlet() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def connect_watch() -> list[list[str]]:
    """The lists now told of every connect, which is then stopped: nothing leaves the machine."""
    watching: list[list[str]] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and watching:
            watching[-1].append(arguments[1][0])
            raise PermissionError("stopped by the test")

    # An audit hook stays for good; without a list it does nothing.
    sys.addaudithook(hook)
    return watching


@pytest.fixture
def connects(connect_watch: list[list[str]]) -> Iterator[list[str]]:
    seen: list[str] = []
    connect_watch.append(seen)
    yield seen
    connect_watch.pop()


def ask(
    url: str,
    *,
    allow_private: bool = False,
    resolve: Resolve = socket.getaddrinfo,
    proxy: str | None = None,
    times: int = 1,
) -> list[int]:
    with requests.Session() as session:
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, GuardedAdapter(allow_private=allow_private, resolve=resolve))
        proxies = {"http": proxy} if proxy else {}
        return [
            session.get(url, timeout=2, proxies=proxies, allow_redirects=False).status_code
            for _ in range(times)
        ]


WAYS_IN = [
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://127.255.255.254:{port}/",
    "http://2130706433:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://0x7f.1:{port}/",
    "http://0X7F.0.0.0x1:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0.1.2.3:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::]:{port}/",
    "http://[::1%25lo]:{port}/",
    "http://[::1%lo]:{port}/",
    "http://[fe80::1%25eth0]:{port}/",
    "http://[2606:4700::1%25eth0]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://10.0.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://press.localhost:{port}/",
    "http://printer.local:{port}/",
    "http://metadata.google.internal/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://１２７.0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://127．0．0．1:{port}/",
    "http://ｌocalhost:{port}/",
    "http://good.example@127.0.0.1:{port}/",
    "http://good.example:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@good.example/",
    "http://@good.example/",
    "http://good.example\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@good.example/",
    "http://127.0.0.1:{port}#@good.example/",
    "http://127.0.0.1:{port}?@good.example/",
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1\n:{port}/",
    "http://127.0.0.1 :{port}/",
    "http://127.0.0.1\x00.good.example/",
    "\nhttp://127.0.0.1:{port}/",
    "http://good.example\r\nHost: 127.0.0.1/",
    "http://1.2.3.4.5/",
    "http://127.0.0.256/",
    "http://08.0.0.1/",
]


@pytest.mark.parametrize("way", WAYS_IN)
def test_no_way_of_writing_an_address_comes_in(way: str, outlet: Outlet) -> None:
    url = way.format(port=outlet.port)

    with pytest.raises(RefusedError):
        check_url(url, allow_private=False)
    # Requests changes a url before it is sent, and refuses some by itself.
    with pytest.raises((RefusedError, requests.RequestException)):
        ask(url, resolve=Names(["127.0.0.1"], port=outlet.port))
    assert outlet.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "ftp://outlet.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//outlet.example/",
        "outlet.example",
        "",
        "http:///path",
        "http://./",
        "http://outlet.example:0/",
        "http://outlet.example:65536/",
        "http://outlet.example:-1/",
        "http://outlet.example:8o/",
        "http://[::1/",
        "http://[outlet]/",
        "http://outlet..example/",
        f"http://{'a' * 64}.example/",
        "http://user:word@outlet.example/",
        "http://outlet.example/a b",
        "http://1.2.3.4.5/",
    ],
)
def test_a_malformed_url_is_refused_even_where_private_addresses_are_allowed(url: str) -> None:
    with pytest.raises(RefusedError):
        check_url(url, allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://outlet.example",
        "HTTPS://Outlet.Example:8443/a?b=http://127.0.0.1/#c",
        "https://zürich.example/straße",
        "http://93.184.215.14/",
        "http://[2606:4700::1111]/",
        "http://localhost.example/",
        "http://10.example/",
        "http://outlet.example/@127.0.0.1",
        "http://outlet.example:65535/",
    ],
)
def test_a_public_url_passes(url: str) -> None:
    check_url(url, allow_private=False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://127.1/"]
)
def test_a_private_url_passes_where_allowed(url: str) -> None:
    check_url(url, allow_private=True)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("169.254.1.1", "link-local"),
        ("169.254.169.254", "metadata"),
        ("168.63.129.16", "metadata"),
        ("192.0.0.192", "metadata"),
        ("192.0.0.9", "protocol"),
        ("100.127.255.255", "carrier-grade"),
        ("198.19.255.255", "benchmarking"),
        ("203.0.113.5", "documentation"),
        ("192.88.99.1", "6to4"),
        ("239.1.1.1", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("250.0.0.1", "reserved"),
        ("0.0.0.0", "unspecified"),  # noqa: S104
        ("::1", "loopback"),
        ("::", "unspecified"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("64:ff9b::10.0.0.1", "private"),
        ("2002:a9fe:a9fe::1", "metadata"),
        ("2001:0:1::", "Teredo"),
        ("2001:db8::1", "documentation"),
        ("3fff:fff::1", "documentation"),
        ("4000::1", "reserved"),
        ("5f00::1", "reserved"),
        ("fe80::1%eth0", "zone"),
        ("2606:4700::1%1", "zone"),
        ("press", "not an IP address"),
    ],
)
def test_a_refusal_names_the_kind_of_the_address(address: str, kind: str) -> None:
    reason = refusal(address)

    assert reason is not None
    assert reason.startswith(address)
    assert kind in reason


@pytest.mark.parametrize(
    "address",
    [
        PUBLIC, "9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "100.63.255.255",
        "100.128.0.0", "128.0.0.1", "223.255.255.255", "2606:4700::1111", "2001:200::1",
        "64:ff9b::808:808", "2002:808:808::1",
    ],
)  # fmt: skip
def test_a_public_address_is_not_refused(address: str) -> None:
    assert refusal(address) is None


def test_a_refusal_says_how_to_allow_it() -> None:
    with pytest.raises(RefusedError) as caught:
        check_url("http://0x7f.1/", allow_private=False)

    assert str(caught.value) == (
        "127.0.0.1 is a loopback address: set allow_private = true to allow it"
    )


def test_a_refused_literal_is_never_resolved() -> None:
    names = Names([PUBLIC])

    with pytest.raises(RefusedError):
        ask("http://2130706433/", resolve=names)

    assert names.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        [PUBLIC, "127.0.0.1"],
        [PUBLIC, "::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["169.254.169.254"],
    ],
)
def test_a_name_with_one_forbidden_address_is_refused(addresses: list[str], outlet: Outlet) -> None:
    names = Names(addresses, port=outlet.port)

    with pytest.raises(RefusedError, match=r"press\.test must not be connected to"):
        ask("http://press.test/", resolve=names)

    assert names.asked == ["press.test"]
    assert outlet.connections == 0


def test_a_name_that_changes_its_answer_leads_where_it_was_checked(outlet: Outlet) -> None:
    # Nothing listens at the first address; a second look would find the server.
    with socket.socket() as closed:
        closed.bind(("127.0.0.2", 0))
        names = Names(["127.0.0.2"], ["127.0.0.1"], port=outlet.port)
        with pytest.raises(requests.ConnectionError):
            ask("http://press.test/", resolve=names, allow_private=True)

    assert names.asked == ["press.test"]
    assert outlet.connections == 0


def test_a_name_that_turns_private_is_connected_to_only_where_it_was_public(
    outlet: Outlet, connects: list[str]
) -> None:
    names = Names([PUBLIC], ["127.0.0.1"], port=outlet.port)

    with pytest.raises(requests.ConnectionError) as caught:
        ask("http://press.test/", resolve=names)

    assert refused(caught.value) is None
    assert connects == [PUBLIC]
    assert names.asked == ["press.test"]

    with pytest.raises(RefusedError):
        ask("http://press.test/", resolve=names)

    assert connects == [PUBLIC]
    assert outlet.connections == 0


def test_a_secure_connection_is_guarded_as_well(outlet: Outlet) -> None:
    names = Names(["127.0.0.1"], port=outlet.port)

    with pytest.raises(RefusedError):
        ask("https://press.test/", resolve=names)

    assert outlet.connections == 0


def test_a_connection_is_kept_and_its_name_stays_the_host(outlet: Outlet) -> None:
    names = Names(["127.0.0.1"], port=outlet.port)

    assert ask("http://press.test/", resolve=names, allow_private=True, times=3) == [200] * 3

    assert outlet.connections == 1
    assert names.asked == ["press.test"]
    assert outlet.hosts == ["press.test"] * 3


def test_the_next_address_is_tried_where_one_does_not_answer(outlet: Outlet) -> None:
    names = Names(["127.0.0.2", "127.0.0.1"], port=outlet.port)

    assert ask("http://press.test/", resolve=names, allow_private=True) == [200]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "localhost"])
def test_private_hosts_are_reached_where_allowed(host: str, outlet: Outlet) -> None:
    assert ask(f"http://{host}:{outlet.port}/", allow_private=True) == [200]


def test_an_unknown_name_is_a_connection_error_and_no_refusal() -> None:
    with pytest.raises(requests.ConnectionError) as caught:
        ask("http://press.test/", resolve=unknown)

    assert refused(caught.value) is None


def test_a_proxy_may_be_private_and_its_target_may_not(outlet: Outlet) -> None:
    proxy = f"http://127.0.0.1:{outlet.port}"

    for url, names in (
        ("http://127.0.0.1/", Names([PUBLIC])),
        ("http://press.test/", Names(["10.0.0.1"])),
    ):
        with pytest.raises(RefusedError):
            ask(url, resolve=names, proxy=proxy)
    assert outlet.connections == 0

    assert ask("http://press.test/", resolve=Names([PUBLIC]), proxy=proxy) == [200]
    assert ask("http://press.test/", resolve=unknown, proxy=proxy) == [200]


def test_a_refusal_is_found_within_other_errors() -> None:
    refusal_itself = RefusedError("no")
    caused = ValueError("outer")
    caused.__cause__ = requests.ConnectionError(OSError(refusal_itself))

    assert refused(refusal_itself) is refusal_itself
    assert refused(caused) is refusal_itself
    assert refused(ValueError("other")) is None
