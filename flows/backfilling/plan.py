"""What a backfill will do and why, decided before it does anything. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from flows.backfilling.order import Order, Policy

if TYPE_CHECKING:  # the command prints its help without them
    from flows.backfilling.facts import Facts
    from warehouse.windows import Key

Action = Literal["refetch", "replay", "skip"]


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
