"""What forgetting a day of a source means: which windows give it again, and what none gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.settings import Settings
from flows.sources import Source, load, pick

if TYPE_CHECKING:
    from warehouse.forgetting import Forgotten, Way


@dataclass(frozen=True)
class Past:
    """How windows of a source's past take documents."""

    way: Way
    why_not: str | None = None
    """What becomes of what is forgotten where there are none, and why."""


def pasts(settings: Settings, names: Sequence[str], stored: Sequence[str]) -> dict[str, Past]:
    """Give the sources to forget of, those named that are configured no more among them.

    Args:
        settings: in force.
        names: of sources; none: all that are enabled.
        stored: names of all sources that have ever been read.

    Raises:
        ConfigError: a name is neither configured nor stored.
    """
    configured = load(settings.sources)
    gone = [name for name in names if name not in configured and name in stored]
    known = [name for name in names if name not in gone]
    picked = pick(configured, known, settings.sources) if known or not gone else []
    found = {source.name: past_of(source) for source in picked}
    return found | dict.fromkeys(gone, Past("never", "gone for good: it is configured no more"))


def past_of(source: Source) -> Past:
    """Say how a source's windows take documents.

    Those of files and archives go by the time of the file or record; those of lists by what the
    list says.
    """
    if why_not := source.why_no_history():
        return Past("never", f"gone for good, unless the source still lists it: {why_not}")
    return Past("seen" if source.is_bulky else "said")


def ways(pasts: Mapping[str, Past]) -> dict[str, Way]:
    """Give the way of each source."""
    return {name: past.way for name, past in pasts.items()}


def row(found: Forgotten, past: Past) -> dict[str, object]:
    """Show one day of one source in a table, with what will become of it."""
    return {
        "day": found.day,
        "source": found.source,
        "documents": found.documents,
        "windows": found.windows,
        "unsure": found.unsure,
        "afterwards": afterwards(found, past),
    }


def afterwards(found: Forgotten, past: Past) -> str:
    """Say in one line what will become of a day that is forgotten."""
    if not found.documents:
        return "nothing is stored of it"
    if past.why_not:
        return past.why_not
    said = []
    if found.again:
        which = f"the other {found.documents - found.unsure}" if found.unsure else "it"
        said.append(f"a backfill {_span(found.again)} reads {which} again")
    if found.unsure:
        said.insert(0, f"{found.unsure} may be gone for good: nothing tells their window")
    return "; ".join(said)


def question(found: Sequence[Forgotten]) -> str:
    """Ask whether all that is to be done."""
    unsure = sum(each.unsure for each in found)
    if not unsure:
        return "Forget these documents and windows?"
    count = sum(each.documents for each in found)
    return f"No backfill is sure to read {unsure} of these {count} documents again. Forget them?"


def _span(days: Sequence[dt.date]) -> str:
    return f"of {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
