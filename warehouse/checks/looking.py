"""What a rule is given to look with, and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from warehouse.catalog import Lake
from warehouse.copies.method import Method
from warehouse.keeping_away import Address

SAMPLE = 1_000
"""Texts and documents whose content is looked at, unless all are asked for."""

Verdict = Literal["ok", "broken", "not looked at"]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Trust:
    """What a check asks of a warehouse beyond what the warehouse says of itself."""

    method: Method
    """How copies are told: the keys of texts must be those it gives."""
    hash_text: Callable[[str, str], str]
    """Title and text -> content hash."""
    address: Address
    """How urls are told apart."""
    orphans: dt.timedelta
    """So old is a part that no writer is about to name any more."""
    backups: tuple[Path, ...] = ()
    """Folders of backups, from which a damaged file may come back."""
    deep: bool = False
    """Whether all texts and payloads are read, not a sample of them."""


@dataclass(frozen=True)
class Look:
    """One look at a warehouse: the connection reads one snapshot, whatever is committed."""

    lake: Lake
    trust: Trust
    began: dt.datetime
    tell: Tell = lambda _: None
    kept: dict[str, Any] = field(default_factory=dict)
    """What one rule has found and another needs."""

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run a query."""
        return self.lake.connection.execute(query, list(parameters)).fetchall()

    def row(self, query: str, *parameters: object) -> tuple[Any, ...]:
        """Run a query of one row."""
        return self.rows(query, *parameters)[0]


@dataclass
class Outcome:
    """What one rule says."""

    count: int
    """How many things were looked at."""
    wrong: list[str] = field(default_factory=list)
    """What is wrong, a phrase each."""
    notes: list[str] = field(default_factory=list)
    """What one should know though it is not wrong."""

    def blame(self, number: int | None, phrase: str) -> None:
        """Note so many things as wrong, if any."""
        if number:
            self.wrong.append(f"{number:,} {phrase}")

    def note(self, number: int | None, phrase: str) -> None:
        """Note so many things that are no damage, if any."""
        if number:
            self.notes.append(f"{number:,} {phrase}")


@dataclass(frozen=True)
class Rule:
    """One rule a warehouse must keep."""

    name: str
    what: str
    """What is looked at."""
    look: Callable[[Look], Outcome]
    remedy: str
    """What to do where it is broken."""


@dataclass(frozen=True)
class Finding:
    """What came of one rule."""

    rule: str
    what: str
    count: int | None
    verdict: Verdict
    found: str = ""
    remedy: str = ""


def some(names: list[str], most: int = 2) -> str:
    """Name the first of several things."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
