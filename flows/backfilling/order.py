"""What an operator asks a backfill for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from transforms.errors import ConfigError

Mode = Literal["refetch", "replay"]
Policy = Literal["usual", "missing", "failed", "changed", "all"]

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
