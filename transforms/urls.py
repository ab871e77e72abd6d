"""Urls: cleaned to one form, and which of them names an article."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from functools import cache, lru_cache
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import idna
from publicsuffixlist import PublicSuffixList

from transforms.tracking import is_tracking

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})|%")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# RFC 3986, pchar and "/" for paths, "?" too in queries: anything else is written as %XX.
_NOT_IN_PATH = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]")
_NOT_IN_QUERY = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default|home)\.(?:html?|php\d?|aspx?|jsp|cfm)$", re.IGNORECASE)

MAX_SECTION_LETTERS = 15
"""A longer segment of a path is taken for an article's name, not for a section's."""


def clean(url: str) -> str | None:
    """Bring an http(s) url to its one form; None where it is not a usable one.

    Scheme and host in lower case, a host outside ASCII as punycode (what DNS and servers see,
    UTS 46), without credentials, default port, fragment, dot segments, session path parameter and
    tracking parameters; the other parameters in their order. Escapes in upper case, and only where
    RFC 3986 needs them. `file:` urls stay as they are.

    Source: RFC 3986, section 6.2.2 and 6.2.3.
    """
    if url.startswith("file:"):
        return url
    try:
        parts = urlsplit(url.strip())
        host, port = _host(parts), parts.port
    except ValueError:  # a bracket or port that is none, a name that IDNA refuses
        return None
    if host is None or parts.scheme not in _DEFAULT_PORTS:
        return None
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path, query = _clean_path(parts.path), _clean_query(parts.query)
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def _host(parts: SplitResult) -> str | None:
    host = unquote(parts.hostname or "").rstrip(".").lower()
    if ":" in host and "%" not in host:  # a zone id means something on one machine only
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode()
    return host if _HOST.fullmatch(host) and ".." not in host else None


def _clean_path(path: str) -> str:
    escaped = _escape(_SESSION.sub("", path), _NOT_IN_PATH)
    return _remove_dot_segments(escaped) if "/." in escaped else escaped or "/"


def _clean_query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not is_tracking(_name(part))]
    return _escape("&".join(kept), _NOT_IN_QUERY)


def _name(parameter: str) -> str:
    return unquote(parameter.partition("=")[0])


def _escape(text: str, illegal: re.Pattern[str]) -> str:
    return illegal.sub(_percent, _ESCAPE.sub(_needed_escape, text))


def _needed_escape(match: re.Match[str]) -> str:
    if not match[1]:
        return "%25"
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="replace"))


def _remove_dot_segments(path: str) -> str:
    segments = path.split("/")[1:]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Cut a host, in punycode, to the domain its owner registered.

    A private suffix counts as a suffix: two blogs of one hoster are two domains. IP literals and
    hosts that are a suffix themselves stay whole.

    Source: the Public Suffix List, publicsuffix.org, as packaged.
    """
    if _is_ip(host):
        return host
    return _suffixes().privatesuffix(host) or host


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_front_page(url: str) -> bool:
    """Say whether a url is a site's root or a section, not an article.

    A root ("/", "/index.html"), or one or two segments of letters only, none longer than
    `MAX_SECTION_LETTERS` ("/news", "/sport/football/"). A query with a digit in it names an
    article whatever the path ("/?p=123"). In doubt it is a section: an article that keeps its own
    url is worse off by little, many articles that share a section's url by much.
    """
    if url.startswith("file:"):
        return False
    segments = _segments(url)
    return len(segments) <= 2 and all(_is_section_name(segment) for segment in segments)


def is_front_page_beside(url: str, own: str) -> bool:
    """Say whether a stated url is a front page, and not the document's own in another form.

    "https://www.news.example/benches/" is an article of that name at "https://m.news.example/benches".
    """
    return is_front_page(url) and (is_root(url) or _name_of(url) != _name_of(own))


def _name_of(url: str) -> list[str]:
    return [segment for segment in _segments(url) if segment.lower() != "amp"]


def is_root(url: str) -> bool:
    """Say whether a url is a site's root, the one front page that is never in doubt."""
    return not _segments(url)


def _segments(url: str) -> list[str]:
    parts = urlsplit(url)
    segments = [part for part in unquote(_INDEX.sub("/", parts.path)).split("/") if part]
    return [*segments, parts.query] if any(map(str.isdigit, parts.query)) else segments


def _is_section_name(segment: str) -> bool:
    return segment.isalpha() and len(segment) <= MAX_SECTION_LETTERS


def article_url(document_url: str, canonical: str | None) -> str:
    """Choose the url an article is known by.

    The cleaned canonical only on the registrable domain of the document, and never a front page
    elsewhere: a wrong one would fold a whole site into one article. Else the document's url,
    cleaned where it can be. `file:` urls stay as they are, fragment included.

    Args:
        document_url: the final url of the document.
        canonical: rel=canonical, absolute.
    """
    own = clean(document_url) or document_url
    stated = clean(canonical) if canonical else None
    if stated and _same_domain(own, stated) and not is_front_page_beside(stated, own):
        return stated
    return own


def _same_domain(one: str, other: str) -> bool:
    hosts = urlsplit(one).hostname, urlsplit(other).hostname
    return None not in hosts and len({registrable_domain(host or "") for host in hosts}) == 1


def article_id(url: str, source: str) -> str:
    """Digest an article url: sha256, hex.

    Paths in `file:` urls are relative to their source, and two sources may hold a file of one
    name: there the source, a newline and the url are digested.
    """
    named = f"{source}\n{url}" if url.startswith("file:") else url
    return hashlib.sha256(named.encode()).hexdigest()


def address_id(url: str, source: str) -> str:
    """Give the id of the article that would be known by a url, however it is spelled."""
    return article_id(clean(url) or url, source)
