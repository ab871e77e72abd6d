"""Lists of feeds, exchanged with feed readers: from OPML into the sources file, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flows.roster import opml, sources_file
from flows.roster.opml import Outline
from flows.roster.sources_file import Table
from flows.sources import Source, WebOptions
from flows.toml_file import masked
from flows.whole_files import replaced
from transforms.errors import ConfigError, ParseError
from transforms.urls import clean


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one feed of a list."""

    url: str
    table: Table | None = None
    """What is added; None where it is skipped."""
    why: str | None = None
    """It is skipped."""

    def row(self) -> dict[str, object]:
        """Describe it in one row."""
        name = self.table.name if self.table else None
        result = "added" if self.table else "skipped"
        return {"source": name, "url": self.url, "result": result, "why": self.why}


def plan(path: Path, file: Path, *, enabled: bool) -> list[Plan]:
    """Say of each feed of an OPML file what becomes of it; nothing is asked or written.

    Args:
        path: the sources file.
        file: the OPML file.
        enabled: whether scheduled runs are to read what is added.

    Raises:
        ConfigError: one of the files cannot be read, or the sources file is wrong.
        ParseError: the OPML file is none, or names no feed.
    """
    outlines = opml.read(file)
    if not outlines:
        raise ParseError("the file names no feed: no outline has an xmlUrl", path=file)
    return list(_plans(outlines, sources_file.configured(path), enabled=enabled))


def _plans(
    outlines: Iterable[Outline], configured: Mapping[str, Source], *, enabled: bool
) -> Iterator[Plan]:
    known = already_read(configured)
    taken = set(configured)
    for outline in outlines:
        address = clean(outline.url)
        if address is None or address.startswith("file:"):
            yield Plan(masked(outline.url), why="not an http or https url")
        elif masked(outline.url) != outline.url:
            yield Plan(masked(outline.url), why="holds a password: add it by hand, with `auth`")
        elif address in known:
            yield Plan(outline.url, why=known[address])
        else:
            table = _table(outline, address, taken, enabled=enabled)
            taken.add(table.name)
            known[address] = f"named before in the file, as '{table.name}'"
            yield Plan(outline.url, table)


def already_read(configured: Mapping[str, Source]) -> dict[str, str]:
    """Say of each configured address, in its one form, which source reads it."""
    return {
        clean(url) or url: f"'{name}' reads it already"
        for name, source in configured.items()
        if isinstance(source, WebOptions)
        for url in source.addresses()
    }


def _table(outline: Outline, address: str, taken: set[str], *, enabled: bool) -> Table:
    domain = (urlsplit(address).hostname or "").removeprefix("www.")
    name = sources_file.distinct(sources_file.name_from(*outline.names, domain), taken)
    options = {"kind": "feed", "url": outline.url} | ({} if enabled else {"enabled": False})
    return Table(name, options, " / ".join(outline.folders) or None)


def write(path: Path, plans: Sequence[Plan]) -> None:
    """Add what is planned to the sources file.

    Raises:
        ConfigError: as `sources_file.append`.
    """
    if tables := [each.table for each in plans if each.table]:
        sources_file.append(path, tables)


def outlines(configured: Mapping[str, Source]) -> list[Outline]:
    """List the feeds of all sources of that kind, disabled ones among them."""
    return [
        Outline(url, (name, source.publisher) if source.publisher else (name,))
        for name, source in configured.items()
        if isinstance(source, WebOptions) and source.kind == "feed"
        for url in source.addresses()
    ]


def export(outlines: Sequence[Outline], target: Path | None) -> None:
    """Write a list of feeds as OPML to a file or standard output.

    Raises:
        ConfigError: there is none to write, or the file cannot be written.
    """
    if not outlines:
        raise ConfigError("no source is of the kind 'feed', so there is nothing to export")
    written = opml.write(outlines, "Feeds of wirelake")
    if target is None:
        sys.stdout.write(written.decode())
        return
    try:
        with replaced(target) as path:
            path.write_bytes(written)
    except OSError as error:
        raise ConfigError(f"cannot write the list: {error.strerror}", path=target) from error
