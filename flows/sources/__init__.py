"""Where documents come from: what a source is, what it gives, and how the sources file is read.

A source kind is a file of this folder with a class `Source` whose fields are its options. Its
`read` yields documents and, after the documents of each file or request, the `Fetch` that gave
them. Nothing is registered: `kind = "folder"` finds `flows/sources/folder.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from flows.sources._http import Answer, Ask, Manners, SessionClosedError, Terms, Web
from flows.sources._http import Outcome as WebOutcome
from flows.sources._lists import list_kind
from flows.sources._load import NAME, kinds, load, make_source, pick
from flows.sources._options import is_zone
from flows.sources._schedule import Scheduled
from flows.sources._web_options import WebOptions, seconds
from transforms.reading import Profile

__all__ = [
    "NAME",
    "Answer",
    "Ask",
    "Cursor",
    "Document",
    "Fetch",
    "Manners",
    "Outcome",
    "Poll",
    "Reading",
    "Scheduled",
    "SessionClosedError",
    "Sighting",
    "Source",
    "Terms",
    "Web",
    "WebOptions",
    "Window",
    "is_zone",
    "kinds",
    "list_kind",
    "load",
    "make_source",
    "pick",
    "seconds",
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
    document_id: str | None = None
    """The document it gave last; the pipeline fills it in where it gave exactly one."""
    item: str | None = None
    """The item it was last read with, in its one form."""
    first_asked_at: dt.datetime | None = None
    asked_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    """When its body was last another one."""
    interval_s: float | None = None
    """Observed seconds between two changes of a list."""
    unconfirmed: int = 0
    """304s in a row since a whole body was last seen."""
    position: int | None = None
    """Bytes of an archive whose records are stored already."""
    moving_to: str | None = None
    """Where its last good answer says that it has moved for good."""
    moved_to: str | None = None
    """The same, where two good answers in a row have said so."""
    gone_at: dt.datetime | None = None
    """Since when it answers 410."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The document of a url's cursor was seen again, unchanged: a 304, or an equal body."""

    url: str
    seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Poll:
    """How the sources of one run are asked."""

    only_due: bool = False
    """A scheduled run asks what is due; a person who names a source asks it now."""
    web: Web = field(default_factory=Web)
    """The polite session, shared by the sources of the run."""
    is_away: Callable[[str], bool] = lambda _: False
    """Whether the page at a url was taken down: it is not asked for."""


Outcome = Literal["known", "unreadable", "crashed"] | WebOutcome
_GOOD = frozenset({"ok", "known", "not_modified", "redirected"})


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
    is_step: bool = False
    """A request on the way to the one that counts: robots.txt, a redirect, an earlier try."""
    lost: int = 0
    """Rows or records of it that could not be read and no other `Fetch` tells of: see `error`."""

    @property
    def is_failure(self) -> bool:
        """Say whether it gave nothing, and nothing was promised by what is known already."""
        return self.outcome not in _GOOD


Reading = Document | Fetch | Sighting | Cursor
"""What a source gives: a bare `Cursor` is remembered once all that came before it is stored."""


class Source(Protocol):
    """What a source kind promises."""

    name: str
    kind: str
    enabled: bool
    is_remote: ClassVar[bool]
    is_bulky: ClassVar[bool]
    """Whether reading it keeps all processes busy, so that it is read alone."""

    def place(self) -> str:
        """Say where it reads, as configured: a path or a url."""
        ...

    def check(self) -> None:
        """Look whether the source can exist as configured, without reading it.

        Raises:
            ConfigError: it cannot (no such path).
        """
        ...

    def why_no_history(self) -> str | None:
        """Say in a sentence why windows of the past cannot be read; None where they can."""
        ...

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the documents of the window (None: all), each file's `Fetch` after its own.

        A file or url that cannot be read is a `Fetch` with its outcome; the others go on. A window
        is read whole: cursors and due times are left alone, and nothing is asked conditionally.

        Args:
            window: what to read; None: all that is new.
            cursors: what is remembered, by url.
            poll: how to ask; None: everything now, in a session of its own.

        Raises:
            ConfigError: as `check`.
            SourceError: nothing of the source could be read, or a window of a kind without history.
        """
        ...

    def profile(self) -> Profile:
        """Say what reading its documents needs of the configuration."""
        ...

    def config_digest(self) -> str:
        """Digest the options that change what its documents are."""
        ...
