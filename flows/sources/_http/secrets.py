"""What only the source's own domains may see: added as a request is sent, hidden in its answer."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import quote, unquote_plus

from requests.models import PreparedRequest

from flows.sources._http.messages import Terms
from flows.sources._http.wire import Reply

MASK = "***"
"""What stands where a server repeats a secret."""

_TELLING_CHARS = 8
"""A shorter value is found in any text by chance: it is hidden behind its name only."""


def secret_headers(terms: Terms) -> dict[str, str]:
    """Give the headers that only the source's own domains may see."""
    found: dict[str, str] = {}
    if terms.auth:
        pair = ":".join(terms.auth).encode()
        found["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    if terms.bearer:
        found["Authorization"] = f"Bearer {terms.bearer}"
    if terms.cookies:
        found["Cookie"] = "; ".join(f"{name}={value}" for name, value in terms.cookies.items())
    return found | dict(terms.headers)


def without(url: str, names: Collection[str]) -> str:
    """Take the parameters of these names out of the query of a url, absolute or relative."""
    if not names:
        return url
    rest, mark, fragment = url.partition("#")
    path, _, query = rest.partition("?")
    parts = query.split("&")
    kept = [part for part in parts if unquote_plus(part.partition("=")[0]) not in names]
    if len(kept) == len(parts):
        return url
    return f"{path}?{'&'.join(kept)}{mark}{fragment}" if kept else f"{path}{mark}{fragment}"


class SecretQuery:
    """The parameters of a query that a request is sent with, and nobody is told of.

    Args:
        values: by name; none: a request is sent as it is.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._pattern = _pattern(values)

    def added_to(self, request: PreparedRequest) -> PreparedRequest:
        """Give the request as it is sent."""
        if not self._values:
            return request
        url = without(request.url or "", self._values)
        query = "&".join(
            f"{quote(name, safe='')}={quote(value, safe='')}"
            for name, value in self._values.items()
        )
        sent = request.copy()
        sent.url = f"{url}{'&' if '?' in url else '?'}{query}"
        return sent

    def hidden_in(self, reply: Reply, url: str) -> Reply:
        """Give the reply as if nothing had been added: servers repeat what they were asked.

        Args:
            reply: to the request as it was sent.
            url: without what was added.
        """
        if not self._values:
            return reply
        location = reply.location and self._hide(without(reply.location, self._values))
        return replace(
            reply,
            tried=replace(reply.tried, url=url),
            headers={name: self._hide(value) for name, value in reply.headers.items()},
            body=self._pattern.sub(_mask, reply.body),
            location=location,
        )

    def _hide(self, text: str) -> str:
        found = self._pattern.sub(_mask, text.encode(errors="surrogatepass"))
        return found.decode(errors="surrogatepass")


def _pattern(values: Mapping[str, str]) -> re.Pattern[bytes]:
    """Find each value, however it is escaped; a short one behind its name."""
    found: list[str] = []
    for name, value in values.items():
        if len(value) >= _TELLING_CHARS:
            found.append(_escaped(value))
        else:
            found.append(
                rf"((?<![\w%.-]){_escaped(name)}{_escaped('=')}){_escaped(value)}(?![\w%-])"
            )
    return re.compile("|".join(found).encode(), re.IGNORECASE)


def _escaped(text: str) -> str:
    """Write a pattern of a text as it is, and as urls, JSON and HTML have it."""
    return "".join(map(_forms, text))


def _forms(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    forms = {char, html.escape(char), f"\\{char}", json.dumps(char)[1:-1], f"\\u{ord(char):04x}"}
    written = [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
    # A url within a url is encoded twice, "%" being %25.
    written.append("".join(f"%(?:25)*{byte:02x}" for byte in char.encode()))
    written.append(f"&#(?:0*{ord(char)}|x0*{ord(char):x});")
    return f"(?:{'|'.join(written)}{'|[+]' if char == ' ' else ''})"


def _mask(match: re.Match[bytes]) -> bytes:
    name = next(filter(None, match.groups()), b"")
    return name + MASK.encode()
