"""WARC archives, on the disk or over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from flows.sources import Cursor, Poll, Reading, Window
from flows.sources._files import Found
from flows.sources._options import Pattern
from flows.sources._polling import session_of
from flows.sources._readable import Witness
from flows.sources._warc import Wanted
from flows.sources._warc_files import find_archives, find_listing, is_listing
from flows.sources._warc_passes import ArchiveScope, FilePass, WebPass
from flows.sources._web_options import Address, WebOptions
from transforms.errors import ConfigError
from transforms.urls import clean


class Source(WebOptions, frozen=True):
    """The responses in WARC 1.0 and 1.1 archives: .warc, .warc.gz, .warc.zst; .wet, .wet.gz.

    A response of status 200, or a resource, of a wanted media type is a document, seen when its
    record says. Revisits hold no body and are passed over. Archives that were read to their end
    are not read again while they are the same; one that was left half way goes on at its record.
    One from the web is downloaded to a temporary file, whole, also to go on half way.

    A `url` or `path` ending in .paths, .paths.gz, .paths.txt or .paths.txt.gz is a listing: a text,
    packed or not, with an archive a line. The archives of a listing on the web are had once, for
    good. A window downloads those that can hold its records where their names say when they were
    begun, as those of CC-NEWS do: name the listing of the month before a window's month, too.
    """

    _NOT_IN_DIGEST: ClassVar[set[str]] = (
        WebOptions._NOT_IN_DIGEST | {"path", "base", "max_archive_bytes"}
    ) - {"max_bytes"}

    kind: Literal["warc"] = Field(default="warc", description="WARC archives.")
    url: Address | None = Field(
        default=None,
        description="Where to ask; or `urls`. A url ending in .paths, .paths.gz, .paths.txt or "
        ".paths.txt.gz lists archives.",
    )
    path: str | None = Field(
        default=None,
        min_length=1,
        description="A file, folder or glob, relative to the folder of the sources file; or `url`. "
        "A file ending in .paths, .paths.gz, .paths.txt or .paths.txt.gz lists archives.",
    )
    base: str | None = Field(
        default=None,
        min_length=1,
        description="Where the paths in a listing start: a url, else the root of the listing's "
        "host; for a listing on the disk a folder, else its own.",
    )
    media_types: list[str] = Field(
        default_factory=lambda: ["text/html", "application/xhtml+xml"],
        description="Responses of other media types are passed over; the texts of WET archives "
        "are not.",
    )
    include: list[Pattern] = Field(
        default_factory=list, description="Regular expressions, one of which the url must match."
    )
    exclude: list[Pattern] = Field(
        default_factory=list, description="Regular expressions, none of which the url may match."
    )
    max_bytes: int = Field(
        default=16 * 2**20,
        ge=1,
        description="Bytes of one document, or of a listing, decoded, at most.",
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

    @model_validator(mode="after")
    def _has_a_base_for_its_listings(self) -> Self:
        if self.base is None:
            return self
        if not any(map(is_listing, [self.path] if self.path else self.addresses())):
            raise ValueError("the key 'base' is for listings: names that end in .paths.gz")
        is_url = clean(self.base) is not None and not self.base.startswith("file:")
        if is_url is (self.path is not None):
            raise ValueError("the key 'base' is a url where the listing is one, else a folder")
        return self

    is_bulky: ClassVar[bool] = True

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
        with session_of(poll) as session:
            yield from witness.watch(self._readings(window, cursors, session))
        witness.testify()

    def _readings(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll
    ) -> Iterator[Reading]:
        known, wanted = {} if window else cursors, self._wanted(window)
        if self.path is None:
            scope = ArchiveScope(wanted, self.max_archive_bytes, self.base)
            yield from WebPass(self, scope, known, poll).read()
            return
        files = FilePass(self, wanted, known)
        found = self._find(self.path)
        yield from files.read_listing(*found) if isinstance(found, tuple) else files.read(found)

    def _find(self, path: str) -> Iterator[Found] | tuple[Path, Path]:
        """Find the archives, or a listing with the folder it starts from."""
        try:
            return find_listing(self.home, path, self.base) or find_archives(self.home, path)
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
