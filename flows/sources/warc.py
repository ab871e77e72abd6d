"""WARC archives, on the disk or over HTTP."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from flows.sources import Cursor, Poll, Reading, Window
from flows.sources._files import Found
from flows.sources._names import quoted
from flows.sources._options import Pattern
from flows.sources._polling import is_due
from flows.sources._readable import Witness
from flows.sources._warc import Wanted
from flows.sources._warc_files import find_archives
from flows.sources._warc_visits import FileVisit, WebVisit
from flows.sources._web_options import WebOptions
from transforms.errors import ConfigError


class Source(WebOptions, frozen=True):
    """The responses in WARC 1.0 and 1.1 archives: .warc, .warc.gz and .warc.zst.

    A response of status 200, or a resource, of a wanted media type is a document, seen when its
    record says. Revisits hold no body and are passed over. Archives that were read to their end
    are not read again while they are the same; one that was left half way goes on at its record.
    One from the web is downloaded to a temporary file, whole, also to go on half way.
    """

    _NOT_IN_DIGEST: ClassVar[set[str]] = (
        WebOptions._NOT_IN_DIGEST | {"path", "max_archive_bytes"}
    ) - {"max_bytes"}

    kind: Literal["warc"] = Field(default="warc", description="WARC archives.")
    path: str | None = Field(
        default=None,
        min_length=1,
        description="A file, folder or glob, relative to the folder of the sources file; or `url`.",
    )
    media_types: list[str] = Field(
        default_factory=lambda: ["text/html", "application/xhtml+xml"],
        description="Responses of other media types are passed over.",
    )
    include: list[Pattern] = Field(
        default_factory=list, description="Regular expressions, one of which the url must match."
    )
    exclude: list[Pattern] = Field(
        default_factory=list, description="Regular expressions, none of which the url may match."
    )
    max_bytes: int = Field(
        default=16 * 2**20, ge=1, description="Bytes of one document, decoded, at most."
    )
    max_archive_bytes: int = Field(
        default=16 * 2**30, ge=1, description="Bytes of one archive from the web, at most."
    )
    total_s: float = Field(
        default=7200.0, gt=0, description="Seconds to download one archive, at most."
    )

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if [self.path is None, self.url is None, not self.urls].count(False) != 1:
            raise ValueError("needs one of the keys 'path', 'url' and 'urls'")
        return self

    @property
    def is_remote(self) -> bool:  # type: ignore[override] # both are read from the source
        """Say whether it reads over a network."""
        return self.path is None

    def place(self) -> str:
        """Say where it reads, as configured."""
        return self.path or super().place()

    def check(self) -> None:
        """Look whether the path can be read, or the secrets are there; nothing is read or asked.

        Raises:
            ConfigError: they are not.
        """
        if self.path is None:
            super().check()
        else:
            self._find(self.path)

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the documents, each archive's `Fetch` after its own.

        After every few hundred documents a bare `Cursor` says from which byte on the rest can be
        read. What is counted in a `Fetch` of an archive read in two runs is that of the last one.

        Raises:
            ConfigError: as `check`.
            FetchError: no archive could be read.
        """
        witness = Witness(self.name)
        yield from witness.watch(self._readings(window, cursors, poll or Poll()))
        witness.testify()

    def _readings(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll
    ) -> Iterator[Reading]:
        known = {} if window else cursors
        if self.path is not None:
            for found in self._find(self.path):
                url = f"file:{quoted(found.name)}"
                yield from FileVisit(url, self, self._wanted(window), found).read(known.get(url))
            return
        for url in self.addresses():
            cursor = known.get(url)
            if window or is_due(cursor, poll, dt.datetime.now(dt.UTC)):
                cap = self.max_archive_bytes
                yield from WebVisit(url, self, self._wanted(window), cap).read(cursor, poll)

    def _find(self, path: str) -> Iterator[Found]:
        try:
            return find_archives(self.home, path)
        except ConfigError as error:
            raise ConfigError(error.message, source=self.name, **error.facts) from error

    def _wanted(self, window: Window | None) -> Wanted:
        return Wanted(
            frozenset(media_type.lower() for media_type in self.media_types),
            tuple(map(re.compile, self.include)),
            tuple(map(re.compile, self.exclude)),
            self.max_bytes,
            window,
        )
