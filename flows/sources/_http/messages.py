"""What is asked of the web and what is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal[
    "ok",  # 2xx with a whole body
    "not_modified",  # 304
    "gone",  # 410
    "http_error",  # any other status
    "redirected",  # a step on the way to an answer
    "disallowed",  # by robots.txt; nothing was sent
    "refused",  # the address guard, or no http(s) url; nothing was sent
    "unreachable",  # no connection, no name, TLS
    "timeout",  # a deadline ran out
    "broken",  # truncated, not decodable, no HTTP
    "too_large",  # over a cap: bytes, decompressed bytes, ratio, header lines
]
"""What one request came to."""


PAGES = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
"""Accept header for those who want a page, and take what there is."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How this installation behaves towards all hosts; the same for every source of a run."""

    contact: str | None = None
    """A url or mail address for those who run a server; part of the User-Agent."""
    concurrency: int = 32
    """Requests under way at once, all hosts together."""
    retries: int = 2
    """Further tries after 429, 5xx or a network error."""
    backoff_s: float = 1.0
    """Before the first further try; doubled each time, with jitter."""
    max_wait_s: float = 60.0
    """A longer Retry-After is not waited for within a run: the answer says it."""
    max_redirects: int = 5
    robots_ttl_s: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How one source is asked."""

    allow_private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent to the registrable domains of the source's own urls only (`domains`)."""
    query: Mapping[str, str] = field(default_factory=dict)
    """Secret parameters, added to a url as it is sent, to the same domains."""
    domains: frozenset[str] = frozenset()
    """Registrable domains that may see headers, parameters, cookies and credentials."""
    is_secure: bool = False
    """Whether all configured urls are https: then nothing secret is sent over http."""
    auth: tuple[str, str] | None = None
    """User and password (basic)."""
    bearer: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    proxy: str | None = None
    pace_s: float = 1.0
    """From the start of one request to a domain to the start of the next, at least."""
    max_bytes: int = 16 * 2**20
    """Of a body after decoding."""
    connect_s: float = 10.0
    read_s: float = 20.0
    """Without a byte."""
    total_s: float = 60.0
    """Of one request, from connecting to the last byte."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One url to be asked for."""

    url: str
    etag: str | None = None
    """Verbatim, for If-None-Match."""
    last_modified: str | None = None
    """Verbatim, for If-Modified-Since."""
    accept: str = PAGES
    tag: object = None
    """Whatever the asker wants back with the answer."""

    @property
    def is_conditional(self) -> bool:
        """Say whether a 304 may be the answer."""
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class Try:
    """One HTTP request as it went over the wire, or was kept from it."""

    url: str
    outcome: Outcome
    fetched_at: dt.datetime
    """UTC, when its answer began or it failed."""
    status: int | None = None
    bytes: int = 0
    """Of the body, as it came over the wire."""
    ms: float = 0.0
    error: str | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an `Ask` came to, after redirects and further tries."""

    ask: Ask
    tries: tuple[Try, ...]
    """Every request it took, robots.txt and redirects among them; the last one decided."""
    final_url: str
    """The url that answered: `ask.url` where there was no redirect."""
    permanent_url: str | None = None
    """Where 301 and 308 alone led; None where there was no redirect or a temporary one."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    """Decoded from its Content-Encoding; empty unless the outcome is "ok"."""
    max_age_s: float | None = None
    """By Cache-Control max-age, else Expires; None where the server says nothing."""

    @property
    def last(self) -> Try:
        """The request that decided."""
        return self.tries[-1]

    @property
    def outcome(self) -> Outcome:
        """What it came to."""
        return self.last.outcome

    @property
    def media_type(self) -> str:
        """As declared, in lower case, without parameters; "" where nothing is."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """As declared outside the body."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip(" \"'").lower() or None
        return None
