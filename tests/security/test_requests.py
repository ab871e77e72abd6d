"""Nobody who writes a feed, a page or a redirect chooses what this machine opens."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]
Query = Callable[[Path, str], list[dict[str, Any]]]

TELLTALE = "The word is swordfish"
PAGE = "<html><body><article><h1>Lamp</h1><p>The lamp on the breakwater burns.</p></article></body>"
OPEN = "allow_private = true\npace_s = 0\n"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that nobody outside may have read."""
    path = tmp_path / "secret.html"
    path.write_text(f"<html><body><article><p>{TELLTALE}</p></article></body></html>")
    return path


def hostile(secret: Path) -> list[str]:
    """List addresses that name something else than a page of the web."""
    return [
        f"file://{secret}", f"FILE://{secret}", f"file:{secret}", f"file://localhost{secret}",
        f"//localhost{secret}", str(secret), f"netdoc:{secret}", f"jar:file://{secret}!/a",
        "ftp://127.0.0.1:9/a", "gopher://127.0.0.1:9/_a", "dict://127.0.0.1:9/a", "javascript:x",
        "data:text/html,<p>swordfish</p>", "ldap://127.0.0.1:9/", "view-source:file:a",
    ]  # fmt: skip


def everything(query: Query) -> str:
    documents = query(Path("lake"), "SELECT decode(payload) AS text FROM raw.documents")
    return str([row["text"] for row in documents])


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", ["feed", "sitemap", "page"])
def test_no_link_and_no_redirect_opens_a_file(
    wirelake: Command, write: Write, query: Query, outlet: Any, secret: Path, kind: str
) -> None:
    links = [*hostile(secret), outlet.serve("/page", PAGE, headers={"Content-Type": "text/html"})]
    for number, link in enumerate(hostile(secret)):
        url = outlet.serve(f"/moved/{number}", status=302, headers={"Location": link})
        links.append(url)
    outlet.serve("/feed", feed(links))
    outlet.serve("/sitemap.xml", sitemap(links), headers={"Content-Type": "application/xml"})
    web = [link for link in links if link.startswith("http")]
    at = {
        "feed": f'url = "{outlet.url("/feed")}"\nfull_text = "page"',
        "sitemap": f'url = "{outlet.url("/sitemap.xml")}"',
        "page": f"urls = {web}",
    }[kind]
    write({"sources.toml": f'[sources.a]\nkind = "{kind}"\n{at}\n{OPEN}'})
    assert wirelake("ingest").code == 0
    assert "/page" in outlet.paths
    assert "/moved/0" in outlet.paths
    assert "breakwater" in everything(query)
    assert "swordfish" not in everything(query)
    refused = "SELECT count(*) AS n FROM raw.fetches WHERE outcome = 'refused'"
    assert query(Path("lake"), refused)[0]["n"] >= len(hostile(secret)) - 3


def feed(links: list[str]) -> str:
    escaped = [link.replace("<", "&lt;") for link in links]
    items = "".join(f"<item><title>Lamp</title><link>{link}</link></item>" for link in escaped)
    return f"<rss><channel>{items}</channel></rss>"


def sitemap(links: list[str]) -> str:
    escaped = [link.replace("<", "&lt;") for link in links]
    return f"<urlset>{''.join(f'<url><loc>{link}</loc></url>' for link in escaped)}</urlset>"


def test_a_redirect_leads_to_no_address_of_this_machine_unless_the_source_says_so(
    wirelake: Command, write: Write, query: Query, outlet: Any
) -> None:
    outlet.serve("/admin", TELLTALE)
    sources = "".join(
        f'[sources.{name}]\nkind = "page"\nurl = "{outlet.url("/admin")}"\n{more}pace_s = 0\n'
        for name, more in {"closed": "", "open": "allow_private = true\n"}.items()
    )
    write({"sources.toml": sources})
    assert wirelake("ingest", "closed").code == 1
    assert outlet.log == []
    [fetch] = query(Path("lake"), "FROM raw.fetches")
    assert fetch["outcome"] == "refused"
    assert "allow_private" in fetch["error"]
    assert wirelake("ingest", "open").code == 0
    assert "/admin" in outlet.paths


class _Secure(ThreadingHTTPServer):
    """Answers over TLS with a certificate that nobody vouches for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[str] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Leave it: whoever asked has hung up, as it should."""


class _Answers(BaseHTTPRequestHandler):
    server: _Secure

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that its own key has signed, with the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "server.pem"
    path.write_bytes(made.public_bytes(form) + key.private_bytes(form, *plain))
    return path


def test_a_server_that_nobody_vouches_for_is_asked_nothing(
    wirelake: Command, write: Write, query: Query, tmp_path: Path
) -> None:
    with _Secure(tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        url = f"https://127.0.0.1:{server.server_port}/page"
        write({"sources.toml": f'[sources.a]\nkind = "page"\nurl = "{url}"\n{OPEN}'})
        said = wirelake("ingest", env={"WIRELAKE_WEB__RETRIES": "0"})
        server.shutdown()
        thread.join()
    assert (said.code, server.asked) == (1, [])
    errors = query(Path("lake"), "SELECT DISTINCT error FROM raw.fetches")
    assert "certificate" in str(errors)


@pytest.mark.parametrize("kind", ["feed", "sitemap", "page", "warc", "api"])
def test_no_source_of_the_web_is_a_file(
    wirelake: Command, write: Write, secret: Path, kind: str
) -> None:
    for url in hostile(secret):
        write({"sources.toml": f"[sources.a]\nkind = \"{kind}\"\nurl = '{url}'\n"})
        said = wirelake("sources", "check")
        assert (said.code, Path("lake").exists()) == (2, False), url
        assert TELLTALE not in said.out


@pytest.mark.parametrize("words", [["sources", "add"], ["sources", "import"]])
def test_no_file_becomes_a_source_by_a_list_or_an_address(
    wirelake: Command, write: Write, secret: Path, words: list[str]
) -> None:
    write({"sources.toml": "", "list.opml": opml(hostile(secret))})
    given = f"file://{secret}" if words[-1] == "add" else "list.opml"
    said = wirelake(*words, given)
    assert TELLTALE not in said.out + said.err
    assert "secret.html" not in Path("sources.toml").read_text()


def opml(urls: list[str]) -> str:
    lines = "".join(
        f'<outline type="rss" xmlUrl="{url.replace("<", "&lt;")}" text="a"/>' for url in urls
    )
    return f'<opml version="2.0"><body>{lines}</body></opml>'
