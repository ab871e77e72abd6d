"""The options that every source kind has that asks the web."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator

from flows.sources._http import Terms
from flows.sources._options import Options
from flows.sources._schedule import Scheduled, is_list_due
from transforms.errors import ConfigError
from transforms.urls import clean, registrable_domain

if TYPE_CHECKING:
    from flows.sources import Cursor

_SPAN = re.compile(r"(\d{1,6})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_OWN_HEADERS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "range",
     "if-none-match", "if-modified-since", "if-range", "upgrade"}
)  # fmt: skip
"""What the session says itself: another value would break its answers."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Source: RFC 9110 section 5.6.2."""
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
"""Source: RFC 9110 section 5.5."""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _is_address(url: str) -> str:
    if clean(url) is None or url.startswith("file:"):
        raise ValueError("not an http or https url")
    if "@" in urlsplit(url).netloc:
        raise ValueError("holds a user name or password: a secret is not put here, see `auth`")
    return url


def _are_no_secrets(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if name.lower() in _SECRET_HEADERS:
            raise ValueError(f"'{name}' is a secret: name its variable in `auth` or `header_env`")
        if not _FIELD_VALUE.fullmatch(value):
            raise ValueError(f"'{name}' holds a line break or what is no Latin letter")
    return _are_headers(headers)


def _are_headers(headers: dict[str, str]) -> dict[str, str]:
    for name in headers:
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header")
        if name.lower() in _OWN_HEADERS:
            raise ValueError(f"'{name}' is set by wirelake itself")
    return headers


def _have_names(parameters: dict[str, str]) -> dict[str, str]:
    if "" in parameters:
        raise ValueError("a parameter needs a name")
    return parameters


def _is_span(span: str) -> str:
    if not _SPAN.fullmatch(span):
        raise ValueError("not a span of time, as 90s, 15m, 6h or 7d are")
    return span


def _is_variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ValueError("not the name of a variable of the environment: a secret is not put here")
    return name


def seconds(span: str) -> float:
    """Read a span of time: "15m" is 900 seconds."""
    number, unit = (_SPAN.fullmatch(span) or _SPAN.fullmatch("0s")).groups()  # type: ignore[union-attr]
    return float(int(number) * _SECONDS[unit])


Address = Annotated[str, AfterValidator(_is_address)]
Span = Annotated[str, AfterValidator(_is_span)]
Variable = Annotated[str, AfterValidator(_is_variable)]


class Auth(BaseModel, extra="forbid", frozen=True, strict=True):
    """How a source proves who asks; secrets by the name of a variable of the environment."""

    user: str | None = Field(default=None, description="User name of basic authentication.")
    password_env: Variable | None = Field(
        default=None, description="Variable of the environment that holds the password."
    )
    bearer_env: Variable | None = Field(
        default=None, description="Variable of the environment that holds a bearer token."
    )

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.bearer_env is None) is (self.user is None):
            raise ValueError("needs either user and password_env, or bearer_env")
        if (self.user is None) is not (self.password_env is None):
            raise ValueError("needs both user and password_env")
        return self


class WebOptions(Options, frozen=True):
    """What can be said of any source that is asked over HTTP."""

    is_remote: ClassVar[bool] = True
    is_bulky: ClassVar[bool] = False

    _NOT_IN_DIGEST: ClassVar[set[str]] = {
        "enabled", "url", "urls", "allow_private", "headers", "header_env", "query_env", "cookies",
        "auth", "proxy", "proxy_env", "pace_s", "max_bytes", "connect_s", "read_s", "total_s",
        "poll_floor", "poll_ceiling", "probe_every", "revisit",
    }  # fmt: skip

    url: Address | None = Field(default=None, description="Where to ask; or `urls`.")
    urls: list[Address] = Field(default_factory=list, description="Several of them.")
    allow_private: bool = Field(
        default=False,
        description="Also connect to loopback, private, link-local and metadata addresses, where "
        "a redirect leads there too.",
    )
    headers: Annotated[dict[str, str], AfterValidator(_are_no_secrets)] = Field(
        default_factory=dict, description="Sent with each request to the domains of `urls`."
    )
    header_env: Annotated[dict[str, Variable], AfterValidator(_are_headers)] = Field(
        default_factory=dict,
        description="Secret headers: name = variable of the environment that holds the value.",
    )
    query_env: Annotated[dict[str, Variable], AfterValidator(_have_names)] = Field(
        default_factory=dict,
        description="Secret parameters of the url: name = variable of the environment that holds "
        "the value. Added as a request is sent, and stored nowhere.",
    )
    cookies: dict[str, Variable] = Field(
        default_factory=dict,
        description="Cookies: name = variable of the environment that holds the value.",
    )
    auth: Auth | None = Field(default=None, description="Basic or bearer authentication.")
    proxy: Address | None = Field(default=None, description="Proxy that all requests go through.")
    proxy_env: Variable | None = Field(
        default=None, description="Variable that holds the proxy's url, where that has a password."
    )
    pace_s: float = Field(
        default=1.0, ge=0, le=3600, description="Seconds between two requests to one domain."
    )
    max_bytes: int = Field(
        default=16 * 2**20, ge=1, description="Bytes of one answer, decoded, at most."
    )
    connect_s: float = Field(default=10.0, gt=0, description="Seconds to connect, at most.")
    read_s: float = Field(default=20.0, gt=0, description="Seconds without a byte, at most.")
    total_s: float = Field(default=60.0, gt=0, description="Seconds of one request, at most.")
    poll_floor: Span = Field(
        default="5m", description="A scheduled run asks a list no more often than this."
    )
    poll_ceiling: Span = Field(
        default="1d", description="A scheduled run asks a list at least this often."
    )
    probe_every: int = Field(
        default=24,
        ge=1,
        description="After so many 304s in a row one request is not conditional.",
    )
    revisit: list[Span] = Field(
        default_factory=lambda: ["1h", "6h", "1d", "7d"],
        description="When scheduled runs ask a known page again, after it was first seen.",
    )

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if (self.url is None) is (not self.urls):
            raise ValueError("needs either the key 'url' or the key 'urls'")
        return self

    @model_validator(mode="after")
    def _has_times_in_order(self) -> Self:
        if seconds(self.poll_floor) > seconds(self.poll_ceiling):
            raise ValueError("the key 'poll_floor' is longer than 'poll_ceiling'")
        spans = [seconds(span) for span in self.revisit]
        if spans != sorted(spans):
            raise ValueError("the key 'revisit' goes from short to long")
        return self

    @model_validator(mode="after")
    def _has_no_secret_twice(self) -> Self:
        for url in self.addresses():
            for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True):
                if name in self.query_env:
                    raise ValueError(f"the url has the parameter '{name}', and so has query_env")
        return self

    def addresses(self) -> list[str]:
        """Give what is configured, each once, in order."""
        return list(dict.fromkeys([self.url] if self.url else self.urls))

    def place(self) -> str:
        """Say where it asks, as configured."""
        first, *others = self.addresses()
        return f"{first} and {len(others)} more" if others else first

    def check(self) -> None:
        """Look whether the secrets it names are there; nothing is asked.

        Raises:
            ConfigError: a variable of the environment is missing.
        """
        self.terms()

    def schedule(self, cursors: Mapping[str, Cursor], now: dt.datetime) -> Iterator[Scheduled]:
        """Say of each list that is configured whether a scheduled run asks it."""
        for url in self.addresses():
            yield Scheduled(url, cursors.get(url), is_list_due(cursors.get(url), now))

    def terms(self) -> Terms:
        """Say how it is asked, secrets filled in.

        Raises:
            ConfigError: a variable of the environment is missing.
        """
        auth = self.auth or Auth.model_construct()
        hosts = (urlsplit(clean(url) or url).hostname or "" for url in self.addresses())
        return Terms(
            allow_private=self.allow_private,
            headers={**self.headers, **self._secret_headers()},
            query=self._secrets(self.query_env),
            domains=frozenset(registrable_domain(host) for host in hosts),
            is_secure=all(url.lower().startswith("https:") for url in self.addresses()),
            auth=(auth.user, self._secret(auth.password_env)) if auth.user else None,
            bearer=self._secret(auth.bearer_env) if auth.bearer_env else None,
            cookies=self._secrets(self.cookies),
            proxy=self._secret(self.proxy_env) if self.proxy_env else self.proxy,
            pace_s=self.pace_s,
            max_bytes=self.max_bytes,
            connect_s=self.connect_s,
            read_s=self.read_s,
            total_s=self.total_s,
        )

    def _secret_headers(self) -> dict[str, str]:
        found = self._secrets(self.header_env)
        for name, value in found.items():
            if not _FIELD_VALUE.fullmatch(value):
                raise ConfigError(
                    "a secret header holds what is no Latin letter",
                    source=self.name,
                    variable=self.header_env[name],
                )
        return found

    def _secrets(self, named: dict[str, str]) -> dict[str, str]:
        return {name: self._secret(variable) for name, variable in named.items()}

    def _secret(self, variable: str | None) -> str:
        value = os.environ.get(variable or "")
        if not value:
            raise ConfigError(
                "a variable of the environment that the source names is not set",
                source=self.name,
                variable=variable,
            )
        if not value.isprintable():
            raise ConfigError(
                "a secret holds a line break or another control character",
                source=self.name,
                variable=variable,
            )
        return value
