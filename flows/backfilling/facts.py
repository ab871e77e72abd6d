"""What a plan is made of, looked up: the sources as configured, and what the warehouse holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from flows.backfilling.plan import Facts, Order, Planned, decide, make_plan
from flows.sources import Source
from transforms.reading import normalizer
from warehouse.catalog import Lake
from warehouse.windows import stored_of, undated_of, windows_of


def plan(lake: Lake | None, order: Order, sources: Sequence[Source]) -> list[Planned]:
    """Look at the warehouse and decide what a backfill will do.

    Args:
        lake: an open warehouse; None: there is none yet.
        order: checked.
        sources: in the order they are to be read.
    """
    facts = _facts(sources)
    if lake:
        days = (order.first_day, order.last_day)
        stored = stored_of(lake, facts.normalizers, *days)
        if order.mode == "replay":
            stored |= undated_of(lake, facts.normalizers)
        facts = replace(facts, windows=windows_of(lake, *days), stored=stored)
    return make_plan(order, [source.name for source in sources], facts)


def decide_again(lake: Lake, order: Order, source: Source, day: dt.date | None) -> Planned:
    """Look at one window alone, and only at what decides: the plan may be hours old."""
    facts, key = _facts([source]), (source.name, day)
    if day is None:
        facts = replace(facts, stored=undated_of(lake, facts.normalizers))
    elif order.mode == "replay":
        facts = replace(facts, stored=stored_of(lake, facts.normalizers, day, day))
    else:
        facts = replace(facts, windows=windows_of(lake, day, day))
    return decide(order, key, facts)


def _facts(sources: Sequence[Source]) -> Facts:
    return Facts(
        why_no_history={source.name: source.why_no_history() for source in sources},
        is_remote={source.name: source.is_remote for source in sources},
        normalizers={source.name: normalizer(source.profile()) for source in sources},
        windows={},
        stored={},
    )
