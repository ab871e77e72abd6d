"""Asking for the pages that a list names, and for known ones again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flows.sources import Cursor, Poll, Reading
from flows.sources._web_options import WebOptions


@dataclass(frozen=True, slots=True)
class Named:
    """A page that a list names, with what the list says of it."""

    url: str
    item: Mapping[str, object] | None = None
    """Reduced to what identifies it; times as ISO 8601 UTC texts."""
    stamp: str | None = None
    """What changes when the page does: lastmod, or title and dates. None: the list cannot tell."""


def read_pages(
    named: Iterable[Named], options: WebOptions, cursors: Mapping[str, Cursor], poll: Poll,
    *, is_window: bool = False,
) -> Iterator[Reading]:
    """Ask for what is new or changed; each page gives its `Document` or `Sighting`, then `Fetch`es.

    A url is asked once however often it is named; the first naming counts. In a run without a
    window, known pages whose revisit is due are asked too. A window asks every named page
    unconditionally.
    """
    raise NotImplementedError
