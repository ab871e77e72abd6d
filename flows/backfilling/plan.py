"""What a backfill will do and why, decided before it does anything. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from transforms.errors import ConfigError

if TYPE_CHECKING:  # the command prints its help without them
    from flows.backfilling.facts import Facts
    from warehouse.windows import Key

Mode = Literal["refetch", "replay"]
Policy = Literal["usual", "missing", "failed", "changed", "all"]
Action = Literal["refetch", "replay", "skip"]

MAX_PARALLEL = 16
MAX_DAYS = 3_700
"""Ten years and a bit: a plan of more is a slip of the finger."""


@dataclass(frozen=True)
class Order:
    """What an operator asks for."""

    first_day: dt.date
    last_day: dt.date
    mode: Mode = "refetch"
    policy: Policy = "usual"
    newest_first: bool = True
    parallel: int = 2
    undated: bool = False
    """Replay the documents without a date too, which are of no day."""

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
        if self.last_day > today and self.mode != "replay":  # which mends what is dated ahead
            raise ConfigError(f"the last day is in the future: today is {today} in UTC ({days})")
        if (self.last_day - self.first_day).days >= MAX_DAYS:
            raise ConfigError(f"more than {MAX_DAYS} days at once: take fewer ({days})")
        for name, value, allowed in (
            ("mode", self.mode, get_args(Mode)),
            ("policy", self.policy, get_args(Policy)),
        ):
            if value not in allowed:
                raise ConfigError(f"no {name} '{value}'", allowed=", ".join(allowed))
        if self.undated and self.mode != "replay":
            raise ConfigError("documents without a date are of no day to read: replay them")
        if not 1 <= self.parallel <= MAX_PARALLEL:
            raise ConfigError(f"windows at once are 1 to {MAX_PARALLEL}: {self.parallel} was given")

    @property
    def rule(self) -> Policy:
        """The policy that decides: what is missing is usually read, what has changed replayed."""
        if self.policy != "usual":
            return self.policy
        return "changed" if self.mode == "replay" else "missing"

    def days(self) -> Iterator[dt.date]:
        """Give the days, the one to be read first before all others."""
        numbers = range(self.first_day.toordinal(), self.last_day.toordinal() + 1)
        for number in reversed(numbers) if self.newest_first else numbers:
            yield dt.date.fromordinal(number)


@dataclass(frozen=True)
class Planned:
    """One window of a plan."""

    source: str
    day: dt.date | None
    """None: the documents without a date."""
    state: str
    """In the data: never read, open, failed or done; on replay what is stored."""
    action: Action
    why: str
    requests: int | None = None
    """Expected; None where nothing tells."""

    def row(self) -> dict[str, object]:
        """Show it in a table."""
        return {
            "day": name_of(self.day),
            "source": self.source,
            "state": self.state,
            "action": self.action,
            "why": self.why,
            "requests": self.requests,
        }


def name_of(day: dt.date | None) -> str:
    """Name the day of a window in a table."""
    return str(day) if day else "undated"


def make_plan(order: Order, sources: Sequence[str], facts: Facts) -> list[Planned]:
    """Decide for every day of every source, the first to be read first.

    A replay has one window more for each source with documents of no date, after all days.
    """
    planned = [decide(order, (source, day), facts) for day in order.days() for source in sources]
    if order.mode == "replay":
        undated = [(source, None) for source in sources if (source, None) in facts.stored]
        planned += [decide(order, key, facts) for key in undated]
    return planned


def decide(order: Order, key: Key, facts: Facts) -> Planned:
    """Decide for one window."""
    return _replay(order, key, facts) if order.mode == "replay" else _refetch(order, key, facts)


def _refetch(order: Order, key: Key, facts: Facts) -> Planned:
    source, day = key
    row = facts.windows.get(key)
    state = str(row["state"]) if row else "never read"
    if why_not := facts.why_no_history[source]:
        return Planned(source, day, state, "skip", why_not)
    wanted, why = _is_wanted(order.rule, row, facts.normalizers[source])
    if not wanted:
        return Planned(source, day, state, "skip", why)
    if not facts.is_remote[source]:
        return Planned(source, day, state, "refetch", why, 0)
    stored = facts.stored.get(key)
    expected = max(stored.documents if stored else 0, facts.usual.get(source, 0))
    return Planned(source, day, state, "refetch", why, expected or None)


def _is_wanted(policy: Policy, row: Mapping[str, Any] | None, normalizer: str) -> tuple[bool, str]:
    """Say whether a window is read under a policy, and why."""
    if policy == "all":
        return True, "the policy is all"
    state = row["state"] if row else "never read"
    if state == "failed":
        return True, (row and row["reason"]) or "it failed"
    if policy == "failed":
        return False, "it has not failed"
    if policy == "changed":
        return _is_changed(row, normalizer)
    if state == "done":
        return False, "read whole"
    return True, "its day had not ended" if state == "open" else "never read"


def _is_changed(row: Mapping[str, Any] | None, normalizer: str) -> tuple[bool, str]:
    """Take what is open, too: a reading for what has changed may have left it so."""
    if row is None:
        return False, "never read"
    if row["state"] == "open":
        return True, "its day had not ended"
    if row["normalizer"] == normalizer:
        return False, "nothing has changed since it was read"
    return True, f"read by normalizer {row['normalizer']}, now {normalizer}"


def _replay(order: Order, key: Key, facts: Facts) -> Planned:
    source, day = key
    stored = facts.stored.get(key)
    if stored is None:
        return Planned(source, day, "nothing stored", "skip", "nothing is stored of it")
    state = f"{stored.documents} stored, {stored.older} by another normalizer"
    if day is None and not order.undated:
        return Planned(
            source, day, state, "skip", "they are of no day: undated (--undated) replays them"
        )
    if order.rule == "all":
        return Planned(source, day, state, "replay", "the policy is all", 0)
    if order.rule != "changed":
        why = f"nothing that is stored is {order.rule}: a replay takes changed or all"
        return Planned(source, day, state, "skip", why)
    if not stored.older:
        return Planned(source, day, state, "skip", "read by the normalizer in force")
    why = "another normalizer has read some of it"
    return Planned(source, day, state, "replay", why, 0)
