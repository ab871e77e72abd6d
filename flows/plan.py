"""What a backfill will do and why, decided before it does anything. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal, get_args

from flows.window import DAY
from transforms.errors import ConfigError
from warehouse.windows import Key, Stored

Mode = Literal["refetch", "replay"]
Policy = Literal["missing", "failed", "changed", "all"]
Action = Literal["refetch", "replay", "skip"]

MAX_PARALLEL = 16
MAX_DAYS = 3_700
"""Ten years and a bit: a plan of more is a slip of the finger."""


@dataclass(frozen=True)
class Order:
    """What an operator asks for.

    Raises:
        ConfigError: it cannot be meant so.
    """

    first_day: dt.date
    last_day: dt.date
    mode: Mode = "refetch"
    policy: Policy = "missing"
    newest_first: bool = True
    parallel: int = 2

    def check(self, today: dt.date) -> None:
        """Refuse what cannot be meant.

        Args:
            today: the UTC day.

        Raises:
            ConfigError: in one sentence.
        """
        days = f"first_day={self.first_day}, last_day={self.last_day}"
        if self.last_day < self.first_day:
            raise ConfigError(f"the last day is before the first: swap them ({days})")
        if self.last_day > today:
            raise ConfigError(f"the last day is in the future: today is {today} in UTC ({days})")
        if (self.last_day - self.first_day).days >= MAX_DAYS:
            raise ConfigError(f"more than {MAX_DAYS} days at once: take fewer ({days})")
        for name, value, allowed in (
            ("mode", self.mode, get_args(Mode)),
            ("policy", self.policy, get_args(Policy)),
        ):
            if value not in allowed:
                raise ConfigError(f"no {name} '{value}'", allowed=", ".join(allowed))
        if not 1 <= self.parallel <= MAX_PARALLEL:
            raise ConfigError(f"windows at once are 1 to {MAX_PARALLEL}: {self.parallel} was given")

    def days(self) -> Iterator[dt.date]:
        """Give the days in the order they are to be read."""
        count = (self.last_day - self.first_day).days + 1
        for number in range(count):
            yield (
                self.last_day - number * DAY if self.newest_first else self.first_day + number * DAY
            )


@dataclass(frozen=True)
class Planned:
    """One window of a plan."""

    source: str
    day: dt.date
    state: str
    """In the data: never read, open, failed or done; on replay what is stored."""
    action: Action
    why: str
    requests: int | None = None
    """Expected; None where nothing tells."""

    def row(self) -> dict[str, object]:
        """Show it in a table."""
        return {
            "day": str(self.day),
            "source": self.source,
            "state": self.state,
            "action": self.action,
            "why": self.why,
            "requests": self.requests,
        }


@dataclass(frozen=True)
class Facts:
    """What a plan is made of: what the sources can do and what the warehouse holds."""

    why_no_history: Mapping[str, str | None]
    """Source -> why days of its past cannot be read; None where they can."""
    is_remote: Mapping[str, bool]
    normalizers: Mapping[str, str]
    """Source -> version of the code and options in force."""
    windows: Mapping[Key, Mapping[str, Any]]
    """Rows of the table `windows`."""
    stored: Mapping[Key, Stored]


def make_plan(order: Order, sources: Sequence[str], facts: Facts) -> list[Planned]:
    """Decide for every day of every source, in the order they are to be read."""
    decide = _replay if order.mode == "replay" else _refetch
    usual = {source: _usual_documents(source, facts) for source in sources}
    return [
        decide(order, (source, day), facts, usual[source])
        for day in order.days()
        for source in sources
    ]


def _refetch(order: Order, key: Key, facts: Facts, usual: int | None) -> Planned:
    source, day = key
    row = facts.windows.get(key)
    state = str(row["state"]) if row else "never read"
    if why_not := facts.why_no_history[source]:
        return Planned(source, day, state, "skip", why_not)
    wanted, why = _is_wanted(order.policy, row, facts.normalizers[source])
    if not wanted:
        return Planned(source, day, state, "skip", why)
    stored = facts.stored.get(key)
    known = [count for count in (stored and stored.documents, usual) if count]
    requests = (max(known) if known else None) if facts.is_remote[source] else 0
    return Planned(source, day, state, "refetch", why, requests)


def _is_wanted(policy: Policy, row: Mapping[str, Any] | None, normalizer: str) -> tuple[bool, str]:
    """Say whether a window is read under a policy, and why."""
    if policy == "all":
        return True, "the policy is all"
    state = row["state"] if row else None
    reason = (row["reason"] if row else None) or "no reason is known"
    if policy == "failed":
        return state == "failed", reason if state == "failed" else "it has not failed"
    is_older = row is not None and row["normalizer"] != normalizer
    if policy == "changed":
        why = f"read by normalizer {row['normalizer']}, now {normalizer}" if row else ""
        return (
            state == "done" and is_older
        ), why if is_older else "nothing changed since it was read"
    if state == "done":
        return False, "read whole"
    return True, {None: "never read", "open": "its day had not ended"}.get(state, reason)


def _replay(order: Order, key: Key, facts: Facts, _usual: int | None) -> Planned:
    source, day = key
    stored = facts.stored.get(key, Stored(0, 0))
    state = f"{stored.documents} stored, {stored.older} by an older normalizer"
    if not stored.documents:
        return Planned(source, day, state, "skip", "nothing is stored of it")
    if order.policy == "all":
        return Planned(source, day, state, "replay", "the policy is all", 0)
    if order.policy == "changed":
        if stored.older:
            why = f"{stored.older} documents were read by an older normalizer"
            return Planned(source, day, state, "replay", why, 0)
        return Planned(source, day, state, "skip", "read by the normalizer in force")
    why = f"nothing that is stored is {order.policy}: a replay takes changed or all"
    return Planned(source, day, state, "skip", why)


def _usual_documents(source: str, facts: Facts) -> int | None:
    counts = [
        row["documents"]
        for (name, _), row in facts.windows.items()
        if name == source and row["state"] == "done"
    ]
    return round(median(counts)) if counts else None
