"""Local files: a file, a folder with all below it, or a glob."""

from __future__ import annotations

import datetime as dt
import io
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from flows.sources import Cursor, Document, Fetch, Outcome, Poll, Reading, Window
from flows.sources._contents import Content, Tally, is_within, read_content, read_zip
from flows.sources._files import Found, Stamp, find, locate
from flows.sources._names import quoted, suffix_of
from flows.sources._options import Options, are_columns
from flows.sources._rows import RowOptions
from flows.sources._streams import FAILURES, explain
from transforms.errors import ConfigError
from transforms.reading import Profile


def _is_encoding(name: str) -> str:
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        raise ValueError("not an encoding that Python knows, as cp1252 is") from None
    return name


class Source(Options, frozen=True):
    """The files under `path`: text, HTML, Markdown, e-mail (.eml), rows, and both in gz and zip.

    Rows are read of JSON, JSON Lines (.jsonl, .ndjson), CSV, TSV and Parquet. A text or Markdown
    file that begins as an HTML page does is read as one.

    Documents are named relative to the folder, so a moved folder keeps its ids; rows are named by
    their id or content, so a row put in front changes no other. Files whose size and time are
    known are not opened. Other extensions, hidden files, links to folders and
    warehouses are passed over.
    """

    _NOT_IN_DIGEST: ClassVar[set[str]] = {"enabled", "path"}

    kind: Literal["folder"] = Field(default="folder", description="Local files.")
    path: str = Field(
        min_length=1,
        description="A file, a folder or a glob, relative to the folder of the sources file.",
    )
    fields: Annotated[dict[str, str], AfterValidator(are_columns)] = Field(
        default_factory=dict,
        description="Per column the dotted path where a row has it, as title = 'meta.headline'.",
    )
    rows: str | None = Field(
        default=None, min_length=1, description="Dotted path of the array within a JSON file."
    )
    delimiter: str = Field(
        default=",",
        pattern=r'^[^"\r\n]$',
        description="The character between CSV fields; a comma means a tab in .tsv files.",
    )
    encoding: Annotated[str, AfterValidator(_is_encoding)] | None = Field(
        default=None, description="Encoding of text and row files; else each file is looked at."
    )

    def profile(self) -> Profile:
        """Say what reading its documents needs of the options, the mapping among them."""
        return replace(super().profile(), fields=tuple(sorted(self.fields.items())))

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the documents in the order of the files' names, each file's `Fetch` after its own.

        A known file gives a `Fetch` alone, and so does a file or folder that cannot be read. Rows
        of CSV and Parquet files are written anew as JSON. A window takes the files (members of a
        zip) that were changed within it.

        Raises:
            ConfigError: as `check`.
        """
        del poll  # what is on the disk is always due
        config = self.config_digest()
        options = RowOptions(self.rows, self.delimiter, self.encoding)
        profile = self.profile()
        for found in find(*self._locate()):
            yield from _Visit(found, options, profile, config).read(window, cursors)

    def place(self) -> str:
        """Say where it reads, as configured."""
        return self.path

    def check(self) -> None:
        """Look whether the path can be read, without reading.

        Raises:
            ConfigError: it cannot, or it is one file of an extension that is not read.
        """
        self._locate()

    def _locate(self) -> tuple[Path, list[str]]:
        try:
            return locate(self.home, self.path)
        except ConfigError as error:
            raise ConfigError(error.message, source=self.name, **error.facts) from error


class _Visit:
    """One file, read once."""

    def __init__(self, found: Found, options: RowOptions, profile: Profile, config: str) -> None:
        self._found = found
        self._options = options
        self._profile = profile
        self._config = config
        self._url = f"file:{quoted(found.name)}"
        self._tally = Tally()
        self._ms = 0.0

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor]
    ) -> Iterator[Document | Fetch]:
        stamp = self._found.stamp
        if stamp is None:
            yield self._fetch("unreadable", self._found.trouble)
        elif window is None and stamp.is_known(cursors.get(self._url), self._config):
            yield self._fetch("known")
        elif self._is_zip() or is_within(window, stamp.modified_at):
            yield from self._read(stamp, window)

    def _read(self, stamp: Stamp, window: Window | None) -> Iterator[Document | Fetch]:
        try:
            with self._found.path.open("rb") as handle:
                yield from self._timed(self._contents(handle, stamp, window))
                changed = Stamp.of(os.fstat(handle.fileno())) != stamp
        except FAILURES as error:
            yield self._fetch(*explain(error), size=stamp.size)
            return
        if changed:
            yield self._fetch("broken", "changed while it was read", size=stamp.size)
            return
        # A window that left members out has not read the file.
        cursor = None if self._tally.partly else stamp.remembered(self._url, self._config)
        whole = self._fetch("ok", self._tally.sentence(), size=stamp.size, cursor=cursor)
        yield replace(whole, lost=self._tally.lost)

    def _contents(
        self, handle: io.BufferedReader, stamp: Stamp, window: Window | None
    ) -> Iterator[Document | Fetch]:
        url = self._url
        content = Content(
            self._found.name, url, url, stamp.modified_at, self._options, self._profile
        )
        if self._is_zip():
            return read_zip(handle, content, window, self._tally)
        return read_content(handle, content, self._tally)

    def _is_zip(self) -> bool:
        return suffix_of(self._found.name)[0] == ".zip"

    def _fetch(
        self,
        outcome: Outcome,
        error: str | None = None,
        *,
        size: int = 0,
        cursor: Cursor | None = None,
    ) -> Fetch:
        now = dt.datetime.now(dt.UTC)
        return Fetch(self._url, outcome, now, size, self._ms, error=error, cursor=cursor)

    def _timed(self, steps: Iterator[Document | Fetch]) -> Iterator[Document | Fetch]:
        """Count the time of reading, without what is done with the documents in between."""
        while True:
            began = time.perf_counter()
            try:
                step = next(steps, None)
            finally:
                self._ms += (time.perf_counter() - began) * 1000
            if step is None:
                return
            yield step
