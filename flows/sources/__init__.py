"""Where documents come from: what a source is, what it gives, and how the sources file is read.

A source kind is a file of this folder with a class `Source` whose fields are its options. Its
`read` yields documents and, after the documents of each file or request, the `Fetch` that gave
them. Nothing is registered: `kind = "folder"` finds `flows/sources/folder.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from flows.sources._load import kinds, load
from transforms.reading import Profile

__all__ = [
    "Cursor",
    "Document",
    "Fetch",
    "Outcome",
    "Source",
    "Window",
    "kinds",
    "load",
]


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open UTC span, start <= t < end."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Document:
    """One payload, byte for byte, with what was said of it on the way."""

    url: str
    origin: str
    """The url of the `Fetch` that gave it: a row's file, a member's archive, else `url` itself."""
    payload: bytes
    media_type: str
    seen_at: dt.datetime
    """UTC: when the answer came, or the file's (a zip member's own) modification time."""
    charset: str | None = None
    final_url: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    item: Mapping[str, object] | None = None
    """What a feed, sitemap or list said of it, reduced to what identifies it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a source remembers of one url between runs."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    next_poll_at: dt.datetime | None = None
    failures: int = 0
    size: int | None = None
    """Bytes of a local file."""
    modified_at: dt.datetime | None = None
    """Modification time of a local file, UTC, microseconds."""
    config: str | None = None
    """Digest of the options it was read under: other options, another reading."""


Outcome = Literal["ok", "known", "unreadable", "broken", "too_large", "timeout", "crashed"]


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP request or file read, after the documents it gave."""

    url: str
    outcome: Outcome
    fetched_at: dt.datetime
    bytes: int = 0
    ms: float = 0.0
    status: int | None = None
    error: str | None = None
    retry_after_s: float | None = None
    cursor: Cursor | None = None
    """What to remember; None where the url must be read again next time."""


class Source(Protocol):
    """What a source kind promises."""

    name: str
    kind: str
    enabled: bool

    def place(self) -> str:
        """Say where it reads, as configured: a path or a url."""
        ...

    def check(self) -> None:
        """Look whether the source can exist as configured, without reading it.

        Raises:
            ConfigError: it cannot (no such path).
        """
        ...

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor]
    ) -> Iterator[Document | Fetch]:
        """Yield the documents of the window (None: all), each file's `Fetch` after its own.

        A file or url that cannot be read is a `Fetch` with its outcome; the others go on.

        Raises:
            ConfigError: as `check`.
            SourceError: nothing of the source could be read.
        """
        ...

    def profile(self) -> Profile:
        """Say what reading its documents needs of the configuration."""
        ...

    def config_digest(self) -> str:
        """Digest the options that change what its documents are."""
        ...
