"""What a plan is made of, looked up: the sources as configured, and what the warehouse holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from typing import Any

from flows.backfilling.order import Order
from flows.learning import profiles_in
from flows.sources import Source
from transforms.reading import normalizer
from warehouse.catalog import Lake
from warehouse.windows import Key, Stored, stored_of, undated_of, windows_of


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

    @cached_property
    def usual(self) -> dict[str, int]:
        """Source -> documents of a day of it that was read whole, the median."""
        counts: dict[str, list[int]] = {}
        for (source, _), row in self.windows.items():
            if row["state"] == "done":
                counts.setdefault(source, []).append(row["documents"])
        return {source: round(median(days)) for source, days in counts.items()}


def look_up(lake: Lake | None, order: Order, sources: Sequence[Source]) -> Facts:
    """Look up what a plan needs to know.

    Args:
        lake: an open warehouse; None: there is none yet.
        order: checked.
        sources: to be read.
    """
    facts = _configured(lake, sources)
    if not lake:
        return facts
    days = (order.first_day, order.last_day)
    stored = stored_of(lake, facts.normalizers, *days)
    if order.mode == "replay":
        stored |= undated_of(lake, facts.normalizers)
    return replace(facts, windows=windows_of(lake, *days), stored=stored)


def look_again(lake: Lake, order: Order, source: Source, day: dt.date | None) -> Facts:
    """Look at one window alone, and only at what decides: the plan may be hours old."""
    facts = _configured(lake, [source])
    if day is None:
        return replace(facts, stored=undated_of(lake, facts.normalizers))
    if order.mode == "replay":
        return replace(facts, stored=stored_of(lake, facts.normalizers, day, day))
    return replace(facts, windows=windows_of(lake, day, day))


def _configured(lake: Lake | None, sources: Sequence[Source]) -> Facts:
    return Facts(
        why_no_history={source.name: source.why_no_history() for source in sources},
        is_remote={source.name: source.is_remote for source in sources},
        normalizers={
            name: normalizer(profile) for name, profile in profiles_in(lake, sources).items()
        },
        windows={},
        stored={},
    )
