"""The lists of lines that are left out of texts: how they grow, and how they reach reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flows.sources import Source
from transforms.boilerplate import Boilerplate, digest_of, letters_of
from transforms.boilerplate_learning import Recurring, Telling, learn
from transforms.errors import ConfigError
from transforms.reading import Profile, list_version
from warehouse.boilerplate import (
    ListedLine,
    all_lines_of,
    change_lines,
    lines_of,
    normalizers_of,
    texts_of,
)
from warehouse.catalog import Lake

MAX_ARTICLES = 20_000
"""Of a source, to learn from: what stands on 2 % of it stands on 400 of them, give or take 40."""


def profile_in(lake: Lake, source: Source) -> Profile:
    """Say what reading a source's documents needs: its options, and its list."""
    return profiles_in(lake, [source])[source.name]


def profiles_in(lake: Lake | None, sources: Sequence[Source]) -> dict[str, Profile]:
    """Say the same of some sources, by name.

    Args:
        lake: an open warehouse; None: there is none yet, and no list.
        sources: configured.
    """
    rows = lines_of(lake, *(source.name for source in sources)) if lake else []
    lists: dict[str, list[ListedLine]] = {source.name: [] for source in sources}
    for row in rows:
        lists[row.source].append(row)
    return {
        source.name: replace(source.profile(), boilerplate=list_of(lists[source.name]))
        for source in sources
    }


def list_of(rows: list[ListedLine]) -> Boilerplate:
    """Make a list of the rows of one source."""
    return Boilerplate.of((row.digest, row.place) for row in listed(rows))


def listed(rows: list[ListedLine]) -> list[ListedLine]:
    """Give the rows of the lines that are left out."""
    return [row for row in rows if row.state == "listed"]


@dataclass(frozen=True)
class Learned:
    """What the stored texts of a source tell of its boilerplate."""

    source: str
    articles: int
    """Looked at."""
    found: Sequence[Recurring]
    known: list[ListedLine]
    """Of the table, before."""

    @property
    def listed(self) -> int:
        """Count the lines on the list, before."""
        return len(list_of(self.known).lines)

    @property
    def new(self) -> list[Recurring]:
        """Give what is neither on the list nor dropped from it."""
        known = {row.digest for row in self.known}
        return [each for each in self.found if each.digest not in known]

    def rows(self) -> list[dict[str, object]]:
        """Show it in a table."""
        states = {row.digest: row.state for row in self.known}
        return [
            {
                "source": self.source,
                "digest": each.digest,
                "state": states.get(each.digest, "new"),
                "place": each.place,
                "articles": each.articles,
                "of": each.of,
                "days": each.days,
                "line": each.line,
            }
            for each in self.found
        ]


def is_behind(lake: Lake, name: str) -> bool:
    """Say whether articles of a source are stored that were read under another list."""
    version = list_of(lines_of(lake, name)).version
    return any(list_version(each) != version for each in normalizers_of(lake, name))


def look(lake: Lake, source: str, min_share: float) -> Learned:
    """Find what recurs in the stored texts of a source; nothing is written.

    Args:
        lake: an open warehouse.
        source: its name.
        min_share: of all articles, that a line must stand on.
    """
    texts = texts_of(lake, source, MAX_ARTICLES)
    pairs = zip(texts["text"].to_pylist(), texts["event_date"].to_pylist(), strict=True)
    found = learn((Telling(text, day) for text, day in pairs), min_share)
    return Learned(source, texts.num_rows, found, lines_of(lake, source))


def add(lake: Lake, learned: Learned, now: dt.datetime) -> list[ListedLine]:
    """Put what is new on the list of its source, and give all its rows.

    What is on a list stays: it stands in no text that was read under the list, so that it is not
    found again says nothing. What was dropped stays dropped.
    """

    def change(known: list[ListedLine]) -> list[ListedLine]:
        names = {row.digest for row in known}
        new = [each for each in learned.found if each.digest not in names]
        return _stamped(known + [_row(learned.source, each, now) for each in new])

    return change_lines(lake, learned.source, change)


def _row(source: str, line: Recurring, now: dt.datetime) -> ListedLine:
    return ListedLine(
        source=source,
        version="",
        digest=line.digest,
        line=line.line,
        place=line.place,
        state="listed",
        articles=line.articles,
        of_articles=line.of,
        days=line.days,
        learned_at=now,
        in_force=True,
    )


def _stamped(rows: list[ListedLine]) -> list[ListedLine]:
    """Give every row the version of the list they make."""
    version = list_of(rows).version
    return [replace(row, version=version) for row in rows]


def drop(lake: Lake, source: str, lines: Collection[str]) -> list[ListedLine]:
    """Take lines off a list for good, and give all rows of the source.

    Args:
        lake: an open warehouse.
        source: its name.
        lines: each as a page spells it, or its digest.

    Raises:
        ConfigError: one of them is not on the list.
    """

    def change(known: list[ListedLine]) -> list[ListedLine]:
        names = {row.digest for row in listed(known)}
        named = {line if line in names else digest_of(letters_of(line)): line for line in lines}
        if unknown := sorted(named.keys() - names):
            line = named[unknown[0]]
            raise ConfigError(f"'{line[:80]}' is no line of the list", source=source)
        return _stamped(
            [replace(row, state="dropped") if row.digest in named else row for row in known]
        )

    return change_lines(lake, source, change)


def use(lake: Lake, source: str, version: str) -> list[ListedLine]:
    """Put a list that was in force before in force again, and give its rows.

    Raises:
        ConfigError: there was none of that version.
    """

    def change(_: list[ListedLine]) -> list[ListedLine]:
        rows = all_lines_of(lake, source)
        found = [replace(row, in_force=True) for row in rows if row.version == version]
        if not found:
            known = ", ".join(sorted({row.version for row in rows} - {""}))
            raise ConfigError(f"{source} never had a list '{version[:80]}'", known=known or "none")
        return found

    return change_lines(lake, source, change)


def drop_all(lake: Lake, source: str) -> list[ListedLine]:
    """Begin a list anew, without what was dropped from it; give its rows: none."""
    return change_lines(lake, source, lambda _: [])
