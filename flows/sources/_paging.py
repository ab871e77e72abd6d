"""The requests that read one list of an API: where it begins, and what comes after a page.

Decisions only: nothing is asked here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self
from urllib.parse import quote, unquote_plus, urljoin, urlsplit, urlunsplit

import jmespath
from jmespath.functions import Functions
from pydantic import AfterValidator, BaseModel, Field, model_validator

from flows.sources._http import without
from flows.sources._placeholders import COUNTERS, Style, fill, placeholders
from transforms.urls import clean, registrable_domain

_FIRST = {"page": 1, "offset": 0}

# A link-value and its parameters; those of a Link header are separated by commas.
# Source: RFC 8288, section 3.
_LINK = re.compile(
    r'<([^<>]*+)>((?:\s*+;\s*+[^\s=;,"]++(?:\s*+=\s*+(?:"(?:[^"\\]|\\.)*+"|[^\s;,"]*+))?)*+)'
)
_MAX_LINK_CHARS = 10_000  # a hostile one takes time by the square of its length
_PARAMETER = re.compile(r'([^\s=;,"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s;,"]++))')


def _is_expression(text: str) -> str:
    try:
        parsed = jmespath.compile(text).parsed
    except (ValueError, RecursionError) as error:
        why = str(error).partition("\n")[0].rstrip(":.") or "nested too deep"
        raise ValueError(f"not a JMESPath expression: {why}") from None
    for name in _functions(parsed):
        if name not in Functions.FUNCTION_TABLE:
            raise ValueError(f"JMESPath has no function {name}()")
    return text


def _functions(node: Mapping[str, Any]) -> list[str]:
    """List the functions an expression calls; an unknown one would be told only when called."""
    inner = [name for child in node["children"] for name in _functions(child)]
    return [node["value"], *inner] if node["type"] == "function_expression" else inner


Expression = Annotated[str, AfterValidator(_is_expression)]


class Paging(BaseModel, extra="forbid", frozen=True, strict=True):
    """How an answer leads to the next one."""

    style: Style = Field(
        default="none",
        description="How pages follow: a page number, an offset, a cursor or a link to the next.",
    )
    parameter: str | None = Field(
        default=None,
        min_length=1,
        description="Query parameter of the page, offset or cursor; else it is called by the "
        "style. Not needed where the url has {page}, {offset} or {cursor}.",
    )
    first: int | str | None = Field(
        default=None,
        description="Of the first page: 1 for pages, 0 for offsets, no cursor, unless it is said.",
    )
    step: int | None = Field(
        default=None,
        ge=1,
        description="From a page to the next: 1 for pages; for offsets the records of the page.",
    )
    cursor: Expression | None = Field(
        default=None,
        description="JMESPath to the next cursor in an answer; of the style link, to the next url, "
        "where it is not in the header Link.",
    )
    max_pages: int = Field(
        default=100,
        ge=1,
        description="Pages of one list in a run, at most. The next run reads the first one again, "
        "and goes on where this one has ended; with 1 it does not go on.",
    )

    @model_validator(mode="after")
    def _fits_its_style(self) -> Self:
        if self.style == "cursor" and not self.cursor:
            raise ValueError("the style cursor needs the key 'cursor', where the next one stands")
        if self.cursor and self.style not in ("cursor", "link"):
            raise ValueError(f"the style {self.style} has no key 'cursor'")
        if self.style in _FIRST and isinstance(self.first, str):
            raise ValueError(f"the style {self.style} begins with a whole number")
        return self


def next_link(header: str | None) -> str | None:
    """Find the target of rel="next" in the header Link.

    Source: RFC 8288, section 3; a link with an anchor is one of another document (3.2).
    """
    for target, parameters in _LINK.findall((header or "")[:_MAX_LINK_CHARS]):
        named: dict[str, str] = {}
        for name, in_quotes, bare in _PARAMETER.findall(parameters):
            named.setdefault(name.lower(), in_quotes or bare)  # of two, the first counts (3.3)
        if "next" in named.get("rel", "").lower().split() and "anchor" not in named:
            return str(target)
    return None


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer gave, as far as the next request depends on it."""

    url: str
    """That answered, after redirects."""
    content: Any
    """The parsed answer."""
    records: int
    fresh: int
    """Records that no page of this list gave before."""
    link: str | None = None
    """The header Link."""


@dataclass(frozen=True, slots=True)
class Step:
    """What comes after a page; nothing where all is None."""

    url: str | None = None
    """To be asked next."""
    why_ended: str | None = None
    """Where the list may not have been read to its end."""
    rest: str | None = None
    """The url at which it goes on, where only a limit has ended it."""
    is_broken: bool = False
    """What stands where the next page should be named is nothing that names one."""
    refused: str | None = None
    """A next url that must not be asked."""


class Pager:
    """The pages of one list, in order.

    Args:
        paging: how they follow.
        template: the configured url, the moments filled in already.
        secrets: names of parameters that are added as a request is sent; links repeat them.
    """

    def __init__(self, paging: Paging, template: str, secrets: Collection[str] = ()) -> None:
        self._paging, self._template, self._secrets = paging, template, secrets
        self._domain = _domain(template)
        self._at = paging.first if paging.first is not None else _FIRST.get(paging.style)
        self.pages = 0
        self._asked: set[str] = set()

    @property
    def is_counting(self) -> bool:
        """Say whether it learns of the end only by asking past it."""
        return self._paging.style in _FIRST

    def first(self) -> str:
        """Give the url of the first page."""
        url = self._with(self._at) if self._paging.style in COUNTERS else self._template
        self._asked.add(url)
        return url

    def place(self) -> int | str | None:
        """Give the number of the page, or the offset, that is to be asked next."""
        return self._at

    def jump(self, url: str, at: int | str | None) -> str:
        """Go on at a page of an earlier run: its url, and its `place`."""
        self._at = at
        self._asked.add(url)
        return url

    def follow(self, page: Page) -> Step:
        """Say what comes after a page: an end is an empty page, or one that leads nowhere."""
        self.pages += 1
        if not page.records or self._paging.style == "none":
            return Step()
        if not page.fresh:
            return Step(why_ended=f"page {self.pages} has only records of the pages before")
        try:
            url = self._next(page)
        except ValueError as error:
            return Step(why_ended=f"page {self.pages} names no next one: {error}", is_broken=True)
        return self._checked(url) if url else Step()

    def _checked(self, url: str) -> Step:
        if _domain(url) != self._domain:
            return Step(refused=url)
        if url in self._asked:
            return Step(why_ended=f"page {self.pages} leads back to a page before")
        if self.pages >= self._paging.max_pages:
            why = f"ended after {self.pages} pages: paging.max_pages"
            return Step(why_ended=why, rest=url if self.pages > 1 else None)
        self._asked.add(url)
        return Step(url)

    def _next(self, page: Page) -> str | None:
        paging = self._paging
        if paging.style == "link":
            return self._linked(page)
        if paging.style == "cursor":
            found = _scalar(paging.cursor or "", page.content)
            return self._with(found) if found else None
        by = paging.step or (page.records if paging.style == "offset" else 1)
        self._at = int(self._at or 0) + by
        return self._with(self._at)

    def _linked(self, page: Page) -> str | None:
        path = self._paging.cursor
        target = _scalar(path, page.content) if path else next_link(page.link)
        if not target:
            return None
        url = urljoin(page.url, target)
        # Servers behind a proxy that ends TLS name themselves by http: nothing is sent in clear.
        if page.url.startswith("https:") and url.startswith("http:"):
            url = f"https{url.removeprefix('http')}"
        return without(url.partition("#")[0], self._secrets)

    def _with(self, value: int | str | None) -> str:
        style = self._paging.style
        if style in placeholders(self._template):
            return fill(self._template, {style: "" if value is None else str(value)})
        if value is None:
            return self._template
        return _with_parameter(self._template, self._paging.parameter or style, str(value))


def _with_parameter(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    kept = [
        part
        for part in parts.query.split("&")
        if part and unquote_plus(part.partition("=")[0]) != name
    ]
    query = "&".join([*kept, f"{quote(name, safe='')}={quote(value, safe='')}"])
    return urlunsplit(parts._replace(query=query))


def _scalar(path: str, content: Any) -> str:
    """Evaluate a path to a text or a whole number; "" where there is nothing.

    Raises:
        ValueError: there is something else.
    """
    try:
        found = jmespath.compile(path).search(content)
    except (TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"paging.cursor cannot be evaluated: {type(error).__name__}") from error
    if found is None or found is False:
        return ""
    if isinstance(found, str) or type(found) is int:
        return str(found)
    raise ValueError("paging.cursor leads to something that is no text and no whole number")


def _domain(url: str) -> str | None:
    """Give the registrable domain of an http(s) url; None of anything else."""
    cleaned = None if url.startswith("file:") else clean(url)
    return registrable_domain(urlsplit(cleaned).hostname or "") if cleaned else None
